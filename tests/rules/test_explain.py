"""Why a decision is as it is: who is out of scope, and the fewest answers that would have changed it."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, product

import pytest

from dispatch.rules.evaluate import evaluate
from dispatch.rules.explain import Direction, direction, protection
from dispatch.rules.ruleset import UNKNOWN, Column, Condition, Match
from dispatch.rules.triage import Context, decide, decision_data, told
from tests.rules.cases import CROWD, EVERYBODY, FIREARM, NOBODY, RULESET, TEAMS, answered, available

SAMPLE = 12


def others(question, answers):
    return [code for code in question.codes if code not in (UNKNOWN, answers[question.field])]


def changes_of(ruleset, answers, free, count):
    """By the plain evaluation: every other result that exactly `count` changed answers give, and in which direction."""
    verdict = evaluate(ruleset, answers, free)
    before = protection(verdict.tier, verdict.response)
    for questions in combinations(ruleset.questions, count):
        for codes in product(*(others(question, answers) for question in questions)):
            changed = {question.field: code for question, code in zip(questions, codes, strict=True)}
            other = evaluate(ruleset, {**answers, **changed}, free)
            if (other.tier, other.response) != (verdict.tier, verdict.response):
                yield direction(before, protection(other.tier, other.response)), changed


def sample(ruleset, seed):
    """Calls of every kind: a clear one with up to four answers changed, at random."""
    rng = random.Random(seed)
    for _ in range(SAMPLE):
        changed = rng.sample(ruleset.questions, rng.randint(0, 4))
        answers = {question.field: question.codes[0] for question in ruleset.questions}
        yield answers | {one.field: rng.choice(one.codes) for one in changed}, set(rng.sample(TEAMS, rng.randint(0, 3)))


@pytest.mark.parametrize(
    "ruleset", [RULESET, replace(RULESET, questions=(*RULESET.questions, FIREARM, CROWD))], ids=["default", "more"]
)
def test_no_fewer_answers_than_those_named_change_it_that_way(ruleset):
    for answers, free in sample(ruleset, seed=3):
        decision = decide(ruleset, answers, available(*free))
        one, two = (list(changes_of(ruleset, answers, free, count)) for count in (1, 2))
        for kind in (Direction.RAISES, Direction.LOWERS):
            fewest = next((n for n, found in ((1, one), (2, two)) if any(way is kind for way, _ in found)), None)
            named = {len(change.answers) for change in decision.would_change if change.direction is kind}
            assert named == (set() if fewest is None else {fewest}), (answers, free, kind)
            lowest = kind is Direction.LOWERS and protection(decision.tier, decision.response) == (-4, 0, 0)
            highest = kind is Direction.RAISES and protection(decision.tier, decision.response) == (-1, 1, 1)
            assert (kind in decision.further) == (fewest is None and not lowest and not highest)


def test_every_single_answer_that_changes_it_is_among_those_named_by_its_result():
    answers = answered(weapon="ACCESSIBLE", age="CHILD_3_17")
    decision = decide(RULESET, answers, EVERYBODY)
    results = {(next(iter(change.answers)), change.tier, change.response) for change in decision.would_change}

    for _, changed in changes_of(RULESET, answers, TEAMS, 1):
        verdict = evaluate(RULESET, {**answers, **changed}, TEAMS)
        assert (next(iter(changed)), verdict.tier, verdict.response) in results


def test_where_three_answers_are_needed_it_says_so():
    answers = answered(weapon="ACCESSIBLE", violence="THREATS", scene="UNKNOWN")
    decision = decide(RULESET, answers, EVERYBODY)

    assert not [way for count in (1, 2) for way, _ in changes_of(RULESET, answers, TEAMS, count) if way == "LOWERS"]
    assert any(way is Direction.LOWERS for way, _ in changes_of(RULESET, answers, TEAMS, 3))
    assert decision.further == (Direction.LOWERS,)
    assert decision.reasons[-1] == "it would take three or more other answers to lower it"
    assert decision_data(decision)["further"] == ["LOWERS"]


def test_a_decision_that_nothing_near_changes_says_that_on_its_second_line():
    decision = decide(RULESET, answered(weapon="IN_HAND", violence="ACTIVE", scene="UNSAFE"), NOBODY)
    assert decision.explanation[1].startswith("CRMHC not available: off hours.")

    child = answered(weapon="IN_HAND", violence="ACTIVE", scene="UNSAFE", age="CHILD_3_17")
    assert decide(RULESET, child, EVERYBODY).explanation[1] == (
        "It would take three or more other answers to lower it."
    )


def test_what_the_call_type_adds_anyway_is_no_change():
    always_ems = Context(frozenset({"EMS"}))
    decision = decide(RULESET, answered(self_harm="IDEATION"), NOBODY, context=always_ems)

    assert decision.response == ("POLICE", "EMS")
    assert all("EMS" in change.response for change in decision.would_change)
    assert Direction.LOWERS in {change.direction for change in decision.would_change} or decision.further


def test_each_change_is_said_in_the_words_of_its_questions():
    changes = decide(RULESET, answered(), EVERYBODY).would_change
    texts = {tuple(change.answers.items()): change.text for change in changes}

    assert texts[("weapon", "IN_HAND"),] == "a weapon in hand: T1 POLICE + EMS"


@pytest.mark.parametrize(
    ("changes", "scope"),
    [
        ({}, {"WHEELER": "adult"}),
        ({"weapon": "ACCESSIBLE"}, {"CRT": "a weapon within reach", "WHEELER": "adult"}),
        (
            {"weapon": "IN_HAND", "violence": "THREATS"},
            {"CRT": "a weapon in hand, threats to others", "WHEELER": "adult"},
        ),
        ({"age": "CHILD_3_17"}, {"CRMHC": "child 3-17", "CRT": "child 3-17"}),
        ({"age": "UNKNOWN", "weapon": "UNKNOWN"}, {"CRMHC": "age unknown", "CRT": "age unknown, weapon unknown"}),
    ],
)
def test_a_team_out_of_scope_is_named_with_the_answers_that_keep_it_away(changes, scope):
    decision = decide(RULESET, answered(**changes), EVERYBODY)
    data = decision_data(decision)

    assert scope.items() <= decision.out_of_scope.items()
    assert data["out_of_scope"] == list(data["out_of_scope_reasons"])


def test_a_question_not_asked_keeps_a_team_away_as_not_asked():
    assert decide(RULESET, {"age": "ADULT", "weapon": "NONE"}, EVERYBODY).out_of_scope == {
        "CRT": "violence to others not asked",
        "WHEELER": "adult",
    }


def test_a_team_that_needs_one_of_several_answers_names_them_all():
    either = Condition(Match.ANY, (Column("acuity", frozenset({"LOW"})), Column("scene", frozenset({"SAFE"}))))
    teams = (replace(RULESET.teams[0], requires=either), *RULESET.teams[1:])

    decision = decide(replace(RULESET, teams=teams), answered(acuity="HIGH", scene="UNKNOWN"), NOBODY)

    assert decision.out_of_scope["CRMHC"] == "high acuity, scene unknown"


def test_the_timeline_is_told_the_two_lines_and_who_was_out_of_scope():
    decision = decide(RULESET, answered(weapon="ACCESSIBLE"), available("CRT"))

    assert told(decision) == [
        *decision.explanation,
        "Out of scope: CRT (a weapon within reach), WHEELER (adult).",
    ]
    assert "CRMHC not available: off hours." in decision.explanation[1]
