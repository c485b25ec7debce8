"""Merging throws no danger away: what was known and asked for on the merged call holds for the one that goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import calls, endings, holds, notes, safety
from dispatch.models import Call, Deadline
from dispatch.queries.board import call_rows
from dispatch.queries.call import call_detail
from tests.actions.reading import again, fresh, open_alerts, refused, slots, waiting_deadlines
from tests.stage import Stage

PLACE = {"text": "", "lat": 41.76, "lon": -72.68}


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
    planned = calls.call_receive(by=stage.dispatcher, location=PLACE, call_type="DVA")
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


def weapon_call(stage: Stage) -> Call:
    """Not triaged: its type has its response by plan."""
    return calls.call_receive(by=stage.dispatcher, location=PLACE, call_type="WEAPON")


def test_the_danger_of_a_call_that_nobody_triaged_turns_the_crew_round(stage: Stage) -> None:
    into, crew = stage.crt_at("OS")
    merge(stage, weapon_call(stage), into)
    assert (again(crew).order, fresh(into).priority) == ("WITHDRAW", 1)
    assert {("UPGRADE", "CRT1")} <= open_alerts(into)
    assert ("POLICE", "requested") in slots(into)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(into)
    (later,) = stage.send(into, "CRT2")
    refused(lambda: stage.step(later, "OS"), invariant=14)


def test_a_held_call_that_takes_a_graver_one_in_waits_no_longer(stage: Stage) -> None:
    into = stage.triaged_call()
    until = timezone.now() + timedelta(minutes=20)
    holds.call_hold(by=stage.dispatcher, call_id=into.pk, until=until, reason="waits for CRT")
    merge(stage, weapon_call(stage), into)
    assert (fresh(into).status, fresh(into).priority) == ("pending", 1)
    assert "HOLD" not in waiting_deadlines(into)
    due = Deadline.objects.get(call=into, kind="PENDING", cancelled_at__isnull=True).due_at
    assert due == into.received_at + timedelta(seconds=60)
    stage.triage(into)
    assert fresh(into).priority == 1


def test_a_priority_that_nobody_chose_makes_no_other_call_graver(stage: Stage) -> None:
    into, call = stage.triaged_call(), stage.call()
    assert (into.priority, call.priority) == (3, 2)
    merge(stage, call, into)
    assert fresh(into).priority == 3


@pytest.mark.parametrize("newer", [True, False])
def test_a_scene_marked_unsafe_there_is_unsafe_here_unless_it_was_called_safe_since(stage: Stage, newer: bool) -> None:
    into, call = stage.triaged_call(violence="THREATS"), stage.triaged_call()
    police, clinician = stage.send(into, "HPD1", "CRMHC1")
    stage.step(police, "OS")

    def mark() -> None:
        safety.scene_mark_unsafe(by=stage.dispatcher, call_id=call.pk, source="he has a gun")

    if not newer:
        mark()
    safety.scene_mark_safe(by=stage.officer, call_id=into.pk)
    stage.step(clinician, "OS")
    if newer:
        mark()
    merge(stage, call, into)
    assert (fresh(into).scene_safe_at is None, again(clinician).order) == (newer, "WITHDRAW" if newer else "")
    assert (("UPGRADE", "CRMHC1") in open_alerts(into)) == newer


def test_the_promise_not_to_ring_and_the_promise_to_ring_back_are_kept(stage: Stage) -> None:
    into, call, later = stage.call(), stage.call(never_voice_call=True), stage.call()
    promised = timezone.now() + timedelta(minutes=5)
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=promised)
    calls.callback_set(by=stage.dispatcher, call_id=later.pk, at=promised + timedelta(minutes=5))
    merge(stage, call, into)
    merge(stage, later, into)
    assert (fresh(into).never_voice_call, fresh(into).callback_at) == (True, promised)
    due = Deadline.objects.get(call=into, kind="CALLBACK", cancelled_at__isnull=True)
    assert due.due_at == promised
