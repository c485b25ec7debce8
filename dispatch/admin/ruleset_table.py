"""A ruleset in words, row by row, for the one who approves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.rules.ruleset import Alternative, Column, Condition, Invariant, Match, Option, Outcome, Ruleset


@dataclass(frozen=True, slots=True)
class OutcomeText:
    """`when` is empty where the outcome always holds; `lines` are its options, joins and alternatives in order."""

    when: str
    tier: str
    priority: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleText:
    """One row of the table."""

    code: str
    title: str
    when: str
    outcomes: tuple[OutcomeText, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Teams with whom they serve, the rules in order, and what the city demands of every decision."""

    teams: tuple[str, ...]
    rules: tuple[RuleText, ...]
    invariants: tuple[str, ...]


def described(ruleset: Ruleset) -> Table:
    """The whole ruleset in words."""
    return Table(
        teams=tuple(
            f"{team.code} ({team.name}): age {' or '.join(sorted(team.ages))}{_and(team.requires)}"
            for team in ruleset.teams
        ),
        rules=tuple(
            RuleText(rule.code, rule.title, condition_text(rule.when), tuple(_outcome(row) for row in rule.outcomes))
            for rule in ruleset.rules
        ),
        invariants=tuple(_invariant(row) for row in ruleset.invariants),
    )


def condition_text(condition: Condition) -> str:
    """`any of: weapon IN_HAND; scene UNSAFE`; empty where it always holds."""
    if not condition.columns:
        return ""
    columns = [_column(column) for column in condition.columns]
    if len(columns) == 1:
        return columns[0]
    return f"{'any' if condition.match is Match.ANY else 'all'} of: {'; '.join(columns)}"


def _column(column: Column) -> str:
    return f"{column.question} {' or '.join(sorted(column.accepts))}"


def _and(condition: Condition) -> str:
    text = condition_text(condition)
    return f", {text}" if text else ""


def _when(condition: Condition) -> str:
    text = condition_text(condition)
    return f" when {text}" if text else ""


def _outcome(outcome: Outcome) -> OutcomeText:
    others = "".join(f", P{row.priority}{_when(row.when)}" for row in outcome.priority_when)
    return OutcomeText(
        when=condition_text(outcome.when),
        tier=f"T{outcome.tier}",
        priority=f"P{outcome.priority}{others}",
        lines=tuple(_lines(outcome)),
    )


def _lines(outcome: Outcome) -> Iterator[str]:
    for position, option in enumerate(outcome.options):
        yield from _option("" if position == 0 else "else ", option)
    for alternative in outcome.alternatives:
        yield _alternative(alternative)
    if outcome.keep_asking:
        yield f"keep asking: {', '.join(outcome.keep_asking)}"


def _option(start: str, option: Option) -> Iterator[str]:
    first = f" ({', '.join(option.prefer)} first)" if option.prefer else ""
    yield f"{start}{' + '.join(option.send)}{first}"
    for addition in option.additions:
        yield f"+ {addition.role}{_when(addition.when)}"
    for join in option.joins:
        without = f", without {join.only_without}" if join.only_without else ""
        yield f"{join.team} joins ({join.mode}){_when(join.when)}{without}"
    for follow_up in option.follow_ups:
        situation = f", {follow_up.situation}" if follow_up.situation else ""
        yield f"follow-up by {follow_up.team}{_when(follow_up.when)}{situation}"


def _invariant(row: Invariant) -> str:
    demands = [f"tier {row.tier_at_most} or more protective"] if row.tier_at_most is not None else []
    said = {"sends": row.must_send, "never sends": row.never_send, "is never joined by": row.never_join}
    demands += [f"{verb} {' + '.join(codes)}" for verb, codes in said.items() if codes]
    return f"{row.code} ({row.title}): {condition_text(row.when) or 'always'}: {'; '.join(demands)}"


def _alternative(row: Alternative) -> str:
    if row.team:
        return f"may be held for {row.team} up to {row.wait_min} min, call back after {row.callback_min} min"
    return f"may be transferred to {', '.join(row.resources)}, call back after {row.callback_min} min"
