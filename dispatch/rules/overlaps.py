"""Rows that accept the same answers and say something else: the order of the rows decides there, so one should know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from dispatch.rules.decided import WholeSpace, say_verdict
from dispatch.rules.evaluate import evaluate, first_possible
from dispatch.rules.ruleset import Outcome, Ruleset


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules, the first of which decides although the second would hold and give another tier or response.

    `sets` are the sets of answers for which that is so with some teams available. `later_is_safer` marks those where
    the second would send more protection; the example is then one of these.
    """

    earlier: str
    later: str
    sets: int
    later_is_safer: bool
    text: str


def overlaps(whole: WholeSpace) -> tuple[Overlap, ...]:
    """Every overlap of two rules that changes the response, the last row left out: it overlaps with all by design."""
    return tuple(
        overlap
        for earlier, later in combinations(range(len(whole.ruleset.rules) - 1), 2)
        for overlap in _overlap(whole, earlier, later)
    )


def _overlap(whole: WholeSpace, earlier: int, later: int) -> Iterator[Overlap]:
    pairs = [
        (one, other, one.decides & other.accepts)
        for one in whole.rows_of(earlier)
        for other in whole.rows_of(later)
        if one.decides & other.accepts
    ]
    differ = 0
    example: tuple[bool, int, frozenset[str]] | None = None
    for available in whole.availabilities:
        for one, other, both in pairs:
            different, safer = _compared(whole, one.outcome, other.outcome, both, available)
            differ |= different
            if different and (example is None or (safer and not example[0])):
                example = (bool(safer), safer or different, available)
    if example is not None:
        later_is_safer, bits, available = example
        rules = (whole.ruleset.rules[earlier].code, whole.ruleset.rules[later].code)
        text = _text(whole, bits, available, later)
        yield Overlap(*rules, whole.space.count(differ), later_is_safer, text)


def _compared(whole: WholeSpace, one: Outcome, other: Outcome, bits: int, available: frozenset[str]) -> tuple[int, int]:
    """Of these sets those where the two outcomes differ, and those where the second protects more."""
    first, second = first_possible(one.options, available), first_possible(other.options, available)
    if first is None or second is None:
        return 0, 0
    mine, theirs = whole.option_roles(first, bits), whole.option_roles(second, bits)
    differ = bits if one.tier != other.tier else 0
    for code in mine.keys() | theirs.keys():
        differ |= mine.get(code, 0) ^ theirs.get(code, 0)
    safer = bits if other.tier < one.tier else 0
    for code in ("POLICE", "EMS"):
        safer |= theirs.get(code, 0) & ~mine.get(code, 0)
    return differ, safer


def _text(whole: WholeSpace, bits: int, available: frozenset[str], later: int) -> str:
    answers = whole.space.smallest(bits) or {}
    alone = Ruleset("", 1, whole.ruleset.questions, whole.ruleset.teams, (whole.ruleset.rules[later],))
    decided, instead = evaluate(whole.ruleset, answers, available), evaluate(alone, answers, available)
    said = f"{whole.say(answers)}{whole.say_missing(available)}"
    return f"{said}: {say_verdict(decided)} decides before {say_verdict(instead)}"
