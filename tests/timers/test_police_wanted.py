"""The minute in which police that were asked for must be assigned: it ends with the need, and back-up has its own."""

from __future__ import annotations

from dispatch.actions import alerts, calls, safety, slots
from dispatch.models import Alert, Call
from tests.actions.reading import fresh, open_alerts
from tests.actions.reading import slots as slots_of
from tests.stage import Stage
from tests.timers.clock import alert, due, fire, no_alert, waits


def test_a_corrected_danger_takes_the_police_and_their_clock_with_it(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    fire(due("POLICE_UNASSIGNED", call=call))
    assert alert("POLICE_UNASSIGNED", call).level == 1
    stage.triage(call)
    assert no_alert("POLICE_UNASSIGNED")
    stage.triage(call, violence="THREATS")
    assert waits("POLICE_UNASSIGNED", call=call)
    stage.triage(call)
    assert not waits("POLICE_UNASSIGNED", call=call)
    assert fresh(call).police_requested_at is None
    assert open_alerts(call) == set()


def test_police_that_a_person_asked_for_outlive_a_corrected_danger(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    safety.police_request(by=stage.crew, call_id=call.pk)
    stage.triage(call)
    assert waits("POLICE_UNASSIGNED", call=call)
    assert ("POLICE_REQUESTED", "CRT1") in open_alerts(call)


def call_with_police_and_crew(stage: Stage) -> Call:
    call = stage.triaged_call(violence="THREATS")
    police, crew = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="HPD1")
    stage.step(crew, "OS")
    Call.objects.filter(pk=call.pk).update(priority=2)
    return call


def test_back_up_has_its_own_minute_beside_the_police_already_there(stage: Stage) -> None:
    call = call_with_police_and_crew(stage)
    safety.police_request(by=stage.cast.actor("crmhc1_clinician"), call_id=call.pk)
    assert fresh(call).priority == 1
    assert slots_of(call).count(("POLICE", "requested")) == 1
    fire(due("POLICE_UNASSIGNED", call=call))
    assert alert("POLICE_UNASSIGNED", call).level == 1
    stage.send(call, "HPD2")
    assert no_alert("POLICE_UNASSIGNED")
    assert ("POLICE", "requested") not in slots_of(call)


def test_another_police_unit_asked_for_by_slot_has_its_minute_too(stage: Stage) -> None:
    call = call_with_police_and_crew(stage)
    slots.slot_request(by=stage.dispatcher, call_id=call.pk, role="POLICE")
    assert waits("POLICE_UNASSIGNED", call=call)


def test_police_of_the_response_have_their_minute_as_soon_as_a_clinician_goes_without_them(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    assert not waits("POLICE_UNASSIGNED", call=call)
    stage.send(call, "CRMHC1")
    fire(due("POLICE_UNASSIGNED", call=call))
    assert alert("POLICE_UNASSIGNED", call).level == 1


def test_police_of_a_public_safety_response_have_their_minute_beside_ems(stage: Stage) -> None:
    call = stage.triaged_call(weapon="IN_HAND")
    stage.send(call, "EMS1")
    assert waits("POLICE_UNASSIGNED", call=call)
    stage.send(call, "HPD1")
    assert not waits("POLICE_UNASSIGNED", call=call)


def test_police_who_left_before_anybody_else_was_sent_are_missed_by_whoever_comes_next(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "AV")
    assert not waits("POLICE_UNASSIGNED", call=call)
    stage.send(call, "CRMHC1")
    assert waits("POLICE_UNASSIGNED", call=call)


def test_police_that_the_plan_of_a_new_type_adds_have_their_minute(stage: Stage) -> None:
    call = stage.call()
    stage.send(call, "EMS1")
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"type": "DVA"})
    assert waits("POLICE_UNASSIGNED", call=call)


def test_a_triage_typed_once_more_gives_the_police_no_other_minute(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "CRMHC1")
    first = due("POLICE_UNASSIGNED", call=call).due_at
    stage.triage(call, violence="THREATS")
    assert due("POLICE_UNASSIGNED", call=call).due_at == first
    fire(due("POLICE_UNASSIGNED", call=call))
    stage.triage(call, violence="THREATS")
    assert not waits("POLICE_UNASSIGNED", call=call)


def test_police_asked_for_again_after_their_minute_sound_again_though_somebody_acknowledged(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    fire(due("POLICE_UNASSIGNED", call=call))
    overdue = alert("POLICE_UNASSIGNED", call)
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=overdue.pk)
    safety.police_request(by=stage.crew, call_id=call.pk, reason="he has a gun")
    overdue = Alert.objects.get(pk=overdue.pk)
    assert (overdue.acknowledged_at, overdue.level) == (None, 1)
    assert "asked for again" in overdue.text
    assert waits("ALERT_ESCALATE", alert=overdue)
