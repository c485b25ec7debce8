"""What an event keeps when data of a class is taken out of its call's record. Pure.

Its version, type and time stay, and so does every member: words become empty, so that whoever reads the log still can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

PERSON: Final = "PERSON"
NARRATIVE: Final = "NARRATIVE"

WORDS: Final[Mapping[str, frozenset[str]]] = {
    PERSON: frozenset({"relationship", "phone", "taken_by"}),
    NARRATIVE: frozenset({"text", "reason", "override_reason"}),
}
"""Members of an event's data that hold what people said of people."""

ROW_WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    PERSON: {"calls": {"transfer": None}, "alerts": {}},
    NARRATIVE: {"calls": {"hazards": []}, "alerts": {"text": ""}},
}
"""What stands in the place of members of the rows that it carries."""

WORDED_NOTES: Final = frozenset({"assignment_status_changed", "transfer_settled"})
"""Types whose `note` is words, not the id of a note."""

CODED_REASONS: Final = frozenset({"call_unserved"})
"""Types whose `reason` is a code that cities are audited on, not words."""


def redacted(event_type: str, data: Mapping[str, Any], data_class: str) -> dict[str, Any]:
    """The event's data without what belongs to the class."""
    words = WORDS[data_class]
    if data_class == NARRATIVE and event_type in WORDED_NOTES:
        words = words | {"note"}
    if event_type in CODED_REASONS:
        words = words - {"reason"}
    kept = {name: "" if name in words and isinstance(value, str) else value for name, value in data.items()}
    changes = data.get("changes")
    if isinstance(changes, dict):
        kept["changes"] = {kind: _rows(kind, rows, data_class) for kind, rows in changes.items()}
    return kept


def _rows(kind: str, rows: Any, data_class: str) -> Any:
    instead = ROW_WORDS[data_class].get(kind)
    if not instead or not isinstance(rows, list):
        return rows
    return [{**row, **{name: value for name, value in instead.items() if name in row}} for row in rows]
