"""A ruleset as bits: the verdicts of `evaluate`, for whoever needs thousands of them.

Every answer of every question, and every team, is one bit of an integer. A complete set of answers with the available
teams is then one integer, its state, and a condition is one AND. What an option adds to its response depends on few of
the bits: the verdict of each combination of those is built once and kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import or_
from typing import Final
from weakref import finalize

from dispatch.rules.evaluate import NoRuleMatchesError, Verdict
from dispatch.rules.ruleset import (
    PUBLIC_SAFETY,
    Answers,
    Condition,
    Join,
    Match,
    Option,
    Outcome,
    Rule,
    Ruleset,
)

MOST_KEPT: Final = 10_000
"""Verdicts kept of one option; the default table has 144 at most."""


@dataclass(frozen=True, slots=True)
class _Test:
    """A condition: it holds where a state has some of the bits of `mask`, or, without `some`, none of them."""

    mask: int
    some: bool

    def holds(self, state: int) -> bool:
        return (state & self.mask != 0) is self.some


@dataclass(frozen=True, slots=True)
class _Joining:
    join: Join
    team: int
    when: _Test


@dataclass(frozen=True, slots=True)
class _Choice:
    """An option of an outcome. `needs` are its teams' bits; its verdict depends on the `relevant` bits only."""

    rule: Rule
    outcome: Outcome
    option: Option
    needs: int
    relevant: int
    additions: tuple[tuple[_Test, str], ...]
    joins: tuple[_Joining, ...]
    priorities: tuple[tuple[_Test, int], ...]
    verdicts: dict[int, Verdict] = field(default_factory=dict)

    def verdict(self, state: int, order: tuple[str, ...]) -> Verdict:
        """What this option gives in a state; `order` is how a response is written."""
        roles = {*self.option.send, *(role for when, role in self.additions if when.holds(state))}
        priority = next((given for when, given in self.priorities if when.holds(state)), self.outcome.priority)
        response = tuple(code for code in order if code in roles)
        return Verdict(self.rule, self.outcome, self.option, response, self._joins(state, set(response)), priority)

    def _joins(self, state: int, present: set[str]) -> tuple[Join, ...]:
        found = []
        for row in self.joins:
            join = row.join
            unneeded = join.only_without is not None and join.only_without in present
            if state & row.team and join.team not in present and not unneeded and row.when.holds(state):
                present.add(join.team)
                found.append(join)
        return tuple(found)


class Compiled:
    """A ruleset ready to decide fast. It keeps the verdicts it gave."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._bits: dict[str, dict[str, int]] = {}
        self._masks: dict[str, int] = {}
        used = 0
        for question in ruleset.questions:
            self._bits[question.field] = {code: 1 << used + rank for rank, code in enumerate(question.codes)}
            self._masks[question.field] = _union(self._bits[question.field].values())
            used += len(question.answers)
        self._teams = {code: 1 << used + rank for rank, code in enumerate(_teams_named(ruleset))}
        self._order = (*PUBLIC_SAFETY, *(team.code for team in ruleset.teams))
        # Flat tuples: this is the loop that has to be short.
        self._rows = [
            (when.mask, when.some, also.mask, also.some, tuple(self._choices(rule, outcome)), rule.code)
            for rule in ruleset.rules
            for when in (self._test(rule.when),)
            for outcome in rule.outcomes
            for also in (self._test(outcome.when),)
        ]

    def evaluate(self, answers: Answers, available: Collection[str]) -> Verdict:
        """The same as `evaluate.evaluate`: `answers` is complete, `available` are team codes.

        Raises NoRuleMatchesError where the table has a gap, KeyError for an answer its question does not offer.
        """
        return self.decide(self.state(answers, available))

    def state(self, answers: Answers, available: Collection[str]) -> int:
        """A complete set of answers and the available teams as one integer. Raises KeyError as `evaluate` does."""
        state = 0
        for name, codes in self._bits.items():
            state |= codes[answers[name]]
        for team, bit in self._teams.items():
            if team in available:
                state |= bit
        return state

    def changed(self, state: int, question: str, code: str) -> int:
        """The state with another answer to one question."""
        return state & ~self._masks[question] | self._bits[question][code]

    def decide(self, state: int) -> Verdict:
        """The verdict of a state of this ruleset. Raises NoRuleMatchesError where the table has a gap."""
        for rule_mask, rule_some, mask, some, choices, code in self._rows:
            if (state & rule_mask != 0) is rule_some and (state & mask != 0) is some:
                for choice in choices:
                    if state & choice.needs == choice.needs:
                        key = state & choice.relevant
                        found = choice.verdicts.get(key)
                        if found is None:
                            found = choice.verdict(state, self._order)
                            if len(choice.verdicts) < MOST_KEPT:
                                choice.verdicts[key] = found
                        return found
                available = sorted(team for team, bit in self._teams.items() if state & bit)
                raise NoRuleMatchesError(f"{code} has no possible option with {available} available")
        raise NoRuleMatchesError("no rule for these answers")

    def _test(self, condition: Condition) -> _Test:
        if not condition.columns:
            return _Test(0, some=False)
        accepted = rejected = 0
        for column in condition.columns:
            codes = self._bits[column.question]
            taken = _union(bit for code, bit in codes.items() if code in column.accepts)
            accepted |= taken
            rejected |= self._masks[column.question] & ~taken
        return _Test(accepted, some=True) if condition.match is Match.ANY else _Test(rejected, some=False)

    def _choices(self, rule: Rule, outcome: Outcome) -> Iterable[_Choice]:
        priorities = tuple((self._test(row.when), row.priority) for row in outcome.priority_when)
        for option in outcome.options:
            asked = [
                *(row.when for row in option.additions),
                *(row.when for row in option.joins),
                *(row.when for row in outcome.priority_when),
            ]
            joining = _union(self._teams[join.team] for join in option.joins)
            yield _Choice(
                rule,
                outcome,
                option,
                needs=_union(self._teams[team] for team in option.teams),
                relevant=joining | _union(self._masks[column.question] for when in asked for column in when.columns),
                additions=tuple((self._test(row.when), row.role) for row in option.additions),
                joins=tuple(_Joining(join, self._teams[join.team], self._test(join.when)) for join in option.joins),
                priorities=priorities,
            )


def _union(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _teams_named(ruleset: Ruleset) -> list[str]:
    options = [option for rule in ruleset.rules for outcome in rule.outcomes for option in outcome.options]
    named = chain.from_iterable((*option.teams, *(join.team for join in option.joins)) for option in options)
    return list(dict.fromkeys([*(team.code for team in ruleset.teams), *named]))


def compile_ruleset(ruleset: Ruleset) -> Compiled:
    """A well-formed ruleset compiled anew, knowing no verdict yet. Raises KeyError for a column without a question."""
    return Compiled(ruleset)


_kept: dict[int, Compiled] = {}


def compiled_of(ruleset: Ruleset) -> Compiled:
    """The compiled form of this very object, kept as long as the object lives: comparing rulesets would take longer
    than deciding.
    """
    found = _kept.get(id(ruleset))
    if found is None:
        found = _kept[id(ruleset)] = Compiled(ruleset)
        finalize(ruleset, _kept.pop, id(ruleset), None).atexit = False
    return found
