"""Units in order, with reasons: the nearest first, corrected by what is worth waiting for."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.codes import Need
from dispatch.rules.recommend import (
    Candidate,
    CrewMember,
    Place,
    Position,
    PositionSource,
    RankSettings,
    Request,
    TeamFacts,
    distance_m,
    rank,
    team_availability,
)
from dispatch.rules.ruleset import Preference, Unavailable
from dispatch.rules.safety import Channel

SCENE = Place(41.7637, -72.6851)
SEEN = Channel(tablet_seen_s=5)
CLINICIAN = CrewMember(frozenset({"CLINICIAN"}))
PEER = CrewMember(frozenset({"PEER"}))


def at(km, source=PositionSource.FIX, age_s=5.0):
    """A position some kilometres north of the scene."""
    return Position(Place(SCENE.lat + km / 111.195, SCENE.lon), source, age_s)


def crt(callsign, **facts):
    values = {"position": at(2), "channel": SEEN, "crew": (CLINICIAN, PEER), "ages": frozenset({"ADULT"})}
    values["crew_needs"] = frozenset({"CLINICIAN", "PEER"})
    return Candidate(callsign, "CRT", frozenset({"CRT"}), **values | facts)


def hpd(callsign, km=2.0, **facts):
    return Candidate(callsign, "HPD", frozenset({"POLICE"}), position=at(km), **facts)


def needs_of(roles):
    """One unit of each."""
    return tuple(Need(role) for role in roles)


def ranked(units, *roles, **request):
    return rank(Request(needs_of(roles), SCENE, **request), units)


def order(recommendation):
    return [unit.callsign for unit in recommendation.units]


def test_distance_is_measured_along_the_great_circle():
    hartford, new_haven = Place(41.7637, -72.6851), Place(41.3083, -72.9279)

    assert distance_m(hartford, new_haven) == pytest.approx(54_500, rel=0.01)
    assert distance_m(hartford, hartford) == 0


def test_the_nearest_unit_comes_first_with_its_eta_along_streets():
    result = ranked([crt("CRT1", position=at(3)), crt("CRT2", position=at(1))], "CRT")

    assert order(result) == ["CRT2", "CRT1"]
    assert result.units[0].distance_m == pytest.approx(1350, rel=0.01)
    assert result.units[0].eta_s == pytest.approx(1350 / RankSettings().speed_mps, rel=0.01)
    assert [unit.pick for unit in result.units] == [True, False]


def test_every_need_gets_its_own_unit_and_picks_come_before_the_rest():
    units = [hpd("HPD1", 3), hpd("HPD2", 1), crt("CRT1"), hpd("HPD3", 2)]

    result = rank(Request((Need("POLICE", 2), Need("CRT")), SCENE), units)

    assert order(result) == ["HPD2", "HPD3", "CRT1", "HPD1"]
    assert result.short_of == ()


def test_a_unit_that_serves_two_roles_fills_one():
    both = Candidate("E1", "HFD", frozenset({"FIRE", "EMS"}), position=at(1))

    result = ranked([both], "EMS", "FIRE")

    assert [(unit.callsign, unit.role) for unit in result.units] == [("E1", "EMS")]
    assert result.short_of == (Need("FIRE", 1),)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"ages": frozenset({"CHILD_3_17"})}, "not in scope for this age"),
        ({"contract_in_force": False}, "no contract in force"),
        ({"in_hours": False}, "off hours"),
        ({"in_area": False}, "the place is outside its area"),
        ({"on_shift": False}, "not on shift"),
        ({"on_call": "26-004421"}, "on call 26-004421"),
        ({"status": "OO"}, "status OO"),
    ],
)
def test_a_unit_that_cannot_come_is_left_out_with_the_reason(facts, reason):
    result = ranked([crt("CRT1", **facts)], "CRT", age="ADULT")

    assert result.units == ()
    assert [(row.callsign, row.reason) for row in result.excluded] == [("CRT1", reason)]
    assert result.short_of == (Need("CRT", 1),)


def test_a_unit_already_on_this_call_counts_and_comes_first():
    result = ranked([crt("CRT1", position=at(1)), crt("CRT2", on_this_call=True, status="OS", on_call="this")], "CRT")

    assert order(result) == ["CRT2", "CRT1"]
    assert result.units[0].reasons[0] == "already on this call"


def test_the_persons_language_is_worth_a_few_minutes_but_not_a_long_way():
    spanish = CrewMember(frozenset({"PEER"}), frozenset({"en", "es"}))
    speaker = crt("CRT2", position=at(3), crew=(CLINICIAN, spanish))

    assert order(ranked([crt("CRT1", position=at(2)), speaker], "CRT", language="es")) == ["CRT2", "CRT1"]
    assert order(ranked([crt("CRT1", position=at(0.1)), speaker], "CRT", language="es")) == ["CRT1", "CRT2"]
    assert order(ranked([crt("CRT1", position=at(2)), speaker], "CRT", language="en")) == ["CRT1", "CRT2"]
    assert "speaks es" in ranked([speaker], "CRT", language="es").units[0].reasons


def test_who_comes_because_of_danger_comes_by_nearness_and_language_decides_between_near_equals():
    speaks = (CrewMember(frozenset({"OFFICER"}), frozenset({"en", "es"})),)

    assert order(ranked([hpd("HPD1", 1), hpd("HPD2", 3, crew=speaks)], "POLICE", language="es")) == ["HPD1", "HPD2"]
    assert order(ranked([hpd("HPD1", 1), hpd("HPD2", 1.1, crew=speaks)], "POLICE", language="es")) == ["HPD2", "HPD1"]


def test_cit_trained_police_come_first_only_where_asked_for():
    units = [hpd("HPD1", 1), hpd("HPD2", 4, crew=(CrewMember(frozenset({"OFFICER"}), cit_trained=True),))]

    assert order(ranked(units, "POLICE")) == ["HPD1", "HPD2"]
    assert order(ranked(units, "POLICE", prefer=(Preference.CIT,))) == ["HPD2", "HPD1"]


def test_an_incomplete_crew_comes_last_and_says_who_is_missing():
    result = ranked([crt("CRT1", position=at(1), crew=(CLINICIAN,)), crt("CRT2", position=at(5))], "CRT")

    assert order(result) == ["CRT2", "CRT1"]
    assert "no peer on the crew" in result.units[1].reasons


def test_a_unit_without_a_proven_channel_needs_a_check_first_which_costs_time():
    silent = crt("CRT1", position=at(1.9), channel=Channel())

    result = ranked([silent, crt("CRT2", position=at(2))], "CRT")

    assert order(result) == ["CRT2", "CRT1"]
    assert result.units[1].check_first
    assert "radio or phone check first" in result.units[1].reasons
    assert not ranked([hpd("HPD1")], "POLICE").units[0].check_first


def test_near_equal_units_take_turns_by_workload():
    units = [crt("CRT1", position=at(2.0), workload=5), crt("CRT2", position=at(2.05), workload=1)]

    assert order(ranked(units, "CRT")) == ["CRT2", "CRT1"]


def test_an_old_fix_is_said_and_one_too_old_counts_for_nothing():
    result = ranked([crt("CRT1", position=at(1, age_s=180)), crt("CRT2", position=at(1, age_s=3600))], "CRT")

    assert order(result) == ["CRT1", "CRT2"]
    assert "position 3 min old" in result.units[0].reasons
    assert result.units[1].eta_s is None
    station = ranked([crt("CRT1", position=at(1, PositionSource.STATION))], "CRT")
    assert "from its station" in station.units[0].reasons


def test_a_call_without_a_place_still_gets_units():
    result = rank(Request(needs_of(["CRT"])), [crt("CRT2", workload=3), crt("CRT1", workload=4)])

    assert order(result) == ["CRT2", "CRT1"]
    assert result.units[0].eta_s is None


units = st.lists(
    st.builds(
        Candidate,
        callsign=st.integers(1, 30).map(lambda number: f"U{number}"),
        team=st.just("T"),
        serves=st.sets(st.sampled_from(["POLICE", "EMS", "CRT"]), min_size=1).map(frozenset),
        status=st.sampled_from(["AV", "OO", "BK"]),
        on_shift=st.booleans(),
        on_this_call=st.booleans(),
        position=st.none() | st.floats(0, 20).map(at),
        workload=st.integers(0, 3),
        channel=st.sampled_from([SEEN, Channel()]),
    ),
    max_size=12,
    unique_by=lambda unit: unit.callsign,
)
needs = st.lists(
    st.builds(Need, st.sampled_from(["POLICE", "EMS", "CRT"]), st.integers(1, 3)),
    max_size=3,
    unique_by=lambda need: need.role,
).map(tuple)


@given(units, needs, st.randoms(use_true_random=False))
def test_ranking_never_picks_a_unit_twice_nor_one_that_cannot_come_and_ignores_the_order_of_facts(
    candidates, wanted, source: random.Random
):
    result = rank(Request(wanted, SCENE), candidates)
    shuffled = sorted(candidates, key=lambda _: source.random())

    picks = [unit for unit in result.units if unit.pick]
    facts = {unit.callsign: unit for unit in candidates}
    assert len({unit.callsign for unit in picks}) == len(picks)
    assert all(facts[row.callsign].on_this_call or facts[row.callsign].status == "AV" for row in result.units)
    for need in wanted:
        missing = sum(row.count for row in result.short_of if row.role == need.role)
        assert sum(row.role == need.role for row in picks) + missing == need.count
    assert rank(Request(wanted, SCENE), shuffled).units == result.units


def crt_team(**facts):
    return TeamFacts("CRT", **{"contract_in_force": True, "in_hours": True, "in_area": True} | facts)


@pytest.mark.parametrize(
    ("team", "roster", "code"),
    [
        (crt_team(), [crt("CRT1")], None),
        (crt_team(), [crt("CRT1", on_call="this", status="OS", on_this_call=True)], None),
        (crt_team(contract_in_force=False), [crt("CRT1")], Unavailable.NO_CONTRACT),
        (crt_team(in_hours=False), [crt("CRT1")], Unavailable.OFF_HOURS),
        (crt_team(in_area=False), [crt("CRT1")], Unavailable.OUT_OF_AREA),
        (crt_team(), [], Unavailable.NO_UNIT),
        (crt_team(), [crt("CRT1", on_shift=False)], Unavailable.NO_UNIT),
        (crt_team(), [crt("CRT1", status="OO")], Unavailable.NO_UNIT),
        (crt_team(), [crt("CRT1", on_call="26-004421"), crt("CRT2", status="OO")], Unavailable.BUSY),
        (crt_team(by_phone=True), [], None),
        (crt_team(by_phone=True, handoff_failed=True), [], Unavailable.HANDOFF_FAILED),
        (crt_team(by_phone=True, in_hours=False), [], Unavailable.OFF_HOURS),
    ],
)
def test_a_team_is_available_as_the_programme_defines_it(team, roster, code):
    state = team_availability(team, roster)

    assert (state.available, state.code) == (code is None, code)
    assert (state.reason is None) == state.available
