"""What-ifs on calls made by hand: what changes, whom added hours and units serve, and equality with a plain loop."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.rules.compiled import compile_ruleset
from dispatch.rules.evaluate import complete, evaluate
from dispatch.rules.ruleset import Ruleset, TeamAvailability, Unavailable
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.triage import Context
from dispatch.rules.whatif import Scenario, decided, try_out
from dispatch.rules.whatif_calls import Facts, Recorded
from dispatch.rules.whatif_hours import Hours, ScenarioError, hours_text, parse_hours, read_hours, read_units
from dispatch.rules.whatif_result import Result
from dispatch.rules.whatif_times import ASSUMED_S, Durations, Median

ZONE = ZoneInfo("America/New_York")
FREE = TeamAvailability(True)
CLEAR = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
DEFAULT = load_default_ruleset()
WEEK = tuple(Hours(day, time(22), time(8)) for day in range(7))
AT_NIGHT = datetime(2026, 10, 6, 23, 0, tzinfo=ZONE)


def away(code: Unavailable) -> TeamAvailability:
    return TeamAvailability(False, code, code.value.lower())


def recorded(
    at: datetime = AT_NIGHT, *, ruleset: Ruleset = DEFAULT, number: str = "26-1", override: str = "",
    crt: TeamAvailability = FREE, crmhc: TeamAvailability = FREE, answers: dict[str, str] | None = None, **fields,
) -> Recorded:  # fmt: skip
    """A stored call with the decision of that ruleset; `fields` are answers that are not clear, or of the record."""
    given = answers or {**CLEAR, **{name: fields.pop(name) for name in list(fields) if name in CLEAR}}
    availability = {"CRT": crt, "CRMHC": crmhc, "WHEELER": FREE}
    facts = Facts(given, availability, Context())
    available = {code for code, team in availability.items() if team.available}
    before = decided(ruleset, evaluate(ruleset, complete(ruleset, given), available), facts.context)
    return Recorded(number, at, facts, before, override, **{"in_city": True, **fields})


def tried(cases: list[Recorded], ruleset: Ruleset = DEFAULT, durations: Durations | None = None, **scenario) -> Result:
    decide = compile_ruleset(ruleset).evaluate
    return try_out(cases, Scenario(ruleset, decide, ZONE, **scenario), durations or Durations())


def crt_sees_knives() -> Ruleset:
    """A weapon within reach is no concern of R5 any more, and R8 sends CRT to it."""

    def wider(rule):
        columns = tuple(
            replace(column, accepts=column.accepts ^ {"ACCESSIBLE"}) if column.question == "weapon" else column
            for column in rule.when.columns
        )
        return replace(rule, when=replace(rule.when, columns=columns))

    return replace(DEFAULT, rules=tuple(wider(rule) if rule.code in ("R5", "R8") else rule for rule in DEFAULT.rules))


def test_the_same_ruleset_changes_nothing() -> None:
    cases = [recorded(), recorded(weapon="IN_HAND"), recorded(crt=away(Unavailable.OFF_HOURS)), recorded(acuity="HIGH")]
    result = tried(cases)
    summary = result.summary()
    assert result.groups == ()
    assert (summary["calls"], summary["changed"]) == (4, 0)
    assert all(row["before"] == row["after"] for row in summary["tiers"])


def test_less_protection_comes_first_and_is_called_so() -> None:
    cases = [recorded(weapon="ACCESSIBLE", number="26-1"), recorded(number="26-2")] + [
        recorded(number=f"26-{n}", weapon="ACCESSIBLE", age="CHILD_3_17") for n in range(3, 6)
    ]
    result = tried(cases, crt_sees_knives())
    lowered = result.groups[0]
    assert (lowered.rule_before, lowered.response_before) == ("R5", ("POLICE", "CRMHC"))
    assert (lowered.rule_after, lowered.response_after, lowered.direction) == ("R8", ("CRT",), "LOWERS")
    assert lowered.examples == ["26-1"]
    assert [group.calls for group in result.groups] == [1, 3]
    summary = result.summary()
    assert summary["changed"] == 4
    assert summary["directions"] == {"LOWERS": 1, "RAISES": 3, "KEEPS": 0}  # children fall to the protective last row
    assert summary["without_police"] == {"before": 1, "after": 2}
    assert {row["tier"]: (row["before"], row["after"]) for row in summary["tiers"]} == {
        1: (0, 3), 2: (4, 0), 3: (0, 0), 4: (1, 2),
    }  # fmt: skip


def test_a_change_of_priority_or_of_who_joins_is_a_change() -> None:
    def later(rule):
        return replace(rule, outcomes=tuple(replace(row, priority=4, options=row.options) for row in rule.outcomes))

    def alone(rule):
        outcome = rule.outcomes[0]
        return replace(rule, outcomes=(replace(outcome, options=(replace(outcome.options[0], joins=()),)),))

    rules = tuple({"R8": later, "R1": alone}.get(rule.code, lambda same: same)(rule) for rule in DEFAULT.rules)
    result = tried([recorded(), recorded(weapon="IN_HAND")], replace(DEFAULT, rules=rules))
    found = {group.rule_after: (dict(group.priorities), dict(group.joins), group.direction) for group in result.groups}
    assert found == {"R8": ({"P3 to P4": 1}, {}, "LOWERS"), "R1": ({}, {"CRMHC joins no more": 1}, "KEEPS")}


def test_what_was_overridden_is_compared_by_the_ruleset_and_counted_apart() -> None:
    result = tried([recorded(weapon="ACCESSIBLE", override="UP"), recorded(override="DOWN")], crt_sees_knives())
    assert result.summary()["overridden"] == {"DOWN": 1, "UP": 1}
    assert [group.overridden for group in result.groups] == [1]


def test_added_hours_serve_a_call_in_them_and_no_other() -> None:
    closed = away(Unavailable.OFF_HOURS)
    lost = ("CRT", "OFF_HOURS")
    cases = [
        recorded(number="26-1", crt=closed, crmhc=closed, unserved=lost),
        recorded(datetime(2026, 10, 6, 7, 0, tzinfo=ZONE), number="26-0", crt=closed, crmhc=closed, unserved=lost),
        recorded(datetime(2026, 10, 6, 12, 0, tzinfo=ZONE), number="26-2", crt=closed, crmhc=closed, unserved=lost),
        recorded(number="26-3", crt=away(Unavailable.NO_CONTRACT), crmhc=closed, unserved=("CRT", "NO_CONTRACT")),
    ]
    result = tried(sorted(cases, key=lambda case: case.at), hours={"CRT": WEEK})
    assert result.groups[0].examples == ["26-0", "26-1"]
    assert result.groups[0].response_after == ("CRT",)
    assert result.summary()["unserved"] == [
        {"team": "CRT", "reason": "NO_CONTRACT", "before": 1, "after": 1},
        {"team": "CRT", "reason": "OFF_HOURS", "before": 3, "after": 1},
    ]


def test_added_hours_do_not_reach_beyond_a_teams_area() -> None:
    closed = away(Unavailable.OFF_HOURS)
    cases = [
        recorded(crt=closed, crmhc=closed, in_city=False),
        recorded(crt=closed, crmhc=closed, neighborhood="West End"),
        recorded(crt=closed, crmhc=closed, neighborhood=""),
    ]
    assert tried(cases, hours={"CRT": WEEK}, areas={"CRT": {"DOWNTOWN"}}).groups == ()
    assert tried(cases, hours={"CRT": WEEK}, areas={"CRT": {"WEST END"}}).summary()["changed"] == 1


def test_one_more_unit_serves_one_call_at_a_time() -> None:
    busy = away(Unavailable.BUSY)
    half_hour = Durations({("CRT", 4): Median(1800, 9)})
    cases = [
        recorded(AT_NIGHT + timedelta(minutes=minute), number=f"26-{minute}", crt=busy, crmhc=busy)
        for minute in (0, 10, 29, 30, 45, 60)
    ]
    result = tried(cases, durations=half_hour, units={"CRT": 1})
    assert result.groups[0].examples == ["26-0", "26-30", "26-60"]
    assert result.summary()["added"] == [{"team": "CRT", "calls": 3, "hours": 1.5}]
    assert tried(cases, durations=half_hour, units={"CRT": 2}).summary()["changed"] == 5
    assert tried(cases, durations=half_hour, hours={"CRT": WEEK}).summary()["changed"] == 0  # no unit was added


def test_an_added_unit_does_not_end_what_was_lost_by_a_refusal() -> None:
    busy = away(Unavailable.BUSY)
    cases = [recorded(crt=busy, crmhc=busy, unserved=("CRT", "REFUSED"))]
    assert tried(cases, units={"CRT": 1}).summary()["unserved"] == [
        {"team": "CRT", "reason": "REFUSED", "before": 1, "after": 1}
    ]


def test_an_open_call_is_unserved_by_its_decision() -> None:
    busy = away(Unavailable.BUSY)
    case = recorded(crt=busy, crmhc=busy, ended=False)
    assert tried([case]).summary()["unserved"] == [{"team": "CRT", "reason": "NO_UNIT", "before": 1, "after": 1}]
    assert tried([case], units={"CRT": 1}).summary()["unserved"] == [
        {"team": "CRT", "reason": "NO_UNIT", "before": 1, "after": 0}
    ]


def test_unit_hours_are_recorded_ones_and_medians_only_for_whom_a_change_adds() -> None:
    busy = away(Unavailable.BUSY)
    cases = [
        recorded(number="26-1", seconds={"CRT": 3600.0}),
        recorded(number="26-2", crt=busy, crmhc=busy, seconds={"POLICE": 7200.0, "EMS": 900.0}),
        recorded(AT_NIGHT + timedelta(days=1), number="26-3", crt=busy, crmhc=busy, cancelled=True),
    ]
    result = tried(cases, durations=Durations(by_role={"CRT": Median(5400, 5)}), units={"CRT": 1})
    assert result.summary()["unit_hours"] == {
        "police": {"before": 2.0, "after": 0.0}, "civilian": {"before": 1.0, "after": 2.5}, "estimated_calls": 1,
    }  # fmt: skip
    assert result.summary()["durations"] == [{"role": "CRT", "tier": 4, "minutes": 90, "basis": "ROLE", "of": 5}]


def test_too_few_assignments_make_no_median() -> None:
    assert Durations({("CRT", 4): Median(60, 4)}, {"CRT": Median(60, 4)}).seconds("CRT", 4) == ASSUMED_S


def test_a_question_that_was_not_asked_then_counts_as_not_asked() -> None:
    asked = {name: code for name, code in CLEAR.items() if name != "weapon"}
    case = recorded(answers=asked)
    assert case.before.rule == "R5"
    result = tried([case, recorded(answers={**CLEAR, "weapon": "SWORD"})], DEFAULT)
    assert result.summary()["not_asked"] == {"weapon": 2}


def random_case(rng: random.Random, number: int) -> Recorded:
    unclear = {
        question.field: rng.choice(question.codes) for question in rng.sample(DEFAULT.questions, rng.randint(0, 3))
    }
    answers = {field: code for field, code in {**CLEAR, **unclear}.items() if rng.random() > 0.01}
    states = [FREE, away(Unavailable.OFF_HOURS), away(Unavailable.BUSY), away(Unavailable.NO_UNIT)]
    at = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=7 * number)
    return recorded(at, number=f"26-{number}", answers=answers, crt=rng.choice(states), crmhc=rng.choice(states))


def plain_loop(cases: list[Recorded], ruleset: Ruleset, hours: tuple[Hours, ...], units: int, seconds: float):
    """The same said again, without shortcuts: (call, rule, tier, response) of every changed call."""
    until: list[datetime] = [datetime(2000, 1, 1, tzinfo=UTC)] * units
    changed = Counter()
    for case in cases:
        states = case.facts.availability
        available = {code for code, state in states.items() if state.available}
        free = [place for place, moment in enumerate(until) if moment <= case.at]
        local = case.at.astimezone(ZONE)
        opened = any(
            (row.weekday == local.weekday() and local.time() >= row.opens)
            or ((row.weekday + 1) % 7 == local.weekday() and local.time() < row.closes)
            for row in hours
        )
        lent = free and (
            (states["CRT"].code is Unavailable.OFF_HOURS and opened)
            or states["CRT"].code in (Unavailable.BUSY, Unavailable.NO_UNIT)
        )
        verdict = evaluate(ruleset, complete(ruleset, case.facts.answers), available | ({"CRT"} if lent else set()))
        joins = tuple(join.team for join in verdict.joins)
        if lent and "CRT" in (*verdict.response, *joins):
            until[free[0]] = case.at + timedelta(seconds=seconds)
        after = (verdict.rule.code, verdict.tier, verdict.response, verdict.priority, joins)
        before = case.before
        if after != (before.rule, before.tier, before.response, before.priority, before.joins):
            changed[(before.rule, before.tier, before.response, *after[:3])] += 1
    return changed


def test_two_thousand_random_calls_come_out_as_in_a_plain_loop() -> None:
    rng = random.Random(911)
    cases = [random_case(rng, number) for number in range(2_000)]
    expected = plain_loop(cases, crt_sees_knives(), WEEK, 2, ASSUMED_S)
    result = tried(cases, crt_sees_knives(), hours={"CRT": WEEK}, units={"CRT": 2})
    found = {
        (g.rule_before, g.tier_before, g.response_before, g.rule_after, g.tier_after, g.response_after): g.calls
        for g in result.groups
    }
    assert found == dict(expected)
    assert len(expected) >= 8
    again = tried(cases, crt_sees_knives(), hours={"CRT": WEEK}, units={"CRT": 2})
    assert (result.summary(), [g.data() for g in result.groups]) == (again.summary(), [g.data() for g in again.groups])


@pytest.mark.parametrize(
    ("line", "team", "days"),
    [
        ("CRT Mon-Fri 19:00-22:00", "CRT", [0, 1, 2, 3, 4]),
        ("CRT=1-5:19:00-22:00", "CRT", [0, 1, 2, 3, 4]),
        ("crt Sat,Sun 19:00-22:00", "CRT", [5, 6]),
        ("CRT Sat-Mon 19:00-22:00", "CRT", [5, 6, 0]),
        ("CRT 7: 19:00-22:00", "CRT", [6]),
    ],
)
def test_hours_are_read_as_people_write_them(line: str, team: str, days: list[int]) -> None:
    assert parse_hours(line) == (team, tuple(Hours(day, time(19), time(22)) for day in days))


def test_hours_past_midnight_belong_to_the_day_they_began_on() -> None:
    friday = Hours(4, time(20), time(2))
    assert friday.covers(datetime(2026, 10, 10, 1, 59, tzinfo=ZONE))  # Saturday morning
    assert not friday.covers(datetime(2026, 10, 10, 2, 0, tzinfo=ZONE))
    assert not friday.covers(datetime(2026, 10, 9, 1, 0, tzinfo=ZONE))
    assert Hours(4, time(0), time(0)).covers(datetime(2026, 10, 9, 23, 59, tzinfo=ZONE))


def test_hours_are_shown_as_they_are_written() -> None:
    read = read_hours(["CRT Mon-Fri 19:00-22:00", "", "CRT Sun 10:00-24:00"])
    assert hours_text({team: tuple(rows) for team, rows in read.items()}) == [
        "CRT Mon-Fri 19:00-22:00", "CRT Sun 10:00-00:00",
    ]  # fmt: skip
    assert read_units(["CRT 1", "CRT=2", "CRMHC 1"]) == {"CRT": 3, "CRMHC": 1}


@pytest.mark.parametrize("line", ["CRT", "CRT Mon 25:00-26:00", "CRT Noday 10:00-12:00", "CRT 8 10:00-12:00", "=1+1"])
def test_hours_that_make_no_sense_are_refused_in_words(line: str) -> None:
    with pytest.raises(ScenarioError, match=r"\.$"):
        parse_hours(line)
