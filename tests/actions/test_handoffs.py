"""A team reached by phone: attempts are recorded, an accepted one makes a unit, failed ones lead to the fallback."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import assignments, calls, handoffs
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.handoffs import handoff_amend
from dispatch.actions.safety import unit_emergency
from dispatch.models import Call, Handoff
from dispatch.queries.availability import failed_handoffs
from hearteam.events.models import Event
from hearteam.problems import Malformed, NotFound
from partners.models import Unit
from tests.actions.reading import again, events_of, fresh, open_alerts, refused, slots, unit, waiting_deadlines
from tests.factories import make_hours, make_team
from tests.stage import Stage

HANDOFF_TIMERS = {"HANDOFF_NEXT", "HANDOFF_FALLBACK"}


def record(stage: Stage, call: Call, outcome: str, **more: object) -> Handoff:
    return handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="wheeler", outcome=outcome, **more)


def child(stage: Stage, **changes: str) -> Call:
    return stage.triaged_call(age="CHILD_3_17", **changes)


def test_an_accepted_hand_off_is_a_unit_on_its_way(stage: Stage) -> None:
    call = child(stage)
    assert waiting_deadlines(call) >= HANDOFF_TIMERS
    handoff = record(stage, call, "accepted", clinician="Cy Example", eta_minutes=20)
    on_call = handoff.assignment
    assert (on_call.unit.callsign, on_call.unit.temporary, on_call.status) == ("WHEELER1", True, "ER")
    assert on_call.eta_at == handoff.at + timedelta(minutes=20)
    assert (fresh(call).status, slots(call)) == ("en_route", [("WHEELER", "assigned")])
    assert not waiting_deadlines(call) & HANDOFF_TIMERS


def test_each_accepted_hand_off_has_a_unit_of_its_own_and_gives_it_back(stage: Stage) -> None:
    first, second = (record(stage, child(stage), "accepted").assignment for _ in range(2))
    assert [first.unit.callsign, second.unit.callsign] == ["WHEELER1", "WHEELER2"]
    stage.step(first, "OS", "AV")
    assert not unit("WHEELER1").active
    assert record(stage, child(stage), "accepted").assignment.unit.callsign == "WHEELER1"


def test_a_hand_off_is_taken_while_a_former_crew_of_the_team_is_still_looked_for(stage: Stage) -> None:
    first = record(stage, child(stage), "accepted").assignment
    unit_emergency(by=stage.dispatcher, callsign="WHEELER1")
    stage.step(first, "OS", "AV")
    assert record(stage, child(stage), "accepted").assignment.unit.callsign == "WHEELER2"


def test_one_unanswered_attempt_is_tried_again_and_two_are_enough(stage: Stage) -> None:
    call = child(stage)
    assert record(stage, call, "no_answer").attempt == 1
    assert fresh(call).decision.response == ["WHEELER"]
    assert record(stage, call, "no_answer").attempt == 2
    assert fresh(call).decision.response == ["POLICE"]
    assert ("HANDOFF_NOT_ACCEPTED", "") in open_alerts(call)


def test_one_refusal_leads_to_the_fallback(stage: Stage) -> None:
    call = child(stage, self_harm="IDEATION")
    record(stage, call, "declined")
    assert fresh(call).decision.response == ["POLICE", "EMS"]
    assert slots(call) == [("EMS", "requested"), ("POLICE", "requested")]


@pytest.mark.parametrize("how", ["declined", "too late"])
def test_what_failed_stays_failed_when_the_answers_change(stage: Stage, how: str) -> None:
    call = child(stage)
    if how == "declined":
        record(stage, call, "declined")
    else:
        deadlines_fire(timezone.now() + timedelta(minutes=4, seconds=1))
    for acuity in ("HIGH", "LOW", "HIGH"):
        stage.triage(call, age="CHILD_3_17", acuity=acuity)
        assert fresh(call).decision.response == ["POLICE"]


def test_a_team_that_calls_back_after_all_is_taken(stage: Stage) -> None:
    call = child(stage)
    record(stage, call, "declined")
    assert record(stage, call, "accepted").assignment.status == "ER"
    assert ("HANDOFF_NOT_ACCEPTED", "") not in open_alerts(call)
    stage.triage(call, age="CHILD_3_17")
    assert fresh(call).decision.response == ["WHEELER"]


def test_answering_more_questions_does_not_put_the_hand_off_off(stage: Stage) -> None:
    call = child(stage)
    asked = call.deadlines.get(kind="HANDOFF_FALLBACK").due_at
    stage.triage(call, age="CHILD_3_17", acuity="HIGH")
    assert call.deadlines.get(kind="HANDOFF_FALLBACK", cancelled_at=None).due_at == asked


def test_two_calls_at_once_are_two_units(stage: Stage) -> None:
    call = child(stage)
    record(stage, call, "accepted")
    record(stage, call, "accepted")
    assert call.assignments.filter(cleared_at__isnull=True).count() == 2


def test_what_is_learned_of_the_crew_later_is_added_and_the_rest_stays(stage: Stage) -> None:
    call = child(stage)
    taken = record(stage, call, "accepted", clinician="Cy Example", meeting_point="Lobby").assignment
    handoff_amend(by=stage.dispatcher, assignment_id=taken.pk, clinician_phone=" 860-555-0171 ", meeting_point="Gate")
    now = call.handoffs.get(assignment=taken)
    assert (now.clinician, now.clinician_phone, now.meeting_point) == ("Cy Example", "860-555-0171", "Gate")
    assert now.assignment is not None and now.assignment.unit.phone == "860-555-0171"
    (event,) = Event.objects.filter(type="handoff_amended")
    assert event.data["fields"] == ["clinician_phone", "meeting_point"]
    assert "860-555-0171" not in str({**event.data, "changes": None})
    handoff_amend(by=stage.dispatcher, assignment_id=taken.pk, meeting_point="Gate")
    assert Event.objects.filter(type="handoff_amended").count() == 1


def test_only_a_crew_reached_by_phone_that_is_on_the_call_has_details_to_amend(stage: Stage) -> None:
    _, crt = stage.crt_at()
    refused(lambda: handoff_amend(by=stage.dispatcher, assignment_id=crt.pk, clinician="Cy Example"))
    taken = record(stage, child(stage), "accepted").assignment
    stage.step(taken, "AV")
    refused(lambda: handoff_amend(by=stage.dispatcher, assignment_id=taken.pk, clinician="Cy Example"))


def test_an_attempt_that_runs_is_completed_by_its_outcome(stage: Stage) -> None:
    call = child(stage)
    dialled = record(stage, call, "calling")
    assert record(stage, call, "calling").pk == dialled.pk
    done = record(
        stage, call, "accepted", clinician="Cy Example", clinician_phone="860-555-0171", meeting_point="Lobby"
    )
    assert (done.pk, done.attempt, done.started_at) == (dialled.pk, 1, dialled.started_at)
    assert (done.assignment.unit.phone, done.meeting_point) == ("860-555-0171", "Lobby")
    assert events_of(call).count("handoff_recorded") == 2


def test_whom_to_ask_about_a_child_is_kept_with_the_attempt(stage: Stage) -> None:
    said = {
        "guardian": "Ana Example",
        "guardian_phone": "860-555-0172",
        "school": "Nurse",
        "school_phone": "860-555-0173",
    }
    handoff = Handoff.objects.get(pk=record(stage, child(stage), "accepted", **said).pk)
    assert {name: getattr(handoff, name) for name in said} == said


@pytest.mark.parametrize("outcome", ["calling", "call_back"])
def test_what_is_still_open_has_not_failed_and_puts_nothing_off(stage: Stage, outcome: str) -> None:
    call = child(stage)
    asked = call.deadlines.get(kind="HANDOFF_FALLBACK").due_at
    record(stage, call, "no_answer")
    record(stage, call, outcome, callback_minutes=10)
    assert failed_handoffs(fresh(call)) == set()
    assert fresh(call).decision.response == ["WHEELER"]
    assert call.deadlines.get(kind="HANDOFF_FALLBACK", cancelled_at=None).due_at == asked


def test_a_call_back_that_does_not_come_is_an_attempt_that_nobody_answered(stage: Stage) -> None:
    call = child(stage)
    for attempt, response in ((1, ["WHEELER"]), (2, ["POLICE"])):
        promise = record(stage, call, "call_back", callback_minutes=1)
        deadlines_fire(promise.callback_at)
        promise.refresh_from_db()
        assert (promise.outcome, promise.attempt) == ("no_answer", attempt)
        assert ("HANDOFF_NOT_ACCEPTED", "") in open_alerts(call)
        assert fresh(call).decision.response == response


@pytest.mark.parametrize("outcome", ["calling", "accepted"])
def test_a_team_that_is_tried_again_owes_no_call_back(stage: Stage, outcome: str) -> None:
    call = child(stage)
    record(stage, call, "call_back", callback_minutes=2)
    assert "HANDOFF_CALLBACK" in waiting_deadlines(call)
    record(stage, call, outcome)
    assert "HANDOFF_CALLBACK" not in waiting_deadlines(call)


def test_a_crew_that_is_late_and_promises_anew_is_late_no_longer(stage: Stage) -> None:
    call = child(stage)
    crew = record(stage, call, "accepted", eta_minutes=20).assignment
    deadlines_fire(timezone.now() + timedelta(minutes=26))
    assert ("ETA_OVERRUN", "WHEELER1") in open_alerts(call)
    assignments.assignment_acknowledge(by=stage.dispatcher, assignment_id=crew.pk, minutes=15)
    assert ("ETA_OVERRUN", "WHEELER1") not in open_alerts(call)
    assert "ETA_OVERRUN" in waiting_deadlines(call)


def test_a_call_back_needs_its_time(stage: Stage) -> None:
    call = child(stage)
    with pytest.raises(Malformed):
        record(stage, call, "call_back")
    assert not call.handoffs.exists()


def test_what_cannot_be_handed_over(stage: Stage) -> None:
    with pytest.raises(Malformed):
        record(stage, child(stage), "maybe")
    for team in ("NOBODY", "HPD"):
        with pytest.raises(NotFound):
            handoffs.handoff_record(by=stage.dispatcher, call_id=stage.call().pk, team=team, outcome="accepted")
    adult = stage.triaged_call()
    refused(lambda: record(stage, adult, "accepted"), invariant=5)
    assert not adult.handoffs.exists()


def test_a_team_that_joins_by_phone_has_heard_its_order_on_the_phone(stage: Stage) -> None:
    make_hours(make_team("CRMHC"), channel="PHONE")
    call = stage.triaged_call(weapon="IN_HAND")
    stage.send(call, "HPD1", "EMS1")
    handoff = handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="CRMHC", outcome="accepted")
    joined = again(handoff.assignment)
    assert (joined.status, joined.order) == ("DP", "STAGE")
    assert joined.acknowledged_at is not None
    assert joined.order_acknowledged_at is not None
    deadlines_fire(timezone.now() + timedelta(minutes=2))
    assert ("UPGRADE", joined.unit.callsign) not in open_alerts(call)
    assert ("NOT_ACKNOWLEDGED", joined.unit.callsign) not in open_alerts(call)


def test_a_hand_off_that_fails_is_that_of_the_team_that_was_called(stage: Stage) -> None:
    make_hours(make_team("CRMHC"), channel="PHONE")
    Unit.objects.filter(callsign="CRMHC1").update(active=False)
    call = child(stage)
    assert call.decision.availability["CRMHC"]["channel"] == "PHONE"
    deadlines_fire(timezone.now() + timedelta(minutes=4, seconds=1))
    assert failed_handoffs(fresh(call)) == {"WHEELER"}


def test_the_alert_of_a_failed_hand_off_ends_when_the_fallback_is_sent(stage: Stage) -> None:
    call = child(stage)
    record(stage, call, "declined")
    assert ("HANDOFF_NOT_ACCEPTED", "") in open_alerts(call)
    stage.send(call, "HPD1")
    assert ("HANDOFF_NOT_ACCEPTED", "") not in open_alerts(call)


def test_a_unit_sent_meanwhile_does_not_end_a_hand_off_that_is_still_open(stage: Stage) -> None:
    call = child(stage)
    deadlines_fire(timezone.now() + timedelta(minutes=2, seconds=1))
    stage.send(call, "EMS1")
    assert ("HANDOFF_NOT_ACCEPTED", "") in open_alerts(call)
    assert "HANDOFF_FALLBACK" in waiting_deadlines(call)


def test_ems_are_asked_for_once_it_is_known_that_nobody_stays(stage: Stage) -> None:
    call = child(stage, self_harm="IDEATION")
    assert slots(call) == [("WHEELER", "requested")]
    for stays, wanted in ((False, ["EMS", "WHEELER"]), (True, ["WHEELER"])):
        fields = {"person": {"someone_stays": stays}}
        calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields=fields)
        assert [role for role, _ in slots(call)] == wanted


@pytest.mark.parametrize("why", ["not reached by phone", "off hours", "no contract"])
def test_a_team_that_cannot_be_called_now_is_handed_nothing(stage: Stage, why: str) -> None:
    team = make_team("CRT" if why == "not reached by phone" else "WHEELER")
    if why == "off hours":
        team.hours.all().delete()
    if why == "no contract":
        team.contracts.all().delete()
    call = stage.triaged_call(age="ADULT" if team.code == "CRT" else "CHILD_3_17")
    said = refused(
        lambda: handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team=team.code, outcome="accepted")
    )
    assert why in said
