"""What happens to a call: how it comes in, what is learned and decided, where it waits, how it ends."""

from __future__ import annotations

from hearteam.events.event import DomainEvent


class CallReceived(DomainEvent):
    """A call was saved for the first time."""

    type = "call_received"
    number: str
    origin: str
    channel: str


class CallPrefilled(DomainEvent):
    """A phone system announced the call; `is_placed`: it said where the caller is."""

    type = "call_prefilled"
    class_of_service: str
    position: str
    is_placed: bool


class LocationBidReceived(DomainEvent):
    """The phone said once more where it is. `is_followed`: the call's place, which nobody had touched, went with it."""

    type = "location_bid_received"
    bid: str
    uncertainty_m: int | None
    is_followed: bool


class LocationBidUsed(DomainEvent):
    """A person took the phone's word for the call's place."""

    type = "location_bid_used"
    bid: str


class TextReceived(DomainEvent):
    """The caller wrote. The words stay with the call."""

    type = "text_received"
    message: str
    channel: str


class TextSent(DomainEvent):
    """The center wrote to the caller. The words stay with the call."""

    type = "text_sent"
    message: str
    channel: str
    state: str


class TextStateChanged(DomainEvent):
    """What became of a text to the caller."""

    type = "text_state_changed"
    message: str
    state: str


class TextsRead(DomainEvent):
    """Somebody at the center read what the caller wrote."""

    type = "texts_read"
    count: int


class InterpreterRequested(DomainEvent):
    """An interpreter was asked for; `line` is who was called."""

    type = "interpreter_requested"
    language: str
    whose: str
    line: str


class InterpreterJoined(DomainEvent):
    """The interpreter is on the line."""

    type = "interpreter_joined"
    language: str
    interpreter: str
    waited_s: int


class InterpreterEnded(DomainEvent):
    """The interpreter left, or was not needed any more."""

    type = "interpreter_ended"
    language: str
    interpreter: str


class CallUpdated(DomainEvent):
    """Fields of the call, its caller or its person changed; `fields` names them, never their content."""

    type = "call_updated"
    fields: list[str]


class CallTriaged(DomainEvent):
    """Answers were given or changed and a decision made. `reasons` is the explanation as shown."""

    type = "call_triaged"
    decision: str
    answers: dict[str, str]
    source: str
    tier: int
    rule: str
    ruleset: str
    response: list[str]
    provisional: bool
    reasons: list[str]
    upgraded: bool
    occurred_at: str | None = None


class ResponseOverridden(DomainEvent):
    """Someone chose another response than the ruleset's."""

    type = "response_overridden"
    decision: str
    response: list[str]
    from_response: list[str]
    tier: int
    direction: str
    reason: str


class RecommendationMade(DomainEvent):
    """Units were ranked for the call and the list stored."""

    type = "recommendation_made"
    recommendation: str
    units: list[str]
    short_of: list[str]


class SlotsChanged(DomainEvent):
    """Response slots were requested, declined, unfilled or cancelled."""

    type = "slots_changed"
    slots: list[str]
    reason: str = ""


class FieldAsked(DomainEvent):
    """A crew on the call asked for one more role from the field. The slot that waits for it names the crew's unit."""

    type = "field_asked"
    slot: str
    role: str
    reason: str
    occurred_at: str


class CallHeld(DomainEvent):
    """The call waits on purpose until a time."""

    type = "call_held"
    until: str
    reason: str


class CallResumed(DomainEvent):
    """A held call is pending again."""

    type = "call_resumed"
    reason: str


class CallScheduled(DomainEvent):
    """The call is to be worked at a later time and waits until then."""

    type = "call_scheduled"
    at: str
    reason: str


class CallStacked(DomainEvent):
    """The call waits for a busy unit, as the `place`-th on its list."""

    type = "call_stacked"
    unit: str
    place: int


class CallUnstacked(DomainEvent):
    """The call waits for this unit no longer."""

    type = "call_unstacked"
    unit: str
    reason: str


class TransferOffered(DomainEvent):
    """The caller was offered to somebody else; the call stays ours until they accept."""

    type = "transfer_offered"
    transfer: str
    to: str
    kind: str
    phone: str
    consent: bool


class TransferSettled(DomainEvent):
    """The other side took the call (by name) or not, or the offer was withdrawn."""

    type = "transfer_settled"
    transfer: str
    to: str
    outcome: str
    taken_by: str
    note: str


class CallMerged(DomainEvent):
    """This call was found to be the same event as another and merged into it."""

    type = "call_merged"
    into: str
    into_number: str
    reason: str


class CallUnmerged(DomainEvent):
    """This call is no longer taken for the same event as the other: it is worked again, by itself."""

    type = "call_unmerged"
    into: str
    into_number: str
    reason: str


class CallCancelled(DomainEvent):
    """Nobody is needed any more."""

    type = "call_cancelled"
    reason: str


class CallClosed(DomainEvent):
    """The call ended with a disposition (our name; APCO code beside it). What was written of its outcome may be
    clinical: it is read with the call, by those who may.
    """

    type = "call_closed"
    disposition: str
    apco: str
    occurred_at: str
    units: list[str]


class CallEnteredFromPaper(DomainEvent):
    """A call that was worked on paper was entered, whole and ended. `occurred_at`: when it came in."""

    type = "call_entered_from_paper"
    number: str
    paper_number: str
    occurred_at: str


class LegalHoldPlaced(DomainEvent):
    """The call's record is kept whole until further notice."""

    type = "legal_hold_placed"
    reason: str


class LegalHoldLifted(DomainEvent):
    """The call's record is kept no longer than any other."""

    type = "legal_hold_lifted"
    reason: str


class CallRedacted(DomainEvent):
    """Data of a class was taken out of the call's record and its earlier events; they keep version, type, time."""

    type = "call_redacted"
    data_class: str


class CallReopened(DomainEvent):
    """A closed or cancelled call is worked again."""

    type = "call_reopened"
    reason: str


class CallUnserved(DomainEvent):
    """An eligible call was not served by its team; cities are audited on the reason."""

    type = "call_unserved"
    team: str
    reason: str


class NoteAdded(DomainEvent):
    """A note was appended. Clinical text never travels here: it is kept with the care records."""

    type = "note_added"
    note: str
    text: str
    audience: str
    kind: str
    corrects: str | None = None
    strikes: bool = False
    occurred_at: str | None = None
    time_unsure: bool = False


class ContactAdded(DomainEvent):
    """One more person called about this call."""

    type = "contact_added"
    contact: str
    relationship: str


class CallbackSet(DomainEvent):
    """Someone is to be called back by a time (null: no longer)."""

    type = "callback_set"
    at: str | None
