"""One's own last action is undone within ten seconds: the board is as it was, the log shows both."""

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
    endings,
    notes,
    orders,
    premises,
    safety,
    slots,
    stacking,
    units,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.transaction import action
from dispatch.actions.undo import undo_last
from dispatch.models import Alert, Assignment, Call, Deadline, FieldsBefore
from dispatch.queries import board
from hearteam.events.models import Event
from hearteam.problems import Conflict, Problem, Refused
from partners.models import FollowUp, Unit
from tests.actions.undoable import LOOK_THE_SAME, NAMES, acts, received, sent
from tests.events.keyed import KEYS
from tests.events.verify import verify_action
from tests.stage import Stage

TIMES = ("since", "until", "due")


def seen() -> dict[str, Any]:
    """The board without versions; of times, only whether there is one."""

    def plain(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: plain(part, key) for key, part in value.items() if key != "version"}
        if isinstance(value, list):
            return [plain(part) for part in value]
        return value is not None if name.endswith("_at") or name in TIMES else value

    snapshot = board.snapshot()
    return {kind: {row[key]: plain(row) for row in snapshot[kind]} for kind, key in KEYS.items()}


def waiting(call: Call) -> set[tuple[str, Any]]:
    """What is due for the call, and when."""
    rows = Deadline.objects.filter(call=call, fired_at=None, cancelled_at=None)
    return {(row.kind, row.due_at) for row in rows}


def undone_after(stage: Stage, act: Callable[[], object]) -> None:
    """The action changes the board, the undo of it brings it back, and followers see both."""
    before = seen()
    verify_action(act)
    assert seen() != before
    verified = verify_action(lambda: undo_last(by=stage.dispatcher))
    assert seen() == before
    assert verified.of("action_undone")


def test_every_kind_of_action_is_tried(stage: Stage) -> None:
    assert list(acts(stage)) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LOOK_THE_SAME])
def test_an_action_and_its_undo_leave_the_board_as_it_was(stage: Stage, name: str) -> None:
    set_scene, act = acts(stage)[name]
    call, subject = set_scene()
    due = waiting(call)
    undone_after(stage, lambda: act(call, subject))
    assert {kind for kind, _ in waiting(call)} == {kind for kind, _ in due}
    exact = {"PENDING", "HOLD", "ACKNOWLEDGE", "ARRIVAL_TARGET", "WELFARE_LEVEL_1"}
    assert {row for row in waiting(call) if row[0] in exact} == {row for row in due if row[0] in exact}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_in_a_row_each_undo_brings_back_the_board_before(stage: Stage, seed: int) -> None:
    rng, possible = random.Random(seed), acts(stage)
    done = 0
    for name in rng.sample([name for name in NAMES if name not in LOOK_THE_SAME], 9):
        set_scene, act = possible[name]
        try:
            call, subject = set_scene()
            before = seen()
            act(call, subject)
        except Problem:
            continue
        done += 1
        undo_last(by=stage.dispatcher)
        assert seen() == before, name
        if rng.random() < 0.5:
            act(call, subject)
    assert done > 3


def test_a_welfare_check_by_mistake_is_due_as_before(stage: Stage) -> None:
    call, assignment = sent(stage, "OS")
    due = waiting(call)
    safety.welfare_pass(by=stage.dispatcher, assignment_id=assignment.pk)
    assert waiting(call) != due
    undo_last(by=stage.dispatcher)
    assert waiting(call) == due
    assert Assignment.objects.get(pk=assignment.pk).welfare_ok_at is None


def test_the_times_of_a_step_are_taken_back_and_those_before_stay(stage: Stage) -> None:
    _, assignment = sent(stage, "ER")
    before = Assignment.objects.get(pk=assignment.pk)
    assignments.assignment_status_set(by=stage.dispatcher, assignment_id=assignment.pk, status="OS")
    undo_last(by=stage.dispatcher)
    after = Assignment.objects.get(pk=assignment.pk)
    assert (after.status_since, after.en_route_at, after.on_scene_at) == (before.status_since, before.en_route_at, None)


def test_a_unit_sent_by_mistake_is_known_as_such(stage: Stage) -> None:
    call = received(stage)
    (row,) = assignments.assignment_create(by=stage.dispatcher, call_id=call.pk, units=["HPD1"])
    undo_last(by=stage.dispatcher)
    row = Assignment.objects.get(pk=row.pk)
    assert (row.undone, row.clear_reason, row.unit.status) == (True, "Undone", "AV")


def test_the_caller_and_the_person_are_as_they_were(stage: Stage) -> None:
    call = received(stage, caller={"name": "Ada Example", "phone": "860-555-0101"})
    fields = {"caller": {"name": "Bo Example"}, "person": {"name": "Cy Example", "language": "es"}}
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields=fields)
    undo_last(by=stage.dispatcher)
    call = Call.objects.get(pk=call.pk)
    assert (call.contacts.get().name, hasattr(call, "person"), call.language) == ("Ada Example", False, "")
    assert not FieldsBefore.objects.exists()


def test_an_undo_never_makes_a_caller_who_writes_one_to_ring(stage: Stage) -> None:
    call = received(stage, caller={"name": "Ada Example", "phone": "860-555-0101"})
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"location": {"text": "1 Elm St"}})
    Call.objects.filter(pk=call.pk).update(channel="text", never_voice_call=True)  # as a text from them does
    undo_last(by=stage.dispatcher)
    call = Call.objects.get(pk=call.pk)
    assert (call.location_text, call.channel, call.never_voice_call) == ("550 Main St", "text", True)


def test_an_undo_takes_back_its_own_change_and_none_before(stage: Stage) -> None:
    call = received(stage)
    moved = {"location": {"text": "1 Elm St"}}
    for fields in (moved, {"narrative": "Two dogs"}):
        calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields=fields)
    undo_last(by=stage.dispatcher)
    call.refresh_from_db()
    assert (call.location_text, call.notes.filter(strikes=True).count()) == ("1 Elm St", 1)
    premises.caution_add(
        by=stage.dispatcher, premise_id=call.premise_id or 0, caution_class="ENVIRONMENT", text="Dogs", source="caller"
    )
    with pytest.raises(Refused, match="not known any more"):
        undo_last(by=stage.dispatcher)
    call.refresh_from_db()
    assert call.location_text == "1 Elm St"


def test_a_follow_up_that_a_close_opened_is_not_owed(stage: Stage) -> None:
    call = received(stage)
    units.unit_status_set(by=stage.supervisor, callsign="CRT1", status="BK")
    units.unit_status_set(by=stage.supervisor, callsign="CRT2", status="BK")
    units.unit_status_set(by=stage.supervisor, callsign="CRMHC1", status="BK")
    stage.triage(call, by=stage.supervisor)
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    assert FollowUp.objects.filter(call=call, status="OPEN").exists()
    undo_last(by=stage.dispatcher)
    assert not FollowUp.objects.filter(call=call, status="OPEN").exists()


def test_a_merge_comes_apart_and_keeps_every_note_and_caller(stage: Stage) -> None:
    call, into = received(stage, caller={"name": "Ada Example"}, narrative="First"), received(stage)
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="same")
    undo_last(by=stage.dispatcher)
    call = Call.objects.get(pk=call.pk)
    assert (call.status, call.merged_into_id, call.notes.get().text) == ("pending", None, "First")
    assert into.contacts.get().name == "Ada Example"


def test_the_log_keeps_the_action_and_its_undo(stage: Stage) -> None:
    call, _ = sent(stage)
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Wrong call")
    (done,) = undo_last(by=stage.dispatcher)
    note, strike = call.notes.order_by("pk")
    assert (note.text, strike.corrects_id, strike.strikes) == ("Wrong call", note.pk, True)
    event = Event.objects.latest("v")
    assert (event.type, event.data["undone"], event.data["types"]) == ("action_undone", [done.v], ["note_added"])


def finals(stage: Stage) -> dict[str, Callable[[Call, Assignment], object]]:
    by = stage.dispatcher
    return {
        "Police were asked": lambda call, _: safety.police_request(by=by, call_id=call.pk),
        "police or EMS": lambda call, _: slots.slot_request(by=by, call_id=call.pk, role="EMS"),
        "question again": lambda call, _: stage.triage(call, acuity="HIGH"),
        "lift it": lambda _, row: orders.order_give(by=by, assignment_id=row.pk, order="STAGE", reason="noise"),
        "raised an alert": lambda *_: safety.unit_emergency(by=by, callsign="CRT1"),
        "crew was heard": lambda *_: units.channel_check(by=by, callsign="CRT1", kind="RADIO"),
        "cancel it": lambda *_: calls.call_receive(by=by, location={"text": "1 Elm St"}),
    }


@pytest.mark.parametrize("said", [
    "Police were asked", "police or EMS", "question again", "lift it", "raised an alert", "crew was heard", "cancel it",
])  # fmt: skip
def test_what_raised_protection_or_was_said_stays_and_says_why(stage: Stage, said: str) -> None:
    call, assignment = sent(stage, "ER")
    finals(stage)[said](call, assignment)
    before = board.snapshot()["version"]
    with pytest.raises(Refused, match=said):
        undo_last(by=stage.dispatcher)
    assert board.snapshot()["version"] == before


def test_what_somebody_else_changed_since_stays(stage: Stage) -> None:
    call, assignment = sent(stage)
    assignments.assignment_status_set(by=stage.dispatcher, assignment_id=assignment.pk, status="ER")
    notes.note_add(by=stage.supervisor, call_id=call.pk, text="A note stands in nobody's way")
    assignments.assignment_status_set(by=stage.crew, assignment_id=assignment.pk, status="OS")
    with pytest.raises(Refused, match=r"Changed since by crt1-clinician\."):
        undo_last(by=stage.dispatcher)


def test_a_unit_that_was_sent_elsewhere_meanwhile_stays_there(stage: Stage) -> None:
    _, assignment = sent(stage)
    assignments.assignment_status_set(by=stage.dispatcher, assignment_id=assignment.pk, status="AV")
    other, _ = sent(stage)
    with pytest.raises((Conflict, Refused)):
        undo_last(by=stage.dispatcher)
    assert Assignment.objects.get(unit=assignment.unit, cleared_at=None).call == other


def test_of_a_closed_call_all_units_come_back_or_none(stage: Stage) -> None:
    call, _ = sent(stage, "OS")
    assignments.assignment_create(by=stage.supervisor, call_id=call.pk, units=["HPD1"])
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    Unit.objects.filter(callsign="HPD1").update(status="OO")
    with pytest.raises(Refused, match="HPD1 is out of service"):
        undo_last(by=stage.dispatcher)
    assert not call.assignments.filter(cleared_at=None).exists()


def test_after_ten_seconds_of_the_servers_clock_nothing_is_undone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = received(stage)
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="x")
    later = timezone.now() + timedelta(seconds=11)
    monkeypatch.setattr("dispatch.actions.undo.timezone.now", lambda: later)
    with pytest.raises(Refused, match="Nothing of yours in the last 10 seconds"):
        undo_last(by=stage.dispatcher)


def test_only_the_last_action_of_ones_own_is_undone_and_no_undo_is(stage: Stage) -> None:
    call = received(stage)
    for text in ("first", "second"):
        notes.note_add(by=stage.dispatcher, call_id=call.pk, text=text)
    notes.note_add(by=stage.supervisor, call_id=call.pk, text="somebody else's")
    undo_last(by=stage.dispatcher)
    assert call.notes.get(strikes=True).corrects.text == "second"
    with pytest.raises(Refused, match="An undo is not undone"):
        undo_last(by=stage.dispatcher)


def test_a_late_key_takes_back_nothing_else(stage: Stage) -> None:
    call = received(stage)
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="meant")
    meant = Event.objects.latest("v").v
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="another")
    with pytest.raises(Refused, match="Something else was done since"):
        undo_last(by=stage.dispatcher, v=meant)


def test_an_unseen_emergency_sounds_and_goes_on_again(stage: Stage) -> None:
    sent(stage, "OS")
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    undo_last(by=stage.dispatcher)
    deadlines_fire(timezone.now() + timedelta(minutes=1))
    assert Alert.objects.get(pk=alert.pk).escalated_at is not None


def test_a_call_on_a_units_list_comes_off_it(stage: Stage) -> None:
    sent(stage, "ER")
    call = received(stage)
    stage.triage(call, by=stage.supervisor)
    undone_after(stage, lambda: stacking.stack_add(by=stage.dispatcher, callsign="CRT1", call_id=call.pk))


def test_a_line_that_sent_two_units_on_scene_at_once_is_undone_whole(stage: Stage) -> None:
    call = received(stage)

    def line() -> None:
        with action(stage.dispatcher):
            rows = assignments.assignment_create(by=stage.dispatcher, call_id=call.pk, units=["HPD1", "EMS1"])
            for row in rows:
                assignments.assignment_status_set(by=stage.dispatcher, assignment_id=row.pk, status="OS")

    undone_after(stage, line)
    assert set(call.assignments.values_list("undone", flat=True)) == {True}
