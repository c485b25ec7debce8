"""Two sets of answers beside each other: which is graver, question by question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.rules.answers import lowers, worse
from tests.rules.cases import CLEAR_ADULT, FIREARM, RULESET, answered

WITH_FIREARM = replace(RULESET, questions=(*RULESET.questions, FIREARM))


@pytest.mark.parametrize(
    ("before", "after", "is_lower"),
    [
        ({"weapon": "IN_HAND"}, {"weapon": "NONE"}, True),
        ({"weapon": "IN_HAND"}, {}, True),
        ({"weapon": "UNKNOWN"}, {}, False),
        ({"weapon": "NONE"}, {"weapon": "IN_HAND"}, False),
        ({}, {"weapon": "NONE"}, False),
        ({"age": "CHILD_3_17"}, {"age": "ADULT"}, False),
        ({"violence": "ACTIVE"}, {"violence": "THREATS", "weapon": "IN_HAND"}, True),
        ({"firearm": "LOOSE"}, {"firearm": "NONE"}, True),
        ({"firearm": "NONE"}, {"firearm": "LOOSE"}, False),
        ({"mood": "BAD", "weapon": "CANNON"}, {}, False),
    ],
)
def test_what_takes_danger_back(before: dict, after: dict, is_lower: bool) -> None:
    assert lowers(WITH_FIREARM, before, after) is is_lower


def test_the_graver_answer_of_both_and_any_that_only_one_has() -> None:
    ours = {"weapon": "NONE", "violence": "ACTIVE", "age": "ADULT", "firearm": "NONE"}
    theirs = {"weapon": "IN_HAND", "violence": "THREATS", "medical": "URGENT", "firearm": "LOOSE"}
    assert worse(WITH_FIREARM, ours, theirs) == {
        "weapon": "IN_HAND",
        "violence": "ACTIVE",
        "age": "ADULT",
        "medical": "URGENT",
        "firearm": "LOOSE",
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "age"),
    [
        ("ADULT", "CHILD_3_17", "UNKNOWN"),
        ("CHILD_3_17", "ADULT", "UNKNOWN"),
        ("ADULT", "UNKNOWN", "UNKNOWN"),
        ("ADULT", "ADULT", "ADULT"),
        ("ADULT", "UNDER_3", "UNDER_3"),
        ("UNDER_3", "CHILD_3_17", "UNDER_3"),
    ],
)
def test_of_two_ages_nobody_knows_which_is_right_so_the_most_protected_counts(ours: str, theirs: str, age: str) -> None:
    assert worse(RULESET, answered(age=ours), answered(age=theirs)) == answered(age=age)


def test_answers_to_questions_that_are_asked_no_more_are_left_out() -> None:
    assert worse(RULESET, {**CLEAR_ADULT, "firearm": "LOOSE"}, {"firearm": "NONE", "weapon": "CANNON"}) == CLEAR_ADULT
