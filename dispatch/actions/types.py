"""What a call is about: a code of ours, or of the center's active vocabulary. Private pieces of the public actions."""

from __future__ import annotations

from dispatch.models import Call, CallType, VocabularyEntry
from dispatch.queries.vocabularies import entry_for, meaning, own_type
from hearteam.problems import Malformed

TYPE_FIELDS = ("call_type", "reported_type", "asks_triage", "behavioural")
LONGEST_REPORTED = 80
_BEHAVIOURAL = {
    CallType.Asks.YES: Call.Behavioural.YES,
    CallType.Asks.NO: Call.Behavioural.NO,
    CallType.Asks.MAYBE: Call.Behavioural.UNKNOWN,
}


def set_type(call: Call, code: str, *, reported: str = "", agency: str = "") -> None:
    """Set the type and what follows from it: whether the questions are asked, and until they are, what it counts as.

    A code that the active vocabulary has means what the center decided on it, also where it is one of ours; what it
    only proposes takes nothing away from one of ours. `reported` are words that come with the call; they say more than
    `code`. Raises Malformed for a code that neither knows.
    """
    words = " ".join((reported or code).split())
    entry = entry_for(words, agency) if words else None
    if entry is not None:
        call.call_type, call.asks_triage = _meant(entry, words, code)
    else:
        call.call_type = None
    if call.call_type is None and code and (entry is None or reported):
        call.call_type = _ours(code)
    call.reported_type = (entry.code if entry is not None else " ".join(reported.split()))[:LONGEST_REPORTED]
    if entry is None:
        call.asks_triage = call.call_type.asks_triage if call.call_type is not None else CallType.Asks.MAYBE
    if call.decision_id is None:
        call.behavioural = _BEHAVIOURAL[CallType.Asks(call.asks_triage)]


def _meant(entry: VocabularyEntry, words: str, code: str) -> tuple[CallType | None, str]:
    """What an entry found by `words` means; as a proposal it does not silence a crisis that came as our code either."""
    own = own_type(words)
    if own is None and not entry.decided and entry.asks_triage != CallType.Asks.YES:
        named = own_type(code)
        own = named if named is not None and named.asks_triage == CallType.Asks.YES else None
    return meaning(entry, own)


def _ours(code: str) -> CallType:
    found = own_type(code)
    if found is None:
        raise Malformed(f"There is no call type {code[:16]}.", errors={"type": ["Not a call type of this center."]})
    return found
