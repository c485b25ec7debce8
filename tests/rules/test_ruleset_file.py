"""A ruleset file is read strictly: what is wrong is named with its line, and nothing is taken from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.ruleset import Condition, Match
from dispatch.rules.ruleset_file import DEFAULT_FILE, MOST_CHARACTERS, RulesetFileError, parse_ruleset

TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


def line_of(fragment):
    return TEXT[: TEXT.index(fragment)].count("\n") + 1


def problems(text):
    with pytest.raises(RulesetFileError) as caught:
        parse_ruleset(text)
    return [(problem.line, problem.reason) for problem in caught.value.problems]


def test_the_default_file_has_the_eight_rules_and_a_protective_last_row():
    ruleset = parse_ruleset(TEXT)

    assert [rule.code for rule in ruleset.rules] == ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "LAST"]
    assert ruleset.rules[-1].when == Condition()
    assert ruleset.rules[4].when.match is Match.ANY
    assert [team.code for team in ruleset.teams] == ["CRMHC", "CRT", "WHEELER"]


@pytest.mark.parametrize(
    ("fragment", "replacement", "reason"),
    [
        ("medical: [URGENT], self_harm", "mood: [URGENT], self_harm", "there is no question mood"),
        ("medical: [URGENT], self_harm", "medical: [BAD], self_harm", "question medical has no answer BAD"),
        ("title: Danger now", "titel: Danger now", "titel is not known here"),
        ("title: Danger now", "code: R1", "code is there twice"),
        ("mode: COMMAND_POST", "mode: CLOSE_BY", "CLOSE_BY is none of STAGE, COMMAND_POST"),
        ("wait_min: 20", "wait_min: soon", "whole number expected"),
        ("format: 1", "format: 2", "format 1 expected"),
        ("when: {any: {weapon", "when: {some: {weapon", "some is not known here"),
        ("ages: [CHILD_3_17]", "ages: CHILD_3_17", "a list expected"),
        ("title: Danger now", "title: [Danger]", "text expected"),
    ],
)
def test_a_wrong_name_or_value_is_reported_on_its_line(fragment, replacement, reason):
    ((line, said),) = problems(TEXT.replace(fragment, replacement, 1))

    assert line == line_of(fragment)
    assert reason in said


@pytest.mark.parametrize(
    ("fragment", "replacement", "at", "reason"),
    [
        ("- send: [CRT]\n", "- send: [CART]\n", "- send: [CRT]\n", "there is no team CART"),
        ("          - send: [WHEELER]\n          - send: [POLICE]\n    ", "          - send: [WHEELER]\n    ",
         "options:\n          - send: [WHEELER]\n", "the last option of an outcome must send public safety only"),
        ("tier: 4\n        priority: 3\n        options:\n          - send: [CRT]", "tier: 3\n        priority: 3\n"
         "        options:\n          - send: [CRT]", "{kind: HOLD", "only tier 4 may"),
        ("tier: 3", "tier: 5", "tier: 3", "tier 5 is not 1 to 4"),
        ("keep_asking: [age]", "keep_asking: [mood]", "keep_asking: [age]", "there is no question mood"),
        ("{role: EMS, when: {all: {self_harm: [IDEATION]}}}", "{role: CRT, when: {all: {self_harm: [IDEATION]}}}",
         "{role: EMS, when: {all: {self_harm: [IDEATION]}}}", "only a public-safety role can be added"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_reported_on_its_own_line(fragment, replacement, at, reason):
    (line, said), *_ = problems(TEXT.replace(fragment, replacement, 1))

    assert line == line_of(at)
    assert reason in said


def test_a_missing_last_row_is_an_error():
    text = TEXT[: TEXT.index("  # Nothing reaches")]

    assert problems(text) == [
        (line_of("- code: R8"), "the last rule must accept any answers and send POLICE and EMS at tier 1")
    ]


@pytest.mark.parametrize(
    "text", ["", "rules: [", "- 1", "a: &x [1]\nb: *x", "\x00", "[" * 100_000, "{a: " * 30, "format: 1"]
)
def test_what_is_no_ruleset_is_refused_with_a_line(text):
    assert all(line >= 1 and reason for line, reason in problems(text))


def test_a_huge_file_is_refused_unread():
    assert problems("#" * (MOST_CHARACTERS + 1)) == [(1, f"the file is longer than {MOST_CHARACTERS} characters")]


@settings(max_examples=25)
@given(st.integers(0, len(TEXT) - 1), st.text(max_size=4), st.integers(0, 30))
def test_a_file_with_any_damage_is_read_or_refused_but_nothing_else_happens(position, inserted, removed):
    damaged = TEXT[:position] + inserted + TEXT[position + removed :]
    try:
        parse_ruleset(damaged)
    except RulesetFileError as error:
        assert error.problems
