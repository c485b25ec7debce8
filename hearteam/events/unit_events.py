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
