"""What a ruleset decides for every set of answers and every availability of its teams at once.

`evaluate` is the reference these results are compared with in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from dispatch.rules.evaluate import NoRuleMatchesError, Verdict, evaluate, first_possible
from dispatch.rules.explain import response_text
from dispatch.rules.invariants import ALWAYS_REQUIRED, MEDICAL_NOW
from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    LOWEST_TIER,
    Answers,
    Condition,
    Join,
    Option,
    Outcome,
    Ruleset,
)
from dispatch.rules.space import AnswerSpace


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome of one rule. `accepts` are the sets of answers it holds for, `decides` those it decides: no earlier
    row holds for them. `place` and `outcome_place` count from 0.
    """

    rule: str
    place: int
    outcome_place: int
    outcome: Outcome
    accepts: int
    decides: int


@dataclass(slots=True)
class Decided:
    """What a ruleset decides with some teams available: for each tier, role and team, the sets of answers.

    `tiers[n]` holds the sets decided at tier n or a more protective one.
    """

    available: frozenset[str]
    answered: int = 0
    tiers: dict[int, int] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    joins: dict[str, int] = field(default_factory=dict)

    def role(self, code: str) -> int:
        """The sets whose response has this role or team."""
        return self.roles.get(code, 0)

    def protections(self) -> Iterator[tuple[str, int]]:
        """Everything that must never get less, as (what it is called, the sets that have it)."""
        for tier in range(HIGHEST_TIER, LOWEST_TIER):
            yield f"tier {tier} or more protective", self.tiers[tier]
        yield "police", self.role("POLICE")
        yield "EMS", self.role("EMS")


def may_come_late(outcome: Outcome) -> bool:
    """Whether some priority of an outcome is less urgent than its tier allows (invariant 7a)."""
    return any(given > outcome.tier for given in (outcome.priority, *(row.priority for row in outcome.priority_when)))


class WholeSpace:
    """The answer space of a well-formed ruleset, its rows, and what it decides for each availability."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.space = AnswerSpace(ruleset.questions, told_apart(ruleset))
        codes = [team.code for team in ruleset.teams]
        # Fewest missing teams first, so that a counterexample is as ordinary as it can be.
        self.availabilities = [
            frozenset(chosen) for count in range(len(codes), -1, -1) for chosen in combinations(codes, count)
        ]
        self.rows = list(self._rows())
        self._by_place = {
            place: [row for row in self.rows if row.place == place] for place in range(len(ruleset.rules))
        }
        self.by_availability = {available: self._decide(available) for available in self.availabilities}

    @property
    def decisions(self) -> int:
        """How many decisions that is."""
        return self.space.sets * len(self.availabilities)

    def rows_of(self, place: int) -> list[Row]:
        """The rows of one rule, by its place."""
        return self._by_place[place]

    def _rows(self) -> Iterator[Row]:
        left = self.space.everything
        for place, rule in enumerate(self.ruleset.rules):
            holds = self.space.condition(rule.when)
            for outcome_place, outcome in enumerate(rule.outcomes):
                accepts = holds & self.space.condition(outcome.when)
                yield Row(rule.code, place, outcome_place, outcome, accepts, left & accepts)
                holds &= ~accepts
                left &= ~accepts

    def _decide(self, available: frozenset[str]) -> Decided:
        decided = Decided(available, tiers=dict.fromkeys(range(HIGHEST_TIER, LOWEST_TIER + 1), 0))
        for row in self.rows:
            option = first_possible(row.outcome.options, available)
            if not row.decides or option is None:
                continue
            decided.answered |= row.decides
            for tier in range(row.outcome.tier, LOWEST_TIER + 1):
                decided.tiers[tier] |= row.decides
            roles = self.option_roles(option, row.decides)
            for code, where in roles.items():
                decided.roles[code] = decided.role(code) | where
            for join in option.joins:
                where = self._joined(join, row.decides, roles, available)
                decided.joins[join.team] = decided.joins.get(join.team, 0) | where
        return decided

    def option_roles(self, option: Option, bits: int) -> dict[str, int]:
        """For each role and team that an option sends, in which of these sets of answers it does."""
        roles = dict.fromkeys(option.send, bits)
        for addition in option.additions:
            where = bits & self.space.condition(addition.when)
            roles[addition.role] = roles.get(addition.role, 0) | where
        return roles

    def _joined(self, join: Join, bits: int, present: dict[str, int], available: frozenset[str]) -> int:
        """The sets in which a team joins; it is present from then on."""
        if join.team not in available:
            return 0
        where = bits & self.space.condition(join.when) & ~present.get(join.team, 0)
        if join.only_without is not None:
            where &= ~present.get(join.only_without, 0)
        present[join.team] = present.get(join.team, 0) | where
        return where

    def verdict(self, answers: Answers, available: frozenset[str]) -> Verdict | None:
        """What the plain evaluation says; None where the ruleset has no response."""
        try:
            return evaluate(self.ruleset, answers, available)
        except NoRuleMatchesError:
            return None

    def say(self, answers: Answers, leave_out: str = "") -> str:
        """Answers in words: the unordered ones (age), then every answer that is not the calmest of its question."""
        said = []
        for question in sorted(self.ruleset.questions, key=lambda question: question.ordered):
            calmest = answers[question.field] == question.codes[0] and question.ordered
            if question.field != leave_out and not calmest:
                said.append(question.answer(answers[question.field]).phrase)
        return ", ".join(said) or "everything clear"

    def say_missing(self, available: frozenset[str]) -> str:
        """The teams that are not available, as a part of a sentence; nothing when all are."""
        missing = sorted({team.code for team in self.ruleset.teams} - available)
        return f" with {', '.join(missing)} not available" if missing else ""


def say_verdict(verdict: Verdict | None) -> str:
    """Rule, tier and response: "R5 T2 POLICE + CRMHC"."""
    if verdict is None:
        return "no response"
    return f"{verdict.rule.code} T{verdict.tier} {response_text(verdict.response)}"


def told_apart(ruleset: Ruleset) -> dict[str, tuple[int, ...]]:
    """For each question the classes of its answers that anything in the ruleset or the invariants tells apart.

    Two answers in no column without each other, and both clear or both not, give the same decision in every set, and
    break an invariant together or not at all.
    """
    columns: dict[str, list[frozenset[str]]] = {question.field: [] for question in ruleset.questions}
    for condition in _conditions(ruleset):
        for column in condition.columns:
            columns[column.question].append(column.accepts)
    columns["age"] += [team.ages for team in ruleset.teams]
    same: dict[str, tuple[int, ...]] = {}
    for question in ruleset.questions:
        classes: dict[tuple[bool, ...], int] = {}
        same[question.field] = tuple(
            classes.setdefault(
                (answer.clear, *(answer.code in accepts for accepts in columns[question.field])), len(classes)
            )
            for answer in question.answers
        )
    return same


def _conditions(ruleset: Ruleset) -> Iterator[Condition]:
    """Every condition that decides about tier, response or joins, or that an invariant speaks of.

    Those of priorities only where one might be too late for its tier: else they tell nothing apart.
    """
    yield MEDICAL_NOW
    yield from ALWAYS_REQUIRED.values()
    yield from (team.requires for team in ruleset.teams)
    yield from (invariant.when for invariant in ruleset.invariants)
    for rule in ruleset.rules:
        yield rule.when
        for outcome in rule.outcomes:
            yield outcome.when
            if may_come_late(outcome):
                yield from (row.when for row in outcome.priority_when)
            for option in outcome.options:
                yield from (addition.when for addition in option.additions)
                yield from (join.when for join in option.joins)
