"""The log is never changed, and every tablet is told what is its own and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from dispatch.actions import calls, notes, safety
from dispatch.models import Call, Note, Rule
from hearteam.events import history, log
from hearteam.events.models import Event, EventAudience
from hearteam.problems import Refused
from tests.stage import CLEAR_ADULT, Stage, rolled_back


def test_nothing_is_written_for_what_is_rolled_back(stage: Stage) -> None:
    call, head = stage.call(), log.head()
    with pytest.raises(Refused):
        stage.send(call, "CRT1")
    with pytest.raises(ZeroDivisionError), rolled_back():
        calls.call_receive(by=stage.dispatcher, location={"text": "550 Main St"})
        _ = 1 / 0
    assert log.head() == head
    assert not Event.objects.filter(v__gt=head).exists()


def test_what_was_said_is_never_changed_or_deleted(stage: Stage) -> None:
    call, _ = stage.crt_at()
    note = notes.note_add(by=stage.dispatcher, call_id=call.pk, text="as it was")
    event = Event.objects.latest("v")
    attempts = [
        lambda: Event.objects.filter(pk=event.pk).update(by="somebody else"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
        lambda: EventAudience.objects.filter(unit="CRT1").update(prev=0),
        lambda: EventAudience.objects.filter(unit="CRT1").delete(),
        lambda: Note.objects.filter(pk=note.pk).update(text="otherwise"),
        lambda: Note.objects.filter(pk=note.pk).delete(),
        lambda: call.answer_sets.update(weapon="NONE"),
        lambda: call.answer_sets.all().delete(),
        lambda: Rule.objects.filter(ruleset__status="published").update(title="Other"),
        lambda: Rule.objects.filter(ruleset__status="published").first().delete(),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Note.objects.get(pk=note.pk).text == "as it was"


def a_busy_hour(stage: Stage) -> None:
    """Two calls with units in common, one after the other, and notes of all kinds."""
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Warrant on file", audience="POLICE")
    notes.note_add(by=stage.cast.actor("crmhc1_clinician"), call_id=call.pk, text="A clinical word")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.step(clinician, "OS", "AV")
    other, _ = stage.crt_at("ER")
    stage.triage(other, weapon="IN_HAND")
    stage.step(police, "AV")
    stage.send(other, "HPD1")
    safety.unit_emergency(by=stage.dispatcher, callsign="CRT1")


def frames_for(unit: str, after: int = 0) -> list[dict[str, Any]]:
    """What the unit's tablet is told after a version."""
    return [json.loads(frame) for _, frame in history.unit_frames(unit, after, log.head(), history.REPLAY_LIMIT)]


def test_each_unit_can_tell_whether_it_missed_anything(stage: Stage) -> None:
    a_busy_hour(stage)
    for unit in ("CRT1", "CRMHC1", "HPD1"):
        rows = list(EventAudience.objects.filter(unit=unit).order_by("event_id").values_list("prev", "event_id"))
        assert rows[0][0] == 0
        assert [prev for prev, _ in rows[1:]] == [v for _, v in rows[:-1]]
        assert log.unit_heads([unit])[unit] == rows[-1][1]
        assert [frame["prev"] for frame in frames_for(unit)] == [prev for prev, _ in rows]


def test_a_tablet_is_told_of_its_own_calls_only(stage: Stage) -> None:
    a_busy_hour(stage)
    for unit in ("CRT1", "CRT2", "CRMHC1", "HPD1", "HPD2"):
        own = {str(pk) for pk in Call.objects.filter(assignments__unit__callsign=unit).values_list("pk", flat=True)}
        for frame in frames_for(unit):
            changes = frame["data"]["changes"]
            assert {frame.get("call")} | {row["id"] for row in changes.get("calls", [])} <= own | {None}
            assert {row["call"] for row in changes.get("units", [])} <= own | {None}
            assert {row["unit"] for row in changes.get("alerts", [])} <= {unit}


def test_audiences_of_notes(stage: Stage) -> None:
    a_busy_hour(stage)
    heard = {
        unit: [f["data"]["text"] for f in frames_for(unit) if f["type"] == "note_added"]
        for unit in ("HPD1", "CRMHC1", "CRT1")
    }
    assert heard == {"HPD1": ["Warrant on file"], "CRMHC1": [""], "CRT1": []}
    assert not Event.objects.filter(data__icontains="A clinical word").exists()


def test_a_cleared_crew_still_hears_that_it_was_cleared_and_nothing_after(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.step(assignment, "AV")
    last = log.unit_heads(["CRT1"])["CRT1"]
    frame = frames_for("CRT1", last - 1)[0]
    assert (frame["type"], frame["data"]["status"]) == ("assignment_status_changed", "AV")
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="After they had left")
    assert log.unit_heads(["CRT1"])["CRT1"] == last


def test_answers_of_the_triage_travel_in_full(stage: Stage) -> None:
    call = stage.call()
    stage.triage(call)
    assert Event.objects.get(type="call_triaged", call_id=call.pk).data["answers"] == CLEAR_ADULT
