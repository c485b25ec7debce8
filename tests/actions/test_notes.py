"""The narrative is only added to; each note has its audience; services are coded once for a unit."""

from __future__ import annotations

import pytest

from dispatch.actions import assignments, endings, interventions, notes
from dispatch.queries.board import call_rows
from dispatch.queries.call import note_rows
from hearteam.events.models import Event, EventAudience
from hearteam.problems import Malformed, NotAllowed, NotFound
from partners.models import CareNote, RecordAccess
from tests.stage import Stage

SECRET = "Stopped her medication in March."


def audience_of(v: int) -> set[str]:
    return set(EventAudience.objects.filter(event_id=v).values_list("unit", flat=True))


def test_a_correction_stands_beside_what_it_corrects(stage: Stage) -> None:
    call = stage.call()
    first = notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Red door")
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Blue door", corrects=str(first.pk))
    rows = note_rows(stage.dispatcher, call)
    assert [(row["text"], row["corrects"]) for row in rows] == [("Red door", None), ("Blue door", str(first.pk))]


@pytest.mark.parametrize("wrong", ["0", "abc", "²", "9" * 30])
def test_only_a_note_of_the_call_can_be_corrected(stage: Stage, wrong: str) -> None:
    with pytest.raises(NotFound):
        notes.note_add(by=stage.dispatcher, call_id=stage.call().pk, text="x", corrects=wrong)


def test_a_corrected_hazard_leaves_the_row(stage: Stage) -> None:
    call = stage.call()
    hazard = notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Dog in yard", kind="HAZARD")
    assert call_rows([call.pk])[0]["hazards"] == ["Dog in yard"]
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Dog is inside", kind="HAZARD", corrects=hazard.pk)
    assert call_rows([call.pk])[0]["hazards"] == ["Dog is inside"]


@pytest.mark.parametrize("kind", ["NARRATIVE", "HAZARD"])
def test_a_hazard_is_corrected_for_everyone_or_not_at_all(stage: Stage, kind: str) -> None:
    call, _ = stage.crt_at("OS")
    hazard = notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Knife by the door", kind="HAZARD")
    with pytest.raises(Malformed):
        notes.note_add(
            by=stage.crew, call_id=call.pk, text="It is nothing", kind=kind, audience="CLINICAL", corrects=hazard.pk
        )
    with pytest.raises(Malformed):
        notes.note_add(by=stage.crew, call_id=call.pk, text="It is nothing", corrects=hazard.pk)
    assert call_rows([call.pk])[0]["hazards"] == ["Knife by the door"]


def test_a_clinicians_note_is_clinical_and_its_text_is_in_no_frame(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    stage.send(call, "HPD1")
    note = notes.note_add(by=stage.crew, call_id=call.pk, text=SECRET)
    assert (note.audience, note.text) == ("CLINICAL", "")
    assert CareNote.objects.get(note_id=note.pk).text == SECRET
    assert not Event.objects.filter(data__icontains=SECRET).exists()
    event = Event.objects.filter(type="note_added").latest("v")
    assert event.data["text"] == ""
    assert audience_of(event.v) == {"CRT1"}


def test_clinical_text_is_read_by_clinical_people_only_and_each_read_is_written_down(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    notes.note_add(by=stage.crew, call_id=call.pk, text=SECRET)
    peer = stage.cast.actor("crt1_peer")
    assert [row["text"] for row in note_rows(peer, call)] == [SECRET]
    assert RecordAccess.objects.filter(user=stage.cast.crt1_peer, call=call).count() == 1
    for other in (stage.dispatcher, stage.supervisor, stage.officer, stage.cast.actor("auditor")):
        assert note_rows(other, call) == []
    assert RecordAccess.objects.filter(call=call).count() == 1


def test_a_note_for_police_reaches_police_units_only(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    stage.send(call, "HPD1", "EMS1")
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Warrant on file", audience="POLICE")
    event = Event.objects.filter(type="note_added").latest("v")
    assert audience_of(event.v) == {"HPD1"}
    assert note_rows(stage.crew, call) == []


def test_what_a_clinician_writes_beside_a_step_is_clinical_too(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.send(call, "HPD1")
    assignments.assignment_status_set(by=stage.crew, assignment_id=assignment.pk, status="AV", note=SECRET)
    assert not Event.objects.filter(data__icontains=SECRET).exists()
    assert CareNote.objects.get(call=call).text == SECRET
    assert SECRET in [row["text"] for row in note_rows(stage.crew, call)]


def test_an_outcome_is_for_everybody_but_police(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    stage.send(call, "HPD1", "EMS1")
    notes.note_add(by=stage.crew, call_id=call.pk, text="Outcome by CRT1: referred", audience="CENTER")
    event = Event.objects.filter(type="note_added").latest("v")
    assert audience_of(event.v) == {"CRT1", "EMS1"}
    assert note_rows(stage.officer, call) == []
    assert [row["text"] for row in note_rows(stage.dispatcher, call)] == ["Outcome by CRT1: referred"]


def test_notes_of_calls_merged_before_are_read_from_the_last_one(stage: Stage) -> None:
    first, second, third = (stage.call() for _ in range(3))
    notes.note_add(by=stage.dispatcher, call_id=first.pk, text="Blue car outside")
    for call, into in ((first, second), (second, third)):
        endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="same event")
    assert ("Blue car outside", first.number) in [
        (row["text"], row["call_number"]) for row in note_rows(stage.dispatcher, third)
    ]


def test_who_may_write_for_whom(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    with pytest.raises(NotAllowed):
        notes.note_add(by=stage.dispatcher, call_id=call.pk, text="x", audience="CLINICAL")
    with pytest.raises(NotAllowed):
        notes.note_add(by=stage.crew, call_id=call.pk, text="x", audience="POLICE")
    with pytest.raises(Malformed):
        notes.note_add(by=stage.crew, call_id=call.pk, text="knife on table", audience="CLINICAL", kind="HAZARD")
    assert notes.note_add(by=stage.crew, call_id=call.pk, text="knife on table", kind="HAZARD").audience == "ALL"
    with pytest.raises(NotFound):
        notes.note_add(by=stage.officer, call_id=call.pk, text="not my call")


def test_a_note_needs_text(stage: Stage) -> None:
    for text in ("", "  \n", "\x00"):
        with pytest.raises(Malformed):
            notes.note_add(by=stage.dispatcher, call_id=stage.call().pk, text=text)


def test_a_service_counts_once_for_a_unit(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    record = interventions.intervention_record
    assert record(by=stage.crew, call_id=call.pk, codes=["DE_ESCALATION", "FOOD", "FOOD"]) == 2
    assert record(by=stage.crew, call_id=call.pk, codes=["FOOD", "SAFETY_PLAN"]) == 1
    assert record(by=stage.dispatcher, call_id=call.pk, codes=["FOOD"]) == 1
    assert call.interventions.filter(unit__callsign="CRT1").count() == 3
    with pytest.raises(Malformed):
        record(by=stage.crew, call_id=call.pk, codes=["FOOD", "NOSUCH"])
    assert Event.objects.filter(type="intervention_recorded").latest("v").data["count"] == 1
