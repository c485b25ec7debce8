"""The one table of statuses: what may follow what, what each step records, and the exchange names of NENA EIDO."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class AssignmentStatus(StrEnum):
    """Where one unit stands with one call. AV clears the unit and ends the assignment."""

    DP = "DP"
    ER = "ER"
    ST = "ST"
    OS = "OS"
    TR = "TR"
    AD = "AD"
    AV = "AV"


class UnitStatus(StrEnum):
    """A unit's own status while it has no assignment."""

    AV = "AV"
    BK = "BK"
    OO = "OO"
    OFF = "OFF"


class CallStatus(StrEnum):
    """Where a call stands."""

    PENDING = "pending"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


class RefusalCode(StrEnum):
    """Why a step is refused, for a program to act on; the reason is for people."""

    ALREADY = "ALREADY"
    IMPOSSIBLE = "IMPOSSIBLE"
    NEEDS_DESTINATION = "NEEDS_DESTINATION"
    NEEDS_REASON = "NEEDS_REASON"
    NEEDS_ORDER = "NEEDS_ORDER"
    NEEDS_TRIAGE = "NEEDS_TRIAGE"
    NEEDS_SUPERVISOR = "NEEDS_SUPERVISOR"
    NEEDS_CONSENT = "NEEDS_CONSENT"
    ON_A_CALL = "ON_A_CALL"
    OFF_SHIFT = "OFF_SHIFT"
    SAFETY = "SAFETY"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that is refused. `invariant` is the number of the programme's safety invariant, where one forbids it."""

    code: RefusalCode
    reason: str
    invariant: int | None = None


ASSIGNMENT_LABELS: Final[Mapping[AssignmentStatus, str]] = {
    AssignmentStatus.DP: "dispatched",
    AssignmentStatus.ER: "en route",
    AssignmentStatus.ST: "staging",
    AssignmentStatus.OS: "on scene",
    AssignmentStatus.TR: "transporting",
    AssignmentStatus.AD: "at destination",
    AssignmentStatus.AV: "available",
}
UNIT_LABELS: Final[Mapping[UnitStatus, str]] = {
    UnitStatus.AV: "available",
    UnitStatus.BK: "on a break",
    UnitStatus.OO: "out of service",
    UnitStatus.OFF: "off shift",
}

_A = AssignmentStatus
# A crew that forgets to press a button must still be able to press the next one, so arriving may skip
# acknowledging; transporting may not skip arriving, because a person is in the car.
ASSIGNMENT_NEXT: Final[Mapping[AssignmentStatus, frozenset[AssignmentStatus]]] = {
    _A.DP: frozenset({_A.ER, _A.ST, _A.OS, _A.AV}),
    _A.ER: frozenset({_A.ST, _A.OS, _A.AV}),
    _A.ST: frozenset({_A.ER, _A.OS, _A.AV}),
    _A.OS: frozenset({_A.ST, _A.TR, _A.AV}),
    _A.TR: frozenset({_A.AD, _A.AV}),
    _A.AD: frozenset({_A.TR, _A.AV}),
    _A.AV: frozenset(),
}
BEFORE_ARRIVAL: Final = frozenset({_A.DP, _A.ER, _A.ST})
ACTIVE: Final = frozenset(_A) - {_A.AV}


def assignment_next(
    current: AssignmentStatus,
    target: AssignmentStatus,
    *,
    destination: str | None = None,
    withdraw_ordered: bool = False,
) -> Refusal | None:
    """Whether an assignment may go from one status to the next; None when it may.

    Transporting needs a destination. A crew on scene goes back to staging only when it was ordered to withdraw.
    """
    if current is target:
        return Refusal(RefusalCode.ALREADY, f"The unit is already {ASSIGNMENT_LABELS[target]}.")
    if target not in ASSIGNMENT_NEXT[current]:
        reason = f"A unit that is {ASSIGNMENT_LABELS[current]} cannot become {ASSIGNMENT_LABELS[target]}."
        if current is AssignmentStatus.AV:
            reason = "The unit was cleared from this call."
        return Refusal(RefusalCode.IMPOSSIBLE, reason)
    if target is AssignmentStatus.TR and not (destination or "").strip():
        return Refusal(RefusalCode.NEEDS_DESTINATION, "Transporting needs a destination.")
    if current is AssignmentStatus.OS and target is AssignmentStatus.ST and not withdraw_ordered:
        return Refusal(RefusalCode.NEEDS_ORDER, "A crew on scene goes back to staging only when ordered to withdraw.")
    return None


STAMP: Final[Mapping[AssignmentStatus, str]] = {
    AssignmentStatus.DP: "dispatched_at",
    AssignmentStatus.ER: "en_route_at",
    AssignmentStatus.ST: "staged_at",
    AssignmentStatus.OS: "on_scene_at",
    AssignmentStatus.TR: "transporting_at",
    AssignmentStatus.AD: "at_destination_at",
    AssignmentStatus.AV: "cleared_at",
}
ACKNOWLEDGED_STAMP: Final = "acknowledged_at"


def stamps(target: AssignmentStatus) -> tuple[str, ...]:
    """The times a step records, each only where it is still empty: the first arrival counts.

    Any step a crew takes after being dispatched also acknowledges the dispatch; being cleared does not.
    """
    if target in (AssignmentStatus.DP, AssignmentStatus.AV):
        return (STAMP[target],)
    return (ACKNOWLEDGED_STAMP, STAMP[target])


def unit_next(
    current: UnitStatus, target: UnitStatus, *, on_call: str | None = None, on_shift: bool = True, reason: str = ""
) -> Refusal | None:
    """Whether a unit may take a status of its own; None when it may. `on_call` is the number of its active call.

    Any status may follow any other while the unit is free. Out of service needs a reason; being available a shift.
    """
    if on_call is not None:
        return Refusal(RefusalCode.ON_A_CALL, f"The unit is on call {on_call}; clear it from there first.")
    if current is target:
        return Refusal(RefusalCode.ALREADY, f"The unit is already {UNIT_LABELS[target]}.")
    if target is UnitStatus.OO and not reason.strip():
        return Refusal(RefusalCode.NEEDS_REASON, "Out of service needs a reason.")
    if target in (UnitStatus.AV, UnitStatus.BK) and not on_shift:
        return Refusal(RefusalCode.OFF_SHIFT, "The unit has no crew on shift.")
    return None


_C = CallStatus
MOVING: Final = frozenset({_C.PENDING, _C.DISPATCHED, _C.EN_ROUTE, _C.ON_SCENE, _C.TRANSPORTING})
"""Statuses that follow from the units on the call: `call_status`."""
ENDED: Final = frozenset({_C.CLOSED, _C.CANCELLED, _C.MERGED})
"""Statuses in which a call has left the board."""
_FROM_MOVING = MOVING | {_C.CLOSED, _C.MERGED}
CALL_NEXT: Final[Mapping[CallStatus, frozenset[CallStatus]]] = {
    _C.PENDING: _FROM_MOVING | {_C.HELD, _C.CANCELLED},
    _C.DISPATCHED: _FROM_MOVING | {_C.CANCELLED},
    _C.EN_ROUTE: _FROM_MOVING | {_C.CANCELLED},
    _C.ON_SCENE: _FROM_MOVING,
    _C.TRANSPORTING: _FROM_MOVING,
    _C.HELD: MOVING | ENDED,
    _C.CLOSED: MOVING,
    _C.CANCELLED: MOVING,
    _C.MERGED: MOVING,
}


def call_next(current: CallStatus, target: CallStatus) -> Refusal | None:
    """Whether a call may go from one status to the next; None when it may. An ended call comes back by reopening it.

    A call that units are on cannot be held; one that a unit has reached is closed with a disposition, not cancelled.
    """
    if current is target:
        return Refusal(RefusalCode.ALREADY, f"The call is already {target.value.replace('_', ' ')}.")
    if target not in CALL_NEXT[current]:
        now, then = current.value.replace("_", " "), target.value.replace("_", " ")
        return Refusal(RefusalCode.IMPOSSIBLE, f"A call that is {now} cannot become {then}.")
    return None


def call_status(assignments: Collection[AssignmentStatus]) -> CallStatus:
    """The status that follows from the units on an open call: on scene as long as anybody is there.

    With every unit cleared the call is pending again: it waits for more units, or to be closed.
    """
    for statuses, status in (
        ({AssignmentStatus.OS}, CallStatus.ON_SCENE),
        ({AssignmentStatus.TR, AssignmentStatus.AD}, CallStatus.TRANSPORTING),
        ({AssignmentStatus.ER, AssignmentStatus.ST}, CallStatus.EN_ROUTE),
        ({AssignmentStatus.DP}, CallStatus.DISPATCHED),
    ):
        if statuses & set(assignments):
            return status
    return CallStatus.PENDING


@dataclass(frozen=True, slots=True)
class EidoStatus:
    """A unit's status in the names of the NENA Emergency Incident Data Object."""

    primary: str
    secondary: str | None


_NOT_AVAILABLE = "NotAvailable"
EIDO_ASSIGNMENT: Final[Mapping[AssignmentStatus, EidoStatus]] = {
    AssignmentStatus.DP: EidoStatus(_NOT_AVAILABLE, "Dispatched"),
    AssignmentStatus.ER: EidoStatus(_NOT_AVAILABLE, "EnRoute"),
    AssignmentStatus.ST: EidoStatus(_NOT_AVAILABLE, "Staging"),
    AssignmentStatus.OS: EidoStatus(_NOT_AVAILABLE, "OnScene"),
    AssignmentStatus.TR: EidoStatus(_NOT_AVAILABLE, "Transporting"),
    AssignmentStatus.AD: EidoStatus(_NOT_AVAILABLE, "AtDestination"),
    AssignmentStatus.AV: EidoStatus("Available", "Cleared"),
}
EIDO_UNIT: Final[Mapping[UnitStatus, EidoStatus]] = {
    UnitStatus.AV: EidoStatus("Available", None),
    UnitStatus.BK: EidoStatus("ConditionallyAvailable", None),
    UnitStatus.OO: EidoStatus(_NOT_AVAILABLE, None),
    UnitStatus.OFF: EidoStatus(_NOT_AVAILABLE, None),
}
