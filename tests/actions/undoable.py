"""What a dispatcher does and may take back, each with the scene it needs: the table that undoing is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from dispatch.actions import (
    alerts,
    assignments,
    calls,
    clearing,
    endings,
    holds,
    notes,
    safety,
    scheduling,
    slots,
    units,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Assignment, Call
from tests.stage import Stage


def received(stage: Stage, **fields: Any) -> Call:
    """A call that the log knows from its beginning."""
    place = {"text": "550 Main St", "lat": 41.7637, "lon": -72.6734}
    return calls.call_receive(by=stage.supervisor, **{"location": place, "call_type": "MNTL", **fields})


def sent(stage: Stage, *statuses: str, unit: str = "CRT1") -> tuple[Call, Assignment]:
    """A triaged call with a unit on it, by the supervisor: the dispatcher has done nothing yet."""
    call = received(stage)
    stage.triage(call, by=stage.supervisor)
    (assignment,) = assignments.assignment_create(by=stage.supervisor, call_id=call.pk, units=[unit])
    for status in statuses:
        assignments.assignment_status_set(by=stage.supervisor, assignment_id=assignment.pk, status=status)
    return call, assignment


@dataclass(frozen=True, slots=True)
class Scenes:
    """How the stage is set for an act: each gives the call and the row the act is about, where there is one."""

    stage: Stage

    def plain(self) -> tuple[Call, Any]:
        return received(self.stage), None

    def triaged(self) -> tuple[Call, Any]:
        call = received(self.stage)
        self.stage.triage(call, by=self.stage.supervisor)
        return call, None

    def overdue(self) -> tuple[Call, Any]:
        call, row = self.triaged()
        deadlines_fire(timezone.now() + timedelta(minutes=11))
        return call, row

    def held(self) -> tuple[Call, Any]:
        call = received(self.stage)
        until = timezone.now() + timedelta(minutes=9)
        holds.call_hold(by=self.stage.supervisor, call_id=call.pk, until=until, reason="waits")
        return call, None

    def alarmed(self) -> tuple[Call, Any]:
        call, _ = sent(self.stage, "OS")
        return call, safety.unit_emergency(by=self.stage.crew, callsign="CRT1")


Act = tuple[Callable[[], tuple[Call, Any]], Callable[[Call, Any], object]]
"""How the stage is set, what is done."""


def acts(stage: Stage) -> dict[str, Act]:
    """What a dispatcher does and may take back, by name."""
    return {**_acts_on_units(stage, Scenes(stage)), **_acts_on_calls(stage, Scenes(stage))}


def _acts_on_units(stage: Stage, scenes: Scenes) -> dict[str, Act]:
    by = stage.dispatcher

    def step(status: str, **more: Any) -> Callable[[Call, Any], object]:
        return lambda call, row: assignments.assignment_status_set(by=by, assignment_id=row.pk, status=status, **more)

    def send(*callsigns: str) -> Callable[[Call, Any], object]:
        return lambda call, _: assignments.assignment_create(by=by, call_id=call.pk, units=list(callsigns))

    return {
        "dispatch": (scenes.triaged, send("CRT1")),
        "dispatch of an overdue call": (scenes.overdue, send("CRT1")),
        "dispatch of a held call": (scenes.held, send("HPD1", "EMS1")),
        "en route": (lambda: sent(stage), step("ER")),
        "on scene": (lambda: sent(stage, "ER"), step("OS")),
        "staging": (lambda: sent(stage, "ER"), step("ST")),
        "transporting": (lambda: sent(stage, "OS"), step("TR", destination="Clinic")),
        "release": (lambda: sent(stage, "ER"), step("AV")),
        "release from the scene": (lambda: sent(stage, "OS"), step("AV", note="Off")),
        "break": (scenes.plain, lambda call, _: units.unit_status_set(by=by, callsign="CRT2", status="BK", minutes=20)),
        "out of service": (
            scenes.plain, lambda call, _: units.unit_status_set(by=by, callsign="CRT2", status="OO", reason="Tyre")),
        "an alert seen": (
            scenes.alarmed, lambda _, alert: alerts.alert_acknowledge(by=by, alert_id=alert.pk)),
        "an alert cleared": (
            scenes.alarmed, lambda _, alert: clearing.alert_clear(by=by, alert_id=alert.pk, reason="Heard")),
        "welfare check": (lambda: sent(stage, "OS"), lambda _, row: safety.welfare_pass(by=by, assignment_id=row.pk)),
    }  # fmt: skip


def _acts_on_calls(stage: Stage, scenes: Scenes) -> dict[str, Act]:
    by, plain, triaged = stage.dispatcher, scenes.plain, scenes.triaged
    until = timezone.now() + timedelta(minutes=20)

    def change(**fields: Any) -> Callable[[Call, Any], object]:
        return lambda call, _: calls.call_update(by=by, call_id=call.pk, version=None, fields=fields)

    return {
        "priority": (plain, change(priority=1)),
        "a type with a plan": (plain, change(type="FIRE")),
        "a place": (plain, change(location={"text": "1 Elm St", "lat": 41.77, "lon": -72.68, "unit": "3B"})),
        "hold": (plain, lambda call, _: holds.call_hold(by=by, call_id=call.pk, until=until, reason="waits")),
        "end of a hold": (scenes.held, lambda call, _: holds.call_resume(by=by, call_id=call.pk)),
        "schedule": (
            triaged, lambda call, _: scheduling.call_schedule(by=by, call_id=call.pk, at=until, reason="at home then")),
        "a role asked for": (plain, lambda call, _: slots.slot_request(by=by, call_id=call.pk, role="CRT")),
        "call-back": (plain, lambda call, _: calls.callback_set(by=by, call_id=call.pk, at=until)),
        "cancel": (triaged, lambda call, _: endings.call_cancel(by=by, call_id=call.pk, reason="fine")),
        "close": (
            lambda: sent(stage, "ER", "OS"),
            lambda call, _: endings.call_close(by=by, call_id=call.pk, disposition="15", note="All well")),
        "close unserved": (triaged, lambda call, _: endings.call_close(by=by, call_id=call.pk, disposition="05")),
        "a hazard": (plain, lambda call, _: notes.note_add(by=by, call_id=call.pk, text="A dog", kind="HAZARD")),
    }  # fmt: skip


NAMES = [
    "dispatch", "dispatch of an overdue call", "dispatch of a held call", "en route", "on scene", "staging",
    "transporting", "release", "release from the scene", "break", "out of service", "an alert seen", "an alert cleared",
    "welfare check", "priority", "a type with a plan", "a place", "hold", "end of a hold", "schedule",
    "a role asked for", "call-back", "cancel", "close", "close unserved", "a hazard",
]  # fmt: skip
LOOK_THE_SAME = {"welfare check"}
