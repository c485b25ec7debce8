"""A pending call may wait for a busy unit: its clocks run on, the dispatcher is told when the unit is free."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import calls, endings, safety, stacking, stacks, units
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Call, StackedCall
from dispatch.queries.board import call_rows
from hearteam.problems import NotFound
from tests.actions.reading import open_alerts, refused, waiting_deadlines
from tests.stage import Stage

FREE = ("UNIT_FREE", "CRT1")


def stack(stage: Stage, call: Call, unit: str = "CRT1", *, first: bool = False) -> None:
    stacking.stack_add(by=stage.dispatcher, callsign=unit, call_id=call.pk, first=first)


def on_list(callsign: str = "CRT1") -> list[str]:
    """Ids of the calls that wait for a unit by their rows, in the order in which it takes them."""
    waiting = [(one["place"], row["id"]) for row in call_rows() for one in row["stacked_on"] if one["unit"] == callsign]
    return [pk for _, pk in sorted(waiting)]


def test_the_dispatcher_is_told_which_call_waits_when_the_unit_clears(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER", "OS")
    second, first = stage.triaged_call(), stage.triaged_call()
    stack(stage, second)
    stack(stage, first, first=True)
    assert on_list() == [str(first.pk), str(second.pk)]
    assert "PENDING" in waiting_deadlines(first)
    assert FREE not in open_alerts()
    stage.step(assignment, "AV")
    assert FREE in open_alerts()
    alert = Alert.objects.get(kind="UNIT_FREE", cleared_at=None)
    assert (alert.level, alert.text) == (2, f"CRT1 is free: {first.number} waits for it")
    assert not first.assignments.exists()
    stage.send(first, "CRT1")
    assert FREE not in open_alerts()
    assert on_list() == [str(second.pk)]


def test_a_call_leaves_every_list_when_another_unit_is_sent_and_when_it_ends(stage: Stage) -> None:
    stage.crt_at("ER")
    sent, ended, kept = stage.triaged_call(), stage.triaged_call(), stage.triaged_call()
    for call in (sent, ended, kept):
        stack(stage, call)
    stage.send(sent, "CRT2")
    endings.call_close(by=stage.dispatcher, call_id=ended.pk, disposition="05")
    assert on_list() == [str(kept.pk)]
    stacking.stack_remove(by=stage.dispatcher, callsign="CRT1", call_id=kept.pk)
    assert on_list() == []


def test_a_call_that_becomes_grave_waits_for_no_busy_unit(stage: Stage) -> None:
    stage.crt_at("ER")
    chosen, decided, asked = stage.triaged_call(), stage.triaged_call(), stage.triaged_call()
    for call in (chosen, decided, asked):
        stack(stage, call)
    calls.call_update(by=stage.dispatcher, call_id=chosen.pk, version=None, fields={"priority": 1})
    assert on_list() == [str(decided.pk), str(asked.pk)]
    stage.triage(decided, weapon="IN_HAND")
    safety.police_request(by=stage.dispatcher, call_id=asked.pk)
    assert on_list() == []


def test_closing_its_call_frees_the_unit_for_what_waits(stage: Stage) -> None:
    call, _ = stage.crt_at("ER", "OS")
    waiting = stage.triaged_call()
    stack(stage, waiting)
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    assert FREE in open_alerts()
    endings.call_cancel(by=stage.dispatcher, call_id=waiting.pk, reason="found")
    assert FREE not in open_alerts()


def test_a_unit_on_a_break_is_waited_for_too(stage: Stage) -> None:
    units.unit_status_set(by=stage.dispatcher, callsign="CRT1", status="BK", minutes=20)
    stack(stage, stage.triaged_call())
    deadlines_fire(timezone.now() + timedelta(minutes=20.5))
    assert FREE in open_alerts()


def test_who_cannot_wait_for_whom(stage: Stage) -> None:
    stage.crt_at("ER")
    child, armed, asked = (
        stage.triaged_call(age="CHILD_3_17"), stage.triaged_call(weapon="IN_HAND"), stage.call(),
    )  # fmt: skip
    assert "does not serve" in refused(lambda: stack(stage, child))
    refused(lambda: stack(stage, armed), rule="SAFETY")
    refused(lambda: stack(stage, asked), rule="NEEDS_TRIAGE")
    served = stage.triaged_call()
    assert "is free" in refused(lambda: stack(stage, served, "CRT2"))
    stage.send(served, "CRT2")
    refused(lambda: stack(stage, served), rule="IMPOSSIBLE")


def test_off_shift_nothing_waits_for_it_in_silence(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER", "OS")
    waiting = stage.triaged_call()
    stack(stage, waiting)
    stage.step(assignment, "AV")
    units.unit_status_set(by=stage.dispatcher, callsign="CRT1", status="OFF")
    assert on_list() == []
    assert FREE not in open_alerts()
    assert ("PENDING_OVERDUE", "") in open_alerts(waiting)


@pytest.mark.parametrize("unit", ["CRT9", "HPD9"])
def test_a_unit_off_the_roster_is_waited_for_by_nobody(stage: Stage, unit: str) -> None:
    with pytest.raises(NotFound):
        stack(stage, stage.triaged_call(), unit)


def test_a_call_put_on_the_list_as_the_unit_goes_out_of_service_waits_for_nobody_either(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, assignment = stage.crt_at("ER")
    early, late = stage.triaged_call(), stage.triaged_call()
    stack(stage, early)
    stage.step(assignment, "AV")
    looked: list[str] = []
    look = stacks.calls_waiting_for

    def late_one_comes_meanwhile(callsign: str) -> list[Call]:
        looked.append(callsign)
        found = look(callsign) if len(looked) == 1 else None
        StackedCall.objects.get_or_create(
            unit_id=assignment.unit_id, call=late, defaults={"place": 7, "added_at": timezone.now()}
        )
        return look(callsign) if found is None else found

    monkeypatch.setattr(stacks, "calls_waiting_for", late_one_comes_meanwhile)
    units.unit_status_set(by=stage.dispatcher, callsign="CRT1", status="OO", reason="Flat tyre")
    assert on_list() == []
    assert ("PENDING_OVERDUE", "") in open_alerts(late)
    assert len(looked) == 2
