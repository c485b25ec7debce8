"""A crew on a call that gives no sign of itself: shown with its age, inside told aloud, over once it is heard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dispatch.actions import fixes, safety, units
from dispatch.actions.silence import silence_tell, silence_watch
from dispatch.actions.undo import undo_last
from dispatch.actions.watching import Watch
from dispatch.live import presence
from dispatch.models import Assignment
from dispatch.queries import board
from partners.models import ChannelCheck, Unit
from tests.actions.reading import again, open_alerts
from tests.events.verify import verify_action
from tests.stage import Stage
from tests.timers.clock import in_seconds


def out(stage: Stage, *statuses: str, heard: float = 300) -> Assignment:
    """CRT1 on a call for a long time, and its last sign of any kind so many seconds ago."""
    _, assignment = stage.crt_at(*statuses)
    at = in_seconds(-heard)
    Unit.objects.filter(callsign="CRT1").update(tablet_seen_at=at, fix_at=at)
    ChannelCheck.objects.filter(unit__callsign="CRT1").delete()
    long_ago = in_seconds(-3600)
    Assignment.objects.filter(pk=assignment.pk).update(
        dispatched_at=long_ago, status_since=long_ago, acknowledged_at=None, heard_by_voice_at=None
    )
    return again(assignment)


def shown() -> tuple[str | None, str | None]:
    """Since when it is silent, by the unit's row and by the call's."""
    (row,) = [row for row in board.unit_rows() if row["unit"] == "CRT1"]
    calls = [one for call in board.call_rows() for one in call["assignments"] if one["unit"] == "CRT1"]
    return row["silent_since"], calls[0]["silent_since"] if calls else None


def test_a_silent_crew_is_shown_with_its_last_sign_and_inside_it_is_told_aloud(stage: Stage) -> None:
    assignment = out(stage, "OS")
    verified = verify_action(lambda: silence_tell(timezone.now()))
    assert verified.types == ["unit_fell_silent", "alert_raised"]
    since = again(assignment).silent_since
    assert since == Unit.objects.get(callsign="CRT1").fix_at
    assert shown()[0] == shown()[1] is not None
    assert ("UNIT_SILENT", "CRT1") in open_alerts()


def test_on_its_way_it_is_shown_and_not_told_aloud(stage: Stage) -> None:
    out(stage, "ER")
    silence_tell(timezone.now())
    assert shown()[0] is not None
    assert open_alerts() == set()


def test_it_is_told_once_however_often_it_is_looked_at(stage: Stage) -> None:
    out(stage, "OS")
    assert [silence_tell(timezone.now()) for _ in range(3)] == [1, 0, 0]


def connects(stage: Stage, assignment: Assignment) -> object:
    return presence.see(["CRT1"])


def drives(stage: Stage, assignment: Assignment) -> object:
    return fixes.unit_position_set(by=stage.crew, callsign="CRT1", lat=41.77, lon=-72.68, fix_at=timezone.now())


def taps(stage: Stage, assignment: Assignment) -> object:
    return safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk)


def is_called_by_radio(stage: Stage, assignment: Assignment) -> object:
    return units.channel_check(by=stage.dispatcher, callsign="CRT1", kind="RADIO")


@pytest.mark.parametrize("sign", [connects, drives, taps, is_called_by_radio])
def test_any_sign_ends_it(stage: Stage, sign: Callable[[Stage, Assignment], object]) -> None:
    assignment = out(stage, "OS")
    silence_tell(timezone.now())
    sign(stage, assignment)
    assert verify_action(lambda: silence_tell(timezone.now())).types == ["unit_heard_again", "alert_cleared"]
    assert shown() == (None, None)
    assert open_alerts() == set()


@pytest.mark.parametrize(("who", "is_silent"), [("crt1_clinician", True), ("dispatcher", False)])
def test_what_the_center_heard_by_voice_holds_longer_than_a_tap(stage: Stage, who: str, is_silent: bool) -> None:
    assignment = out(stage, "OS")
    safety.welfare_pass(by=stage.cast.actor(who), assignment_id=assignment.pk)
    silence_tell(in_seconds(200))
    assert (again(assignment).silent_since is not None) is is_silent


def test_a_word_that_was_taken_back_was_no_sign(stage: Stage) -> None:
    assignment = out(stage, "OS")
    safety.welfare_pass(by=stage.dispatcher, assignment_id=assignment.pk)
    undo_last(by=stage.dispatcher)
    silence_tell(timezone.now())
    assert again(assignment).silent_since is not None


def test_a_crew_that_is_cleared_is_silent_no_more(stage: Stage) -> None:
    assignment = out(stage, "OS")
    silence_tell(timezone.now())
    stage.step(assignment, "AV")
    assert (shown(), open_alerts()) == ((None, None), set())


def test_police_and_crews_of_replays_are_not_watched(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1")
    replayed = out(stage, "OS")
    replayed.call.pace = 60
    replayed.call.save()
    assert silence_tell(in_seconds(3600)) == 0


def look(watch: Watch, now: datetime, seconds: list[int]) -> list[int]:
    return [second for second in seconds if watch.is_due(now + timedelta(seconds=second))]


def test_nobody_is_missed_in_the_first_minute_nor_after_a_gap() -> None:
    every_second = [*range(71), *range(110, 175)]
    assert look(Watch(), timezone.now(), every_second) == [60, 65, 70, 170]


def test_the_timers_look_for_silent_crews(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assignment = out(stage, "OS")
    monkeypatch.setattr("dispatch.actions.silence._watch", Watch())
    for second in range(0, 61, 10):
        silence_watch(in_seconds(second))
    assert again(assignment).silent_since is not None
