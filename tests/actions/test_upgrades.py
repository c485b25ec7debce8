"""Invariant 10: every changed answer decides again; more danger turns crews round and asks for police, aloud."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import alerts, assignments, calls, orders, safety, slots, triage
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Assignment, Call, Deadline
from tests.actions.reading import again, fresh, open_alerts, refused, waiting_deadlines
from tests.actions.reading import slots as slots_of
from tests.stage import Stage


@pytest.mark.parametrize(
    ("steps", "order"), [([], "STAGE"), (["ER"], "STAGE"), (["ER", "ST"], "STAGE"), (["ER", "OS"], "WITHDRAW")]
)
def test_a_crew_not_yet_inside_stages_and_one_on_scene_withdraws(stage: Stage, steps: list[str], order: str) -> None:
    call, assignment = stage.crt_at(*steps)
    stage.triage(call, weapon="IN_HAND")
    assert again(assignment).order == order
    assert ("UPGRADE", "CRT1") in open_alerts(call)
    assert fresh(call).priority == 1
    assert {("POLICE", "requested"), ("EMS", "requested")} <= set(slots_of(call))
    assert {"POLICE_UNASSIGNED", "ORDER_ACKNOWLEDGE"} <= waiting_deadlines(call)
    alert = Alert.objects.get(call=call, kind="UPGRADE")
    assert alert.level == 1


def test_a_crew_that_drives_the_person_is_told_but_not_turned_round(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.step(assignment, "TR", destination="Clinic")
    stage.triage(call, violence="ACTIVE")
    assert again(assignment).order == ""
    assert ("UPGRADE", "CRT1") in open_alerts(call)


def test_a_crew_under_the_order_to_stage_does_not_go_in(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    refused(lambda: stage.step(assignment, "OS"), invariant=14)
    assert stage.step(assignment, "ST").status == "ST"


def test_a_crew_ordered_out_may_go_back_to_staging(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.triage(call, weapon="IN_HAND")
    assert stage.step(assignment, "ST").order == "WITHDRAW"
    refused(lambda: stage.step(assignment, "OS"), invariant=14)


def test_an_order_nobody_acknowledged_says_call_them_by_voice(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.triage(call, weapon="IN_HAND")
    due = Deadline.objects.get(kind="ORDER_ACKNOWLEDGE", assignment=assignment)
    assert (due.due_at - again(assignment).order_at).total_seconds() == 30
    deadlines_fire(due.due_at)
    assert "call them by voice" in Alert.objects.get(call=call, kind="UPGRADE").text


@pytest.mark.parametrize("how", ["acknowledge", "obey"])
def test_an_acknowledged_order_needs_no_voice(stage: Stage, how: str) -> None:
    call, assignment = stage.crt_at("OS")
    stage.triage(call, weapon="IN_HAND")
    if how == "acknowledge":
        assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)
    else:
        assignments.assignment_status_set(by=stage.crew, assignment_id=assignment.pk, status="ST")
    assert again(assignment).order_acknowledged_at is not None
    assert "ORDER_ACKNOWLEDGE" not in waiting_deadlines(call)


def test_less_danger_releases_nobody_and_lifts_the_orders(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, weapon="IN_HAND")
    stage.send(call, "HPD1")
    stage.triage(call)
    assert fresh(call).decision.rule == "R8"
    assert call.assignments.filter(cleared_at__isnull=True).count() == 2
    assert again(assignment).order == "STAGE"  # police are on the call, and so part of its response
    police = call.assignments.get(unit__callsign="HPD1")
    stage.step(police, "AV")
    stage.triage(call)
    assert again(assignment).order == ""
    assert ("UPGRADE", "CRT1") not in open_alerts(call)


def test_the_same_danger_told_twice_is_one_alert_and_one_order(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, weapon="IN_HAND")
    first = again(assignment).order_at
    stage.triage(call, weapon="IN_HAND", violence="ACTIVE")
    assert again(assignment).order_at == first
    assert Alert.objects.filter(call=call, kind="UPGRADE").count() == 1


def test_more_danger_still_sounds_again_though_somebody_acknowledged_the_first(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    stage.triage(call, violence="THREATS")
    alert = Alert.objects.get(call=call, kind="UPGRADE")
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    stage.triage(call, violence="ACTIVE")
    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    assert "rose again" in alert.text


def test_a_word_that_the_scene_is_safe_lapses_with_more_danger(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.triage(call, weapon="IN_HAND")
    assert fresh(call).scene_safe_at is None
    refused(lambda: stage.step(clinician, "OS"), invariant=14)


def test_a_weapon_drawn_at_a_medical_scene_sends_the_crew_out_though_the_tier_was_the_highest(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    (clinician,) = stage.send(call, "CRMHC1")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    stage.step(clinician, "OS")
    before = fresh(call).decision.tier
    stage.triage(call, medical="URGENT", weapon="IN_HAND")
    assert fresh(call).decision.tier == before == 1
    assert (again(clinician).order, fresh(call).scene_safe_at) == ("WITHDRAW", None)
    assert ("UPGRADE", "CRMHC1") in open_alerts(call)


def test_another_triage_lifts_no_order_that_a_person_gave(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting")
    stage.triage(call)
    assert again(assignment).order == "STAGE"


def test_ems_stages_too_where_it_is_unsafe_for_police_alone(stage: Stage) -> None:
    call = stage.triaged_call(self_harm="INTENT")
    police, ems = stage.send(call, "HPD1", "EMS1")
    stage.triage(call, weapon="IN_HAND", self_harm="INTENT")
    assert again(ems).order == "STAGE"
    assert again(police).order == ""
    refused(lambda: stage.step(ems, "OS"), invariant=14)
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    assert again(ems).order == ""
    assert stage.step(ems, "OS").status == "OS"


def test_nothing_is_raised_for_a_call_without_crews(stage: Stage) -> None:
    call = stage.triaged_call()
    stage.triage(call, weapon="IN_HAND")
    assert open_alerts(call) == set()
    assert fresh(call).decision.response == ["POLICE", "EMS"]


def test_a_dispatcher_orders_what_fits_where_the_crew_is(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER")
    give = orders.order_give
    refused(lambda: give(by=stage.dispatcher, assignment_id=assignment.pk, order="WITHDRAW", reason="x"))
    give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting")
    refused(lambda: stage.step(assignment, "OS"), invariant=10)


def test_anyone_says_that_a_scene_is_not_safe(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    safety.scene_mark_unsafe(by=stage.cast.actor("crt1_peer"), call_id=call.pk, source="he locked the door")
    assert again(assignment).order == "WITHDRAW"
    assert ("UPGRADE", "CRT1") in open_alerts(call)


def test_police_who_leave_before_they_arrive_are_asked_for_again(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    safety.police_request(by=stage.crew, call_id=call.pk, reason="knife")
    (police,) = stage.send(call, "HPD1")
    assert "POLICE_UNASSIGNED" not in waiting_deadlines(call)
    assert ("POLICE_REQUESTED", "CRT1") not in open_alerts(call)
    stage.step(police, "AV")
    assert ("POLICE", "requested") in slots_of(call)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)


def test_asking_for_police_is_for_anyone_and_raises_the_priority(stage: Stage) -> None:
    for by in (stage.crew, stage.cast.actor("calltaker"), stage.supervisor):
        call, assignment = stage.crt_at("OS")
        alert = safety.police_request(by=by, call_id=call.pk)
        assert (alert.level, fresh(call).priority) == (2, 1)
        assert ("POLICE", "requested") in slots_of(call)
        stage.step(assignment, "AV")


def test_a_role_asked_for_by_a_person_outlives_another_triage(stage: Stage) -> None:
    call = stage.triaged_call()
    slots.slot_request(by=stage.dispatcher, call_id=call.pk, role="ems")
    stage.triage(call, acuity="HIGH")
    assert slots_of(call) == [("CRMHC", "requested"), ("EMS", "requested")]


def test_answers_given_one_by_one_are_provisional_until_all_are_asked(stage: Stage) -> None:
    call = stage.call()
    first = triage.triage_answer(by=stage.dispatcher, call_id=call.pk, answers={"age": "ADULT"})
    assert (first.provisional, first.response) == (True, ["POLICE", "EMS", "CRMHC"])
    assert fresh(call).triaged_at is None
    stage.triage(call)
    assert (fresh(call).decision.provisional, fresh(call).decision.response) == (False, ["CRT"])
    assert slots_of(call) == [("CRT", "requested")]


def test_a_dispatcher_takes_an_order_of_their_own_back(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="Wait at the corner")
    orders.order_lift(by=stage.dispatcher, assignment_id=assignment.pk, reason="Corner is clear")
    assert stage.step(assignment, "OS").status == "OS"


def test_lifting_an_order_does_not_open_a_scene_that_waits_for_police(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    orders.order_lift(by=stage.dispatcher, assignment_id=assignment.pk, reason="On the dispatcher's word")
    refused(lambda: stage.step(assignment, "OS"), invariant=14)


def test_a_tap_from_before_an_order_does_not_acknowledge_it(stage: Stage) -> None:
    call, assignment = stage.crt_at()
    before = timezone.now()
    stage.triage(call, weapon="IN_HAND")
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk, occurred_at=before)
    assert again(assignment).acknowledged_at == before
    assert again(assignment).order_acknowledged_at is None
    assignments.assignment_status_set(by=stage.crew, assignment_id=assignment.pk, status="ST", occurred_at=before)
    assert again(assignment).order_acknowledged_at is None
    assert "ORDER_ACKNOWLEDGE" in waiting_deadlines(call)
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk, occurred_at=timezone.now())
    assert "ORDER_ACKNOWLEDGE" not in waiting_deadlines(call)


def test_the_order_that_is_part_of_a_dispatch_is_acknowledged_with_it(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    sent = timezone.now() - timedelta(seconds=5)
    (joining,) = stage.send(call, "CRMHC1", occurred_at=sent)
    assignments.assignment_acknowledge(by=stage.dispatcher, assignment_id=joining.pk, occurred_at=sent)
    assert again(joining).order_acknowledged_at == sent


def change_type(stage: Stage, call: Call, code: str) -> None:
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"type": code})


@pytest.mark.parametrize(("steps", "order"), [(["ER"], "STAGE"), (["OS"], "WITHDRAW")])
def test_a_type_that_sends_police_turns_crews_round_like_a_triage(stage: Stage, steps: list[str], order: str) -> None:
    call, assignment = stage.crt_at(*steps)
    change_type(stage, call, "WEAPON")
    assert (again(assignment).order, fresh(call).priority) == (order, 1)
    assert ("UPGRADE", "CRT1") in open_alerts(call)
    assert ("POLICE", "requested") in slots_of(call)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)
    (later,) = stage.send(call, "CRT2")
    refused(lambda: stage.step(later, "OS"), invariant=14)


def test_a_type_set_by_mistake_and_corrected_lets_crews_go_on(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    change_type(stage, call, "WEAPON")
    change_type(stage, call, "MNTL")
    assert (again(assignment).order, fresh(call).priority) == ("", 3)
    assert open_alerts(call) == set()
    assert "POLICE_UNASSIGNED" not in waiting_deadlines(call)


def test_nobody_takes_back_the_order_that_brings_a_crew_out_before_the_scene_is_safe(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.triage(call, weapon="IN_HAND")
    for by in (stage.dispatcher, stage.supervisor):
        refused(lambda by=by: orders.order_lift(by=by, assignment_id=assignment.pk, reason="typo"), invariant=14)
    assert again(assignment).order == "WITHDRAW"
    assert ("UPGRADE", "CRT1") in open_alerts(call)
    stage.triage(call)
    assert again(assignment).order == ""


def test_a_withdrawal_that_no_danger_stands_behind_is_taken_back(stage: Stage) -> None:
    _, assignment = stage.crt_at("OS")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="WITHDRAW", reason="wrong house")
    orders.order_lift(by=stage.dispatcher, assignment_id=assignment.pk, reason="right house")
    assert again(assignment).order == ""


def test_the_priority_that_a_call_for_police_raised_outlives_the_next_keystroke(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    safety.police_request(by=stage.crew, call_id=call.pk)
    stage.triage(call)
    assert fresh(call).priority == 1
    untriaged = stage.call()
    safety.police_request(by=stage.dispatcher, call_id=untriaged.pk)
    change_type(stage, untriaged, "MNTL")
    assert fresh(untriaged).priority == 1


def test_the_priority_that_an_upgrade_raised_lasts_as_long_as_its_danger(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    stage.triage(call, violence="THREATS")
    assert fresh(call).priority == 1
    stage.triage(call)
    assert fresh(call).priority == 3


def late_arrival(stage: Stage, assignment: Assignment, went_in: timezone.datetime) -> Assignment:
    return assignments.assignment_status_set(
        by=stage.crew, assignment_id=assignment.pk, status="OS", occurred_at=went_in
    )


def test_a_crew_that_tells_late_that_it_went_in_before_the_danger_is_inside_and_ordered_out(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    went_in = timezone.now()
    stage.triage(call, weapon="IN_HAND")
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)
    late_arrival(stage, assignment, went_in)
    now = again(assignment)
    assert (now.status, now.on_scene_at, now.order, now.order_acknowledged_at) == ("OS", went_in, "WITHDRAW", None)
    assert {"ORDER_ACKNOWLEDGE", "WELFARE_PROMPT", "WELFARE_LEVEL_1"} <= waiting_deadlines(call)
    assert ("UPGRADE", "CRT1") in open_alerts(call)


def test_a_crew_whose_whole_way_was_told_late_is_ordered_out_too(stage: Stage) -> None:
    call, now = stage.triaged_call(), timezone.now()
    (assignment,) = stage.send(call, "CRT1", occurred_at=now - timedelta(minutes=12))
    stage.step(assignment, "ER", occurred_at=now - timedelta(minutes=10))
    went_in = now - timedelta(minutes=5)
    stage.triage(call, weapon="IN_HAND")
    late_arrival(stage, assignment, went_in)
    assert (again(assignment).on_scene_at, again(assignment).order) == (went_in, "WITHDRAW")
    assert again(assignment).welfare_due_at == went_in + timedelta(minutes=10)


def test_a_crew_that_was_let_in_by_the_word_of_then_is_ordered_out_too(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    went_in = timezone.now()
    safety.scene_mark_unsafe(by=stage.officer, call_id=call.pk)
    stage.step(clinician, "OS", occurred_at=went_in)
    assert (again(clinician).status, again(clinician).order) == ("OS", "WITHDRAW")


def test_a_late_arrival_that_was_forbidden_at_its_time_too_is_refused(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    went_in = timezone.now()
    stage.triage(call, weapon="IN_HAND", violence="THREATS")
    refused(lambda: late_arrival(stage, assignment, went_in), invariant=14)
    other = stage.triaged_call()
    (second,) = stage.send(other, "CRT2")
    safety.police_request(by=stage.dispatcher, call_id=other.pk)
    asked = timezone.now()
    refused(lambda: stage.step(second, "OS", occurred_at=asked), invariant=14)
