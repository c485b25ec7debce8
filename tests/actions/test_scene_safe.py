"""Invariant 14: with police in the response no civilian goes in until an officer on that call says that it is safe."""

from __future__ import annotations

import dataclasses

import pytest
from django.utils import timezone

from dispatch.actions import calls, orders, safety, slots, triage
from dispatch.models import Assignment, Call
from hearteam.problems import NotAllowed, NotFound
from partners.access import Role, actor_for
from partners.models import CrewMember, Person, Shift
from tests.actions.reading import again, events_of, fresh, open_alerts, refused, waiting_deadlines
from tests.actions.reading import slots as slots_of
from tests.factories import make_person, make_user
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


def test_a_clinician_riding_with_police_is_no_officer(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1")
    riding = make_user("riding-clinician", Role.RESPONDER)
    person = make_person("Rhea Example", role=Person.Role.CLINICIAN, user=riding, team=stage.cast.crmhc1.team)
    CrewMember.objects.create(shift=Shift.objects.get(unit=stage.cast.hpd1), person=person, role=Person.Role.CLINICIAN)
    with pytest.raises(NotAllowed):
        safety.scene_mark_safe(by=actor_for(riding), call_id=call.pk)
    safety.scene_mark_safe(by=stage.cast.actor("hpd1_officer"), call_id=call.pk)


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


def test_a_crew_that_goes_has_heard_the_order_that_came_with_its_dispatch_and_no_later_one(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    *_, joining = stage.send(call, "HPD1", "EMS1", "CRMHC1")
    assert again(stage.step(joining, "ER")).order_acknowledged_at is not None
    orders.order_give(by=stage.dispatcher, assignment_id=joining.pk, order="STAGE", reason="shots heard")
    assert again(joining).order_acknowledged_at is None


def test_a_scene_marked_unsafe_again_sends_civilians_out(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.step(clinician, "OS")
    safety.scene_mark_unsafe(by=stage.officer, call_id=call.pk)
    assert (fresh(call).scene_safe_at, again(clinician).order) == (None, "WITHDRAW")
    assert again(police).order == ""


def _safe_with_a_clinician_waiting(stage: Stage) -> tuple[Call, Assignment, Assignment]:
    """An officer on scene said that it is safe; the clinician has not gone in yet."""
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    return call, police, clinician


def test_the_word_goes_with_the_last_officer_while_civilians_are_still_to_go_in(stage: Stage) -> None:
    call, police, clinician = _safe_with_a_clinician_waiting(stage)
    stage.step(police, "AV")
    assert fresh(call).scene_safe_at is None
    assert "scene_marked_unsafe" in events_of(call)
    refused(lambda: stage.step(clinician, "OS"), invariant=14)


def test_the_word_of_an_officer_who_never_arrived_goes_with_them(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, _ = stage.send(call, "HPD1", "CRMHC1")
    stage.send(call, "HPD2")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.step(police, "AV")
    assert fresh(call).scene_safe_at is None


def test_the_word_stays_while_an_officer_who_arrived_is_there(stage: Stage) -> None:
    call, _, clinician = _safe_with_a_clinician_waiting(stage)
    (second,) = stage.send(call, "HPD2")
    stage.step(second, "AV")
    assert fresh(call).scene_safe_at is not None
    assert stage.step(clinician, "OS").status == "OS"


@pytest.mark.parametrize("how", ["police", "slot"])
def test_an_old_word_does_not_count_once_police_are_asked_for_again(stage: Stage, how: str) -> None:
    call = stage.triaged_call(medical="URGENT")
    (ems,) = stage.send(call, "EMS1")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="EMS1")
    if how == "police":
        safety.police_request(by=stage.dispatcher, call_id=call.pk, reason="shouting")
    else:
        slots.slot_request(by=stage.dispatcher, call_id=call.pk, role="POLICE")
    assert fresh(call).scene_safe_at is None
    assert again(ems).cleared_at is None


def test_a_late_word_says_nothing_of_danger_reported_since(stage: Stage) -> None:
    call, _, clinician = _safe_with_a_clinician_waiting(stage)
    before = timezone.now()

    def late_word() -> Call:
        return safety.scene_mark_safe(by=stage.officer, call_id=call.pk, occurred_at=before)

    stage.triage(call, weapon="IN_HAND", violence="THREATS")
    refused(late_word, invariant=14)
    assert again(clinician).order == "STAGE"
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    late_word_of_now = timezone.now()
    safety.scene_mark_unsafe(by=stage.officer, call_id=call.pk)
    refused(lambda: safety.scene_mark_safe(by=stage.officer, call_id=call.pk, occurred_at=late_word_of_now))
    refused(late_word)


def test_a_late_word_does_not_outlive_an_upgrade_with_nobody_there_to_turn_round(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1")
    before = timezone.now()
    stage.triage(call, weapon="IN_HAND")
    refused(lambda: safety.scene_mark_safe(by=stage.officer, call_id=call.pk, occurred_at=before), invariant=14)


def test_a_late_word_counts_where_only_a_joining_team_was_sent_since(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    before = timezone.now()
    (joining,) = stage.send(call, "CRMHC1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk, occurred_at=before)
    assert again(joining).order == ""


def test_the_word_was_about_the_place_it_was_said_at(stage: Stage) -> None:
    call, _, clinician = _safe_with_a_clinician_waiting(stage)

    def move(lat: float, unit: str = "") -> None:
        place = {"text": "by the bridge", "lat": lat, "lon": -72.68, "unit": unit}
        fields = {"location": place}
        calls.call_update(by=stage.dispatcher, call_id=call.pk, version=fresh(call).version, fields=fields)

    move(41.76)
    assert fresh(call).scene_safe_at is None
    refused(lambda: stage.step(clinician, "OS"), invariant=14)
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    move(41.76, unit="3B")
    assert fresh(call).scene_safe_at is not None
    move(41.76, unit="4C")
    assert fresh(call).scene_safe_at is None


def test_an_order_given_after_the_word_binds_civilians_and_ems(stage: Stage) -> None:
    call, _, clinician = _safe_with_a_clinician_waiting(stage)
    (ems,) = stage.send(call, "EMS1")
    for row in (clinician, ems):
        orders.order_give(by=stage.dispatcher, assignment_id=row.pk, order="STAGE", reason="shots heard")
        refused(lambda row=row: stage.step(row, "OS"), invariant=10)


def test_a_scene_marked_unsafe_keeps_later_crews_out_and_asks_for_police(stage: Stage) -> None:
    call, inside = stage.crt_at("OS")
    safety.scene_mark_unsafe(by=stage.crew, call_id=call.pk, source="knife")
    assert ("POLICE", "requested") in slots_of(call)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)
    assert (fresh(call).priority, again(inside).order) == (1, "WITHDRAW")
    (later,) = stage.send(call, "CRT2")
    refused(lambda: stage.step(later, "OS"), invariant=14)
    stage.triage(call)
    assert again(inside).order == "WITHDRAW"
    refused(lambda: stage.step(later, "OS"), invariant=14)


def test_an_officer_without_another_role_marks_the_scene_safe_from_their_unit(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1")
    officer = dataclasses.replace(stage.officer, roles=frozenset({Role.OFFICER}))
    safety.scene_mark_safe(by=officer, call_id=call.pk)
    assert fresh(call).scene_safe_by == "HPD1"


def test_without_police_in_the_response_nobody_waits(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER")
    assert stage.step(assignment, "OS").status == "OS"


def test_an_unsafe_scene_stays_unsafe_when_the_officer_leaves_without_a_word(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    safety.scene_mark_unsafe(by=stage.crew, call_id=call.pk)
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "OS")
    stage.step(crew, "AV")
    stage.step(police, "AV")
    (later,) = stage.send(call, "CRT2")
    refused(lambda: stage.step(later, "OS"), invariant=14)
    assert ("POLICE", "requested") in slots_of(call)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)
    stage.send(call, "HPD1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    assert stage.step(later, "OS").status == "OS"


def test_a_crew_that_waits_at_an_unsafe_scene_gets_another_officer(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    safety.scene_mark_unsafe(by=stage.crew, call_id=call.pk)
    stage.step(crew, "ST")
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "OS", "AV")
    assert slots_of(call).count(("POLICE", "requested")) == 1
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)


def test_police_chosen_by_hand_are_waited_for_though_the_same_answers_are_typed_again(stage: Stage) -> None:
    call, crew = stage.crt_at("OS")
    triage.response_override(by=stage.dispatcher, call_id=call.pk, response=["POLICE", "CRT"], reason="shouting")
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "OS")
    stage.triage(call)
    stage.step(crew, "ST")
    stage.step(police, "AV")
    assert ("POLICE", "requested") in slots_of(call)
    (later,) = stage.send(call, "CRT2")
    refused(lambda: stage.step(later, "OS"), invariant=14)


def test_police_of_the_plan_who_leave_without_a_word_are_missed_by_those_who_wait(stage: Stage) -> None:
    call = calls.call_receive(by=stage.dispatcher, location={"lat": 41.76, "lon": -72.68}, call_type="DVA")
    stage.triage(call)
    first, _ = stage.send(call, "HPD1", "CRT1")
    call.slots.filter(role="POLICE", status="requested").update(status="cancelled")
    stage.step(first, "OS", "AV")
    assert ("POLICE", "requested") in slots_of(call)


def test_police_whom_an_officers_correction_made_needless_leave_without_being_missed(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    stage.triage(call, by=stage.officer, acuity="HIGH")
    stage.step(police, "AV")
    assert ("POLICE", "requested") not in slots_of(call)
    assert stage.step(clinician, "OS").status == "OS"


@pytest.mark.parametrize("how", ["unsafe", "police"])
def test_after_word_of_a_weapon_only_an_officers_word_opens_a_medical_scene(stage: Stage, how: str) -> None:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "EMS1", "CRMHC1")
    if how == "unsafe":
        safety.scene_mark_unsafe(by=stage.dispatcher, call_id=call.pk, source="he has a knife")
    else:
        safety.police_request(by=stage.dispatcher, call_id=call.pk, reason="he has a knife")
    refused(lambda: safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="EMS1"), invariant=14)
    stage.send(call, "HPD1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    assert fresh(call).scene_safe_at is not None


def test_a_late_word_says_nothing_of_police_asked_for_since(stage: Stage) -> None:
    call, _, _ = _safe_with_a_clinician_waiting(stage)
    safety.scene_mark_unsafe(by=stage.officer, call_id=call.pk)
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    before = timezone.now()
    stage.step(call.assignments.get(unit__callsign="HPD1"), "AV")
    stage.send(call, "HPD1")
    safety.police_request(by=stage.dispatcher, call_id=call.pk, reason="he came back")
    refused(lambda: safety.scene_mark_safe(by=stage.officer, call_id=call.pk, occurred_at=before), invariant=14)


def test_a_team_that_joins_a_safe_scene_need_not_stage(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    (joining,) = stage.send(call, "CRMHC1")
    assert (joining.joins, again(joining).order) == (True, "")
    assert stage.step(joining, "OS").status == "OS"


def test_who_is_inside_on_the_word_of_an_officer_who_leaves_comes_out(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.step(clinician, "OS")
    stage.step(police, "AV")
    assert fresh(call).scene_safe_at is None
    assert again(clinician).order == "WITHDRAW"
    assert ("UPGRADE", "CRMHC1") in open_alerts(call)
