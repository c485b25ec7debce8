"""Who may wait for a busy unit, take another unit's place, or be taken from its call for a graver one.

Source: invariants 9-14 in operation. Every function returns None when the step is allowed, else a Refusal. Whether the
unit may be sent to the other call at all (scope, channel, crew) is asked beside this, as for any dispatch.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from dispatch.rules.ruleset import HIGHEST_TIER, is_civilian
from dispatch.rules.status import ASSIGNMENT_LABELS, BEFORE_ARRIVAL, AssignmentStatus, Refusal, RefusalCode

POLICE: Final = "POLICE"
EMS: Final = "EMS"
WITH_A_PERSON: Final = frozenset({AssignmentStatus.TR, AssignmentStatus.AD})


@dataclass(frozen=True, slots=True)
class Engaged:
    """A unit on a call: `status` is None for a unit that is free."""

    callsign: str
    role: str
    status: AssignmentStatus | None
    in_emergency: bool = False


def stack_allowed(callsign: str, *, is_free: bool, tier: int | None, priority: int, is_pending: bool) -> Refusal | None:
    """Whether a call may wait for this unit: a pending one, never one of tier 1 or P1, and a unit that is busy."""
    if not is_pending:
        return Refusal(RefusalCode.IMPOSSIBLE, "Only a call that waits for units can be stacked.")
    if tier == HIGHEST_TIER or priority == 1:
        return Refusal(RefusalCode.SAFETY, "A P1 or tier 1 call waits for nobody: send who is free, or pre-empt.")
    if is_free:
        return Refusal(RefusalCode.IMPOSSIBLE, f"{callsign} is free: send it.")
    return None


def may_leave_place(unit: Engaged) -> Refusal | None:
    """Whether a unit may give its place on a call to another in one step: not in trouble, not once it has arrived."""
    if unit.in_emergency:
        return _unsafe(f"{unit.callsign} has an open emergency: it stays where it is.")
    if unit.status is not None and unit.status not in BEFORE_ARRIVAL:
        now = ASSIGNMENT_LABELS[unit.status]
        return _unsafe(f"{unit.callsign} is {now}: send the other unit beside it, then clear it.")
    return None


def exchange_allowed(first: Engaged, second: Engaged) -> Refusal | None:
    """Whether two units may take each other's places: of one role, at least one of them on a call, none arrived."""
    if first.role != second.role:
        reason = (
            f"{first.callsign} is {first.role} and {second.callsign} is {second.role}: one cannot stand for the other."
        )
        return Refusal(RefusalCode.IMPOSSIBLE, reason)
    if first.status is None and second.status is None:
        return Refusal(RefusalCode.IMPOSSIBLE, f"Neither {first.callsign} nor {second.callsign} is on a call.")
    return may_leave_place(first) or may_leave_place(second)


def preempt_allowed(
    unit: Engaged,
    beside: Collection[Engaged],
    *,
    from_priority: int,
    to_priority: int,
    is_supervisor: bool,
    reason: str = "",
) -> Refusal | None:
    """Whether a unit may be taken from its call for another; `beside` are the other units on the call it leaves.

    1. Nobody, not even a supervisor, takes a unit in an emergency, one that has a person in the car, or the last police
       of a call with civilians inside.
    2. The other call is graver, or as grave with a reason.
    3. A civilian or EMS crew on scene is with somebody: on a supervisor's word only.
    """
    refusal = _never(unit, beside)
    if refusal is not None:
        return refusal
    if to_priority > from_priority:
        return Refusal(
            RefusalCode.SAFETY, f"{unit.callsign} is on a P{from_priority} call: P{to_priority} is less grave."
        )
    if to_priority == from_priority and not reason.strip():
        return Refusal(RefusalCode.NEEDS_REASON, f"Both calls are P{to_priority}: say why this one comes first.")
    with_somebody = unit.status is AssignmentStatus.OS and (is_civilian(unit.role) or unit.role == EMS)
    if with_somebody and not is_supervisor:
        return Refusal(
            RefusalCode.NEEDS_SUPERVISOR, f"{unit.callsign} is on scene with somebody: this needs a supervisor."
        )
    return None


def _never(unit: Engaged, beside: Collection[Engaged]) -> Refusal | None:
    if unit.status is None:
        return Refusal(RefusalCode.IMPOSSIBLE, f"{unit.callsign} is on no call: send it.")
    if unit.in_emergency:
        return _unsafe(f"{unit.callsign} has an open emergency: it stays where it is.")
    if unit.status in WITH_A_PERSON:
        return _unsafe(f"{unit.callsign} is {ASSIGNMENT_LABELS[unit.status]}: somebody is on board.")
    return may_leave_civilians(unit, beside)


def may_leave_civilians(unit: Engaged, beside: Collection[Engaged]) -> Refusal | None:
    """Whether a unit may leave the others on its call: with civilians inside, police only while others are on scene."""
    if unit.role != POLICE or not civilians_inside(beside) or police_on_scene(beside):
        return None
    return _unsafe(f"{unit.callsign} are the last police on a call with civilians inside.")


def civilians_inside(units: Collection[Engaged]) -> bool:
    """Whether a civilian crew is on scene."""
    return any(is_civilian(row.role) and row.status is AssignmentStatus.OS for row in units)


def police_on_scene(units: Collection[Engaged]) -> bool:
    """Whether police have arrived."""
    return any(row.role == POLICE and row.status is AssignmentStatus.OS for row in units)


def _unsafe(reason: str) -> Refusal:
    return Refusal(RefusalCode.SAFETY, reason)
