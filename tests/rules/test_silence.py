"""When a crew on a call counts as silent, and of whom that is told aloud."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.rules.silence import Signs, alarms, silent_since
from dispatch.rules.status import AssignmentStatus
from dispatch.rules.timers import TimerSettings

NOW = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize("sign", ["tablet_at", "position_at", "answered_at"])
def test_any_sign_of_a_device_within_two_minutes_is_enough(sign):
    assert silent_since(Signs(sent_at=ago(30), **{sign: ago(2)}), NOW) is None
    assert silent_since(Signs(sent_at=ago(30), **{sign: ago(2.1)}), NOW) == ago(2.1)


def test_a_word_by_radio_counts_as_long_as_it_proves_a_channel():
    assert silent_since(Signs(sent_at=ago(60), tablet_at=ago(20), voice_at=ago(15)), NOW) is None
    assert silent_since(Signs(sent_at=ago(60), tablet_at=ago(20), voice_at=ago(15.1)), NOW) == ago(15.1)


def test_a_crew_is_expected_to_give_signs_from_when_it_was_sent():
    assert silent_since(Signs(sent_at=ago(1)), NOW) is None
    assert silent_since(Signs(sent_at=ago(3)), NOW) == ago(3)


def test_a_sign_from_the_future_is_none():
    wrong_clock = Signs(sent_at=ago(30), tablet_at=ago(5), position_at=ago(-60))
    assert silent_since(wrong_clock, NOW) == ago(5)


def test_a_center_that_wants_signs_sooner_gets_them_sooner():
    assert silent_since(Signs(sent_at=ago(30), tablet_at=ago(1.5)), NOW, TimerSettings(silent_s=60)) == ago(1.5)


def test_it_is_told_aloud_of_who_is_inside():
    assert {status for status in AssignmentStatus if alarms(status)} == {AssignmentStatus.OS}
