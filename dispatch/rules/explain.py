"""Why a decision came out as it did, and which answers would change it: texts for a dispatcher and the timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from typing import Final

from dispatch.rules.evaluate import Verdict, evaluate
from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    LOWEST_TIER,
    UNKNOWN,
    Answers,
    Column,
    Condition,
    Match,
    Question,
    Ruleset,
)

MOST_CHANGES_SHOWN: Final = 20
MOST_PAIRS_SHOWN: Final = 4
PHRASES_IN_A_LINE: Final = 4


@dataclass(frozen=True, slots=True)
class Change:
    """Answers that would change the decision, and to what."""

    answers: Mapping[str, str]
    tier: int
    response: tuple[str, ...]
    rule: str


class Direction(StrEnum):
    """What a change does to protection: tier, POLICE and EMS."""

    RAISES = "RAISES"
    LOWERS = "LOWERS"
    KEEPS = "KEEPS"


def protection(tier: int, response: Collection[str]) -> tuple[int, int, int]:
    """Tier, POLICE and EMS as numbers of which more is safer."""
    return (-tier, int("POLICE" in response), int("EMS" in response))


def direction(before: tuple[int, int, int], after: tuple[int, int, int]) -> Direction:
    """LOWERS when anything gets less, else RAISES when anything gets more."""
    if any(new < old for old, new in zip(before, after, strict=True)):
        return Direction.LOWERS
    return Direction.KEEPS if before == after else Direction.RAISES


def would_change(
    ruleset: Ruleset, answers: Answers, available: Collection[str], verdict: Verdict
) -> tuple[Change, ...]:
    """The nearest changes of tier or response, dangers first: one answer, or two where no single one raises or lowers.

    `answers` is complete. UNKNOWN is never offered: nobody is told that not knowing would help.
    """
    before = protection(verdict.tier, verdict.response)
    found: dict[Direction, list[Change]] = {kind: [] for kind in Direction}
    for change in _single_changes(ruleset, answers, available, verdict):
        found[direction(before, protection(change.tier, change.response))].append(change)
    missing = {kind for kind in (Direction.RAISES, Direction.LOWERS) if not found[kind] and _can(kind, before)}
    if missing:
        for change in _double_changes(ruleset, answers, available, verdict):
            kind = direction(before, protection(change.tier, change.response))
            if kind in missing and len(found[kind]) < MOST_PAIRS_SHOWN:
                found[kind].append(change)
    ordered = (*found[Direction.RAISES], *found[Direction.LOWERS], *found[Direction.KEEPS])
    return ordered[:MOST_CHANGES_SHOWN]


def _can(kind: Direction, before: tuple[int, int, int]) -> bool:
    if kind is Direction.RAISES:
        return before != (-HIGHEST_TIER, 1, 1)
    return before != (-LOWEST_TIER, 0, 0)


def _single_changes(
    ruleset: Ruleset, answers: Answers, available: Collection[str], verdict: Verdict
) -> Iterator[Change]:
    for question in ruleset.questions:
        seen: set[tuple[int, tuple[str, ...]]] = set()
        for code in _other_answers(question, answers):
            change = _changed(ruleset, answers, {question.field: code}, available)
            result = (change.tier, change.response)
            if result != (verdict.tier, verdict.response) and result not in seen:
                seen.add(result)
                yield change


def _double_changes(
    ruleset: Ruleset, answers: Answers, available: Collection[str], verdict: Verdict
) -> Iterator[Change]:
    for one, two in combinations(ruleset.questions, 2):
        for first, second in product(_other_answers(one, answers), _other_answers(two, answers)):
            change = _changed(ruleset, answers, {one.field: first, two.field: second}, available)
            if (change.tier, change.response) != (verdict.tier, verdict.response):
                yield change


def _other_answers(question: Question, answers: Answers) -> list[str]:
    return [code for code in question.codes if code not in (UNKNOWN, answers[question.field])]


def _changed(ruleset: Ruleset, answers: Answers, changed: dict[str, str], available: Collection[str]) -> Change:
    verdict = evaluate(ruleset, {**answers, **changed}, available)
    return Change(changed, verdict.tier, verdict.response, verdict.rule.code)


def why(ruleset: Ruleset, asked: Answers, answers: Answers, verdict: Verdict) -> list[str]:
    """The answers that made the verdict, in words, without the many that are simply clear."""
    columns = [
        column
        for condition in (verdict.rule.when, verdict.outcome.when)
        for column in _deciding_columns(condition, answers)
    ]
    phrases: list[str] = []
    safe = [column for column in columns if _is_harmless(ruleset, column, answers)]
    for column in columns:
        phrase = say(ruleset, column.question, answers[column.question], asked)
        if column not in safe and phrase not in phrases:
            phrases.append(phrase)
    return [*phrases, "no safety concern"] if safe else phrases


def _deciding_columns(condition: Condition, answers: Answers) -> tuple[Column, ...]:
    if condition.match is Match.ALL:
        return condition.columns
    return tuple(column for column in condition.columns if answers[column.question] in column.accepts)


def _is_harmless(ruleset: Ruleset, column: Column, answers: Answers) -> bool:
    question = ruleset.question(column.question)
    answer = question.answer(answers[column.question])
    return question.safety and answer.clear and answer.danger == 0


def say(ruleset: Ruleset, field: str, code: str, asked: Answers) -> str:
    """One answer in words: its phrase, or that the question was not asked."""
    question = ruleset.question(field)
    return question.answer(code).phrase if field in asked else f"{question.label.lower()} not asked"


def response_text(response: Collection[str]) -> str:
    """POLICE + CRMHC, as a dispatcher reads it."""
    return " + ".join(response)


def change_text(ruleset: Ruleset, change: Change) -> str:
    """One change in words: "a weapon within reach: T2 POLICE + CRMHC"."""
    answers = " and ".join(ruleset.question(field).answer(code).phrase for field, code in change.answers.items())
    return f"{answers}: T{change.tier} {response_text(change.response)}"


def two_lines(
    verdict: Verdict, response: tuple[str, ...], phrases: list[str], notes: list[str], changes: list[str]
) -> tuple[str, str]:
    """The two lines on the dispatcher's screen: what and why, then who is missing and what would change it.

    `changes` are texts of `change_text`: the ones worth a place on the line.
    """
    shown = phrases[:PHRASES_IN_A_LINE]
    more = [f"{len(phrases) - len(shown)} more"] if len(phrases) > len(shown) else []
    head = f"{verdict.rule.code} T{verdict.tier} P{verdict.priority}: {response_text(response)}."
    reasons = ", ".join([*shown, *more]) or verdict.rule.title
    wanted = [f"would change: {'; '.join(changes)}"] if changes else []
    second = " ".join(_sentence(text) for text in [*notes, *wanted])
    return f"{head} {_sentence(reasons)}", second or "No single answer would change it."


def worth_a_line(tier: int, response: Collection[str], changes: Collection[Change]) -> list[Change]:
    """The nearest change that raises protection and the nearest that lowers it."""
    before = protection(tier, response)
    nearest: dict[Direction, Change] = {}
    for change in changes:
        nearest.setdefault(direction(before, protection(change.tier, change.response)), change)
    return [nearest[kind] for kind in (Direction.RAISES, Direction.LOWERS) if kind in nearest]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
