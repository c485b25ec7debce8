"""Whether police are part of a call's response, whose word makes its scene safe, and what was known when."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from django.db.models import BigIntegerField, Q, QuerySet

from dispatch.models import Alert, Assignment, Call, Decision, ResponseSlot
from dispatch.queries import decisions, rulesets
from dispatch.rules import safety
from dispatch.rules.ruleset import AlternativeKind, is_civilian
from dispatch.rules.status import AssignmentStatus
from dispatch.rules.timers import AlertKind
from hearteam.events import types
from hearteam.events.models import Event
from hearteam.prepared import Parameter, Prepared

JOINS_WHEN_SAFE = "Joins once the scene is marked safe"
"""Reason of the order that is part of a dispatch: no sign of danger."""


def police_in_response(call: Call) -> bool:
    """Recommended, requested, on the call, or waited for at a scene that is not safe."""
    return police_belong(call) or police_waited_for(call) or "POLICE" in roles_there(call)


def police_waited_for(call: Call) -> bool:
    """Whether a slot of the call waits for police."""
    return bool(_police_slots.all(call=call.pk))


def roles_there(call: Call) -> set[str]:
    """The roles of the units that are on the call."""
    return {role for (role,) in _roles_there.all(call=call.pk)}


_CALL = Parameter("call", BigIntegerField())
_police_slots = Prepared(
    lambda: (
        ResponseSlot.objects.filter(call=_CALL, role="POLICE", status__in=ResponseSlot.WAITED_FOR)
        .order_by()
        .values_list("pk")[:1]
    )
)
_roles_there = Prepared(
    lambda: Assignment.objects.filter(call=_CALL, cleared_at__isnull=True).order_by().values_list("role")
)
_upgrades = Prepared(
    lambda: (
        Alert.objects.filter(kind=AlertKind.UPGRADE, call=_CALL, cleared_at__isnull=True)
        .order_by()
        .values_list("pk")[:1]
    )
)


def police_belong(call: Call) -> bool:
    """Police are part of the decided response, or an officer's word is waited for, whoever is on the call."""
    decided = call.decision is not None and "POLICE" in call.decision.response
    return decided or call.scene_unsafe_at is not None


def assigned_fact(row: Assignment) -> safety.Assigned:
    """An active assignment as the rules take it."""
    return safety.Assigned(
        row.unit.callsign, row.role, AssignmentStatus(row.status), safety.OrderKind(row.order) if row.order else None
    )


def danger_stands(call: Call) -> bool:
    """Whether what raised the call's priority still holds: police asked for, an unsafe scene, crews turned round."""
    if call.police_requested_at is not None or call.scene_unsafe_at is not None:
        return True
    return bool(_upgrades.all(call=call.pk))


def police_awaited(call: Call) -> bool:
    """Whether a call that no unit is on waits for police: asked for by somebody, or decided.

    Police in place of a busy team are not waited for where the rule offers to wait for that team and every safety
    answer is clear.
    """
    if call.police_requested_at is not None or call.scene_unsafe_at is not None:
        return True
    if call.decision is None or "POLICE" not in call.decision.response:
        return False
    data = call.decision.data
    may_wait = any(row["kind"] == AlternativeKind.HOLD for row in data["alternatives"])
    return not (data["is_fallback"] and may_wait and _all_clear(call.decision))


def _all_clear(decision: Decision) -> bool:
    return not safety.unclear(rulesets.load(decision.ruleset_id), decisions.replay(decision).counted)


def word_counts_from(call: Call) -> frozenset[str]:
    """The roles whose word makes the call's scene safe: an officer's only, once it was marked unsafe or police were
    asked for.
    """
    if call.decision is None or call.scene_unsafe_at is not None:
        return frozenset({"POLICE"})
    counted = decisions.replay(call.decision).counted
    return safety.scene_safe_markers(rulesets.load(call.decision.ruleset_id), counted)


def civilians_wanted(call: Call) -> bool:
    """Whether a civilian team is on the call, asked for, or joins it."""
    roles = {
        *call.assignments.filter(cleared_at__isnull=True).values_list("role", flat=True),
        *call.slots.filter(status__in=ResponseSlot.WAITED_FOR).values_list("role", flat=True),
    }
    if call.decision is not None:
        roles |= {*call.decision.response, *call.decision.data["joins"]}
    return any(is_civilian(role) for role in roles)


def marked_unsafe_at(call: Call) -> datetime | None:
    """When it was last said that the scene is not safe, while an officer's word is waited for; None if nobody did."""
    if call.scene_unsafe_at is None:
        return None
    last = _words(call).first()
    return last.at if last is not None and last.type == types.SceneMarkedUnsafe.type else None


def has_newer_danger(call: Call, since: datetime) -> bool:
    """Whether an upgrade, a word that the scene is unsafe, a call for police or an order that stands is younger than
    this moment.
    """
    if call.scene_unsafe_at is not None and call.scene_unsafe_at > since:
        return True
    orders = call.assignments.filter(cleared_at__isnull=True, order_at__gt=since).exclude(order="")
    if orders.exclude(order_reason=JOINS_WHEN_SAFE).exists():
        return True
    if Event.objects.filter(call_id=call.pk, type=types.SceneMarkedUnsafe.type, at__gt=since).exists():
        return True
    return _upgraded(call, Q(at__gt=since))


def could_enter(call: Call, assignment: Assignment, at: datetime) -> bool:
    """Whether nothing kept this crew out at an earlier moment: by the order, decision, police and word of then.

    A crew whose dispatch was recorded late was sent on the first decision.
    """
    decision = call.decisions.filter(at__lte=at).order_by("-pk").first() or call.decisions.order_by("pk").first()
    ordered = bool(assignment.order) and assignment.order_at is not None and assignment.order_at <= at
    if decision is None or ordered:
        return False
    refusal = safety.may_go_on_scene(
        safety.Assigned(assignment.unit.callsign, assignment.role, AssignmentStatus.ER),
        police_in_response=assignment.joins or "POLICE" in decision.response or _police_came_by(call, at),
        scene_safe=_was_safe(call, at),
        answers=decisions.replay(decision).counted,
    )
    return refusal is None


def _police_came_by(call: Call, at: datetime) -> bool:
    """Whether police had been asked for or sent by this moment."""
    if call.scene_unsafe_at is not None and call.scene_unsafe_at <= at:
        return True
    slots = call.slots.filter(role="POLICE", requested_at__lte=at).exclude(status=ResponseSlot.Status.CANCELLED)
    sent = call.assignments.filter(role="POLICE", dispatched_at__lte=at)
    return slots.exists() or sent.filter(Q(cleared_at__isnull=True) | Q(cleared_at__gt=at)).exists()


def _was_safe(call: Call, at: datetime) -> bool:
    """Whether the last word on the scene by this moment was that it is safe, and no upgrade had made it void."""
    last = _words(call).filter(at__lte=at).first()
    if last is None or last.type != types.SceneMarkedSafe.type:
        return False
    return not _upgraded(call, Q(at__gt=last.at, at__lte=at))


def _words(call: Call) -> QuerySet[Event]:
    """What was said of the scene, the last first; a call that is reopened has nothing said of it yet."""
    said = (types.SceneMarkedSafe.type, types.SceneMarkedUnsafe.type, types.CallReopened.type)
    return Event.objects.filter(call_id=call.pk, type__in=said).order_by("-v")


def _upgraded(call: Call, when: Q) -> bool:
    """Whether a decision of that time brought more danger than the one before it."""
    later = call.decisions.filter(when).order_by("pk")
    if not later.exists():
        return False
    before = call.decisions.filter(pk__lt=later[0].pk).order_by("-pk").first()
    rows = [before, *later]
    ruled = [decisions.replay(row) if row is not None else None for row in rows]
    by = [rulesets.load(row.ruleset_id) for row in later]
    return any(
        new is not None and safety.is_upgrade(ruleset, old, new)
        for ruleset, (old, new) in zip(by, pairwise(ruled), strict=True)
    )
