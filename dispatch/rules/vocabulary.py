"""What a center's own words for a call tell: our call type for it, and whether to ask the triage questions. Pure.

Nothing here decides: `propose` fills in what a person confirms or changes (`VocabularyEntry.decided`), and replays take
`call_type` for exports whose vocabulary nobody has decided on.

Sources and assumptions:
* YES: a word of mental health or suicide in the type itself. Missing one is graver than one set of questions too many,
  so of a code and its description the one that asks more counts.
* MAYBE: types that alternative-response programmes publish as those their calls arrive under (Eugene's CAHOOTS: welfare
  checks, public assistance, disorderly and intoxicated subjects; Denver's STAR: assists, trespass and unwanted persons,
  indecent exposure, intoxicated persons, welfare checks), what the programme's own table offers the questions on
  (`rules/codes.py`), types that say nobody knows yet (unknown trouble, person down, altered, suspicious person), and
  abbreviations that may mean something else (MH, EPS, CIT).
* NO: everything else. Assumption: moving prisoners, serving papers, runs for another town, notices to all units, noise,
  vehicles and alarms hide no crisis often enough to ask on each; one that does is still triaged by hand (F4), and the
  report "What each choice catches" lists such types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dispatch.rules.codes import CALL_TYPES, AskTriage

_BEHAVIOURAL: tuple[tuple[str, str], ...] = (
    (r"\bPSYC\w*\b.*\bVIOLENT\b|\bMENTAL\w*\b.*\bVIOLENT\b|\bMTLV\b", "MTLV"),
    (r"\bJUMPER\b|\bTHREAT\w* TO JUMP\b|\bSUIC\w*\b.*\b(IN PROG\w*|ATT\w*|TRAUMA|PILLS|INJ\w*)\b", "SUICIDE"),
    (r"\bSUIC\w*\b|\bSELF.?(HARM\w*|INFLICT\w*|INJUR\w*)\b", "SUICTHRT"),
    (r"\bEMOTIONAL\w*\b|\bEMOT\w* DIST\w*\b|\bEDP\b", "EDP"),
    (
        r"\bMENTAL\w*\b|\bPSYC\w*\b|\bBEHAVIOU?RAL\b|\bABNORMAL BEHAVIOU?R\b|\bCRISIS\b|\b5150\w?\b|\bBAKER ACT\b"
        r"|\bMNTL\b",
        "MNTL",
    ),
)
_NOT_A_CRISIS = re.compile(r"\bTRANSPORT\b|\bTRNSPORT\b|\bPRISONER\b|\bPAPER SERVICE\b")
"""Moving somebody who is in custody is not a call about a crisis, whatever its title says."""

_OTHER: tuple[tuple[str, str], ...] = (
    (r"\bOVERDOSE\b|\bOD\b", "OD"),
    (r"\b(INTOX\w*|DRUNK)\b(?!.*\bDRIV)", "INTOX"),
    (r"\bWELFARE\b|\bHOME VISIT\b|\bWELL.?BEING\b", "WELFARE"),
    (r"\bINDECEN\w*\b|\bEXPOSURE\b.*\bINDECEN\w*\b", "INDECENT"),
    (r"\bTRESPASS\w*\b", "TRESPASS"),
    (r"\bDOMESTIC\b.*\b(NO INJ\w*|DELAY|VERBAL)\b|\bFAMILY DISTURB\w*\b", "DVNA"),
    (r"\bDOMESTIC\b", "DVA"),
    (r"\bWEAPON\b|\bGUNSHOT\b|\bSHOOTING\b", "WEAPON"),
    (r"\bUNCONSCIOUS\b", "PERUNCON"),
    (r"\bMISSING PERSON\b|\bMISSING SENILE\b|\bRUNAWAY\b(?! VEH)", "PERMISS"),
    (r"\bASSIST CITIZEN\b|\bCITIZEN ASSIST\b|\bPUBLIC SERVICE\b", "CITASST"),
)
_BEHAVIOURAL_PATTERNS = tuple((re.compile(pattern), code) for pattern, code in _BEHAVIOURAL)
_OTHER_PATTERNS = tuple((re.compile(pattern), code) for pattern, code in _OTHER)

_OFTEN_A_CRISIS = re.compile(
    r"\bDISTURB\w*|\bDIST PEACE\b|\bDISORDERLY\b|\bDOMESTIC\b|\bUNWANTED\b"
    r"|\bSUSPICIOUS (PERSON|SUBJECT|EVENT|CIRC\w*)\b"
    r"|\bPERSON DOWN\b|\bCALLING FOR HELP\b|\bUNK(NOWN)? (TROUBLE|EMER\w*|PROBLEM|MEDICAL)\b|\bTROUBLE UNK\w*|^UNKNOWN$"
    r"|\bALTERED\b|\bCONFUSED\b|\bDEMENTIA\b|\bSENILE\b|\bJUVENILE PROBLEM\b|\bFOUND JUVENILE\b|\bTARASOFF\b"
    r"|\bMH\b|\bEPS\b|\bCIT\b|\bSUI\b|\bPSY\b|\bBEHAVIOU?RS?\b|\bBIZARRE\b|\bDESPONDEN\w*|\bDEPRESS(ED|ION)\b|\bINSANE\b"
    r"|\bHALLUCINAT\w*|\bNERVOUS BREAKDOWN\b|\bCOMMITMENT\b"
)
_SELDOM_A_CRISIS = re.compile(
    r"\bMUTUAL\b|\bALL UNITS\b|\bNOISE\b|\bTOWING\b|\bALARM\b|\bCONSTRUCTION\b|\bCOST RECOVERY\b"
)
"""Types with a word of the list above that are about something else: aid to another town, notices, noise, alarms."""

_FIRE_WORDS: Final = ("FIRE", "SMOKE", "GAS LEAK", "CO ALARM")
_TYPE_OF_SERVICE: Final = {"EMS": "MEDICAL", "FIRE": "OTHER", "POLICE": "OTHER"}
_ASKS_OF: Final = {row.code: row.triage for row in CALL_TYPES}
_MOST_FIRST: Final = (AskTriage.YES, AskTriage.MAYBE, AskTriage.NO)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whether to ask the questions on a type, and our code for it ("" for none)."""

    asks: AskTriage
    call_type: str


def call_type(problem: str) -> tuple[str, bool]:
    """Our code for a recorded problem ("" for none) and whether it is a behavioural-health call."""
    words = _words(problem)
    if not _NOT_A_CRISIS.search(words):
        for pattern, code in _BEHAVIOURAL_PATTERNS:
            if pattern.search(words):
                return code, True
    for pattern, code in _OTHER_PATTERNS:
        if pattern.search(words):
            return code, False
    return "", False


def type_of_service(problem: str, service: str) -> str:
    """Our code for a problem that no word names, by who serves it: POLICE, EMS or FIRE ("" for another service)."""
    if service == "FIRE" and any(word in problem.upper() for word in _FIRE_WORDS):
        return "FIRE"
    return _TYPE_OF_SERVICE.get(service, "")


def propose(code: str, description: str = "", agency: str = "") -> Proposal:
    """What the words of a type propose: of its code and its description whichever asks more; of two that ask the same
    the one that names a type of ours, else the description.
    """
    texts = [text for text in (_words(description), _words(code)) if text]
    service = agency.strip().upper() or "POLICE"
    readings = [(_asks(text), call_type(text)[0], text) for text in texts]
    asks, named, text = min(readings, key=lambda reading: (_MOST_FIRST.index(reading[0]), not reading[1]))
    if asks is AskTriage.YES and text in _ASKS_OF:
        return Proposal(asks, text)
    return Proposal(asks, named or type_of_service(texts[0], service))


def _asks(words: str) -> AskTriage:
    named, behavioural = call_type(words)
    if behavioural:
        return AskTriage.YES
    if _NOT_A_CRISIS.search(words) or _SELDOM_A_CRISIS.search(words):
        return AskTriage.NO
    if _OFTEN_A_CRISIS.search(words) or (named and _ASKS_OF[named] is not AskTriage.NO):
        return AskTriage.MAYBE
    return AskTriage.NO


def _words(text: str) -> str:
    return " ".join(text.upper().split())
