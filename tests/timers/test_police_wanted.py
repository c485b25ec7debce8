"""The minute in which police that were asked for must be assigned: it ends with the need, and back-up has its own."""

from __future__ import annotations

from dispatch.actions import safety, slots
from dispatch.models import Call
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
