"""Whether police are part of a call's response, whose word makes its scene safe, and what is newer than a word."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from dispatch.models import Call, ResponseSlot
from dispatch.queries import decisions, rulesets
from dispatch.rules import safety
from dispatch.rules.ruleset import is_civilian
from hearteam.events import types
from hearteam.events.models import Event

WANTED = (ResponseSlot.Status.REQUESTED, ResponseSlot.Status.UNFILLED)
JOINS_WHEN_SAFE = "Joins once the scene is marked safe"
"""Reason of the order that is part of a dispatch: no sign of danger."""


def police_in_response(call: Call) -> bool:
    """Recommended, requested or on the call."""
    if call.decision is not None and "POLICE" in call.decision.response:
        return True
    return (
        call.slots.filter(role="POLICE", status__in=WANTED).exists()
        or call.assignments.filter(role="POLICE", cleared_at__isnull=True).exists()
    )


def word_counts_from(call: Call) -> frozenset[str]:
    """The roles whose word makes the call's scene safe."""
    if call.decision is None:
        return frozenset({"POLICE"})
    counted = decisions.replay(call.decision).counted
    return safety.scene_safe_markers(rulesets.load(call.decision.ruleset_id), counted)


def civilians_wanted(call: Call) -> bool:
    """Whether a civilian team is on the call, asked for, or joins it."""
    roles = {
        *call.assignments.filter(cleared_at__isnull=True).values_list("role", flat=True),
        *call.slots.filter(status__in=WANTED).values_list("role", flat=True),
    }
    if call.decision is not None:
        roles |= {*call.decision.response, *call.decision.data["joins"]}
    return any(is_civilian(role) for role in roles)


def has_newer_danger(call: Call, since: datetime) -> bool:
    """Whether an upgrade, a word that the scene is unsafe or an order that stands is younger than this moment."""
    orders = call.assignments.filter(cleared_at__isnull=True, order_at__gt=since).exclude(order="")
    if orders.exclude(order_reason=JOINS_WHEN_SAFE).exists():
        return True
    if Event.objects.filter(call_id=call.pk, type=types.SceneMarkedUnsafe.type, at__gt=since).exists():
        return True
    later = call.decisions.filter(at__gt=since).order_by("pk")
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
