"""What a call is about: a code of ours, or of the center's active vocabulary. Private pieces of the public actions."""

from __future__ import annotations

from dispatch.models import Call, CallType
from dispatch.queries.vocabularies import entry_for
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

    A code that the active vocabulary has means what the center decided on it, also where it is one of ours. `reported`
    are words that come with the call; they say more than `code`. Raises Malformed for a code that neither knows.
    """
    words = " ".join((reported or code).split())
    entry = entry_for(words, agency) if words else None
    meant = entry.call_type if entry is not None else None
    call.call_type = meant if meant is not None and meant.active else None
    if call.call_type is None and code and (entry is None or reported):
        call.call_type = _ours(code)
    call.reported_type = (entry.code if entry is not None else " ".join(reported.split()))[:LONGEST_REPORTED]
    if entry is not None:
        call.asks_triage = entry.asks_triage
    else:
        call.asks_triage = call.call_type.asks_triage if call.call_type is not None else CallType.Asks.MAYBE
    if call.decision_id is None:
        call.behavioural = _BEHAVIOURAL[CallType.Asks(call.asks_triage)]


def _ours(code: str) -> CallType:
    found = CallType.objects.filter(code=code.strip().upper(), active=True).first()
    if found is None:
        raise Malformed(f"There is no call type {code[:16]}.", errors={"type": ["Not a call type of this center."]})
    return found
