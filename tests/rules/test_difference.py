"""Differences are told in lines a supervisor reads, and none is missed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from dispatch.rules.difference import differences
from dispatch.rules.ruleset import Invariant
from dispatch.rules.ruleset_file import DEFAULT_FILE, parse_ruleset
from tests.rules.cases import RULESET
from tests.rules.edited import rulesets
from tests.rules.more_questions import with_three_more_questions
from tests.rules.mutations import DEFAULT, mutations

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


def told(old, new):
    return [difference.text for difference in differences(old, new)]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("weapon: [ACCESSIBLE, UNKNOWN, IN_HAND]", "weapon: [UNKNOWN, IN_HAND]",
         "Rule R5: weapon no longer accepts ACCESSIBLE"),
        ("when: {all: {age: [UNDER_3]}}", "when: {all: {age: [UNDER_3, UNKNOWN]}}",
         "Rule R3: age now accepts UNKNOWN"),
        ("when: {all: {age: [UNDER_3]}}", "when: {all: {age: [UNDER_3], scene: [SAFE]}}",
         "Rule R3: scene accepts SAFE instead of any answer"),
        ("when: {any: {medical: [URGENT], self", "when: {all: {medical: [URGENT], self",
         "Rule R2: when any of medical URGENT; self_harm IN_PROGRESS "
         "becomes when all of medical URGENT; self_harm IN_PROGRESS"),
        ("title: Danger now", "title: Danger", 'Rule R1: title "Danger now" becomes "Danger"'),
        ("- send: [CRT]\n", "- send: [CRT, EMS]\n",
         "Rule R8, outcome 1 (T4), option 1 (CRT + EMS): sends CRT + EMS instead of CRT"),
        ("          - send: [CRMHC]\n          - send: [POLICE]\n            prefer",
         "          - send: [POLICE]\n            prefer", "Rule R8, outcome 1 (T4), option 2 (CRMHC) is removed"),
        ("        keep_asking: [age]\n", "", "Rule R4, outcome 1 (T2): no longer keeps asking age"),
        ("            prefer: [CIT]\n", "            prefer: [CIT]\n            add:\n              - {role: EMS}\n",
         "Rule R8, outcome 1 (T4), option 3 (POLICE), addition 1 (EMS) is added"),
        ("wait_min: 20, ", "wait_min: 30, ",
         "Rule R8, outcome 1 (T4), alternative 1 (HOLD): minutes to wait 30 instead of 20"),
        ("requires: {all: {weapon: [NONE], violence: [NONE]}}", "requires: {all: {weapon: [NONE]}}",
         "Team CRT: violence accepts any answer instead of NONE"),
        ("ages: [CHILD_3_17]", "ages: [CHILD_3_17, UNDER_3]",
         "Team WHEELER: serves CHILD_3_17 + UNDER_3 instead of CHILD_3_17"),
        ("    response: [CRMHC]\n    joins: []\n  - name: \"Adult crying, nothing unsafe, nobody free\"",
         "    response: [POLICE]\n    joins: []\n  - name: \"Adult crying, nothing unsafe, nobody free\"",
         "Case Adult crying, nothing unsafe, CRT out: expects POLICE instead of CRMHC"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_one_line(before, after, line):
    assert before in TEXT

    assert told(RULESET, parse_ruleset(TEXT.replace(before, after, 1))) == [line]


def test_rules_that_come_go_and_move_are_told_once():
    first, second, third, *rest = RULESET.rules
    added = replace(third, code="R3B", title="Another")

    assert told(RULESET, replace(RULESET, rules=(second, first, added, *rest))) == [
        "Rule R3 (Child under 3, no team in scope) is removed",
        "Rule R3B (Another) is added after R1",
        "Rule R2 now stands first",
    ]


def test_wording_and_answers_of_questions_are_told():
    weapon = RULESET.questions[0]
    none, *others = weapon.answers
    worded = replace(weapon, ask_en="Any weapon?", answers=(replace(none, label="No weapon"), *others))

    assert told(RULESET, replace(RULESET, questions=(worded, *RULESET.questions[1:]))) == [
        f'Question weapon: English wording "{weapon.ask_en}" becomes "Any weapon?"',
        'Question weapon, answer NONE: label "None" becomes "No weapon"',
    ]
    assert told(replace(RULESET, cases=()), with_three_more_questions(RULESET))[-1] == (
        "Question city_2 (City 2) is added after city_1"
    )


def test_a_dropped_invariant_is_told():
    own = Invariant("NO_FIRE", "Fire only by type", never_send=("FIRE",))

    assert told(replace(RULESET, invariants=(own,)), RULESET) == ["Invariant NO_FIRE (Fire only by type) is removed"]


def test_another_version_alone_is_no_difference():
    assert differences(RULESET, replace(RULESET, version=2)) == ()


def test_no_edit_goes_unseen():
    for name, ruleset in mutations(75).items():
        assert told(DEFAULT, ruleset), name
        assert told(ruleset, DEFAULT), name


@settings(max_examples=12, deadline=None)
@given(rulesets(), rulesets())
def test_two_rulesets_differ_in_words_exactly_when_they_differ(one, other):
    assert (differences(one, other) == ()) == (one == replace(other, version=one.version))
    assert differences(one, one) == ()
