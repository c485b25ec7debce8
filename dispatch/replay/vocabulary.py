"""Words of exports in our terms: priorities, how the call came in, how it ended.

What a problem's own words say of its type is in `dispatch.rules.vocabulary`, which centers' vocabularies use too.
"""

from __future__ import annotations

from dispatch.replay.records import RowError

CAD_PRIORITIES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 4, "6": 4, "8": 4, "10": 4}
"""Above 4 are scheduled details, reports by phone and tests: nobody waits for them, so they are our P4."""

CITY_PRIORITIES = {"A": 1, "B": 2, "C": 3}

_RECEPTION: tuple[tuple[str, str, str], ...] = (
    ("E-911", "911", "voice"),
    ("TEXT", "911", "text"),
    ("TDD", "911", "tty"),
    ("CELL PHONE", "911", "voice"),
    ("OFFICER", "FIELD", "voice"),
    ("RADIO", "FIELD", "voice"),
    ("FLAG DOWN", "FIELD", "voice"),
    ("C2C", "OTHER_CENTER", "voice"),
    ("CAD2CAD", "OTHER_CENTER", "voice"),
    ("911 CENTER", "OTHER_CENTER", "voice"),
    ("PHONE", "ADMIN", "voice"),
    ("CITIZEN", "911", "voice"),
)

_DISPOSITIONS: tuple[tuple[str, str], ...] = (
    ("DUP", "22"),
    ("CN", "10"),
    ("TST", "10"),
    ("TEST", "10"),
    ("MD-911", "10"),
)


def priority(text: str, table: dict[str, int]) -> int:
    """Our priority. Raises RowError for one the table does not have."""
    key = text.strip().upper().removesuffix(".0")
    if key not in table:
        raise RowError(f"unknown priority {text.strip()[:20]!r}" if key else "no priority")
    return table[key]


def reception(text: str) -> tuple[str, str]:
    """Origin and channel of a call; anything not listed is a voice call on the administrative line."""
    words = text.strip().upper()
    for name, origin, channel in _RECEPTION:
        if words == name:
            return origin, channel
    return "ADMIN", "voice"


def disposition(text: str, *, arrived: bool) -> str:
    """The APCO code a recorded ending stands for: by its words, else by whether anybody arrived."""
    words = text.strip().upper()
    for start, code in _DISPOSITIONS:
        if words.startswith(start):
            return code
    return "18" if arrived else "05"
