"""A supervisor changes the time limits: what is due keeps its time, what is set from now on goes by the new ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction

from dispatch.actions import calls, safety
from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.timer_limits import timer_limits_set
from dispatch.models import Alert, TimerLimits
from dispatch.queries.reference import reference
from dispatch.queries.timers import limits_forget
from dispatch.rules.timer_limits import DEFAULTS
from hearteam.events.models import Event
from hearteam.problems import Conflict, NotAllowed, Refused
from partners.access import Actor
from partners.models import Team
from tests.stage import Stage
from tests.timers.clock import due, fire, in_seconds, seconds

PLACE = {"lat": 41.7637, "lon": -72.6851}


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What one test sets and takes back, the next must not have kept."""
    limits_forget()
    yield
    limits_forget()


def set_limits(by: Actor, *, seen: int | None = None, **changed: int) -> TimerLimits:
    row = TimerLimits(**{**DEFAULTS, **changed}, reason="Longer distances")
    return timer_limits_set(by=by, limits=row, seen=seen)


def test_a_new_limit_counts_from_now_on_and_what_is_due_stays(stage: Stage) -> None:
    before = calls.call_receive(by=stage.dispatcher, location=PLACE, priority=1)
    set_limits(stage.supervisor, pending_1_s=90)
    after = calls.call_receive(by=stage.dispatcher, location=PLACE, priority=1)
    assert seconds(due("PENDING", call=before).due_at, before.received_at) == 60
    assert seconds(due("PENDING", call=after).due_at, after.received_at) == 90
    assert reference()["timers"]["pending_s"][1] == 90


def test_who_changed_what_from_what_and_why_is_kept_and_told(stage: Stage) -> None:
    first = set_limits(stage.supervisor, triage_s=120)
    second = set_limits(stage.supervisor, seen=first.pk, triage_s=150, contact_s=45)
    assert (second.replaces, second.by_name, second.reason) == (first, stage.supervisor.name, "Longer distances")
    told = Event.objects.filter(type="timer_limits_changed").latest("v").data
    assert (told["before"], told["after"]) == ({"triage_s": 120, "contact_s": 60}, {"triage_s": 150, "contact_s": 45})
    with pytest.raises(DatabaseError), transaction.atomic():
        TimerLimits.objects.filter(pk=first.pk).update(triage_s=100)


def test_of_two_who_change_at_once_the_second_looks_again(stage: Stage) -> None:
    set_limits(stage.supervisor, triage_s=120)
    with pytest.raises(Conflict):
        set_limits(stage.supervisor, contact_s=45)


@pytest.mark.parametrize(
    "changed",
    [{"welfare_every_s": 3600}, {"level_1_escalate_s": 61}, {"welfare_level_1_s": 50}, {}],
    ids=["too late for a crew", "too late for a red alert", "red before amber", "nothing"],
)
def test_what_would_endanger_a_crew_is_refused(stage: Stage, changed: dict[str, int]) -> None:
    with pytest.raises(Refused):
        set_limits(stage.supervisor, **changed)
    assert not TimerLimits.objects.exists()


def test_only_a_supervisor_changes_them(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        set_limits(stage.dispatcher, triage_s=120)


def test_the_database_keeps_the_ranges_too(stage: Stage) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        bad = {**DEFAULTS, "welfare_every_s": 3600}
        TimerLimits.objects.create(**bad, reason="by hand", by_name="x", at="2026-01-01T00:00:00Z")


def test_a_teams_own_arrival_target_is_the_only_one(stage: Stage) -> None:
    Team.objects.filter(code="CRT").update(arrival_target_minutes=14)
    call, assignment = stage.crt_at()
    assert seconds(due("ARRIVAL_TARGET", assignment=assignment).due_at, call.received_at) == 14 * 60


def test_alerts_of_a_replayed_call_escalate_at_its_pace(stage: Stage) -> None:
    call = calls.call_receive(by=stage.dispatcher, location=PLACE, priority=1, pace=10)
    fire(due("PENDING", call=call))
    raised = Alert.objects.get(call=call, kind="PENDING_OVERDUE")
    assert seconds(due("ALERT_ESCALATE", alert=raised).due_at, raised.raised_at) == 12


def test_how_long_an_alert_sounded_is_kept_and_counts_anew_when_it_sounds_again(stage: Stage) -> None:
    raised = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    Alert.objects.filter(pk=raised.pk).update(sounded_at=in_seconds(-40), raised_at=in_seconds(-40))
    seen = alert_acknowledge(by=stage.dispatcher, alert_id=raised.pk)
    assert seen.acknowledged_after_s == pytest.approx(40, abs=5)
    assert Event.objects.filter(type="alert_acknowledged").latest("v").data["seconds"] == seen.acknowledged_after_s
    again = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    assert (again.pk, again.acknowledged_after_s) == (raised.pk, None)
    assert alert_acknowledge(by=stage.dispatcher, alert_id=raised.pk).acknowledged_after_s < 20
