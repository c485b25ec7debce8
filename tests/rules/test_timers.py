"""When something is late, and what the alert says."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.rules.status import AssignmentStatus
from dispatch.rules.timers import (
    ALERTS,
    AlertKind,
    AlertLevel,
    DeadlineKind,
    TimerSettings,
    acknowledge_due,
    alert_level,
    arrival_due,
    contact_due,
    escalate_due,
    eta_overrun_due,
    handoff_fallback_due,
    handoff_next_due,
    order_due,
    pending_due,
    police_due,
    triage_due,
    welfare_due,
    welfare_ladder,
    welfare_latest,
)

NOW = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
OS, ST, TR = AssignmentStatus.OS, AssignmentStatus.ST, AssignmentStatus.TR


def after(**span):
    return NOW + timedelta(**span)


@pytest.mark.parametrize(("priority", "minutes"), [(1, 1), (2, 3), (3, 10), (4, 20)])
def test_a_waiting_call_is_overdue_by_its_priority(priority, minutes):
    assert pending_due(NOW, priority) == after(minutes=minutes)


def test_the_other_limits_are_the_programmes():
    assert acknowledge_due(NOW) == after(seconds=60)
    assert eta_overrun_due(NOW) == after(minutes=5)
    assert triage_due(NOW) == after(seconds=90)
    assert police_due(NOW) == after(seconds=60)
    assert order_due(NOW) == after(seconds=30)
    assert contact_due(NOW) == after(seconds=60)
    assert arrival_due(NOW, 45) == after(minutes=45)
    assert arrival_due(NOW, None) is None


def test_a_hand_off_goes_on_after_two_minutes_or_two_attempts():
    assert handoff_next_due(NOW, 1) == after(minutes=2)
    assert handoff_next_due(NOW, 2) == NOW


def test_a_hand_off_that_nobody_takes_is_over_after_four_minutes():
    assert handoff_fallback_due(NOW) == after(minutes=4)


def test_welfare_checks_come_first_after_ten_minutes_on_scene_then_every_fifteen():
    assert welfare_due(OS, NOW) == after(minutes=10)
    assert welfare_due(OS, NOW, last_ok_at=after(minutes=9)) == after(minutes=24)
    assert welfare_due(ST, NOW) == after(minutes=15)
    assert welfare_due(TR, NOW, eta_at=after(minutes=12)) == after(minutes=17)
    assert welfare_due(TR, NOW, eta_at=after(minutes=12), last_ok_at=after(minutes=17)) == after(minutes=32)


@pytest.mark.parametrize("status", ["DP", "ER", "AD", "AV"])
def test_other_statuses_have_no_welfare_check(status):
    assert welfare_due(AssignmentStatus(status), NOW) is None


def test_an_answer_from_before_this_status_does_not_postpone_its_first_check():
    assert welfare_due(OS, NOW, last_ok_at=after(minutes=-1)) == after(minutes=10)


def test_a_crew_may_ask_for_another_interval_but_not_for_a_whole_hour():
    assert welfare_due(OS, NOW, last_ok_at=NOW, asked_minutes=5) == after(minutes=5)
    assert welfare_due(OS, NOW, last_ok_at=NOW, asked_minutes=60) == after(minutes=30)


@pytest.mark.parametrize(("tier", "minutes"), [(1, 15), (2, 15), (3, 30), (4, 30), (None, 30)])
def test_where_there_is_danger_no_crew_asks_for_half_an_hour(tier, minutes):
    assert welfare_due(OS, NOW, last_ok_at=NOW, asked_minutes=30, tier=tier) == after(minutes=minutes)


def test_a_tiers_interval_holds_for_the_first_check_too_but_not_for_a_transport_with_an_eta():
    short = TimerSettings(welfare_tier_s={2: 300.0})
    assert welfare_due(OS, NOW, tier=2, settings=short) == after(minutes=5)
    assert welfare_due(TR, NOW, eta_at=after(minutes=12), tier=2, settings=short) == after(minutes=17)


def test_a_call_that_becomes_graver_is_asked_of_sooner_but_never_in_the_past():
    assert welfare_latest(after(minutes=30), NOW, after(minutes=4), tier=2) == after(minutes=15)
    assert welfare_latest(after(minutes=30), NOW, after(minutes=20), tier=2) == after(minutes=20)
    assert welfare_latest(after(minutes=10), NOW, after(minutes=4), tier=4) == after(minutes=10)


def test_an_unanswered_check_climbs_from_prompt_to_police():
    assert welfare_ladder(NOW) == (
        (DeadlineKind.WELFARE_PROMPT, NOW),
        (DeadlineKind.WELFARE_LEVEL_2, after(minutes=1)),
        (DeadlineKind.WELFARE_LEVEL_1, after(minutes=2)),
        (DeadlineKind.WELFARE_POLICE, after(minutes=3)),
    )


def test_unacknowledged_alerts_escalate_by_level():
    assert escalate_due(NOW, AlertLevel.L1) == after(seconds=30)
    assert escalate_due(NOW, AlertLevel.L2) == after(seconds=120)
    assert escalate_due(NOW, AlertLevel.L3) is None


def test_a_replay_at_sixty_times_runs_every_limit_sixty_times_faster():
    fast = TimerSettings(speed=60)

    assert pending_due(NOW, 4, fast) == after(seconds=20)
    assert welfare_due(OS, NOW, settings=fast) == after(seconds=10)
    assert welfare_ladder(NOW, fast)[-1] == (DeadlineKind.WELFARE_POLICE, after(seconds=3))


def test_the_levels_are_the_programmes_and_a_waiting_call_is_loud_only_at_p1_and_p2():
    level_1 = {kind for kind in AlertKind if alert_level(kind) is AlertLevel.L1}

    assert level_1 == {
        AlertKind.EMERGENCY,
        AlertKind.WELFARE_MISSED,
        AlertKind.UPGRADE,
        AlertKind.POLICE_UNASSIGNED,
        AlertKind.TIMER_FAILED,
    }
    assert alert_level(AlertKind.PENDING_OVERDUE, 2) is AlertLevel.L2
    assert alert_level(AlertKind.PENDING_OVERDUE, 3) is AlertLevel.L3


def test_every_alert_says_what_it_is_and_what_to_do():
    assert set(ALERTS) == set(AlertKind)
    for kind, spec in ALERTS.items():
        assert spec.what_to_do, kind
        about_a_call = "{call}" in spec.title
        assert ("26-004421" in spec.text(unit="CRT1", call="26-004421")) is about_a_call
        assert about_a_call or kind in (AlertKind.POSITION_UNATTENDED, AlertKind.HANDOVER_UNANSWERED), kind
    assert ALERTS[AlertKind.EMERGENCY].text(unit="CRT1") == "CRT1 EMERGENCY"
