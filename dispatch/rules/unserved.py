"""Why somebody a civilian team could have served was not, in words: for reports and for what-ifs."""

from __future__ import annotations

from typing import Final

REASONS: Final = {
    "OFF_HOURS": "off hours",
    "NO_CONTRACT": "no contract in force",
    "NO_UNIT": "no unit free",
    "OUT_OF_AREA": "outside the team's area",
    "HANDOFF_FAILED": "phone hand-off failed",
    "REFUSED": "refused by the caller or the person",
    "CANCELLED": "cancelled",
    "OVERRIDDEN": "overridden",
    "TRANSFERRED": "transferred to somebody who took it",
}
