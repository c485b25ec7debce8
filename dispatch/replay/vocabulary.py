"""Words of exports in our terms: call types by keyword, priorities, how the call came in, how it ended.

A problem that no line names keeps its words in the narrative and has no type: the default response plan serves it.
"""

from __future__ import annotations

import re

from dispatch.replay.records import RowError

_BEHAVIOURAL: tuple[tuple[str, str], ...] = (
    (r"\bPSYCH\w*\b.*\bVIOLENT\b|\bMENTAL\b.*\bVIOLENT\b", "MTLV"),
    (r"\bJUMPER\b|\bSUICID\w*\b.*\b(IN PROG\w*|ATTEMPT\w*|TRAUMA|PILLS|INJ\w*)\b", "SUICIDE"),
    (r"\bSUICID\w*\b", "SUICTHRT"),
    (r"\bEMOTIONAL\w*\b|\bEDP\b", "EDP"),
    (r"\bMENTAL\w*\b|\bPSYCH\w*\b|\bBEHAVIORAL\b|\bCRISIS\b|\b5150V?\b", "MNTL"),
)
_NOT_A_CRISIS = re.compile(r"\bTRANSPORT\b|\bTRNSPORT\b|\bPRISONER\b|\bPAPER SERVICE\b")
"""Moving somebody who is in custody is not a call about a crisis, whatever its title says."""

_OTHER: tuple[tuple[str, str], ...] = (
    (r"\bOVERDOSE\b|\bOD\b", "OD"),
    (r"\bINTOX\w*\b|\bDRUNK(?!.*\bDRIV)", "INTOX"),
    (r"\bWELFARE\b|\bHOME VISIT\b|\bWELL.?BEING\b", "WELFARE"),
    (r"\bINDECEN\w*\b|\bEXPOSURE\b.*\bINDECEN\w*\b", "INDECENT"),
    (r"\bTRESPASS\w*\b", "TRESPASS"),
    (r"\bDOMESTIC\b.*\b(NO INJ\w*|DELAY|VERBAL)\b", "DVNA"),
    (r"\bDOMESTIC\b", "DVA"),
    (r"\bWEAPON\b|\bGUNSHOT\b|\bSHOOTING\b", "WEAPON"),
    (r"\bUNCONSCIOUS\b", "PERUNCON"),
    (r"\bMISSING PERSON\b|\bRUNAWAY\b", "PERMISS"),
    (r"\bASSIST CITIZEN\b|\bPUBLIC SERVICE\b", "CITASST"),
)
_BEHAVIOURAL_PATTERNS = tuple((re.compile(pattern), code) for pattern, code in _BEHAVIOURAL)
_OTHER_PATTERNS = tuple((re.compile(pattern), code) for pattern, code in _OTHER)

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


def call_type(problem: str) -> tuple[str, bool]:
    """Our code for a recorded problem ("" for none) and whether it is a behavioural-health call."""
    words = " ".join(problem.upper().split())
    if not _NOT_A_CRISIS.search(words):
        for pattern, code in _BEHAVIOURAL_PATTERNS:
            if pattern.search(words):
                return code, True
    for pattern, code in _OTHER_PATTERNS:
        if pattern.search(words):
            return code, False
    return "", False


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
