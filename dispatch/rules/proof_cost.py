"""How much of a machine proving a ruleset takes, so that one that takes too much is refused before it is tried.

The limits are measured: at each of them a check takes less than 20 seconds of a processor and 300 megabytes.
"""

from __future__ import annotations

from math import prod
from typing import Final

from dispatch.rules.decided import told_apart
from dispatch.rules.ruleset import HIGHEST_TIER, LOWEST_TIER, PUBLIC_SAFETY, Ruleset

MOST_DECISIONS: Final = 2**27
"""Sets of answers that the ruleset tells apart, times availabilities."""
MOST_HELD: Final = 2**31
"""Bits held at once: for each set of answers one a rule, two an outcome, one an answer, and what each availability
decides.
"""
MOST_FAILURE_BITS: Final = 2**34
"""Counterexamples looked at, times sets of answers: nobody reads thousands of them, and each takes a while."""
MOST_OVERLAP_BITS: Final = 2**40
"""Pairs of outcomes, times availabilities, times sets of answers and what a comparison takes by itself."""
ONE_COMPARISON: Final = 200_000


def cost_problem(ruleset: Ruleset) -> str | None:
    """Why a well-formed ruleset cannot be proven in reasonable time and memory; None when it can."""
    digits = [max(same) + 1 for same in told_apart(ruleset).values()]
    sets, availabilities = prod(digits), 1 << len(ruleset.teams)
    decisions = sets * availabilities
    if decisions > MOST_DECISIONS:
        return (
            f"{decisions:,} sets of answers and available teams are more than can be checked ({MOST_DECISIONS:,}): "
            "ask less, or offer fewer answers"
        )
    outcomes = _outcomes(ruleset)
    of_availability = LOWEST_TIER - HIGHEST_TIER + 1 + len(PUBLIC_SAFETY) + 2 * len(ruleset.teams)
    held = sets * (len(ruleset.rules) + 2 * outcomes + sum(digits) + len(digits) + availabilities * of_availability)
    if held > MOST_HELD:
        return (
            f"{sets:,} sets of answers with {len(ruleset.rules)} rules, {outcomes} outcomes and {len(ruleset.teams)} "
            "teams are more than can be checked: ask less, offer fewer answers, or have fewer rules"
        )
    return None


def most_failures(sets: int) -> int:
    """How many counterexamples are looked at where the ruleset tells so many sets of answers apart."""
    return MOST_FAILURE_BITS // sets


def overlaps_cost_too_much(ruleset: Ruleset, sets: int) -> bool:
    """Whether comparing every two outcomes would take longer than the proof itself may."""
    outcomes = _outcomes(ruleset)
    comparisons = (outcomes * (outcomes - 1) // 2) << len(ruleset.teams)
    return comparisons * (sets + ONE_COMPARISON) > MOST_OVERLAP_BITS


def _outcomes(ruleset: Ruleset) -> int:
    return sum(len(rule.outcomes) for rule in ruleset.rules)
