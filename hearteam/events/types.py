"""One class per event type, past tense, strict; additive changes only. The console's types are generated from these.

Every event also carries `changes`: the rows (see rows.py) of all it changed, as they are after it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from hearteam.events.rows import AlertRow, CallRow, UnitRow


class Changes(BaseModel):
    """Rows to merge into the follower's state, by `id` (calls, alerts) or `unit` (units)."""

    model_config = ConfigDict(extra="forbid")
    calls: list[CallRow] = Field(default_factory=list)
    units: list[UnitRow] = Field(default_factory=list)
    alerts: list[AlertRow] = Field(default_factory=list)


class DomainEvent(BaseModel):
    """Base of all events. `type` is the name on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: ClassVar[str]


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


class ContactAdded(DomainEvent):
    """One more person called about this call."""

    type = "contact_added"
    contact: str
    relationship: str


class CallbackSet(DomainEvent):
    """Someone is to be called back by a time (null: no longer)."""

    type = "callback_set"
    at: str | None


class AssignmentCreated(DomainEvent):
    """A unit was sent. One event per unit."""

    type = "assignment_created"
    assignment: str
    role: str
    joins: bool
    override_reason: str
    occurred_at: str


class AssignmentAcknowledged(DomainEvent):
    """The crew has its dispatch; `minutes` is when it says it will be there."""

    type = "assignment_acknowledged"
    assignment: str
    occurred_at: str
    minutes: int | None = None


class AssignmentStatusChanged(DomainEvent):
    """A unit's progress on its call. AV means it was cleared from it."""

    type = "assignment_status_changed"
    assignment: str
    status: str
    from_status: str
    occurred_at: str
    late: bool = False
    note: str = ""
    destination: str = ""


class UnitsExchanged(DomainEvent):
    """A unit took another's place on this call; `went_to` is the number of the call that the other took over for it."""

    type = "units_exchanged"
    unit: str
    instead_of: str
    went_to: str | None
    reason: str


class UnitPreempted(DomainEvent):
    """A unit was taken from this call for a graver one."""

    type = "unit_preempted"
    assignment: str
    to_number: str
    reason: str


class OrderGiven(DomainEvent):
    """A crew was told to stage or to withdraw."""

    type = "order_given"
    assignment: str
    order: str
    reason: str


class OrderAcknowledged(DomainEvent):
    """The crew, or the dispatcher on its word, acknowledged the order."""

    type = "order_acknowledged"
    assignment: str
    order: str
    occurred_at: str


class OrderLifted(DomainEvent):
    """The standing order no longer holds."""

    type = "order_lifted"
    assignment: str
    order: str
    reason: str


class WelfareCheckPassed(DomainEvent):
    """The crew is well; `next_due_at` is when they are asked again."""

    type = "welfare_check_passed"
    assignment: str
    occurred_at: str
    next_due_at: str | None
    late: bool
    minutes: int | None = None


class ChannelChecked(DomainEvent):
    """A radio or phone check with a unit was logged: its channel is proven for 15 minutes."""

    type = "channel_checked"
    kind: str


class HandoffRecorded(DomainEvent):
    """A phone hand-off was attempted; accepted ones name the temporary unit."""

    type = "handoff_recorded"
    handoff: str
    team: str
    outcome: str
    attempt: int
    unit: str | None
    eta_minutes: int | None


class SceneMarkedSafe(DomainEvent):
    """An officer, EMS or the dispatcher on their word says that civilians may enter."""

    type = "scene_marked_safe"
    source: str


class SceneMarkedUnsafe(DomainEvent):
    """The scene is no longer safe for civilians."""

    type = "scene_marked_unsafe"
    source: str


class InterventionRecorded(DomainEvent):
    """What a team did on scene was coded (the codes are kept with the call, not here)."""

    type = "intervention_recorded"
    count: int


class PoliceRequested(DomainEvent):
    """Police were asked for."""

    type = "police_requested"
    source: str


class UnitStatusChanged(DomainEvent):
    """A unit's own status: AV, BK, OO, OFF."""

    type = "unit_status_changed"
    status: str
    from_status: str
    reason: str
    until: str | None = None


class RosterChanged(DomainEvent):
    """Who is on board, on shift or in service changed."""

    type = "roster_changed"
    reason: str


class AlertRaised(DomainEvent):
    """Someone must look. Kept until cleared."""

    type = "alert_raised"
    alert: str
    kind: str
    level: int
    text: str


class AlertEscalated(DomainEvent):
    """Nobody acknowledged, or nothing was done: it goes to more people or to a higher level."""

    type = "alert_escalated"
    alert: str
    kind: str
    level: int
    reason: str


class AlertAcknowledged(DomainEvent):
    """A named person has seen it; the sound stops, the alert stays."""

    type = "alert_acknowledged"
    alert: str
    kind: str
    seconds: float


class AlertCleared(DomainEvent):
    """Its cause is gone."""

    type = "alert_cleared"
    alert: str
    kind: str
    reason: str


class ActionUndone(DomainEvent):
    """A person took back their own last action: the events of these versions and types. They stay in the log."""

    type = "action_undone"
    undone: list[int]
    types: list[str]


class PositionClaimed(DomainEvent):
    """Somebody sat down at a workstation."""

    type = "position_claimed"
    position: str
    holder: str


class PositionReleased(DomainEvent):
    """Somebody left their workstation; `calls` of it are open."""

    type = "position_released"
    position: str
    holder: str
    calls: int


class CallTaken(DomainEvent):
    """A workstation works the call from now on, in place of another or of none (empty)."""

    type = "call_taken"
    position: str
    from_position: str


class HandoverOffered(DomainEvent):
    """A shift's open calls were offered to a colleague, who has not answered yet."""

    type = "handover_offered"
    handover: str
    position: str
    to: str
    calls: list[str]


class HandoverAnswered(DomainEvent):
    """The colleague took the calls or did not, or the offer was withdrawn."""

    type = "handover_answered"
    handover: str
    position: str
    answer: str
    to: str


class RulesetPublished(DomainEvent):
    """Another ruleset version decides from now on. `republishes`: the earlier version that it brings back."""

    type = "ruleset_published"
    name: str
    version: int
    effective_at: str | None = None
    republishes: str | None = None


class TimerLimitsChanged(DomainEvent):
    """Other time limits hold for what is set from now on: those that changed, by name, in seconds, % or times."""

    type = "timer_limits_changed"
    before: dict[str, int]
    after: dict[str, int]
    reason: str


class CommandAliasChanged(DomainEvent):
    """A word on the command line stands for a command from now on, or no longer (`active`)."""

    type = "command_alias_changed"
    word: str
    verb: str
    active: bool


EVENT_TYPES: dict[str, type[DomainEvent]] = {cls.type: cls for cls in DomainEvent.__subclasses__()}


def event_json_schema() -> dict[str, Any]:
    """JSON schema of every event's `data`, keyed by event type, for the generated browser types."""
    return {name: cls.model_json_schema() for name, cls in sorted(EVENT_TYPES.items())}
