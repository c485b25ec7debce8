"""Which position moves a unit: the newest that can be right."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.fixes import FASTEST_MPS, KEPT, PERSISTS, SLACK_M, Fix, Verdict, judge, reachable
from dispatch.rules.recommend import Place, distance_m

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
HERE = Fix(41.7637, -72.6851, NOW - timedelta(seconds=10), accuracy_m=8.0)
KM = 1 / 111.195
"""Degrees of latitude."""


def fix(seconds_ago=0.0, km_north=0.0, **more):
    return replace(HERE, lat=HERE.lat + km_north * KM, at=NOW - timedelta(seconds=seconds_ago), **more)


def test_the_newest_moves_the_unit_and_an_older_one_is_for_the_track():
    assert judge(fix(), NOW) is Verdict.MOVES
    assert judge(fix(5, 0.1), NOW, HERE) is Verdict.MOVES
    assert judge(fix(11), NOW, HERE) is Verdict.LATE
    assert judge(fix(10), NOW, HERE) is Verdict.REPEATED


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        ({"lat": 0.0, "lon": 0.0}, Verdict.NOWHERE),
        ({"lat": 0.005, "lon": -0.005}, Verdict.NOWHERE),
        ({"lat": 91.0}, Verdict.NOWHERE),
        ({"lon": -180.5}, Verdict.NOWHERE),
        ({"lat": float("nan")}, Verdict.NOWHERE),
        ({"lon": float("inf")}, Verdict.NOWHERE),
        ({"speed_mps": 100.0}, Verdict.TOO_FAST),
        ({"speed_mps": float("nan")}, Verdict.TOO_FAST),
        ({"at": NOW + timedelta(seconds=61)}, Verdict.AHEAD),
        ({"at": NOW - timedelta(days=31)}, Verdict.TOO_OLD),
    ],
)
def test_what_cannot_be_is_refused_whatever_is_known(wrong, verdict):
    assert judge(replace(fix(), **wrong), NOW) is verdict
    assert judge(replace(fix(), **wrong), NOW, HERE) is verdict
    assert verdict not in KEPT


def test_a_clock_a_little_ahead_is_forgiven():
    assert judge(fix(-60), NOW, HERE) is Verdict.MOVES


def test_a_unit_does_not_jump_across_the_county_until_it_persists():
    jump = fix(6, 20)
    assert judge(jump, NOW, HERE) is Verdict.JUMP
    assert judge(fix(3, 20), NOW, HERE, [jump]) is Verdict.JUMP
    assert judge(fix(0, 20), NOW, HERE, [jump, fix(3, 20)]) is Verdict.MOVES


def test_jumps_that_do_not_agree_with_each_other_never_persist():
    assert judge(fix(0, 20), NOW, HERE, [fix(6, 20), fix(3, -20)]) is Verdict.JUMP


def test_far_away_is_no_jump_when_there_was_time_to_get_there():
    assert judge(fix(0, 20), NOW, replace(HERE, at=NOW - timedelta(minutes=6))) is Verdict.MOVES


def test_a_cell_site_does_not_move_a_unit_whose_place_is_known_better():
    coarse = fix(0, 3, accuracy_m=3_000.0)
    assert judge(coarse, NOW, HERE) is Verdict.COARSE
    assert judge(coarse, NOW, replace(HERE, at=NOW - timedelta(minutes=11))) is Verdict.MOVES
    assert judge(coarse, NOW, replace(HERE, accuracy_m=5_000.0)) is Verdict.MOVES
    assert judge(fix(0, 30), NOW, replace(HERE, accuracy_m=5_000.0)) is Verdict.MOVES, "at last a good one"


FIXES = st.builds(
    Fix,
    lat=st.floats(-95, 95),
    lon=st.floats(-185, 185),
    at=st.floats(-7_200, 120).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    accuracy_m=st.none() | st.floats(0, 100_000),
    speed_mps=st.none() | st.floats(-10, 200),
)
NEARBY = st.builds(fix, seconds_ago=st.floats(-90, 600), km_north=st.floats(-80, 80))


@given(fixes=st.lists(FIXES | NEARBY, max_size=30))
def test_however_fixes_come_time_never_runs_back_and_nothing_impossible_is_taken(fixes):
    known, aside = None, []
    for one in fixes:
        verdict = judge(one, NOW, known, aside)
        if verdict is Verdict.JUMP:
            aside = sorted([*aside, one], key=lambda row: row.at)
        if verdict is not Verdict.MOVES:
            continue
        assert abs(one.lat) <= 90
        assert abs(one.lon) <= 180
        assert one.at <= NOW + timedelta(seconds=60)
        if known is not None:
            assert one.at > known.at
            agreed = len(aside) >= PERSISTS - 1
            assert reachable(known, one) or agreed or known.coarse
        known, aside = one, [row for row in aside if row.at > one.at]


@given(seconds=st.floats(1, 590), km=st.floats(-80, 80))
def test_within_reach_moves_and_out_of_reach_does_not(seconds, km):
    known = fix(seconds, accuracy_m=None)
    there = fix(0, km, accuracy_m=None)
    apart = distance_m(Place(known.lat, known.lon), Place(there.lat, there.lon))
    expected = Verdict.MOVES if apart - SLACK_M <= FASTEST_MPS * seconds else Verdict.JUMP
    assert judge(there, NOW, known) is expected
