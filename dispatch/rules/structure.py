"""What any ruleset must look like before its decisions are worth checking: known names, sane numbers, a last row.

The safety of its decisions is another matter: `verify`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    LOWEST_TIER,
    PUBLIC_SAFETY,
    AlternativeKind,
    Condition,
    Match,
    Option,
    Outcome,
    Rule,
    Ruleset,
    is_civilian,
)

PRIORITIES: Final = range(1, 5)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a ruleset's shape. `rule` is the code of the row, None for the ruleset itself."""

    rule: str | None
    reason: str


def structure_problems(ruleset: Ruleset) -> list[Problem]:
    """Everything wrong with the shape of a ruleset; empty when its decisions can be checked."""
    return [*_ruleset_problems(ruleset), *(problem for rule in ruleset.rules for problem in _in_rule(ruleset, rule))]


def _ruleset_problems(ruleset: Ruleset) -> Iterator[Problem]:
    for kind, codes in (
        ("question", [question.field for question in ruleset.questions]),
        ("team", [team.code for team in ruleset.teams]),
        ("rule", [rule.code for rule in ruleset.rules]),
    ):
        for code, count in Counter(codes).items():
            if count > 1:
                yield Problem(None, f"{kind} {code} is there {count} times")
    for team in ruleset.teams:
        if not is_civilian(team.code):
            yield Problem(None, f"{team.code} is a public-safety role, not a team")
        yield from (Problem(None, text) for text in _in_condition(ruleset, team.requires))
        if not team.ages:
            yield Problem(None, f"team {team.code} serves no age")
    if not ruleset.rules:
        yield Problem(None, "there is no rule")
    elif not _is_protective(ruleset.rules[-1]):
        last = ruleset.rules[-1].code
        yield Problem(last, "the last rule must accept any answers and send POLICE and EMS at tier 1")


def _is_protective(rule: Rule) -> bool:
    return not rule.when.columns and all(
        not outcome.when.columns
        and outcome.tier == HIGHEST_TIER
        and all({"POLICE", "EMS"} <= set(option.send) for option in outcome.options)
        for outcome in rule.outcomes
    )


def _in_rule(ruleset: Ruleset, rule: Rule) -> Iterator[Problem]:
    if not rule.outcomes:
        yield Problem(rule.code, "has no outcome")
    yield from (Problem(rule.code, text) for text in _in_condition(ruleset, rule.when))
    for outcome in rule.outcomes:
        yield from (Problem(rule.code, text) for text in _in_outcome(ruleset, outcome))


def _in_outcome(ruleset: Ruleset, outcome: Outcome) -> Iterator[str]:
    if not HIGHEST_TIER <= outcome.tier <= LOWEST_TIER:
        yield f"tier {outcome.tier} is not 1 to 4"
    for priority in (outcome.priority, *(row.priority for row in outcome.priority_when)):
        if priority not in PRIORITIES:
            yield f"priority {priority} is not 1 to 4"
    for condition in (outcome.when, *(row.when for row in outcome.priority_when)):
        yield from _in_condition(ruleset, condition)
    if not outcome.options or outcome.options[-1].teams or not outcome.options[-1].send:
        yield "the last option of an outcome must send public safety only, so that one is always possible"
    for option in outcome.options:
        yield from _in_option(ruleset, option)
    yield from _in_alternatives(ruleset, outcome)
    known = {question.field for question in ruleset.questions}
    for field in outcome.keep_asking:
        if field not in known:
            yield f"there is no question {field}"


def _in_option(ruleset: Ruleset, option: Option) -> Iterator[str]:
    teams = {team.code for team in ruleset.teams}
    if not option.send:
        yield "an option sends nobody"
    for code in option.send:
        if code not in teams and code not in PUBLIC_SAFETY:
            yield f"there is no team {code}"
    for addition in option.additions:
        yield from _in_condition(ruleset, addition.when)
        if addition.role not in PUBLIC_SAFETY:
            yield f"only a public-safety role can be added, not {addition.role}"
    for join in option.joins:
        yield from _in_condition(ruleset, join.when)
        if join.team not in teams:
            yield f"there is no team {join.team}"
        if join.only_without is not None and join.only_without not in teams:
            yield f"there is no team {join.only_without}"
    for follow_up in option.follow_ups:
        yield from _in_condition(ruleset, follow_up.when)
        if follow_up.team not in teams:
            yield f"there is no team {follow_up.team}"


def _in_alternatives(ruleset: Ruleset, outcome: Outcome) -> Iterator[str]:
    teams = {team.code for team in ruleset.teams}
    for row in outcome.alternatives:
        if outcome.tier < LOWEST_TIER:
            yield f"an alternative is offered at tier {outcome.tier}; only tier {LOWEST_TIER} may"
        if row.callback_min <= 0 or (row.wait_min is not None and row.wait_min <= 0):
            yield "an alternative needs minutes above 0"
        if row.kind is AlternativeKind.TRANSFER and not row.resources:
            yield "a transfer names no resource"
        if row.kind is AlternativeKind.HOLD and (row.team is None or row.wait_min is None):
            yield "a hold needs a team and how long to wait"
        if row.team is not None and row.team not in teams:
            yield f"there is no team {row.team}"


def _in_condition(ruleset: Ruleset, condition: Condition) -> Iterator[str]:
    offered = {question.field: set(question.codes) for question in ruleset.questions}
    if condition.match is Match.ANY and not condition.columns:
        yield "ANY of no columns"
    for column in condition.columns:
        if column.question not in offered:
            yield f"there is no question {column.question}"
            continue
        unknown = column.accepts - offered[column.question]
        if unknown:
            yield f"question {column.question} has no answer {', '.join(sorted(unknown))}"
        if not column.accepts:
            yield f"column {column.question} accepts nothing"
