"""Why a decision came out as it did, and which answers would change it: texts for a dispatcher and the timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from dispatch.rules.compiled import compiled_of
from dispatch.rules.evaluate import Verdict, in_fixed_order
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


class Direction(StrEnum):
    """What a change does to protection: tier, POLICE and EMS."""

    RAISES = "RAISES"
    LOWERS = "LOWERS"
    KEEPS = "KEEPS"


@dataclass(frozen=True, slots=True)
class Change:
    """Answers that would change the decision, and to what. `text` says it: "a weapon in hand: T1 POLICE + EMS"."""

    answers: Mapping[str, str]
    tier: int
    response: tuple[str, ...]
    rule: str
    direction: Direction
    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The changes of a decision by fewest changed answers. `further` are the directions that no change of one or two
    answers goes in: it would take three or more.
    """

    changes: tuple[Change, ...]
    further: tuple[Direction, ...]


def protection(tier: int, response: Collection[str]) -> tuple[int, int, int]:
    """Tier, POLICE and EMS as numbers of which more is safer."""
    return (-tier, int("POLICE" in response), int("EMS" in response))


def direction(before: tuple[int, int, int], after: tuple[int, int, int]) -> Direction:
    """LOWERS when anything gets less, else RAISES when anything gets more."""
    if any(new < old for old, new in zip(before, after, strict=True)):
        return Direction.LOWERS
    return Direction.KEEPS if before == after else Direction.RAISES


def would_change(ruleset: Ruleset, state: int, extra_roles: Collection[str] = ()) -> Nearest:
    """The nearest changes of tier or response, dangers first: one answer, or two where no single one raises or lowers.

    `state` is of `compiled_of(ruleset)`; `extra_roles` come whatever is answered. UNKNOWN is never offered: nobody is
    told that not knowing would help.
    """
    return _Changes(ruleset, state, extra_roles).nearest()


class _Changes:
    """One decision beside those that other answers would have given."""

    def __init__(self, ruleset: Ruleset, state: int, extra_roles: Collection[str]) -> None:
        self.ruleset = ruleset
        self.compiled = compiled_of(ruleset)
        self.state = state
        self.extra_roles = extra_roles
        now = self.compiled.decide(state)
        self.now = (now.tier, self._with_extra(now.response))
        self.before = protection(*self.now)
        self._ways: dict[tuple[int, tuple[str, ...]], Direction | None] = {}

    def nearest(self) -> Nearest:
        found: dict[Direction, list[Change]] = {kind: [] for kind in Direction}
        for question in self.ruleset.questions:
            for change in self._single_changes(question):
                found[change.direction].append(change)
        missing = {kind for kind in (Direction.RAISES, Direction.LOWERS) if not found[kind] and self._can(kind)}
        if missing:
            for change in self._double_changes(missing):
                found[change.direction].append(change)
        changes = (change for kind in Direction for change in found[kind][:MOST_CHANGES_SHOWN])
        return Nearest(tuple(changes), tuple(kind for kind in Direction if kind in missing and not found[kind]))

    def _can(self, kind: Direction) -> bool:
        if kind is Direction.RAISES:
            return self.before != (-HIGHEST_TIER, 1, 1)
        return self.before != (-LOWEST_TIER, 0, 0)

    def _single_changes(self, question: Question) -> Iterator[Change]:
        """One for each result that other answers to the question give."""
        seen: set[tuple[int, tuple[str, ...]]] = set()
        for code, state in self._others(question, self.state):
            verdict = self.compiled.decide(state)
            kind = self._way(verdict)
            if kind is not None and (verdict.tier, verdict.response) not in seen:
                seen.add((verdict.tier, verdict.response))
                yield self._change(verdict, kind, {question.field: code})

    def _double_changes(self, missing: Collection[Direction]) -> Iterator[Change]:
        """The first few of the missing kinds."""
        left = dict.fromkeys(missing, MOST_PAIRS_SHOWN)
        for one, two in combinations(self.ruleset.questions, 2):
            for first, half_way in self._others(one, self.state):
                for second, state in self._others(two, half_way):
                    verdict = self.compiled.decide(state)
                    kind = self._way(verdict)
                    if kind is not None and left.get(kind):
                        left[kind] -= 1
                        yield self._change(verdict, kind, {one.field: first, two.field: second})

    def _others(self, question: Question, state: int) -> Iterator[tuple[str, int]]:
        """The other answers to a question, each with the state it makes."""
        for code in question.codes:
            changed = self.compiled.changed(state, question.field, code)
            if code != UNKNOWN and changed != state:
                yield code, changed

    def _way(self, verdict: Verdict) -> Direction | None:
        """What coming to this verdict would do to protection; None where tier and response stay the same."""
        result = (verdict.tier, verdict.response)
        if result not in self._ways:
            other = (verdict.tier, self._with_extra(verdict.response))
            self._ways[result] = None if other == self.now else direction(self.before, protection(*other))
        return self._ways[result]

    def _change(self, verdict: Verdict, kind: Direction, answers: dict[str, str]) -> Change:
        response = self._with_extra(verdict.response)
        phrases = (self.ruleset.question(field).answer(code).phrase for field, code in answers.items())
        text = f"{' and '.join(phrases)}: T{verdict.tier} {response_text(response)}"
        return Change(answers, verdict.tier, response, verdict.rule.code, kind, text)

    def _with_extra(self, response: tuple[str, ...]) -> tuple[str, ...]:
        return in_fixed_order(self.ruleset, {*response, *self.extra_roles}) if self.extra_roles else response


def further_text(further: Collection[Direction]) -> str:
    """What no change of one or two answers does, in words; empty where there is nothing of the kind."""
    verbs = " or ".join("raise" if kind is Direction.RAISES else "lower" for kind in further)
    return f"it would take three or more other answers to {verbs} it" if verbs else ""


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


def out_of_scope(ruleset: Ruleset, asked: Answers, answers: Answers) -> dict[str, str]:
    """The teams that do not come with these answers, each with those that say so in words: {"WHEELER": "adult"}."""
    found = {}
    for team in ruleset.teams:
        failing = [] if answers["age"] in team.ages else ["age"]
        if not team.requires.matches(answers):
            columns = (row for row in team.requires.columns if answers[row.question] not in row.accepts)
            failing += [row.question for row in columns]
        if failing:
            found[team.code] = ", ".join(say(ruleset, field, answers[field], asked) for field in dict.fromkeys(failing))
    return found


def scope_text(scope: Mapping[str, str]) -> str:
    """All of them in one sentence: "out of scope: CRT (a weapon within reach), WHEELER (adult)"; empty without any."""
    return f"out of scope: {', '.join(f'{team} ({reason})' for team, reason in scope.items())}" if scope else ""


def response_text(response: Collection[str]) -> str:
    """POLICE + CRMHC, as a dispatcher reads it."""
    return " + ".join(response)


def two_lines(
    verdict: Verdict, response: tuple[str, ...], phrases: list[str], notes: list[str], nearest: Nearest
) -> tuple[str, str]:
    """The two lines on the dispatcher's screen: what and why, then who is missing and what would change it."""
    shown = phrases[:PHRASES_IN_A_LINE]
    more = [f"{len(phrases) - len(shown)} more"] if len(phrases) > len(shown) else []
    head = f"{verdict.rule.code} T{verdict.tier} P{verdict.priority}: {response_text(response)}."
    reasons = ", ".join([*shown, *more]) or verdict.rule.title
    changes = _worth_a_line(nearest.changes)
    wanted = [f"would change: {'; '.join(changes)}"] if changes else []
    second = [*notes, *wanted] or [further_text(nearest.further)]
    return f"{head} {sentence(reasons)}", " ".join(sentence(text) for text in second)


def _worth_a_line(changes: Collection[Change]) -> list[str]:
    """The nearest change that raises protection and the nearest that lowers it."""
    nearest: dict[Direction, str] = {}
    for change in changes:
        nearest.setdefault(change.direction, change.text)
    return [nearest[kind] for kind in (Direction.RAISES, Direction.LOWERS) if kind in nearest]


def sentence(text: str) -> str:
    """Words as a sentence of their own."""
    return f"{text[:1].upper()}{text[1:]}."
