"""The default ruleset is safe over the whole answer space, and an unsafe one is refused with a true counterexample."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from dispatch.rules.decided import WholeSpace
from dispatch.rules.evaluate import evaluate
from dispatch.rules.ruleset_file import DEFAULT_FILE, parse_ruleset
from dispatch.rules.verify import verify_ruleset
from tests.rules.cases import RULESET, TEAMS
from tests.rules.more_questions import with_three_more_questions
from tests.rules.plain import broken_at

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


def test_the_default_ruleset_holds_every_invariant_over_every_answer_and_availability():
    report = verify_ruleset(RULESET)

    assert report.passed
    assert report.decisions == 829_440
    assert report.unreachable == ()
    assert report.gap is None


@pytest.mark.parametrize(
    "free",
    [
        pytest.param(frozenset(some), marks=[] if len(some) in (0, 3) else pytest.mark.reliability)
        for count in range(4)
        for some in combinations(TEAMS, count)
    ],
    ids=lambda teams: " ".join(sorted(teams)),
)
def test_the_fast_check_sees_the_same_decisions_as_the_plain_evaluation(free):
    whole = WholeSpace(RULESET)
    fast = whole.by_availability[free]
    fields = [question.field for question in RULESET.questions]
    seen = [None] * whole.space.size
    for codes in product(*(question.codes for question in RULESET.questions)):
        answers = dict(zip(fields, codes, strict=True))
        verdict = evaluate(RULESET, answers, free)
        key = (verdict.tier, verdict.response, tuple(join.team for join in verdict.joins))
        bit = whole.space.bit(answers)
        assert seen[bit] in (None, key), "sets of answers that are decided differently shared a bit"
        seen[bit] = key

    sets = {key: where(seen, key) for key in set(seen)}
    assert whole.space.sets == 103_680
    assert None not in sets
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
        "2a",
        "adult, a weapon within reach: a transfer to 211 or 988 or CRISIS_LINE offered with a danger not ruled out: "
        "R8 sends CRT",
        [CLEAR_IN_R5, ACCESSIBLE_IN_R8],
    ),
    (
        "2a",
        "adult: waiting for CRT offered where police come first: R8 sends POLICE + CRT",
        [("- send: [CRT]\n", "- send: [POLICE, CRT]\n")],
    ),
    (
        "2a",
        "adult: waiting for WHEELER offered out of its scope: R8 sends CRT",
        [("{kind: HOLD, team: CRT,", "{kind: HOLD, team: WHEELER,")],
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
    (
        "7a",
        "adult, a weapon in hand: priority 2 at tier 1: R1 sends POLICE + EMS",
        [("tier: 1\n        priority: 1", "tier: 1\n        priority: 2")],
    ),
    (
        "7a",
        "adult, intent to self-harm: priority 3 at tier 2: R5 sends POLICE + EMS + CRMHC",
        [("{priority: 1, when: {all: {self_harm: [INTENT]}}}", "{priority: 3, when: {all: {self_harm: [INTENT]}}}")],
    ),
]


@pytest.mark.parametrize(("invariant", "words", "changes"), UNSAFE_EDITS)
def test_an_unsafe_edit_is_refused_with_a_true_counterexample_in_words(invariant, words, changes):
    ruleset = edited(*changes)

    report = verify_ruleset(ruleset)

    found = [violation for violation in report.violations if violation.invariant == invariant]
    assert not report.passed
    assert words in [violation.text for violation in found]
    assert all(invariant in broken_at(ruleset, row.answers, frozenset(row.available)) for row in found)


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


def test_every_rule_that_breaks_an_invariant_is_named_the_smallest_counterexample_first():
    ruleset = edited(("- send: [POLICE]\n", "- send: [FIRE]\n"))

    found = [row for row in verify_ruleset(ruleset).violations if row.invariant == "2"]

    assert [row.rules for row in found] == [("R4",), ("R5",)]
    assert found[1].text == (
        "adult, a weapon within reach with CRMHC not available: police not sent: R5 sends FIRE"
    )  # fmt: skip


def test_a_malformed_ruleset_is_not_checked_further():
    report = verify_ruleset(replace(RULESET, rules=RULESET.rules[:-1]))

    assert not report.passed
    assert report.problems[0].rule == "R8"
    assert report.decisions == 0


def test_the_check_still_covers_everything_with_three_more_questions_of_four_answers():
    ruleset = with_three_more_questions(RULESET)

    report = verify_ruleset(ruleset)

    assert report.passed
    assert report.decisions == 829_440 * 64


def test_an_added_question_that_a_row_forgets_is_found():
    ruleset = with_three_more_questions(RULESET)
    forgotten = tuple(
        replace(rule, when=replace(rule.when, columns=rule.when.columns[:-1])) if rule.code in ("R5", "R8") else rule
        for rule in ruleset.rules
    )

    (violation, *_) = verify_ruleset(replace(ruleset, rules=forgotten)).violations

    assert (violation.invariant, violation.text) == (
        "2", "adult, perhaps something of the kind: police not sent: R8 sends FIRE + CRT"
    )  # fmt: skip


def test_more_sets_of_answers_than_can_be_checked_are_refused_before_they_are_tried():
    ruleset = with_three_more_questions(RULESET)
    more = tuple(
        replace(question, field=f"{question.field}_{n}") for n in range(4) for question in ruleset.questions[-3:]
    )

    report = verify_ruleset(replace(ruleset, questions=ruleset.questions + more))

    assert not report.passed
    assert "are more than can be checked" in report.problems[0].reason


def test_a_table_too_large_to_be_held_at_once_is_refused_although_a_shorter_one_with_its_questions_is_not():
    ruleset = with_three_more_questions(RULESET)
    first = ruleset.rules[0]
    long = tuple(replace(first, code=f"X{n}", outcomes=first.outcomes * 3) for n in range(190))

    report = verify_ruleset(replace(ruleset, rules=long + ruleset.rules))

    assert [problem.reason.split(": ")[0] for problem in report.problems] == [
        "1,990,656 sets of answers with 199 rules, 581 outcomes and 3 teams are more than can be checked"
    ]


def test_overlaps_are_left_out_and_said_to_be_where_comparing_takes_longer_than_the_proof():
    outcomes = RULESET.rules[2].outcomes * 1_200

    report = verify_ruleset(with_rule("R3", lambda rule: replace(rule, outcomes=outcomes)))

    assert report.passed
    assert (report.overlaps, report.overlaps_skipped) == ((), True)
