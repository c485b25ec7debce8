"""The word that a scene is safe, and what takes it back. Private pieces of the public actions."""

from __future__ import annotations

import re

from django.utils import timezone

from dispatch.actions.alerts import raise_alert
from dispatch.actions.orders import put_order
from dispatch.actions.transaction import Work
from dispatch.models import Assignment, Call
from dispatch.queries.scene import civilians_wanted, word_counts_from
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.safety import Marker, word_lapses
from dispatch.rules.timers import AlertKind
from hearteam.events import types


def word_lapse(work: Work, call: Call, reason: str) -> None:
    """Nobody's earlier word makes the scene of a locked call safe any more. Nothing when none was given."""
    if call.scene_safe_at is None:
        return
    call.scene_safe_at, call.scene_safe_by = None, ""
    call.save(update_fields=["scene_safe_at", "scene_safe_by"])
    work.emit(types.SceneMarkedUnsafe(source=reason), call=call)


def officer_awaited(call: Call) -> None:
    """From now on only an officer's word opens the scene of a locked call, unless one stands."""
    if call.scene_safe_at is None:
        call.scene_unsafe_at = timezone.now()
        call.save(update_fields=["scene_unsafe_at"])


def word_leaves(work: Work, call: Call, left: Assignment) -> None:
    """A unit was cleared from a locked call: the word goes with it when it was the one to vouch for it.

    Civilians who are inside on that word withdraw then, aloud.
    """
    counts = word_counts_from(call)
    if call.scene_safe_at is None or left.role not in counts:
        return
    gave_word = left.unit.callsign in re.findall(r"\w+", call.scene_safe_by.upper())
    staying = call.assignments.filter(cleared_at__isnull=True, role__in=counts)
    markers = [Marker(arrived=row.on_scene_at is not None) for row in staying]
    leaving = Marker(arrived=left.on_scene_at is not None, gave_word=gave_word)
    if word_lapses(leaving, markers, civilians_wanted=civilians_wanted(call)):
        word_lapse(work, call, f"{left.unit.callsign} left")
        _order_out(work, call, f"{left.unit.callsign} left with its word that it is safe")


def _order_out(work: Work, call: Call, reason: str) -> None:
    inside = call.assignments.filter(cleared_at__isnull=True, status=Assignment.Status.OS).order_by("unit_id")
    for row in inside.select_related("unit__team__agency"):
        if is_civilian(row.role) and row.order != Assignment.Order.WITHDRAW:
            put_order(work, call, row, Assignment.Order.WITHDRAW, reason)
            raise_alert(work, AlertKind.UPGRADE, call=call, unit=row.unit, again=reason)
