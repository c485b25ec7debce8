"""Invariant 14: with police in the response no civilian goes in until an officer on that call says that it is safe."""

from __future__ import annotations

import pytest

from dispatch.actions import safety
from hearteam.problems import NotAllowed, NotFound
from tests.actions.reading import again, fresh, refused, waiting_deadlines
from tests.stage import Stage


def test_a_civilian_waits_for_the_officers_word(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(clinician, "ER")
    refused(lambda: stage.step(clinician, "OS"), invariant=14)
    stage.step(clinician, "ST")
    stage.step(police, "OS")
    refused(lambda: stage.step(clinician, "OS"), invariant=14)
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    assert fresh(call).scene_safe_by == "HPD1"
    assert stage.step(clinician, "OS").status == "OS"


def test_police_who_were_only_asked_for_hold_civilians_back_too(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    refused(lambda: stage.step(assignment, "OS"), invariant=14)


def test_the_dispatcher_passes_on_the_word_of_an_officer_who_is_on_the_call(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    (clinician,) = stage.send(call, "CRMHC1")
    refused(lambda: safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk), invariant=14)
    stage.send(call, "HPD1")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="HPD1 by radio")
    assert stage.step(clinician, "OS").status == "OS"


def test_nobody_else_marks_a_scene_safe(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    stage.send(call, "HPD2")
    with pytest.raises(NotAllowed):
        safety.scene_mark_safe(by=stage.crew, call_id=call.pk)
    with pytest.raises(NotFound):
        safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    for who in ("calltaker", "auditor", "stranger"):
        with pytest.raises(NotAllowed):
            safety.scene_mark_safe(by=stage.cast.actor(who), call_id=call.pk)
    assert fresh(call).scene_safe_at is None


def test_ems_counts_only_where_all_is_medical(stage: Stage) -> None:
    medical = stage.triaged_call(medical="URGENT")
    stage.send(medical, "EMS1")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=medical.pk, source="EMS1")
    assert fresh(medical).scene_safe_at is not None
    armed = stage.triaged_call(medical="URGENT", weapon="ACCESSIBLE")
    medical.assignments.get().unit.refresh_from_db()
    stage.step(medical.assignments.get(), "AV")
    stage.send(armed, "EMS1")
    refused(lambda: safety.scene_mark_safe(by=stage.dispatcher, call_id=armed.pk), invariant=14)


def test_a_team_that_joins_stages_from_the_start_and_enters_on_the_word(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    (joining,) = stage.send(call, "CRMHC1")
    assert (joining.joins, again(joining).order) == (True, "STAGE")
    assert "ORDER_ACKNOWLEDGE" not in waiting_deadlines(call)
    refused(lambda: stage.step(joining, "OS"), invariant=14)
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    assert again(joining).order == ""
    assert stage.step(joining, "OS").status == "OS"


def test_a_scene_marked_unsafe_again_sends_civilians_out(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.step(clinician, "OS")
    safety.scene_mark_unsafe(by=stage.officer, call_id=call.pk)
    assert (fresh(call).scene_safe_at, again(clinician).order) == (None, "WITHDRAW")
    assert again(police).order == ""


def test_without_police_in_the_response_nobody_waits(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER")
    assert stage.step(assignment, "OS").status == "OS"
