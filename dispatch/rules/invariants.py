"""The safety invariants that every published ruleset holds, by number, and what they demand in so many columns.

Source: the programme's safety invariants 1-8, what it says of alternatives (2a) and its default priorities (7a). A city
adds its own to a ruleset (`ruleset.Invariant`); these stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dispatch.rules.ruleset import Column, Condition, Match

INVARIANTS: Final[Mapping[str, str]] = {
    "1": "every set of answers gets a response",
    "2": "an unclear safety answer brings police",
    "2a": "an alternative needs clear safety answers, no police in the first option and its team in scope",
    "3": "tier 1 is police and EMS, without civilians",
    "4": "a team comes only where what it requires holds",
    "5": "a team serves only its ages",
    "6": "a medical emergency or self-harm in progress brings EMS",
    "7": "a more dangerous answer never lowers protection",
    "7a": "tier 1 has priority 1, tier 2 at least priority 2, tier 3 at least priority 3",
    "8": "losing a team never lowers protection, and an unavailable team is never sent",
}

ALWAYS_REQUIRED: Final[Mapping[str, Condition]] = {
    "CRT": Condition(Match.ALL, (Column("weapon", frozenset({"NONE"})), Column("violence", frozenset({"NONE"}))))
}
"""What invariant 4 demands of a team, whatever a ruleset says about it."""

MEDICAL_NOW: Final = Condition(
    Match.ANY, (Column("medical", frozenset({"URGENT"})), Column("self_harm", frozenset({"IN_PROGRESS"})))
)
"""Invariant 6: answers that always bring EMS."""
