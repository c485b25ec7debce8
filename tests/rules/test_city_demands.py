"""A city's own invariants are proven like the built-in ones, and its golden cases have to pass, every one."""

import random
from dataclasses import replace

import pytest

from dispatch.rules.golden import failed_cases
from dispatch.rules.ruleset import Column, Condition, GoldenCase, Invariant, Match, Situation, TeamAvailability
from dispatch.rules.triage import Context, decide
from dispatch.rules.verify import verify_ruleset
from tests.rules.cases import CLEAR_ADULT, RULESET, TEAMS, answered
from tests.rules.mutations import DEFAULT, drop_police, edited

CHILD = Condition(Match.ALL, (Column("age", frozenset({"CHILD_3_17"})),))
INTENT = Condition(Match.ALL, (Column("self_harm", frozenset({"INTENT"})),))


def owning(*invariants, cases=()):
    return replace(DEFAULT, invariants=invariants, cases=cases)


@pytest.mark.parametrize(
    ("invariant", "text"),
    [
        (Invariant("A", "Youth with intent: fire", INTENT, must_send=("FIRE",)),
         "adult, intent to self-harm: FIRE not sent: R5 sends POLICE + EMS + CRMHC"),
        (Invariant("B", "No youth team for threats", CHILD, never_send=("WHEELER",)),
         "child 3-17: WHEELER sent: R6 sends WHEELER"),
        (Invariant("C", "The state team never joins", never_join=("CRMHC",)),
         "adult, a weapon in hand: CRMHC joins: R1 sends POLICE + EMS"),
        (Invariant("D", "Youth are at most tier 3", CHILD, tier_at_most=3),
         "child 3-17: tier above 3: R6 sends WHEELER"),
    ],
)  # fmt: skip
def test_a_citys_invariant_that_fails_is_told_with_its_smallest_counterexample(invariant, text):
    report = verify_ruleset(owning(invariant))

    assert not report.passed
    violation = report.violations[0]
    assert (violation.invariant, violation.title, violation.text) == (invariant.code, invariant.title, text)


def test_a_citys_invariant_that_holds_for_every_answer_and_availability_passes():
    invariants = (
        Invariant("E", "Intent brings EMS", INTENT, must_send=("EMS",), tier_at_most=2),
        Invariant("F", "The state team serves no youth", CHILD, never_send=("CRMHC",), never_join=("CRMHC",)),
    )

    assert verify_ruleset(owning(*invariants)).passed


def test_a_citys_invariant_is_held_where_one_team_is_missing_too():
    voices = Condition(Match.ALL, tuple(
        Column(field, frozenset({code}))
        for field, code in [*CLEAR_ADULT.items(), ("acuity", "HIGH")]
        if (field, code) != ("acuity", "LOW")
    ))  # fmt: skip
    wanted = Invariant("G", "No fire engine for an adult who hears voices", voices, never_send=("FIRE",))
    fire = replace(DEFAULT.rules[6].outcomes[0].options[1], send=("POLICE", "FIRE"))
    outcome = replace(DEFAULT.rules[6].outcomes[0], options=(DEFAULT.rules[6].outcomes[0].options[0], fire))
    rules = tuple(replace(rule, outcomes=(outcome,)) if rule.code == "R7" else rule for rule in DEFAULT.rules)

    (violation,) = verify_ruleset(replace(owning(wanted), rules=rules)).violations

    assert violation.available == ("CRT", "WHEELER")
    assert violation.text == (
        "adult, high acuity with CRMHC not available: FIRE sent: R7 sends POLICE + FIRE"
    )  # fmt: skip


def test_a_citys_invariants_never_take_the_place_of_the_built_in_ones():
    unsafe = edited(drop_police, DEFAULT, random.Random(1))
    mild = Invariant("H", "Anything goes", tier_at_most=4)

    found = {violation.invariant for violation in verify_ruleset(replace(unsafe, invariants=(mild,))).violations}

    assert found
    assert "H" not in found


def failures(*cases):
    return [failure.text for failure in failed_cases(owning(cases=cases))]


def test_every_golden_case_of_the_default_table_passes_and_every_rule_has_one():
    assert failed_cases(RULESET) == ()
    assert 20 <= len(RULESET.cases) <= 40
    assert {case.rule for case in RULESET.cases} == {rule.code for rule in RULESET.rules} - {"LAST"}


@pytest.mark.parametrize("case", RULESET.cases, ids=lambda case: case.name)
def test_a_golden_case_gets_what_a_dispatcher_would_get(case):
    available = TEAMS if case.available is None else case.available
    availability = {team: TeamAvailability(team in available) for team in TEAMS}

    decision = decide(RULESET, case.answers, availability, context=Context(frozenset(case.extra_roles), case.situation))

    assert (decision.rule, decision.tier, decision.priority) == (case.rule, case.tier, case.priority)
    assert set(decision.response) == set(case.response)
    assert tuple(join.team for join in decision.joins) == case.joins


def test_a_case_that_gets_something_else_says_what_it_expected_and_what_it_got():
    assert failures(
        GoldenCase("Scissors", answered(weapon="ACCESSIBLE"), 4, ("CRT",)),
        GoldenCase("Crying", CLEAR_ADULT, 4, ("CRT",), rule="R7", priority=2),
        GoldenCase("Voices", answered(acuity="HIGH"), 3, ("CRMHC",), available=("CRT",)),
        GoldenCase("Bridge", answered(scene="UNSAFE"), 1, ("EMS", "POLICE"), joins=()),
    ) == [
        "Scissors: expected T4 CRT, got R5 T2 POLICE + CRMHC",
        "Crying: expected R7 T4 P2 CRT, got R8 T4 P3 CRT",
        "Voices: expected T3 CRMHC, got R7 T3 POLICE",
        "Bridge: expected T1 POLICE + EMS joined by nobody, got R1 T1 POLICE + EMS joined by CRMHC",
    ]


def test_a_question_left_out_of_a_case_was_not_asked_and_what_is_left_open_is_not_compared():
    assert (
        failures(
            GoldenCase("Nothing asked", {}, 2, ("POLICE", "EMS")),
            GoldenCase("Fire by type", {"weapon": "IN_HAND"}, 1, ("FIRE", "EMS", "POLICE"), extra_roles=("FIRE",)),
            GoldenCase("Overdose", answered(medical="URGENT"), 1, ("POLICE", "EMS"), situation=Situation.OVERDOSE),
        )
        == []
    )


def test_one_failed_case_keeps_a_ruleset_from_passing():
    report = verify_ruleset(owning(cases=(*RULESET.cases, GoldenCase("Wrong", CLEAR_ADULT, 1, ("POLICE",)))))

    assert not report.passed
    assert [failure.case for failure in report.case_failures] == ["Wrong"]
    assert report.violations == ()
