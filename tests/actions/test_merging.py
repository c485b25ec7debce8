"""Merging throws no danger away: what was known and asked for on the merged call holds for the one that goes on."""

from __future__ import annotations

from datetime import timedelta

from dispatch.actions import calls, endings, notes, safety
from dispatch.models import Call
from dispatch.queries.board import call_rows
from dispatch.queries.call import call_detail
from tests.actions.reading import again, fresh, open_alerts, refused, slots, waiting_deadlines
from tests.stage import Stage


def merge(stage: Stage, call: Call, into: Call) -> None:
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="the same event")


def test_a_crew_on_its_way_is_stopped_by_what_the_second_caller_said(stage: Stage) -> None:
    into, crew = stage.crt_at("ER")
    call = stage.triaged_call(weapon="IN_HAND")
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="a knife", kind="HAZARD")
    merge(stage, call, into)
    assert (fresh(into).tier, again(crew).order) == (1, "STAGE")
    assert call_rows([into.pk])[0]["hazards"] == [f"a knife ({call.number})"]
    assert ("POLICE", "requested") in slots(into)
    assert open_alerts(into) >= {("UPGRADE", "CRT1"), ("POLICE_REQUESTED", "")}
    assert "POLICE_UNASSIGNED" in waiting_deadlines(into)
    refused(lambda: stage.step(crew, "OS"), invariant=14)


def test_the_graver_answer_of_each_question_counts(stage: Stage) -> None:
    into, call = stage.triaged_call(medical="URGENT"), stage.triaged_call(violence="THREATS", acuity="HIGH")
    merge(stage, call, into)
    answers = fresh(into).decision.answers
    assert (answers.medical, answers.violence, answers.acuity) == ("URGENT", "THREATS", "HIGH")


def test_a_harmless_call_changes_no_decision(stage: Stage) -> None:
    into, call = stage.triaged_call(violence="THREATS"), stage.triaged_call()
    before = fresh(into).decision_id
    merge(stage, call, into)
    assert fresh(into).decision_id == before


def test_a_call_not_triaged_takes_the_answers_over_unless_its_type_has_a_plan(stage: Stage) -> None:
    into = stage.call()
    merge(stage, stage.triaged_call(weapon="IN_HAND"), into)
    assert fresh(into).tier == 1
    place = {"text": "", "lat": 41.76, "lon": -72.68}
    planned = calls.call_receive(by=stage.dispatcher, location=place, call_type="DVA")
    merge(stage, stage.triaged_call(medical="URGENT"), planned)
    assert fresh(planned).decision is None
    assert ("EMS", "requested") in slots(planned)


def test_who_called_and_what_was_written_is_read_from_the_call_that_goes_on(stage: Stage) -> None:
    into, call = stage.call(), stage.call()
    early = call.received_at - timedelta(minutes=5)
    into.contacts.update(name="Ana Diaz", at=into.received_at)
    call.contacts.update(name="Ben Ode", at=early)
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="he is in the yard")
    merge(stage, call, into)
    detail = call_detail(stage.dispatcher, fresh(into))
    assert detail["caller"]["name"] == "Ana Diaz"
    assert [contact["name"] for contact in detail["contacts"]] == ["Ana Diaz", "Ben Ode"]
    assert ("he is in the yard", call.number) in {(note["text"], note["call_number"]) for note in detail["notes"]}
