"""Whatever is done in whatever order, by people who make mistakes: the board follows, and what must hold holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions import (
    alerts,
    assignments,
    calls,
    clearing,
    endings,
    exchanges,
    handoffs,
    holds,
    interventions,
    notes,
    orders,
    positions,
    safety,
    scheduling,
    slot_answers,
    slots,
    stacking,
    transfers,
    triage,
    units,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.undo import undo_last
from dispatch.models import Alert, Assignment, Call, Deadline, ResponseSlot, StackedCall, Transfer
from dispatch.queries.scene import police_in_response
from dispatch.rules.questions import QUESTIONS
from hearteam.problems import Problem
from partners.access import Actor
from tests.events.verify import verify_action
from tests.factories import make_unit
from tests.stage import CLEAR_ADULT, Stage

STEPS = 70
WHO = (*["dispatcher"] * 6, "supervisor", "supervisor", "calltaker", "crt1_clinician", "hpd1_officer", "officer")


class Shift:
    """Some hours of a center in which anybody does anything, drawn with a fixed seed."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.rng = random.Random(seed)
        self.done: set[str] = set()
        for number in range(3, 5):
            make_unit(f"HPD{number}", "HPD")

    def by(self) -> Actor:
        return self.stage.cast.actor(self.rng.choice(WHO))

    def call(self) -> int:
        """Mostly one that is open."""
        newest = Call.objects.order_by("-pk")
        still_open = newest.exclude(status__in=Call.ENDED)
        calls_now = still_open if self.rng.random() < 0.9 and still_open.exists() else newest
        return self.rng.choice(list(calls_now.values_list("pk", flat=True)[:5]))

    def assignment(self) -> int:
        ids = list(Assignment.objects.filter(cleared_at=None).values_list("pk", flat=True)) or [0]
        return self.rng.choice(ids)

    def answers(self) -> dict[str, str]:
        changed = self.rng.sample(QUESTIONS, self.rng.choice([0, 0, 1, 1, 2, 4]))
        return CLEAR_ADULT | {question.field: self.rng.choice(question.codes) for question in changed}

    def callsigns(self) -> list[str]:
        known = ["CRT1", "CRT2", "CRMHC1", "HPD1", "HPD2", "HPD3", "HPD4", "EMS1"]
        return self.rng.sample(known, self.rng.choice([1, 1, 2, 3]))

    def possible(self) -> dict[str, tuple[int, Callable[[], Any]]]:
        """What may be done next: name -> (weight, act)."""
        rng, by, call = self.rng, self.by(), self.call
        return {
            "receive": (3, lambda: calls.call_receive(by=by, location={"lat": 41.76, "lon": -72.68}, call_type="EDP")),
            "change": (1, lambda: self.change(by)),
            "triage": (8, lambda: triage.triage_answer(by=by, call_id=call(), answers=self.answers())),
            "override": (1, lambda: triage.response_override(
                by=by, call_id=call(), response=rng.sample(["POLICE", "EMS", "CRT", "CRMHC"], 2), reason="seen so")),
            "send": (10, lambda: assignments.assignment_create(by=by, call_id=call(), units=self.callsigns())),
            "step": (20, lambda: assignments.assignment_status_set(
                by=by, assignment_id=self.assignment(), status=rng.choice(["ER", "ST", "OS", "OS", "TR", "AD", "AV"]),
                destination="Clinic")),
            "acknowledge": (3, lambda: assignments.assignment_acknowledge(by=by, assignment_id=self.assignment())),
            "order": (1, lambda: orders.order_give(
                by=by, assignment_id=self.assignment(), order=rng.choice(["STAGE", "WITHDRAW"]), reason="shouting")),
            "safe": (4, lambda: safety.scene_mark_safe(by=by, call_id=call())),
            "unsafe": (1, lambda: safety.scene_mark_unsafe(by=by, call_id=call())),
            "police": (2, lambda: safety.police_request(by=by, call_id=call())),
            "role": (1, lambda: slots.slot_request(by=by, call_id=call(), role=rng.choice(["EMS", "CRT", "FIRE"]))),
            "hand-off": (2, lambda: handoffs.handoff_record(
                by=by, call_id=call(), team="WHEELER", outcome=rng.choice(["accepted", "declined", "no_answer"]))),
            "emergency": (1, lambda: safety.unit_emergency(by=by, callsign=rng.choice(["CRT1", "CRMHC1"]))),
            "welfare": (2, lambda: safety.welfare_pass(by=by, assignment_id=self.assignment())),
            "alert": (3, lambda: self.alert(by)),
            "note": (1, lambda: notes.note_add(
                by=by, call_id=call(), text="seen", audience=rng.choice([None, "POLICE"]))),
            "service": (1, lambda: interventions.intervention_record(by=by, call_id=call(), codes=["FOOD"])),
            "unit": (3, lambda: units.unit_status_set(
                by=by, callsign=rng.choice(["CRT1", "HPD2"]), status=rng.choice(["AV", "AV", "BK", "OO"]), reason="x",
                minutes=5)),
            "hold": (1, lambda: holds.call_hold(
                by=by, call_id=call(), until=timezone.now() + timedelta(minutes=3), reason="waits")),
            "end": (1, lambda: endings.call_close(by=by, call_id=call(), disposition="18")),
            "cancel": (1, lambda: endings.call_cancel(by=by, call_id=call(), reason="over")),
            "reopen": (1, lambda: endings.call_reopen(by=by, call_id=call(), reason="again")),
            "merge": (1, lambda: endings.call_merge(by=by, call_id=call(), into_id=call(), reason="same")),
            "undo": (6, lambda: undo_last(by=by)),
            "take": (1, lambda: positions.call_take(by=by, call_id=call())),
            "time": (6, self.time_passes),
            **self.handling(by),
        }  # fmt: skip

    def handling(self, by: Actor) -> dict[str, tuple[int, Callable[[], Any]]]:
        """Calls that go to others, wait for a time or a unit, and units that change places."""
        rng, call = self.rng, self.call
        return {
            "stack": (3, lambda: stacking.stack_add(
                by=by, callsign=self.callsigns()[0], call_id=call(), first=rng.random() < 0.3)),
            "unstack": (1, lambda: stacking.stack_remove(by=by, callsign=self.callsigns()[0], call_id=call())),
            "swap": (3, lambda: exchanges.unit_swap(
                by=by, callsign=self.callsigns()[0], other=self.callsigns()[0], reason="nearer")),
            "pre-empt": (4, lambda: exchanges.unit_preempt(
                by=by, callsign=self.callsigns()[0], call_id=call(), reason=rng.choice(["", "graver"]))),
            "transfer": (2, lambda: transfers.transfer_offer(
                by=by, call_id=call(), name="2-1-1", phone="211", consent=rng.random() < 0.9)),
            "settle": (2, lambda: transfers.transfer_settle(
                by=by, transfer_id=self.transfer(), outcome=rng.choice(transfers.SETTLED), taken_by="Ana")),
            "schedule": (1, lambda: scheduling.call_schedule(
                by=by, call_id=call(), at=timezone.now() + timedelta(minutes=5), reason="later")),
            "answer": (2, lambda: slot_answers.slot_answer(
                by=by, slot_id=self.slot(), status=rng.choice(["declined", "unfilled", "requested"]), reason="out")),
        }  # fmt: skip

    def transfer(self) -> int:
        ids = list(Transfer.objects.order_by("-pk").values_list("pk", flat=True)[:3]) or [0]
        return self.rng.choice(ids)

    def slot(self) -> int:
        ids = list(ResponseSlot.objects.exclude(status="cancelled").order_by("-pk").values_list("pk", flat=True)[:6])
        return self.rng.choice(ids or [0])

    def change(self, by: Actor) -> None:
        field: dict[str, Any] = {"priority": self.rng.randint(1, 4)}
        if self.rng.random() < 0.5:
            field = {"type": self.rng.choice(["MNTL", "FIRE", "OD"])}
        calls.call_update(by=by, call_id=self.call(), version=None, fields=field)

    def alert(self, by: Actor) -> None:
        ids = list(Alert.objects.filter(cleared_at=None).values_list("pk", flat=True)) or [0]
        if self.rng.random() < 0.8:
            alerts.alert_acknowledge(by=by, alert_id=self.rng.choice(ids))
        else:
            clearing.alert_clear(by=by, alert_id=self.rng.choice(ids), reason="answered by voice")

    def time_passes(self) -> None:
        """Whatever is due within some minutes is due now."""
        deadlines_fire(timezone.now() + timedelta(minutes=self.rng.choice([0.5, 1, 3, 12])))

    def act(self) -> None:
        possible = self.possible()
        name = self.rng.choices(list(possible), [weight for weight, _ in possible.values()])[0]
        try:
            possible[name][1]()
            self.done.add(name)
        except Problem as problem:
            assert problem.status in (403, 404, 409, 422, 400)


def what_must_hold() -> None:
    """Of every state the database can be in."""
    for call in Call.objects.all():
        active = list(call.assignments.filter(cleared_at=None).select_related("unit__team__agency"))
        waiting = Deadline.objects.filter(call=call, fired_at=None, cancelled_at=None)
        if not call.open:
            assert active == []
            assert not waiting.exists()
            left = Alert.objects.filter(call=call, cleared_at=None)
            assert not left.exclude(kind="EMERGENCY", acknowledged_at=None).exists()
            assert not call.stacked.filter(removed_at=None).exists()
            assert not call.transfers.filter(status="offered").exists()
        if call.transfers.filter(status="offered", kind="LINE").exists():
            assert call.tier in (None, 4), f"{call} of tier {call.tier} is offered to a phone service"
        inside = [row for row in active if row.unit.team.civilian and row.status == "OS"]
        for row in inside:
            assert row.welfare_due_at is not None
            heard = row.order == "WITHDRAW" or call.scene_safe_at is not None
            entered_before = not police_in_response(call) or row.order or heard or _asked_for_afterwards(call, row)
            assert entered_before, f"{row.unit} is inside {call}, police are part of it, nobody called it safe"
        if inside and call.decision is not None and call.decision.tier == 1:
            assert all(row.order == "WITHDRAW" or call.scene_safe_at for row in inside)
        if call.police_requested_at is not None and not any(row.role == "POLICE" for row in active) and active:
            asked = waiting.filter(kind="POLICE_UNASSIGNED").exists()
            told = Alert.objects.filter(call=call, kind__in=["POLICE_UNASSIGNED", "POLICE_REQUESTED"]).exists()
            assert asked or told

    free = Alert.objects.filter(kind="UNIT_FREE", cleared_at=None).values_list("unit_id", flat=True)
    assert not Assignment.objects.filter(unit__in=free, cleared_at=None).exists()
    assert StackedCall.objects.filter(unit__in=free, removed_at=None).exists() or not free


def _asked_for_afterwards(call: Call, row: Assignment) -> bool:
    """Police became part of the response after the crew went in: a request, an override or a police unit sent."""
    later = [slot.requested_at for slot in call.slots.filter(role="POLICE")]
    later += list(call.assignments.filter(role="POLICE").values_list("dispatched_at", flat=True))
    return any(at >= row.on_scene_at for at in later if row.on_scene_at)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_anything_in_any_order(stage: Stage, seed: int) -> None:
    shift = Shift(stage, seed)
    for _ in range(3):
        stage.triaged_call()
    for _ in range(STEPS):
        verify_action(shift.act)
        what_must_hold()
    assert len(shift.done) > 9
