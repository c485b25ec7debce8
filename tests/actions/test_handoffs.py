"""A team reached by phone: attempts are recorded, an accepted one makes a unit, failed ones lead to the fallback."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import calls, handoffs
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Call, Handoff
from dispatch.queries.availability import failed_handoffs
from hearteam.problems import Malformed, NotFound
from partners.models import Unit
from tests.actions.reading import again, fresh, open_alerts, refused, slots, unit, waiting_deadlines
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
