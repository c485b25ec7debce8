"""Invariant 12 and the gates of sending: a civilian unit goes only where it is in scope and can be reached."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import handoffs, units
from dispatch.actions.triage import triage_answer
from dispatch.models import TimersWatch
from partners.models import ChannelCheck, CrewMember, Team, Unit
from tests.actions.reading import refused
from tests.stage import Stage


def unproven(callsign: str = "CRT1", *, tablet_s: float | None = None, voice_s: float | None = None) -> None:
    """Only these signs of life, that many seconds ago."""
    now = timezone.now()
    unit = Unit.objects.get(callsign=callsign)
    unit.channel_checks.all().delete()
    unit.tablet_seen_at = None if tablet_s is None else now - timedelta(seconds=tablet_s)
    unit.save()
    if voice_s is not None:
        ChannelCheck.objects.create(unit=unit, kind="RADIO", at=now - timedelta(seconds=voice_s))


@pytest.mark.parametrize("signs", [{}, {"tablet_s": 62}, {"voice_s": 902}, {"tablet_s": 300, "voice_s": 3600}])
def test_without_a_proven_channel_no_civilian_unit_is_sent(stage: Stage, signs: dict[str, float]) -> None:
    call = stage.triaged_call()
    unproven(**signs)
    refused(lambda: stage.send(call, "CRT1"), invariant=12)


@pytest.mark.parametrize("signs", [{"tablet_s": 50}, {"voice_s": 880}])
def test_a_tablet_seen_or_a_voice_check_proves_the_channel(stage: Stage, signs: dict[str, float]) -> None:
    call = stage.triaged_call()
    unproven(**signs)
    assert stage.send(call, "CRT1")


def test_a_logged_check_proves_the_channel_at_once(stage: Stage) -> None:
    call = stage.triaged_call()
    unproven()
    units.channel_check(by=stage.dispatcher, callsign="CRT1", kind="PHONE")
    assert stage.send(call, "CRT1")


def test_an_accepted_hand_off_is_a_channel(stage: Stage) -> None:
    call = stage.triaged_call(age="CHILD_3_17")
    assert handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted").assignment


def test_a_crew_without_whom_its_team_asks_for_goes_only_for_a_reason(stage: Stage) -> None:
    Team.objects.filter(code="CRT").update(min_crew_roles=["CLINICIAN", "PEER"])
    CrewMember.objects.filter(shift__unit__callsign="CRT1", role="CLINICIAN").delete()
    call = stage.triaged_call()
    refused(lambda: stage.send(call, "CRT1"), rule="NEEDS_REASON")
    (sent,) = stage.send(call, "CRT1", override_reason="Clinician follows in her own car")
    assert sent.status == "DP"


def test_police_need_no_proof(stage: Stage) -> None:
    unproven("HPD1")
    assert stage.send(stage.call(), "HPD1")


def test_no_civilian_is_sent_to_a_call_that_was_not_triaged(stage: Stage) -> None:
    refused(lambda: stage.send(stage.call(), "CRT1"), invariant=2, rule="NEEDS_TRIAGE")


@pytest.mark.parametrize(
    ("answers", "unit", "invariant"),
    [
        ({"age": "CHILD_3_17"}, "CRT1", 5),
        ({"age": "UNDER_3"}, "CRMHC1", 5),
        ({"age": "UNKNOWN"}, "CRMHC1", 5),
        ({"violence": "THREATS"}, "CRT1", 4),
        ({"weapon": "ACCESSIBLE"}, "CRT1", 4),
        ({"medical": "URGENT"}, "CRT1", 3),
    ],
)
def test_no_civilian_is_sent_outside_its_scope(
    stage: Stage, answers: dict[str, str], unit: str, invariant: int
) -> None:
    call = stage.triaged_call(**answers)
    refused(lambda: stage.send(call, "HPD1", "EMS1", unit), invariant=invariant)


def test_a_clinician_goes_with_police_also_when_those_are_only_asked_for(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    assert stage.send(call, "CRMHC1")


def test_once_police_have_come_and_gone_no_civilian_goes_alone(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "OS", "AV")
    refused(lambda: stage.send(call, "CRMHC1"), invariant=2)


def test_on_answers_given_so_far_nobody_goes_alone(stage: Stage) -> None:
    call = stage.call()
    triage_answer(by=stage.dispatcher, call_id=call.pk, answers={"age": "ADULT", "weapon": "NONE", "violence": "NONE"})
    stage.send(call, "CRMHC1")
    assert call.slots.filter(role="POLICE", status="requested").exists()


@pytest.mark.parametrize("seconds", [None, 31])
def test_no_civilian_goes_while_nobody_watches_its_welfare_checks(stage: Stage, seconds: int | None) -> None:
    call = stage.triaged_call(violence="THREATS")
    TimersWatch.objects.all().delete()
    if seconds is not None:
        TimersWatch.objects.create(name="timers", at=timezone.now() - timedelta(seconds=seconds))
    stage.send(call, "HPD1")
    why = refused(lambda: stage.send(call, "CRMHC1"), invariant=12)
    assert "welfare timer" in why
    TimersWatch.objects.update_or_create(name="timers", defaults={"at": timezone.now() - timedelta(seconds=20)})
    assert stage.send(call, "CRMHC1")
