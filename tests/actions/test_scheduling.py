"""A call may be worked later: it waits in sight, comes back by itself with an alert, and grave ones never wait."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from dispatch.actions import calls, holds, safety, scheduling
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Call, Deadline
from dispatch.queries.board import call_rows
from hearteam.problems import Malformed
from tests.actions.reading import fresh, open_alerts, refused, waiting_deadlines
from tests.stage import Stage


def later(stage: Stage, call: Call, minutes: float = 60) -> Call:
    at = timezone.now() + timedelta(minutes=minutes)
    return scheduling.call_schedule(by=stage.dispatcher, call_id=call.pk, at=at, reason="clinic opens then")


def test_a_scheduled_call_waits_in_sight_and_comes_back_with_an_alert(stage: Stage) -> None:
    call = stage.triaged_call()
    at = later(stage, call).scheduled_for
    (row,) = call_rows([call.pk])
    assert (row["status"], row["hold_until"], row["scheduled_for"]) == ("held", row["scheduled_for"], row["hold_until"])
    assert "PENDING" not in waiting_deadlines(call)
    deadlines_fire(timezone.now() + timedelta(minutes=59))
    assert fresh(call).status == "held"
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(scheduled_for=now, hold_until=now)
    deadlines_fire(timezone.now() + timedelta(minutes=60.1))
    assert fresh(call).status == "pending"
    assert open_alerts(call) == {("SCHEDULED_DUE", "")}
    assert at is not None
    stage.send(call, "CRT1")
    assert open_alerts(call) == set()


def test_its_clock_counts_from_when_it_was_to_be_worked(stage: Stage) -> None:
    call = stage.call(received_at=timezone.now() - timedelta(hours=5), priority=4, asks_triage="NO")
    later(stage, call)
    holds.call_resume(by=stage.dispatcher, call_id=call.pk, reason="the nurse came early")
    due = Deadline.objects.get(call=call, kind="PENDING", fired_at=None, cancelled_at=None).due_at
    assert due > timezone.now() + timedelta(minutes=19)


def test_it_moves_to_another_time_and_comes_back_when_it_gets_graver(stage: Stage) -> None:
    call = stage.triaged_call()
    later(stage, call, 30)
    moved = later(stage, call, 90)
    assert Deadline.objects.get(call=call, kind="HOLD", fired_at=None, cancelled_at=None).due_at == moved.scheduled_for
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    assert fresh(call).status == "pending"


def test_what_is_grave_or_served_is_not_scheduled_away_by_anybody(stage: Stage) -> None:
    at = timezone.now() + timedelta(hours=1)
    for call in (stage.triaged_call(violence="THREATS"), stage.triaged_call(weapon="IN_HAND")):
        as_supervisor = partial(scheduling.call_schedule, by=stage.supervisor, call_id=call.pk, at=at, reason="x")
        assert "tier" in refused(as_supervisor, rule="SAFETY")
    unknown, planned = stage.call(), stage.call(asks_triage="NO", priority=2)
    served, _ = stage.crt_at()
    refused(lambda: later(stage, unknown), rule="NEEDS_TRIAGE")
    refused(lambda: later(stage, planned), rule="SAFETY")
    refused(lambda: later(stage, served), rule="ON_A_CALL")


def test_a_scheduled_call_that_somebody_makes_p1_waits_no_longer(stage: Stage) -> None:
    call = later(stage, stage.triaged_call())
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=call.version, fields={"priority": 2})
    assert fresh(call).status == "held"
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"priority": 1})
    assert fresh(call).status == "pending"


@pytest.mark.parametrize("minutes", [-1, 49 * 60])
def test_the_time_lies_ahead_today_or_tomorrow(stage: Stage, minutes: float) -> None:
    with pytest.raises(Malformed):
        later(stage, stage.triaged_call(), minutes)
