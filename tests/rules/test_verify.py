"""The default ruleset is safe over the whole answer space, and an unsafe one is refused with a true counterexample."""

import random
from dataclasses import replace
from itertools import product

import pytest

from dispatch.rules.decided import WholeSpace
from dispatch.rules.evaluate import NoRuleMatchesError, evaluate
from dispatch.rules.explain import protection
from dispatch.rules.ruleset import Column, Condition, is_civilian
from dispatch.rules.ruleset_file import DEFAULT_FILE, parse_ruleset
from dispatch.rules.verify import verify_ruleset
from tests.rules.cases import RULESET, TEAMS

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
SAFETY = ("weapon", "violence", "medical", "self_harm", "scene", "crime", "caller_wants_police", "premise_caution")
CLEAR = {"NONE", "SAFE", "NONE_OR_MINOR", "NO"}
SERVED = {"CRT": "ADULT", "CRMHC": "ADULT", "WHEELER": "CHILD_3_17"}
DANGER = {
    "weapon": {"NONE": 0, "ACCESSIBLE": 1, "UNKNOWN": 1, "IN_HAND": 2},
    "violence": {"NONE": 0, "THREATS": 1, "UNKNOWN": 1, "ACTIVE": 2},
    "medical": {"NONE": 0, "UNKNOWN": 1, "URGENT": 2},
    "scene": {"SAFE": 0, "UNKNOWN": 1, "UNSAFE": 2},
    "crime": {"NONE_OR_MINOR": 0, "UNKNOWN": 1, "SERIOUS": 2},
    "self_harm": {"NONE": 0, "IDEATION": 1, "INTENT": 2, "UNKNOWN": 2, "IN_PROGRESS": 3},
    "acuity": {"LOW": 0, "HIGH": 1, "UNKNOWN": 1},
    "caller_wants_police": {"NO": 0, "YES": 1},
    "premise_caution": {"NO": 0, "YES": 1},
}


def is_clear(field, code):
    return code in CLEAR or (field, code) == ("self_harm", "IDEATION")


def broken_at(ruleset, answers, free):
    """The invariants one set of answers breaks, spelled out plainly and apart from the code under test."""
    try:
        verdict = evaluate(ruleset, answers, free)
    except NoRuleMatchesError:
        return {1}
    response, teams = set(verdict.response), {join.team for join in verdict.joins}
    civilians = {code for code in response if is_civilian(code)}
    broken = set()
    if not all(is_clear(field, answers[field]) for field in SAFETY) and "POLICE" not in response:
        broken.add(2)
    if verdict.tier == 1 and (civilians or not {"POLICE", "EMS"} <= response):
        broken.add(3)
    if "CRT" in civilians | teams and (answers["weapon"], answers["violence"]) != ("NONE", "NONE"):
        broken.add(4)
    if any(SERVED[team] != answers["age"] for team in civilians | teams):
        broken.add(5)
    if (answers["medical"] == "URGENT" or answers["self_harm"] == "IN_PROGRESS") and "EMS" not in response:
        broken.add(6)
    if not (civilians | teams) <= free:
        broken.add(8)
    return broken | _less_than_neighbours(ruleset, answers, free, protection(verdict.tier, verdict.response))


def _less_than_neighbours(ruleset, answers, free, here):
    broken = set()
    for field, dangers in DANGER.items():
        for code, danger in dangers.items():
            if danger <= dangers[answers[field]] and is_less(here, protect(ruleset, {**answers, field: code}, free)):
                broken.add(7)
    for team in set(TEAMS) - free:
        if is_less(here, protect(ruleset, answers, free | {team})):
            broken.add(8)
    return broken


def protect(ruleset, answers, free):
    verdict = evaluate(ruleset, answers, free)
    return protection(verdict.tier, verdict.response)


def is_less(one, other):
    return any(mine < theirs for mine, theirs in zip(one, other, strict=True))


def test_the_default_ruleset_holds_every_invariant_over_every_answer_and_availability():
    report = verify_ruleset(RULESET)

    assert report.passed
    assert report.decisions == 829_440
    assert report.unreachable == ()
    assert report.gap is None


def test_the_fast_check_sees_the_same_829440_decisions_as_the_plain_evaluation():
    whole = WholeSpace(RULESET)
    fields = [question.field for question in RULESET.questions]
    everything = [
        dict(zip(fields, codes, strict=True)) for codes in product(*(question.codes for question in RULESET.questions))
    ]
    bits = [whole.space.bit(answers) for answers in everything]
    assert len(everything) == whole.space.sets == 103_680
    assert set(bits) == set(range(whole.space.size))

    for free, fast in whole.by_availability.items():
        seen = [None] * whole.space.size
        for bit, answers in zip(bits, everything, strict=True):
            verdict = evaluate(RULESET, answers, free)
            key = (verdict.tier, verdict.response, tuple(join.team for join in verdict.joins))
            assert seen[bit] in (None, key), "answers that are told apart shared a bit"
            seen[bit] = key
        sets = {key: where(seen, key) for key in set(seen)}
        for tier in range(1, 5):
            assert fast.tiers[tier] == union(bits for (at, _, _), bits in sets.items() if at <= tier)
        for code in ("POLICE", "EMS", "FIRE", *TEAMS):
            assert fast.role(code) == union(bits for (_, response, _), bits in sets.items() if code in response)
            assert fast.joins.get(code, 0) == union(bits for (_, _, joins), bits in sets.items() if code in joins)


def where(seen, key):
    return int("".join("1" if one == key else "0" for one in reversed(seen)), 2)


def union(sets):
    bits = 0
    for one in sets:
        bits |= one
    return bits


def edited(*changes):
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return parse_ruleset(text)


CLEAR_IN_R5 = ("weapon: [ACCESSIBLE, UNKNOWN, IN_HAND]\n", "weapon: [UNKNOWN, IN_HAND]\n")
ACCESSIBLE_IN_R8 = (
    "weapon: [NONE]\n        violence: [NONE]\n        medical: [NONE]\n        self_harm: [NONE]\n",
    "weapon: [NONE, ACCESSIBLE]\n        violence: [NONE]\n        medical: [NONE]\n        self_harm: [NONE]\n",
)
UNSAFE_EDITS = [
    # invariant broken, its smallest counterexample in words, the edit
    ("2", "adult, a weapon within reach: police not sent: R8 sends CRT", [CLEAR_IN_R5, ACCESSIBLE_IN_R8]),
    ("4", "adult, a weapon within reach: CRT sent: R8 sends CRT", [CLEAR_IN_R5, ACCESSIBLE_IN_R8]),
    (
        "2",
        "adult, a weapon within reach: police not sent: R5 sends CRMHC",
        [("- send: [POLICE, CRMHC]", "- send: [CRMHC]")],
    ),
    (
        "3",
        "adult, a weapon in hand: tier 1 without police and EMS: R1 sends POLICE",
        [("- send: [POLICE, EMS]\n            joins:", "- send: [POLICE]\n            joins:")],
    ),
    (
        "4",
        "adult, a weapon within reach with CRMHC not available: CRT joins: R5 sends POLICE",
        [("{age: [ADULT], weapon: [NONE], violence: [NONE]}", "{age: [ADULT]}")],
    ),
    ("5", "child 3-17: CRT sent: R6 sends CRT", [("- send: [WHEELER]", "- send: [CRT]")]),
    (
        "6",
        "adult, a medical emergency: EMS not sent: R5 sends POLICE + CRMHC",
        [("{medical: [URGENT], ", "{"), ("medical: [UNKNOWN, URGENT]}}}", "medical: [UNKNOWN]}}}")],
    ),
    (
        "7",
        "adult, high acuity, no self-harm becomes thoughts of self-harm with CRMHC not available: "
        "R7 T3 POLICE + EMS becomes R7 T3 POLICE (EMS lost)",
        [("{role: EMS, when: {all: {self_harm: [IDEATION]}}}", "{role: EMS, when: {all: {self_harm: [NONE]}}}")],
    ),
]


@pytest.mark.parametrize(("invariant", "words", "changes"), UNSAFE_EDITS)
def test_an_unsafe_edit_is_refused_with_a_true_counterexample_in_words(invariant, words, changes):
    ruleset = edited(*changes)

    report = verify_ruleset(ruleset)

    found = [violation for violation in report.violations if violation.invariant == invariant]
    assert not report.passed
    assert words in [violation.text for violation in found]
    assert all(int(invariant) in broken_at(ruleset, row.answers, frozenset(row.available)) for row in found)


def with_rule(code, change):
    return replace(RULESET, rules=tuple(change(rule) if rule.code == code else rule for rule in RULESET.rules))


def test_a_fallback_with_less_protection_than_the_team_it_replaces_breaks_invariant_8():
    def police_and_crt_else_ems(rule):
        outcome = rule.outcomes[0]
        first, last = outcome.options[0], outcome.options[-1]
        options = (replace(first, send=("POLICE", "CRT")), replace(last, send=("EMS",)))
        return replace(rule, outcomes=(replace(outcome, options=options),))

    report = verify_ruleset(with_rule("R8", police_and_crt_else_ems))

    texts = [violation.text for violation in report.violations if violation.invariant == "8"]
    assert texts == [
        "adult: R8 T4 POLICE + CRT becomes R8 T4 EMS once CRT is not available (police lost)",
    ]


def test_answers_that_count_as_equally_dangerous_must_be_equally_protected():
    ems = "{role: EMS, when: {any: {self_harm: [INTENT, "
    ruleset = edited((f"{ems}UNKNOWN, ", ems))

    texts = [violation.text for violation in verify_ruleset(ruleset).violations if violation.invariant == "7"]

    assert any("intent to self-harm becomes self-harm unknown" in text and "EMS lost" in text for text in texts)


def test_a_row_that_never_decides_and_answers_only_the_last_row_covers_are_pointed_out():
    unreachable = with_rule("R3", lambda rule: replace(rule, when=RULESET.rules[0].when))
    no_r8 = replace(RULESET, rules=tuple(rule for rule in RULESET.rules if rule.code != "R8"))

    assert verify_ruleset(unreachable).unreachable == ("R3",)
    assert verify_ruleset(no_r8).gap == "adult"


def test_a_malformed_ruleset_is_not_checked_further():
    report = verify_ruleset(replace(RULESET, rules=RULESET.rules[:-1]))

    assert not report.passed
    assert report.problems[0].rule == "R8"
    assert report.decisions == 0


def mutated(random_source):
    """The default table with one accepted answer added or removed, or one role removed from what an option sends."""
    rules = list(RULESET.rules)
    index = random_source.randrange(len(rules) - 1)
    rule = rules[index]
    if random_source.random() < 0.7:
        rules[index] = replace(rule, when=toggled(rule.when, random_source))
    else:
        outcome = random_source.choice(rule.outcomes)
        option = random_source.choice(outcome.options)
        sent = set(option.send) ^ {random_source.choice(["POLICE", "EMS", *TEAMS])}
        changed = replace(option, send=tuple(sorted(sent)))
        options = tuple(changed if row is option else row for row in outcome.options)
        rules[index] = replace(
            rule, outcomes=tuple(replace(row, options=options) if row is outcome else row for row in rule.outcomes)
        )
    return replace(RULESET, rules=tuple(rules))


def toggled(condition, random_source):
    column = random_source.choice(condition.columns)
    code = random_source.choice(RULESET.question(column.question).codes)
    changed = Column(column.question, column.accepts ^ {code})
    return Condition(condition.match, tuple(changed if row is column else row for row in condition.columns))


@pytest.mark.parametrize("seed", range(40))
def test_a_seeded_edit_is_refused_with_a_true_counterexample_or_harmless_wherever_one_looks(seed):
    source = random.Random(seed)
    ruleset = mutated(source)

    report = verify_ruleset(ruleset)

    for violation in report.violations:
        assert int(violation.invariant) in broken_at(ruleset, violation.answers, frozenset(violation.available))
    if report.passed:
        for _ in range(200):
            answers = {question.field: source.choice(question.codes) for question in RULESET.questions}
            free = frozenset(team for team in TEAMS if source.random() < 0.5)
            assert broken_at(ruleset, answers, free) == set()


def test_the_check_still_covers_everything_with_three_more_questions_of_four_answers():
    extra = tuple(replace(RULESET.questions[0], field=f"extra_{number}", safety=False) for number in range(3))

    report = verify_ruleset(replace(RULESET, questions=RULESET.questions + extra))

    assert report.passed
    assert report.decisions == 829_440 * 64
