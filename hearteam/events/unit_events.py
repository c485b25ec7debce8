"""What happens to units: sent, on their way, ordered, checked on, exchanged; and what makes a scene safe."""

from __future__ import annotations

from hearteam.events.event import DomainEvent


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
    time_unsure: bool = False
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
    time_unsure: bool = False
    minutes: int | None = None


class WelfareCheckSooner(DomainEvent):
    """The call is of another tier: its crew is asked sooner than was set."""

    type = "welfare_check_sooner"
    assignment: str
    tier: int | None
    next_due_at: str


class UnitFellSilent(DomainEvent):
    """A crew on a call has given no sign for too long: no socket, no position, no answer. `since` is its last one."""

    type = "unit_fell_silent"
    assignment: str
    since: str


class UnitHeardAgain(DomainEvent):
    """A crew that was silent gives signs again; `silent_s` counts from the last sign before."""

    type = "unit_heard_again"
    assignment: str
    silent_s: int


class ChannelChecked(DomainEvent):
    """A radio or phone check with a unit was logged: its channel is proven for 15 minutes."""

    type = "channel_checked"
    kind: str


class HandoffRecorded(DomainEvent):
    """A phone hand-off was attempted, or is being; accepted ones name the temporary unit, others may promise a
    call-back.
    """

    type = "handoff_recorded"
    handoff: str
    team: str
    outcome: str
    attempt: int
    unit: str | None
    eta_minutes: int | None
    callback_at: str | None = None


class HandoffAmended(DomainEvent):
    """What is known of a crew that took a call by phone was completed or corrected; `fields` names what, no values."""

    type = "handoff_amended"
    handoff: str
    fields: list[str]


class GuestLinkIssued(DomainEvent):
    """The crew may report by a link on its own phone, until it is revoked, the crew is cleared, or `expires_at`."""

    type = "guest_link_issued"
    link: str
    expires_at: str


class GuestLinkSent(DomainEvent):
    """The link is to go to the crew's mobile by text: `asked`, `sent` or `failed`. The number stays with the link."""

    type = "guest_link_sent"
    link: str
    state: str


class GuestLinkUsed(DomainEvent):
    """Somebody opened the link on a device (the first one is 1), or did something by it."""

    type = "guest_link_used"
    link: str
    act: str
    device: int


class GuestLinkRevoked(DomainEvent):
    """The link leads nowhere any more."""

    type = "guest_link_revoked"
    link: str


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


class CrewSignedOn(DomainEvent):
    """The crew itself says who is on board, in which vehicle and what is missing. `started`: it was not signed on.

    `crew` and `left` are names with their roles, as `Ada Example, PEER`.
    """

    type = "crew_signed_on"
    started: bool
    vehicle: str
    crew: list[str]
    left: list[str]
    missing: list[str]


class CrewSignedOff(DomainEvent):
    """The crew handed over: `note` and `missing` are for the next one."""

    type = "crew_signed_off"
    note: str
    missing: list[str]


class UnitNextChanged(DomainEvent):
    """Another number of calls waits for this unit; only its tablet needs to be told, and reads which."""

    type = "unit_next_changed"
    waiting: int


class NoticeEscalated(DomainEvent):
    """Nobody acknowledged what they were told: the next on the ladder are told. `about` is what, `to` are users."""

    type = "notice_escalated"
    notice: str
    about: str
    step: int
    to: list[str]
    channels: list[str]
