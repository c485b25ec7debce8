"""An emergency is somebody's until a dispatcher has seen it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.clearing import alert_clear
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.endings import call_close
from dispatch.actions.safety import police_request, unit_emergency
from dispatch.models import Alert, Assignment, Call
from dispatch.queries.tablet import own_unit
from tests.actions.reading import refused
from tests.stage import Stage


def emergency(stage: Stage) -> tuple[Call, Assignment, Alert]:
    """HPD1's crew presses the button on a call."""
    call = stage.call()
    (assignment,) = stage.send(call, "HPD1")
    return call, assignment, unit_emergency(by=stage.officer, callsign="HPD1")


def is_open(alert: Alert) -> bool:
    return Alert.objects.get(pk=alert.pk).cleared_at is None


def test_a_unit_whose_emergency_is_open_is_proposed_and_sent_nowhere(stage: Stage) -> None:
    alert = unit_emergency(by=stage.crew, callsign="CRT1")
    call = stage.triaged_call()
    assert [row["unit"] for row in call.recommendations.latest("pk").units if row["pick"]] == ["CRT2"]
    assert "open emergency" in refused(lambda: stage.send(call, "CRT1"))
    alert_clear(by=stage.dispatcher, alert_id=alert.pk, reason="Pressed by mistake")
    assert stage.send(call, "CRT1")


def test_a_crew_that_clears_itself_does_not_clear_its_emergency(stage: Stage) -> None:
    _, assignment, alert = emergency(stage)
    stage.step(assignment, "AV")
    assert is_open(alert)


def test_closing_the_call_leaves_an_emergency_that_nobody_acknowledged(stage: Stage) -> None:
    call, _, alert = emergency(stage)
    call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    assert is_open(alert)
    alert_clear(by=stage.dispatcher, alert_id=alert.pk, reason="Crew answered by radio")
    assert not is_open(alert)


def test_closing_the_call_ends_an_emergency_that_was_acknowledged(stage: Stage) -> None:
    call, _, alert = emergency(stage)
    alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    assert not is_open(alert)


def test_the_crew_reads_who_at_the_center_has_seen_its_alarm(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    raised = unit_emergency(by=stage.crew, callsign="CRT1")
    [alarm] = own_unit(stage.crew)["alarms"]
    assert (alarm["kind"], alarm["acknowledged_at"]) == ("EMERGENCY", None)
    alert_acknowledge(by=stage.dispatcher, alert_id=raised.pk)
    police_request(by=stage.crew, call_id=call.pk)
    seen = {row["kind"]: row["acknowledged_by"] for row in own_unit(stage.crew)["alarms"]}
    assert seen == {"EMERGENCY": "dispatcher", "POLICE_REQUESTED": ""}
    deadlines_fire(timezone.now() + timedelta(seconds=61))
    assert [row["kind"] for row in own_unit(stage.crew)["alarms"]] == ["EMERGENCY", "POLICE_UNASSIGNED"]


def test_others_alarms_are_not_the_crews(stage: Stage) -> None:
    unit_emergency(by=stage.dispatcher, callsign="HPD1")
    assert own_unit(stage.crew)["alarms"] == []
