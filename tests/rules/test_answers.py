"""Two sets of answers beside each other: which is graver, question by question."""

from __future__ import annotations

import pytest

from dispatch.rules.triage import lowers, worse


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
    ],
)
def test_what_takes_danger_back(before: dict, after: dict, is_lower: bool) -> None:
    assert lowers(before, after) is is_lower


def test_the_graver_answer_of_both_and_any_that_only_one_has() -> None:
    ours = {"weapon": "NONE", "violence": "ACTIVE", "age": "ADULT"}
    theirs = {"weapon": "IN_HAND", "violence": "THREATS", "age": "CHILD_3_17", "medical": "URGENT"}
    assert worse(ours, theirs) == {"weapon": "IN_HAND", "violence": "ACTIVE", "age": "ADULT", "medical": "URGENT"}
