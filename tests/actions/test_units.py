"""A unit's own status, its alarms and its position."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import alerts, clearing, fixes, safety, units
from dispatch.models import Alert
from hearteam.events.models import Event
from hearteam.problems import Conflict, Malformed, NotAllowed, NotFound
from partners.models import Unit
from tests.actions.reading import open_alerts, refused, unit
from tests.factories import make_unit
from tests.stage import Stage


def set_status(stage: Stage, status: str, callsign: str = "CRT1", **more: object) -> None:
    units.unit_status_set(by=stage.dispatcher, callsign=callsign, status=status, **more)


def test_a_unit_on_a_call_has_no_status_of_its_own(stage: Stage) -> None:
    call, _ = stage.crt_at()
    with pytest.raises(Conflict) as conflict:
        set_status(stage, "BK")
    assert conflict.value.extra["holder"]["call_number"] == call.number


def test_out_of_service_needs_a_reason_and_available_a_shift(stage: Stage) -> None:
    refused(lambda: set_status(stage, "OO"), rule="NEEDS_REASON")
    set_status(stage, "OO", reason="flat tire")
    make_unit("CRT7", "CRT", on_shift=False, status="OFF")
    refused(lambda: set_status(stage, "AV", "CRT7"), rule="OFF_SHIFT")
    call = stage.triaged_call()
    refused(lambda: stage.send(call, "CRT1"))
    with pytest.raises(Malformed):
        set_status(stage, "ZZ")


def test_a_crew_changes_its_own_unit_only(stage: Stage) -> None:
    units.unit_status_set(by=stage.crew, callsign="crt1", status="BK", minutes=15)
    until = unit("CRT1").status_until - unit("CRT1").status_since
    assert until == timedelta(minutes=15)
    with pytest.raises(NotFound):
        units.unit_status_set(by=stage.crew, callsign="HPD1", status="BK")


def test_an_emergency_pressed_again_after_it_was_acknowledged_sounds_again(stage: Stage) -> None:
    stage.crt_at("OS")
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    assert safety.unit_emergency(by=stage.crew, callsign="CRT1") == alert
    assert Event.objects.filter(type="alert_raised").count() == 1
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    safety.unit_emergency(by=stage.crew, callsign="CRT1")
    assert Alert.objects.get(pk=alert.pk).acknowledged_at is None
    assert Event.objects.latest("v").type == "alert_escalated"


def test_an_emergency_is_pressed_by_its_crew_or_the_center(stage: Stage) -> None:
    for who in ("crt1_peer", "dispatcher", "calltaker"):
        safety.unit_emergency(by=stage.cast.actor(who), callsign="CRT1")
    for who in ("auditor", "hpd1_officer", "officer", "stranger", "clinical_lead"):
        with pytest.raises((NotAllowed, NotFound)):
            safety.unit_emergency(by=stage.cast.actor(who), callsign="CRT1")
    assert open_alerts() == {("EMERGENCY", "CRT1")}


def test_an_alert_is_cleared_by_a_dispatchers_word_with_a_reason(stage: Stage) -> None:
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    with pytest.raises(Malformed):
        clearing.alert_clear(by=stage.dispatcher, alert_id=alert.pk, reason=" ")
    with pytest.raises(NotAllowed):
        clearing.alert_clear(by=stage.crew, alert_id=alert.pk, reason="all well")
    for _ in range(2):
        clearing.alert_clear(by=stage.dispatcher, alert_id=alert.pk, reason="all well")
    assert Event.objects.filter(type="alert_cleared").count() == 1


def test_acknowledging_twice_changes_nothing(stage: Stage) -> None:
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    alerts.alert_acknowledge(by=stage.cast.actor("dispatcher2"), alert_id=alert.pk)
    assert Alert.objects.get(pk=alert.pk).acknowledged_by == stage.cast.dispatcher
    assert Event.objects.filter(type="alert_acknowledged").count() == 1


def test_the_newest_position_wins_and_none_is_an_event(stage: Stage) -> None:
    now, before = timezone.now(), Event.objects.count()

    def at(lat: float, seconds_ago: float) -> bool:
        fix = now - timedelta(seconds=seconds_ago)
        return fixes.unit_position_set(by=stage.crew, callsign="CRT1", lat=lat, lon=-72.68, fix_at=fix)

    Unit.objects.filter(callsign="CRT1").update(fix_at=None)
    assert at(41.75, 30)
    assert at(41.76, 10)
    assert not at(41.70, 20)
    assert unit("CRT1").lat == 41.76
    assert Event.objects.count() == before


@pytest.mark.parametrize("wrong", [{"lat": 0.0, "lon": 0.0}, {"speed_mps": 300.0}])
def test_a_position_that_cannot_be_is_refused(stage: Stage, wrong: dict[str, float]) -> None:
    fix = {"lat": 41.76, "lon": -72.68, **wrong}
    refused(lambda: fixes.unit_position_set(by=stage.crew, callsign="CRT1", fix_at=timezone.now(), **fix))


def test_a_time_to_come_is_refused_but_a_clock_a_little_ahead_is_not(stage: Stage) -> None:
    _, assignment = stage.crt_at()
    refused(lambda: stage.step(assignment, "ER", occurred_at=timezone.now() + timedelta(minutes=5)))
    stepped = stage.step(assignment, "ER", occurred_at=timezone.now() + timedelta(seconds=60))
    assert stepped.en_route_at <= timezone.now()
