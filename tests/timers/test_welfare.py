"""Is the crew well? Answers on time, late and from afar, signs of life, and what an acknowledged alarm still needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from dispatch.actions import safety, units
from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.clearing import alert_clear
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.endings import call_close
from dispatch.models import Alert, Assignment, Deadline
from hearteam.problems import NotAllowed, NotFound
from tests.actions.reading import again, fresh, open_alerts, refused, slots
from tests.stage import Stage
from tests.timers.clock import alert, due, fire, in_seconds, no_alert, seconds, waits


def on_scene_since(stage: Stage, minutes: float) -> Assignment:
    """CRT1, on scene for that long."""
    since = in_seconds(-60 * minutes)
    call = stage.call(received_at=since)
    stage.triage(call)
    (assignment,) = stage.send(call, "CRT1", occurred_at=since)
    assignment = stage.step(assignment, "OS")
    passed = timedelta(minutes=minutes)
    Deadline.objects.filter(assignment=assignment).update(due_at=F("due_at") - passed)
    moved = {name: F(name) - passed for name in ("on_scene_at", "status_since", "welfare_due_at")}
    Assignment.objects.filter(pk=assignment.pk).update(**moved)
    return again(assignment)


def test_well_in_time_and_asked_again_in_a_quarter_of_an_hour(stage: Stage) -> None:
    assignment = on_scene_since(stage, 9)
    check = safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk)
    assert check.late is False
    assert seconds(due("WELFARE_PROMPT", assignment=assignment).due_at, check.occurred_at) == 900


@pytest.mark.parametrize(("minutes", "given"), [(5, 300), (30, 1800), (120, 1800)])
def test_a_crew_asks_for_another_time_up_to_half_an_hour(stage: Stage, minutes: int, given: int) -> None:
    assignment = on_scene_since(stage, 9)
    check = safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk, minutes=minutes)
    assert seconds(again(assignment).welfare_due_at, check.occurred_at) == given


def test_a_call_that_becomes_graver_asks_its_crew_sooner(stage: Stage) -> None:
    assignment = on_scene_since(stage, 1)
    check = safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk, minutes=30)
    stage.triage(assignment.call, violence="THREATS")
    assert seconds(again(assignment).welfare_due_at, check.occurred_at) == 900
    assert seconds(due("WELFARE_POLICE", assignment=assignment).due_at, check.occurred_at) == 1080


def test_a_crew_that_tells_late_that_it_arrived_is_asked_now_and_the_ladder_starts_there(stage: Stage) -> None:
    call = stage.call(received_at=in_seconds(-60 * 30))
    stage.triage(call)
    (assignment,) = stage.send(call, "CRT1", occurred_at=in_seconds(-60 * 28))
    assignment = stage.step(assignment, "OS", occurred_at=in_seconds(-60 * 25))
    prompt = due("WELFARE_PROMPT", assignment=assignment)
    assert abs(seconds(prompt.due_at, in_seconds(0))) < 60
    fire(prompt)
    assert no_alert("WELFARE_MISSED")
    assert ("POLICE", "requested") not in slots(fresh(call))
    fire(due("WELFARE_POLICE", assignment=assignment))
    assert ("POLICE", "requested") in slots(fresh(call))


def test_a_late_answer_clears_the_alarm_and_is_marked_late(stage: Stage) -> None:
    assignment = on_scene_since(stage, 12.5)
    deadlines_fire(in_seconds(0))
    assert ("WELFARE_MISSED", "CRT1") in open_alerts()
    said_at = in_seconds(-180)
    check = safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk, occurred_at=said_at)
    assert (check.late, check.occurred_at) == (True, said_at)
    assert no_alert("WELFARE_MISSED")
    assert again(assignment).welfare_due_at == said_at + timedelta(minutes=15)


def test_an_answer_older_than_the_last_one_moves_nothing_on(stage: Stage) -> None:
    assignment = on_scene_since(stage, 20)
    safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk)
    expected = again(assignment).welfare_due_at
    safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk, occurred_at=in_seconds(-600))
    assert again(assignment).welfare_due_at == expected


def test_a_dispatcher_records_what_was_heard_by_voice_and_no_stranger_does(stage: Stage) -> None:
    assignment = on_scene_since(stage, 5)
    assert safety.welfare_pass(by=stage.dispatcher, assignment_id=assignment.pk)
    for who in ("hpd1_officer", "stranger", "calltaker"):
        with pytest.raises((NotAllowed, NotFound)):
            safety.welfare_pass(by=stage.cast.actor(who), assignment_id=assignment.pk)
    stage.step(assignment, "AV")
    refused(lambda: safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk))


def test_a_reported_step_is_a_sign_of_life(stage: Stage) -> None:
    assignment = on_scene_since(stage, 12.5)
    deadlines_fire(in_seconds(0))
    stage.step(assignment, "TR", destination="Clinic")
    assert no_alert("WELFARE_MISSED")
    assert due("WELFARE_PROMPT", assignment=assignment).due_at > in_seconds(800)


def test_a_step_taken_long_ago_is_none(stage: Stage) -> None:
    assignment = on_scene_since(stage, 40)
    deadlines_fire(in_seconds(0))
    stage.step(assignment, "TR", destination="Clinic", occurred_at=in_seconds(-20 * 60))
    assert ("WELFARE_MISSED", "CRT1") in open_alerts()


def test_clearing_a_missed_check_is_an_answer_and_the_next_one_is_set(stage: Stage) -> None:
    assignment = on_scene_since(stage, 12.5)
    deadlines_fire(in_seconds(0))
    alert_clear(by=stage.dispatcher, alert_id=alert("WELFARE_MISSED", assignment.call).pk, reason="answered by voice")
    assert alert_reason("WELFARE_MISSED") == "answered by voice"
    following = due("WELFARE_PROMPT", assignment=assignment).due_at
    assert following == again(assignment).welfare_ok_at + timedelta(minutes=15)
    deadlines_fire(in_seconds(300))
    assert ("POLICE", "requested") not in slots(fresh(assignment.call))
    deadlines_fire(following + timedelta(minutes=2))
    assert ("WELFARE_MISSED", "CRT1") in open_alerts()


def alert_reason(kind: str) -> str:
    return Alert.objects.filter(kind=kind).latest("pk").clear_reason


def test_a_cleared_unit_is_asked_no_more(stage: Stage) -> None:
    assignment = on_scene_since(stage, 12.5)
    deadlines_fire(in_seconds(0))
    stage.step(assignment, "AV")
    assert not waits("WELFARE_POLICE", assignment=assignment)
    assert open_alerts() == set()


def test_an_emergency_goes_to_everybody_also_when_its_call_has_ended(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    raised = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    fire(due("ALERT_ESCALATE", alert=raised))
    assert Alert.objects.get(pk=raised.pk).escalated_at is not None


def acknowledged(stage: Stage, raised: Alert) -> Alert:
    return alert_acknowledge(by=stage.dispatcher, alert_id=raised.pk)


def sounds_again(raised: Alert) -> bool:
    """Whether it does once the minute after its acknowledgement is over."""
    fire(due("ALERT_CONTACT", alert=raised))
    return Alert.objects.get(pk=raised.pk).acknowledged_at is None


@pytest.mark.parametrize("done", ["voice check", "police sent", "police asked for", "welfare answered", "nothing"])
def test_an_acknowledged_emergency_needs_contact_or_police(stage: Stage, done: str) -> None:
    assignment = on_scene_since(stage, 5)
    raised = acknowledged(stage, safety.unit_emergency(by=stage.crew, callsign="CRT1"))
    if done == "voice check":
        units.channel_check(by=stage.dispatcher, callsign="CRT1", kind="RADIO")
    elif done == "police sent":
        stage.send(assignment.call, "HPD1")
    elif done == "police asked for":
        safety.police_request(by=stage.dispatcher, call_id=assignment.call_id)
    elif done == "welfare answered":
        safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk)
    assert sounds_again(raised) is (done == "nothing")


def test_police_that_the_program_asked_for_are_not_what_somebody_did(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    stage.triage(call, weapon="IN_HAND")
    assert sounds_again(acknowledged(stage, alert("UPGRADE", call)))


def test_an_alarm_that_sounds_again_is_acknowledged_again(stage: Stage) -> None:
    raised = acknowledged(stage, safety.unit_emergency(by=stage.crew, callsign="CRT1"))
    assert sounds_again(raised)
    assert sounds_again(acknowledged(stage, raised))


def test_police_that_were_there_anyway_are_no_answer_to_an_emergency(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1", "CRMHC1")
    crew = stage.cast.actor("crmhc1_clinician")
    assert sounds_again(acknowledged(stage, safety.unit_emergency(by=crew, callsign="CRMHC1")))
    own = acknowledged(stage, safety.unit_emergency(by=stage.cast.actor("hpd1_officer"), callsign="HPD1"))
    assert sounds_again(own)
    stage.send(call, "HPD2")
    assert not sounds_again(acknowledged(stage, own))


def test_what_was_done_before_an_alarm_sounded_again_does_not_answer_it(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    raised = acknowledged(stage, safety.unit_emergency(by=stage.crew, callsign="CRT1"))
    stage.send(call, "HPD1")
    assert not sounds_again(raised)
    again_pressed = acknowledged(stage, safety.unit_emergency(by=stage.crew, callsign="CRT1"))
    assert sounds_again(again_pressed)
