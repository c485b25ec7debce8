"""What a tier means for a person, and when half past ten is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dispatch.rules import safety, triage
from dispatch.rules.command_times import next_time
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.safety import public_safety_missing
from dispatch.rules.tiers import response_of_tier
from dispatch.rules.triage import TeamAvailability
from tests.stage import CLEAR_ADULT

HARTFORD = ZoneInfo("America/New_York")
RULESET = load_default_ruleset()
TEAMS = ("CRT", "CRMHC", "WHEELER")


def decided(**changes: str) -> triage.Decision:
    free = {team: TeamAvailability(available=True) for team in TEAMS}
    return triage.decide(RULESET, {**CLEAR_ADULT, **changes}, free)


@pytest.mark.parametrize(
    ("changes", "tier", "response"),
    [
        ({}, 1, ("POLICE", "EMS")),
        ({}, 2, ("POLICE", "CRMHC")),
        ({}, 3, ("CRMHC",)),
        ({}, 4, ("CRT",)),
        ({"age": "CHILD_3_17"}, 2, ("POLICE", "WHEELER")),
        ({"age": "CHILD_3_17"}, 3, ("WHEELER",)),
        ({"weapon": "ACCESSIBLE"}, 4, ("CRT",)),
        ({"age": "UNDER_3"}, 4, ()),
    ],
)
def test_a_tier_is_what_the_table_sends_the_same_person(
    changes: dict[str, str], tier: int, response: tuple[str, ...]
) -> None:
    assert response_of_tier(RULESET, decided(**changes), tier, TEAMS) == response


def test_no_tier_takes_away_what_danger_demands() -> None:
    armed = decided(weapon="IN_HAND")
    for tier in (2, 3, 4):
        response = response_of_tier(RULESET, armed, tier, TEAMS)
        refusal = safety.override_allowed(RULESET, armed, response, is_supervisor=True, reason="Quiet now")
        assert refusal is not None, tier
    assert public_safety_missing(RULESET, armed, response_of_tier(RULESET, armed, 1, TEAMS)) is None


@pytest.mark.parametrize(
    ("now", "text", "then"),
    [
        ("2026-11-22T18:00", "22:30", "2026-11-22T22:30-05:00"),
        ("2026-11-22T22:30", "22:30", "2026-11-23T22:30-05:00"),
        ("2026-10-31T23:00", "07:00", "2026-11-01T07:00-05:00"),
        ("2026-03-07T23:00", "07:00", "2026-03-08T07:00-04:00"),
    ],
)
def test_a_time_of_the_day_is_the_next_one_by_the_centers_clock(now: str, text: str, then: str) -> None:
    at = next_time(datetime.fromisoformat(now).replace(tzinfo=HARTFORD), text)
    assert at == datetime.fromisoformat(then)
