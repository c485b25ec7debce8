"""One due time that fails holds no other up; a tick does all that is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch import timers
from dispatch.actions import deadlines
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Deadline, TimersWatch
from dispatch.queries.sending import timers_at_work
from dispatch.queries.timers import TOLD_AFTER, TOLD_RETRIED_AFTER
from dispatch.rules.timers import DeadlineKind
from hearteam.events.models import Event
from partners.models import Shift
from tests.factories import make_unit
from tests.stage import Stage

SOON = timedelta(minutes=30)


def test_one_that_fails_holds_no_other_up_and_is_tried_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = stage.call(), stage.call()
    for call in (first, second):
        Deadline.objects.create(kind="PENDING", call=call, due_at=timezone.now())
    act = deadlines._ACTS[DeadlineKind.PENDING]

    def fails_for_the_first(work, deadline, call) -> None:
        if call == first:
            raise KeyError("a mistake in the program")
        act(work, deadline, call)

    monkeypatch.setitem(deadlines._ACTS, DeadlineKind.PENDING, fails_for_the_first)
    assert deadlines_fire(timezone.now()) == 1
    assert set(Alert.objects.values_list("call_id", flat=True)) == {second.pk}
    monkeypatch.undo()
    assert deadlines_fire(timezone.now()) == 1
    assert Alert.objects.filter(call=first).exists()


def test_a_tick_works_off_more_than_it_takes_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "AT_ONCE", 2)
    for _ in range(5):
        Deadline.objects.create(kind="PENDING", call=stage.call(), due_at=timezone.now())
    assert timers.tick() == 5


def test_a_tick_tells_of_shifts_that_began_or_ended_once(stage: Stage) -> None:
    now = timezone.now()
    unit = make_unit("CRT9", "CRT", on_shift=False)
    shift = Shift.objects.create(unit=unit, starts_at=now - timedelta(minutes=1), ends_at=now + SOON)
    timers.tick()
    timers.tick()
    Shift.objects.filter(pk=shift.pk).update(ends_at=now)
    timers.tick()
    timers.tick()
    told = Event.objects.filter(type="roster_changed", unit="CRT9").order_by("v")
    assert list(told.values_list("data__reason", flat=True)) == ["shift began", "shift ended"]
    rows = [event.data["changes"]["units"][0]["on_shift"] for event in told]
    assert rows == [True, False]


def loop_once(monkeypatch: pytest.MonkeyPatch, *, leads: bool = True) -> list[str]:
    """What one round of the process says to whoever asks whether it lives."""
    said: list[str] = []
    rounds = iter([False, True])
    monkeypatch.setattr(timers, "beat", said.append)
    monkeypatch.setattr(timers, "leads", lambda: leads)
    timers.run(lambda: next(rounds), lambda seconds: None)
    return said


def test_a_leader_that_worked_off_what_was_due_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    TimersWatch.objects.all().delete()
    before = timezone.now()
    assert loop_once(monkeypatch) == ["timers"]
    assert TimersWatch.objects.get().at >= before


def test_a_spare_says_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    TimersWatch.objects.all().delete()
    assert loop_once(monkeypatch, leads=False) == []
    assert not TimersWatch.objects.exists()


def test_a_mistake_of_any_kind_neither_ends_the_process_nor_passes_for_work(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    TimersWatch.objects.all().delete()
    monkeypatch.setattr(timers, "deadlines_fire", fails)
    assert loop_once(monkeypatch) == []
    assert not TimersWatch.objects.exists()


def test_due_times_do_not_wait_for_shifts_that_cannot_be_announced(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = stage.call()
    Deadline.objects.create(kind="PENDING", call=call, due_at=timezone.now())
    monkeypatch.setattr(timers, "shift_boundaries_announce", fails)
    assert loop_once(monkeypatch) == ["timers"]
    assert Alert.objects.filter(call=call).exists()


def fails(*_: object) -> int:
    raise KeyError("a mistake in the program")


def test_a_leader_whose_due_times_fail_does_not_say_that_it_watches(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, assignment = stage.crt_at("OS")
    TimersWatch.objects.all().delete()
    Deadline.objects.filter(assignment=assignment, kind="WELFARE_LEVEL_1").update(due_at=timezone.now())
    monkeypatch.setitem(deadlines._ACTS, DeadlineKind.WELFARE_LEVEL_1, fails)
    assert loop_once(monkeypatch) == []
    assert not timers_at_work()
    monkeypatch.setitem(deadlines._ACTS, DeadlineKind.WELFARE_LEVEL_1, deadlines._welfare_missed)
    assert loop_once(monkeypatch) == ["timers"]
    assert timers_at_work()
    assert Alert.objects.filter(call=call, kind="WELFARE_MISSED").exists()


def test_one_that_keeps_failing_is_told_to_people_and_stops_no_other_crew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, assignment = stage.crt_at("OS")
    TimersWatch.objects.all().delete()
    due = Deadline.objects.filter(assignment=assignment, kind="WELFARE_LEVEL_1")
    due.update(due_at=timezone.now())
    monkeypatch.setitem(deadlines._ACTS, DeadlineKind.WELFARE_LEVEL_1, fails)
    for _ in range(TOLD_AFTER):
        timers.tick()
    alert = Alert.objects.get(kind="TIMER_FAILED")
    assert (alert.level, alert.call_id, alert.unit, alert.cleared_at) == (1, call.pk, assignment.unit, None)
    assert loop_once(monkeypatch) == ["timers"]
    assert timers_at_work()
    monkeypatch.setitem(deadlines._ACTS, DeadlineKind.WELFARE_LEVEL_1, deadlines._welfare_missed)
    due.update(failed_at=timezone.now() - TOLD_RETRIED_AFTER)
    timers.tick()
    alert.refresh_from_db()
    assert alert.cleared_at is not None
    assert Alert.objects.filter(kind="WELFARE_MISSED", call=call).exists()
