"""The plain evaluation of a ruleset: the first rule that holds, its first outcome, the first possible option.

A rule holds when its own columns and those of one of its outcomes hold.

This is the reference everything faster is compared with. `verify` proves a ruleset over the whole answer space;
here one set of answers is taken to one verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from dispatch.rules.ruleset import (
    PUBLIC_SAFETY,
    Addition,
    Answers,
    Availability,
    Column,
    Condition,
    Join,
    Match,
    Option,
    Outcome,
    Rule,
    Ruleset,
)


class NoRuleMatchesError(LookupError):
    """A ruleset gave no response to a complete set of answers. A verified ruleset cannot raise it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says: the row, outcome and option that decided, the response and who joins it."""

    rule: Rule
    outcome: Outcome
    option: Option
    response: tuple[str, ...]
    joins: tuple[Join, ...]
    priority: int

    @property
    def tier(self) -> int:
        """1 (public safety only) to 4 (civilian, low acuity)."""
        return self.outcome.tier

    @property
    def is_fallback(self) -> bool:
        """Whether the outcome's first option was not possible."""
        return self.option is not self.outcome.options[0]


def complete(ruleset: Ruleset, answers: Answers) -> dict[str, str]:
    """Every question answered: one not asked counts as the answer its question names for that."""
    return {question.field: answers.get(question.field, question.not_asked) for question in ruleset.questions}


def offered(ruleset: Ruleset, answers: Answers) -> dict[str, str]:
    """Those of the answers that the ruleset's questions offer: to another version's ones it has not been asked."""
    codes = {question.field: question.codes for question in ruleset.questions}
    return {field: code for field, code in answers.items() if code in codes.get(field, ())}


def available_teams(availability: Availability) -> frozenset[str]:
    """The codes of the teams that can be sent."""
    return frozenset(code for code, team in availability.items() if team.available)


def in_fixed_order(ruleset: Ruleset, codes: Collection[str]) -> tuple[str, ...]:
    """Roles and teams as a response is written: POLICE EMS FIRE, then teams in the order of the ruleset."""
    order = (*PUBLIC_SAFETY, *(team.code for team in ruleset.teams))
    return tuple(code for code in order if code in codes)


def evaluate(ruleset: Ruleset, answers: Answers, available: Collection[str]) -> Verdict:
    """Decide a complete set of answers, given the codes of the available teams.

    Raises NoRuleMatchesError where the table has a gap.
    """
    rule, outcome = _first_row(ruleset, answers)
    option = first_possible(outcome.options, available)
    if option is None:
        raise NoRuleMatchesError(f"{rule.code} has no possible option with {sorted(available)} available")
    roles = {*option.send, *(added.role for added in option.additions if added.when.matches(answers))}
    response = in_fixed_order(ruleset, roles)
    joins = tuple(_joins(option, response, answers, available))
    return Verdict(rule, outcome, option, response, joins, _priority(outcome, answers))


def _first_row(ruleset: Ruleset, answers: Answers) -> tuple[Rule, Outcome]:
    for rule in ruleset.rules:
        if rule.when.matches(answers):
            for outcome in rule.outcomes:
                if outcome.when.matches(answers):
                    return rule, outcome
    raise NoRuleMatchesError(f"no rule for {dict(answers)}")


def first_possible(options: Iterable[Option], available: Collection[str]) -> Option | None:
    """The first option all of whose teams are available."""
    for option in options:
        if all(team in available for team in option.teams):
            return option
    return None


def _joins(option: Option, response: tuple[str, ...], answers: Answers, available: Collection[str]) -> Iterator[Join]:
    present = set(response)
    for join in option.joins:
        unneeded = join.only_without is not None and join.only_without in present
        if join.team in available and join.team not in present and not unneeded and join.when.matches(answers):
            present.add(join.team)
            yield join


def _priority(outcome: Outcome, answers: Answers) -> int:
    for row in outcome.priority_when:
        if row.when.matches(answers):
            return row.priority
    return outcome.priority


def is_settled(ruleset: Ruleset, asked: Answers, available: Collection[str]) -> bool:
    """Whether no answer to the questions not asked yet could change tier or response.

    True only when certain: where a row may match, both readings are followed and have to agree.
    """
    results: set[tuple[int, frozenset[str]]] = set()
    for result in _possible_results(ruleset, asked, available):
        results.add(result)
        if len(results) > 1:
            return False
    return True


class _Holds(Enum):
    """Whether a condition holds while some questions are not asked."""

    NO = 0
    MAYBE = 1
    YES = 2


def _possible_results(
    ruleset: Ruleset, asked: Answers, available: Collection[str]
) -> Iterator[tuple[int, frozenset[str]]]:
    for rule in ruleset.rules:
        rule_holds = _holds(ruleset, rule.when, asked)
        if rule_holds is _Holds.NO:
            continue
        for outcome in rule.outcomes:
            outcome_holds = _holds(ruleset, outcome.when, asked)
            if outcome_holds is _Holds.NO:
                continue
            option = first_possible(outcome.options, available)
            if option is not None:
                yield from ((outcome.tier, roles) for roles in _possible_roles(ruleset, option, asked))
            if outcome_holds is rule_holds is _Holds.YES:
                return


def _possible_roles(ruleset: Ruleset, option: Option, asked: Answers) -> Iterator[frozenset[str]]:
    def added(*accepted: _Holds) -> set[str]:
        return {row.role for row in option.additions if _addition_holds(ruleset, row, asked) in accepted}

    yield frozenset({*option.send, *added(_Holds.YES)})
    yield frozenset({*option.send, *added(_Holds.YES, _Holds.MAYBE)})


def _addition_holds(ruleset: Ruleset, addition: Addition, asked: Answers) -> _Holds:
    return _holds(ruleset, addition.when, asked)


def _holds(ruleset: Ruleset, condition: Condition, asked: Answers) -> _Holds:
    if not condition.columns:
        return _Holds.YES
    columns = [_column_holds(ruleset, column, asked) for column in condition.columns]
    pick = max if condition.match is Match.ANY else min
    return pick(columns, key=lambda holds: holds.value)


def _column_holds(ruleset: Ruleset, column: Column, asked: Answers) -> _Holds:
    if column.question in asked:
        return _Holds.YES if asked[column.question] in column.accepts else _Holds.NO
    offered = set(ruleset.question(column.question).codes)
    if offered <= column.accepts:
        return _Holds.YES
    return _Holds.MAYBE if offered & column.accepts else _Holds.NO
