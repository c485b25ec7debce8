"""The sheet as one HTML file that needs nothing else: no script, no network, styles inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone

from dispatch.paper.wording import alert_words, word
from dispatch.queries.paper import paper_facts
from dispatch.rules.status import AssignmentStatus

STYLE = "dispatch/css/paper.css"
MARKS = (
    AssignmentStatus.ER,
    AssignmentStatus.OS,
    AssignmentStatus.TR,
    AssignmentStatus.AD,
    AssignmentStatus.AV,
)
SYMBOLS = {1: "■", 2: "▲"}
"""As on the screen: an alert's level is not told by colour alone, and not at all on paper."""
FORMS = 6
LINES = 8
MADE_AT = "HEARTeam-Paper-At"
"""Header: when a kept sheet was made (RFC 3339)."""


def sheet_html(*, inside: bool) -> str:
    """The sheet of this moment. `inside`: with its styles inside, to be kept; else it names the file of them."""
    facts = paper_facts()
    prefix = facts["at"].strftime("%y%m%d-%H%M")  # with its year: a number is entered once, ever
    context: dict[str, Any] = {
        **facts,
        "alerts": [
            {**alert, "symbol": SYMBOLS[alert["level"]], "text": alert_words(alert)} for alert in facts["alerts"]
        ],
        "calls": [_in_words(call, "language", "person_language") for call in facts["calls"]],
        "lines": [_in_words(line, "language") for line in facts["lines"]],
        "zone": timezone.get_current_timezone_name(),
        "numbers": [f"{prefix}-{number}" for number in range(1, FORMS + 1)],
        "lines_to_write": range(LINES),
        "first_mark": AssignmentStatus.DP,
        "marks": MARKS,
        "priorities": (1, 2, 3, 4),
        "box": "☐",
        "blank": "______",
        "style": _style() if inside else "",
    }
    return render_to_string("dispatch/paper.html", context)


def _in_words(row: dict[str, Any], *labels: str) -> dict[str, Any]:
    return {**row, **{name: word(row[name]) for name in labels}}


def _style() -> str:
    found = finders.find(STYLE)
    assert isinstance(found, str), f"{STYLE} is not among the static files"
    return Path(found).read_text(encoding="utf-8")
