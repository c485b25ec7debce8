"""A call that its units have left is not forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.actions import endings, safety
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Call, Deadline
from dispatch.rules.timers import DEFAULT_TIMERS, DeadlineKind
from tests.actions.reading import fresh, open_alerts, slots, waiting_deadlines
from tests.stage import Stage


def _fire_pending() -> None:
    Deadline.objects.filter(kind=DeadlineKind.PENDING).update(due_at=timezone.now() - timedelta(seconds=1))
    deadlines_fire(timezone.now())


def test_a_call_whose_units_left_is_due_gently_by_the_longest_limit(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    assert "PENDING" not in waiting_deadlines(call)
    left = stage.step(crew, "AV").cleared_at
    due = Deadline.objects.get(call=call, kind=DeadlineKind.PENDING, cancelled_at__isnull=True).due_at
    assert due == left + timedelta(seconds=DEFAULT_TIMERS.pending_s[4])
    _fire_pending()
    assert Alert.objects.get(call=call, kind="PENDING_OVERDUE", cleared_at__isnull=True).level == 3


def test_a_reopened_call_waits_like_a_new_one(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="he came back")
    before = timezone.now()
    stage.triage(call, violence="THREATS")
    due = Deadline.objects.get(call=call, kind=DeadlineKind.PENDING, cancelled_at__isnull=True).due_at
    assert due <= before + timedelta(seconds=DEFAULT_TIMERS.pending_s[fresh(call).priority])
    _fire_pending()
    assert Alert.objects.get(call=call, kind="PENDING_OVERDUE", cleared_at__isnull=True).level == 2


def test_police_who_leave_civilians_behind_are_wanted_again(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, crew = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS", "AV")
    assert slots(call) == [("CRMHC", "assigned"), ("POLICE", "assigned"), ("POLICE", "requested")]
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)
    stage.send(call, "HPD2")
    stage.step(crew, "AV")
    assert "POLICE_UNASSIGNED" not in waiting_deadlines(call)


def test_police_who_leave_last_or_leave_other_police_there_are_not(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    first, second, crew = stage.send(call, "HPD1", "HPD2", "CRMHC1")
    stage.step(first, "OS", "AV")
    stage.step(crew, "AV")
    stage.step(second, "OS", "AV")
    assert "POLICE_UNASSIGNED" not in waiting_deadlines(call)
    assert ("POLICE", "requested") not in slots(call)


def test_closing_a_call_with_police_and_civilians_asks_for_nobody(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, _ = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    assert ("POLICE", "unfilled") not in slots(call)
    assert open_alerts(call) == set()


def test_a_slot_whose_unit_left_no_longer_fills_the_response(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    stage.step(crew, "AV")
    stage.triage(call, acuity="LOW")
    assert slots(call) == [("CRT", "assigned"), ("CRT", "requested")]


def test_reopened_everybody_is_asked_for_again(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, _ = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="back")
    assert slots(call) == [("CRMHC", "requested"), ("POLICE", "requested")]


def pending_due(call: Call) -> datetime:
    return Deadline.objects.get(call=call, kind="PENDING", fired_at__isnull=True, cancelled_at__isnull=True).due_at


def test_new_danger_after_the_units_left_is_overdue_by_its_own_priority(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    stage.step(crew, "AV")
    decision = stage.triage(call, weapon="IN_HAND", violence="ACTIVE")
    assert (fresh(call).priority, pending_due(call)) == (1, decision.at + timedelta(seconds=60))
    _fire_pending()
    assert Alert.objects.get(call=call, kind="PENDING_OVERDUE", cleared_at__isnull=True).level == 2


def test_new_danger_is_told_apart_from_the_disposition_that_was_missing_before(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    stage.step(crew, "AV")
    _fire_pending()
    stage.triage(call, weapon="IN_HAND")
    _fire_pending()
    overdue = Alert.objects.get(call=call, kind="PENDING_OVERDUE", cleared_at__isnull=True)
    assert (overdue.level, "disposition" in overdue.text) == (2, False)


def test_a_team_still_asked_for_when_the_police_left_is_waited_for_by_the_calls_own_priority(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    (police,) = stage.send(call, "HPD1")
    left = stage.step(police, "OS", "AV").cleared_at
    assert pending_due(call) == left + timedelta(seconds=DEFAULT_TIMERS.pending_s[2])


def test_police_asked_for_after_the_units_left_are_waited_for_from_then(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    stage.step(crew, "AV")
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    asked = call.slots.get(role="POLICE").requested_at
    assert pending_due(call) == asked + timedelta(seconds=60)


def test_a_call_cancelled_and_reopened_waits_from_its_reopening(stage: Stage) -> None:
    call = stage.triaged_call()
    endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="all well")
    Call.objects.filter(pk=call.pk).update(received_at=timezone.now() - timedelta(hours=1))
    before = timezone.now()
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="called again")
    stage.triage(call)
    assert pending_due(call) >= before + timedelta(seconds=DEFAULT_TIMERS.pending_s[3])
