"""Workstations: who sits where, whose call it is, what is handed over, and one that nobody is at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions import alerts, assignments, calls, endings, handovers, positions
from dispatch.actions.watching import Watch
from dispatch.live import presence
from dispatch.models import Alert, Call, Position
from dispatch.queries import board
from dispatch.queries import positions as facts
from hearteam.problems import Conflict, Malformed, NotAllowed, NotFound, Refused
from tests.events.verify import verify_action
from tests.stage import Stage


@pytest.fixture
def second(stage: Stage) -> Any:
    return stage.cast.actor("dispatcher2")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    frames: list[dict[str, Any]] = []
    monkeypatch.setattr("dispatch.actions.positions.publish_position", frames.append)
    yield frames


def owner(call: Call) -> str:
    """The position on the call's row."""
    (row,) = board.call_rows([call.pk])
    return row["position"]


def received(by: Any) -> Call:
    return calls.call_receive(by=by, location={"text": "550 Main St", "lat": 41.76, "lon": -72.67}, call_type="EDP")


def told(kind: str) -> list[str]:
    return [alert.text for alert in Alert.objects.filter(kind=kind, cleared_at=None)]


def test_the_first_free_position_is_taken_and_kept(stage: Stage, second: Any) -> None:
    assert positions.position_claim(by=stage.dispatcher).name == "D1"
    assert positions.position_claim(by=second).name == "D2"
    assert positions.position_claim(by=stage.dispatcher).name == "D1"
    held = {row["name"]: row["holder"] for row in facts.position_rows()}
    assert held == {"D1": "dispatcher", "D2": "dispatcher-2"}


def test_a_position_with_somebody_at_it_is_not_taken(stage: Stage, second: Any) -> None:
    positions.position_claim(by=stage.dispatcher, name="d4")
    with pytest.raises(Conflict, match="dispatcher is at D4"):
        positions.position_claim(by=second, name="D4")


@pytest.mark.parametrize("name", ["4D", "D 4", "Ä1", "D" * 13, "D1; --"])
def test_a_position_has_a_plain_name(stage: Stage, name: str) -> None:
    with pytest.raises(Malformed):
        positions.position_claim(by=stage.dispatcher, name=name)


def test_a_call_belongs_to_who_took_it_or_sent_the_first_unit(stage: Stage, second: Any) -> None:
    positions.position_claim(by=stage.dispatcher)
    positions.position_claim(by=second)
    taken, nobodys = received(stage.dispatcher), stage.call()
    assert (owner(taken), owner(nobodys)) == ("D1", "")
    for call in (taken, nobodys):
        assignments.assignment_create(by=second, call_id=call.pk, units=["HPD1" if call == taken else "HPD2"])
    assert (owner(taken), owner(nobodys)) == ("D1", "D2")


def test_who_moves_takes_the_calls_along(stage: Stage) -> None:
    positions.position_claim(by=stage.dispatcher, name="D1")
    call = received(stage.dispatcher)
    verified = verify_action(lambda: positions.position_claim(by=stage.dispatcher, name="D7"))
    assert (owner(call), verified.types) == ("D7", ["position_released", "position_claimed", "call_taken"])


def test_whoever_takes_a_call_over_has_it(stage: Stage, second: Any) -> None:
    positions.position_claim(by=stage.dispatcher)
    call = received(stage.dispatcher)
    positions.call_take(by=second, call_id=call.pk)
    assert owner(call) == "D2"
    endings.call_close(by=stage.supervisor, call_id=call.pk, disposition="18")
    with pytest.raises(Refused):
        positions.call_take(by=stage.dispatcher, call_id=call.pk)


def test_others_are_told_what_is_open_where(
    stage: Stage, published: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    positions.position_claim(by=stage.dispatcher)
    call = stage.call()
    version = board.snapshot()["version"]
    with django_capture_on_commit_callbacks(execute=True):
        positions.position_open(by=stage.dispatcher, call_id=str(call.pk))
        (row,) = facts.position_rows()
        assert (row["open_call"], row["open_call_number"]) == (str(call.pk), call.number)
        positions.position_open(by=stage.dispatcher, call_id=None)
        assert published == [], "nobody is told of what may yet be undone"
    assert [frame["call"] for frame in published] == [str(call.pk), None]
    assert board.snapshot()["version"] == version


def test_a_shift_is_handed_over_when_the_colleague_accepts(stage: Stage, second: Any) -> None:
    positions.position_claim(by=stage.dispatcher)
    first, ended = received(stage.dispatcher), received(stage.dispatcher)
    calls.callback_set(by=stage.dispatcher, call_id=first.pk, at=timezone.now() + timedelta(minutes=5))
    left = facts.shift_end(stage.dispatcher)
    assert [row["id"] for row in left["calls"]] == [str(first.pk), str(ended.pk)]
    assert [row["number"] for row in left["callbacks"]] == [first.number]
    offered = handovers.handover_offer(by=stage.dispatcher, to="dispatcher-2", note="He calls at six")
    assert owner(first) == "D1"
    assert [row["note"] for row in facts.handover_rows(second)] == ["He calls at six"]
    endings.call_close(by=stage.supervisor, call_id=ended.pk, disposition="18")
    handovers.handover_answer(by=second, handover_id=offered.pk, answer="accepted")
    assert (owner(first), owner(ended), facts.handover_rows(second)) == ("D2", "D1", [])
    with pytest.raises(Refused, match="accepted already"):
        handovers.handover_answer(by=second, handover_id=offered.pk, answer="declined")


def test_a_hand_over_declined_or_withdrawn_leaves_the_calls(stage: Stage, second: Any) -> None:
    positions.position_claim(by=stage.dispatcher)
    call = received(stage.dispatcher)
    for who, answer in ((second, "declined"), (stage.dispatcher, "withdrawn")):
        offered = handovers.handover_offer(by=stage.dispatcher, to="dispatcher-2")
        handovers.handover_answer(by=who, handover_id=offered.pk, answer=answer)
    assert owner(call) == "D1"


def test_only_those_concerned_answer(stage: Stage, second: Any) -> None:
    offered = handovers.handover_offer(by=stage.dispatcher, to="dispatcher-2")
    with pytest.raises(NotFound):
        handovers.handover_answer(by=stage.supervisor, handover_id=offered.pk, answer="accepted")
    with pytest.raises(NotAllowed):
        handovers.handover_answer(by=stage.dispatcher, handover_id=offered.pk, answer="accepted")


@pytest.mark.parametrize("to", ["dispatcher", "crt1-clinician", "auditor", "nobody"])
def test_a_shift_is_handed_to_a_colleague_of_the_desk(stage: Stage, to: str) -> None:
    with pytest.raises(Malformed):
        handovers.handover_offer(by=stage.dispatcher, to=to)


def test_a_hand_over_nobody_answers_is_told_once_and_its_answer_ends_that(stage: Stage, second: Any) -> None:
    offered = handovers.handover_offer(by=stage.dispatcher, to="dispatcher-2")
    now = timezone.now()
    for seconds in (60, 130, 140):
        positions.positions_tell(now + timedelta(seconds=seconds))
    assert told("HANDOVER_UNANSWERED") == ["Hand-over not accepted: D1 to dispatcher-2"]
    handovers.handover_answer(by=second, handover_id=offered.pk, answer="accepted")
    positions.positions_tell(now + timedelta(seconds=150))
    assert told("HANDOVER_UNANSWERED") == []


def test_a_position_with_calls_that_nobody_is_at_is_told_until_somebody_is(stage: Stage) -> None:
    positions.position_claim(by=stage.dispatcher)
    for _ in range(2):
        received(stage.dispatcher)
    later = timezone.now() + timedelta(seconds=61)
    positions.positions_tell(later - timedelta(seconds=10))
    assert told("POSITION_UNATTENDED") == []
    verify_action(lambda: positions.positions_tell(later))
    assert told("POSITION_UNATTENDED") == ["Position unattended: D1 (2 calls)"]
    Position.objects.update(seen_at=later)
    verify_action(lambda: positions.positions_tell(later))
    assert told("POSITION_UNATTENDED") == []


def test_another_position_sounds_anew(stage: Stage, second: Any) -> None:
    for by in (stage.dispatcher, second):
        positions.position_claim(by=by)
        received(by)
    Position.objects.filter(name="D1").update(seen_at=timezone.now() - timedelta(minutes=2))
    positions.positions_tell(timezone.now())
    alerts.alert_acknowledge(by=stage.supervisor, alert_id=Alert.objects.get(cleared_at=None).pk)
    positions.positions_tell(timezone.now() + timedelta(minutes=2))
    alert = Alert.objects.get(cleared_at=None, kind="POSITION_UNATTENDED")
    assert (alert.text, alert.acknowledged_at) == ("Position unattended: D1 (1 call), D2 (1 call)", None)


def test_who_has_seen_that_two_are_gone_has_seen_it_when_one_is_back(stage: Stage, second: Any) -> None:
    for by in (stage.dispatcher, second):
        positions.position_claim(by=by)
        received(by)
    later = timezone.now() + timedelta(minutes=2)
    positions.positions_tell(later)
    alerts.alert_acknowledge(by=stage.supervisor, alert_id=Alert.objects.get(cleared_at=None).pk)
    Position.objects.filter(name="D1").update(seen_at=later)
    assert verify_action(lambda: positions.positions_tell(later)).types == ["alert_reworded"]
    alert = Alert.objects.get(cleared_at=None, kind="POSITION_UNATTENDED")
    assert alert.text == "Position unattended: D2 (1 call)"
    assert alert.acknowledged_by == stage.cast.supervisor


def test_a_position_left_with_calls_is_told_of_too_and_taking_them_ends_it(stage: Stage, second: Any) -> None:
    positions.position_claim(by=stage.dispatcher)
    call = received(stage.dispatcher)
    positions.position_release(by=stage.dispatcher)
    later = timezone.now() + timedelta(minutes=2)
    positions.positions_tell(later)
    assert told("POSITION_UNATTENDED") == ["Position unattended: D1 (1 call)"]
    positions.call_take(by=second, call_id=call.pk)
    Position.objects.filter(name="D2").update(seen_at=later)
    positions.positions_tell(later)
    assert told("POSITION_UNATTENDED") == []


def test_a_connected_console_keeps_its_position(stage: Stage) -> None:
    positions.position_claim(by=stage.dispatcher)
    received(stage.dispatcher)
    Position.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    presence.see_consoles([stage.cast.dispatcher.pk])
    positions.positions_tell(timezone.now())
    assert told("POSITION_UNATTENDED") == []


def test_after_a_restart_the_consoles_get_a_minute_to_come_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    positions.position_claim(by=stage.dispatcher)
    received(stage.dispatcher)
    monkeypatch.setattr(positions, "_watch", Watch())
    later = timezone.now() + timedelta(minutes=10)
    for seconds, expected in ((0, 0), (20, 0), (40, 0), (59, 0), (60, 1), (62, 1)):
        positions.positions_watch(later + timedelta(seconds=seconds))
        assert len(told("POSITION_UNATTENDED")) == expected


def test_more_positions_than_an_alert_has_room_for_do_not_sound_without_end(stage: Stage) -> None:
    first = received(stage.dispatcher)
    gone = timezone.now() - timedelta(minutes=5)
    for number in range(10, 50):
        position = Position.objects.create(name=f"D{number}", seen_at=gone)
        Call.objects.create(
            number=f"26-9000{number}", received_at=gone, location_text=first.location_text, position=position
        )
    positions.positions_tell(timezone.now())
    positions.positions_tell(timezone.now())
    assert Alert.objects.filter(kind="POSITION_UNATTENDED").count() == 1
