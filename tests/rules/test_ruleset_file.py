"""A ruleset file is read strictly: what is wrong is named with its line, and nothing is taken from it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.ruleset import Condition, Match
from dispatch.rules.ruleset_file import (
    DEFAULT_FILE,
    MOST_BYTES,
    MOST_CHARACTERS,
    RulesetFileError,
    parse_ruleset,
    read_ruleset,
)

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


def test_a_cycle_of_fallbacks_is_named_with_both_options():
    circle = "          - send: [CRT]\n          - send: [CRMHC]\n          - send: [CRT]\n          - send: [POLICE]\n"
    text = TEXT.replace("          - send: [CRT]\n          - send: [CRMHC]\n          - send: [POLICE]\n", circle)

    assert problems(text) == [
        (line_of("          - send: [CRT]\n") + 2,
         "the fallback to CRT is never reached: it leads back to CRT before it"),
    ]  # fmt: skip


def test_a_fallback_behind_public_safety_is_never_reached():
    text = TEXT.replace("- send: [CRT]\n", "- send: [FIRE]\n", 1)

    assert problems(text)[0] == (
        line_of("- send: [CRT]\n") + 1,
        "the fallback to CRMHC is never reached: it leads back to FIRE before it",
    )


def test_every_row_that_is_wrong_is_reported_at_once():
    text = TEXT.replace("mode: COMMAND_POST", "mode: NEAR").replace("scene: [SAFE]", "scene: [CALM]")
    text = text.replace("response: [WHEELER]", "response: Wheeler")

    lines = [line for line, _ in problems(text)]

    assert len(lines) == 6
    assert lines == sorted(lines)


def test_a_file_with_a_hundred_mistakes_is_cut_short():
    cases = "".join(f"  - {{name: C{number}}}\n" for number in range(150))

    found = problems(f"{TEXT}{cases}")

    assert len(found) == 101
    assert found[-1][1] == "and 50 more from here on"


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ("  - {name: A, answers: {mood: LOW}, tier: 1, response: [POLICE]}", "there is no question mood"),
        ("  - {name: A, answers: {age: OLD}, tier: 1, response: [POLICE]}", "question age has no answer OLD"),
        ("  - {name: A, answers: {}, tier: 7, response: [POLICE]}", "case A: tier 7 is not 1 to 4"),
        ("  - {name: A, answers: {}, tier: 1, response: []}", "case A: it expects nobody to be sent"),
        ("  - {name: A, answers: {}, tier: 1, response: [CART]}", "case A: there is no team CART"),
        ("  - {name: A, answers: {}, tier: 1, response: [EMS], available: [EMS]}", "case A: there is no team EMS"),
        ("  - {name: A, answers: {}, tier: 1, response: [EMS], extra_roles: [CRT]}", "public-safety roles only"),
        ("  - {name: A, answers: {}, tier: 1, response: [EMS], situation: FLOOD}", "FLOOD is none of OVERDOSE"),
        ('  - {name: "Adult crying, nothing unsafe", answers: {}, tier: 1, response: [EMS]}', "is there 2 times"),
        ("invariants:\n  - {code: '7', title: A, must_send: [EMS]}", "a number is the code of a built-in invariant"),
        ("invariants:\n  - {code: OWN, title: A}", "invariant OWN: it demands nothing"),
        ("invariants:\n  - {code: OWN, title: A, never_join: [EMS]}", "invariant OWN: there is no team EMS"),
        ("invariants:\n  - {code: OWN, title: A, must_send: [EMS], never_send: [EMS]}", "EMS must and must not"),
        ("invariants:\n  - {code: OWN, title: A, tier_at_most: 9}", "invariant OWN: tier 9 is not 1 to 4"),
        ("invariants:\n  - {code: OWN, title: A, must_send: [EMS], when: {any: {}}}", "ANY of no columns"),
        ("questions: []", "the programme's question weapon is missing"),
    ],
)  # fmt: skip
def test_a_wrong_case_invariant_or_question_is_reported_on_its_line(added, reason):
    found = problems(f"{TEXT}{added}\n")

    assert any(reason in said for _, said in found)
    assert {line for line, _ in found} == {TEXT.count("\n") + added.count("\n") + 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("rules: [", 1),
        ("- 1", 1),
        ("a: &x [1]\nb: *x", 1),
        ("a: 1\nb: !!python/name:os.system x", 2),
        ("a: 1\nb: !own x", 2),
        ("a: 1\nb: c\x00", 2),
        ("format: 1\n<<: {b: 1}", 2),
        ("format: 1\nname: A\nname: B", 3),
        ("a: 1\n---\nb: 2", 2),
        ("[" * 100_000, 1),
        ("{a: " * 30, 1),
        ("format: 1", 1),
    ],
)
def test_what_is_no_ruleset_is_refused_with_a_line(text, line):
    ((at, reason),) = problems(text)

    assert at == line
    assert reason


def test_a_small_file_cannot_grow_in_memory():
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefgh"))

    assert problems(bomb) == [(1, "anchors and aliases are not allowed")]


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"#" * 5_000_000, 1, f"the file is longer than {MOST_BYTES} bytes"),
        (b"#" * (MOST_CHARACTERS + 1), 1, f"the file is longer than {MOST_CHARACTERS} characters"),
        (b"format: 1\nname: \xff", 2, "the file is not UTF-8 text"),
        ("format: 1\n".encode("utf-16"), 1, "the file is not UTF-8 text"),
    ],
)  # fmt: skip
def test_what_is_too_long_or_no_text_is_refused_unread(data, line, reason):
    with pytest.raises(RulesetFileError) as caught:
        read_ruleset(data)
    assert [(problem.line, problem.reason) for problem in caught.value.problems] == [(line, reason)]


def test_a_byte_order_mark_is_no_part_of_the_file():
    assert read_ruleset(b"\xef\xbb\xbf" + TEXT.encode()) == parse_ruleset(TEXT)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.text(max_size=4), st.integers(0, 30))
def test_a_file_with_any_damage_is_read_or_refused_but_nothing_else_happens(position, inserted, removed):
    damaged = TEXT[:position] + inserted + TEXT[position + removed :]
    try:
        parse_ruleset(damaged)
    except RulesetFileError as error:
        assert error.problems
