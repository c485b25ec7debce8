"""Which limits may be changed, how far, and which fit together."""

from dataclasses import fields

import pytest

from dispatch.rules.timer_limits import DEFAULTS, LIMITS, problems, settings_of
from dispatch.rules.timers import DEFAULT_TIMERS, TimerSettings

NOT_EDITED = {"pending_s", "amber_fraction", "welfare_tier_s", "speed"}


def test_the_defaults_are_the_programmes_and_nothing_is_wrong_with_them():
    assert settings_of(DEFAULTS) == DEFAULT_TIMERS
    assert problems(DEFAULTS) == {}


def test_every_setting_can_be_edited():
    editable = {field.name for field in fields(TimerSettings)} - NOT_EDITED
    assert editable <= {limit.name for limit in LIMITS}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_nothing_goes_beyond_its_range(limit):
    for beyond in (limit.least - 1, limit.most + 1):
        assert limit.name in problems({**DEFAULTS, limit.name: beyond})


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"welfare_level_1_s": 60}, "welfare_level_1_s"),
        ({"welfare_police_s": 120}, "welfare_police_s"),
        ({"pending_2_s": 60}, "pending_2_s"),
        ({"handoff_fallback_s": 110}, "handoff_fallback_s"),
        ({"level_2_escalate_s": 30}, "level_2_escalate_s"),
        ({"welfare_longest_s": 600}, "welfare_every_s"),
    ],
)
def test_what_is_graver_is_never_told_later(changed, named):
    assert list(problems({**DEFAULTS, **changed})) == [named]


def test_a_change_reaches_the_rules():
    settings = settings_of({**DEFAULTS, "pending_1_s": 45, "amber_percent": 70, "welfare_every_s": 600})
    assert (settings.pending_s[1], settings.amber_fraction, settings.welfare_every_s) == (45, 0.7, 600)
