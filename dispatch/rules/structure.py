"""What any ruleset must look like before its decisions are worth checking: known names, sane numbers, a last row.

The safety of its decisions is another matter: `verify`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    LOWEST_TIER,
    PUBLIC_SAFETY,
    Alternative,
    AlternativeKind,
    Option,
    Outcome,
    Rule,
    Ruleset,
    is_civilian,
)
from dispatch.rules.structure_demands import demand_problems
from dispatch.rules.structure_parts import Found, code_problems, condition_problems, text_problems, twice
from dispatch.rules.structure_questions import question_problems
from dispatch.rules.yaml_nodes import Path

PRIORITIES: Final = range(1, 5)
MOST_MINUTES: Final = 1440
MOST_RULES: Final = 200
MOST_CASES: Final = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a ruleset's shape.

    `rule` is the code of the row, None for anything else. `path` says where in the file's shape, as
    ("rules", 3, "outcomes", 0, "options", 1, "send").
    """

    rule: str | None
    reason: str
    path: Path = ()


def structure_problems(ruleset: Ruleset) -> list[Problem]:
    """Everything wrong with the shape of a ruleset; empty when its decisions can be checked."""
    found = chain(
        _in_ruleset(ruleset),
        question_problems(ruleset.questions),
        _in_teams(ruleset),
        _in_rules(ruleset),
        demand_problems(ruleset),
    )
    return [Problem(_rule_at(ruleset, path), reason, path) for path, reason in found]


def _rule_at(ruleset: Ruleset, path: Path) -> str | None:
    if path[:1] == ("rules",) and len(path) > 1 and isinstance(path[1], int):
        return ruleset.rules[path[1]].code
    return None


def _in_ruleset(ruleset: Ruleset) -> Iterator[Found]:
    yield from text_problems(("name",), "the name", ruleset.name, 60)
    if ruleset.version < 1:
        yield ("version",), "the version is not 1 or more"
    if len(ruleset.rules) > MOST_RULES:
        yield ("rules",), f"there are more than {MOST_RULES} rules"
    if len(ruleset.cases) > MOST_CASES:
        yield ("cases",), f"there are more than {MOST_CASES} golden cases"


def _in_teams(ruleset: Ruleset) -> Iterator[Found]:
    yield from twice("team", ((("teams", team.code), team.code) for team in ruleset.teams))
    offered = {code for question in ruleset.questions if question.field == "age" for code in question.codes}
    for team in ruleset.teams:
        path = ("teams", team.code)
        yield from code_problems(path, "team", team.code)
        if not is_civilian(team.code):
            yield path, f"{team.code} is a public-safety role, not a team"
        yield from text_problems((*path, "name"), f"the name of team {team.code[:40]}", team.name, 120)
        yield from condition_problems(ruleset, (*path, "requires"), team.requires)
        if not team.ages:
            yield (*path, "ages"), f"team {team.code[:40]} serves no age"
        for code in sorted(team.ages - offered):
            yield (*path, "ages"), f"question age has no answer {code}"


def _in_rules(ruleset: Ruleset) -> Iterator[Found]:
    rows = [(("rules", place), rule) for place, rule in enumerate(ruleset.rules)]
    yield from twice("rule", ((path, rule.code) for path, rule in rows))
    for path, rule in rows:
        yield from text_problems((*path, "code"), "the code", rule.code, 16)
        yield from text_problems((*path, "title"), "the title", rule.title, 200)
        if not rule.outcomes:
            yield path, "has no outcome"
        yield from condition_problems(ruleset, (*path, "when"), rule.when)
        for place, outcome in enumerate(rule.outcomes):
            yield from _in_outcome(ruleset, (*path, "outcomes", place), outcome)
    if not rows:
        yield ("rules",), "there is no rule"
    elif not _is_protective(ruleset.rules[-1]):
        yield rows[-1][0], "the last rule must accept any answers and send POLICE and EMS at tier 1"


def _is_protective(rule: Rule) -> bool:
    return not rule.when.columns and all(
        not outcome.when.columns
        and outcome.tier == HIGHEST_TIER
        and all({"POLICE", "EMS"} <= set(option.send) for option in outcome.options)
        for outcome in rule.outcomes
    )


def _in_outcome(ruleset: Ruleset, path: Path, outcome: Outcome) -> Iterator[Found]:
    if not HIGHEST_TIER <= outcome.tier <= LOWEST_TIER:
        yield (*path, "tier"), f"tier {outcome.tier} is not 1 to 4"
    if outcome.priority not in PRIORITIES:
        yield (*path, "priority"), f"priority {outcome.priority} is not 1 to 4"
    yield from condition_problems(ruleset, (*path, "when"), outcome.when)
    for place, row in enumerate(outcome.priority_when):
        at = (*path, "priority_when", place)
        if row.priority not in PRIORITIES:
            yield at, f"priority {row.priority} is not 1 to 4"
        yield from condition_problems(ruleset, (*at, "when"), row.when)
    yield from _in_options(ruleset, (*path, "options"), outcome)
    for place, alternative in enumerate(outcome.alternatives):
        yield from _in_alternative(ruleset, (*path, "alternatives", place), alternative, outcome.tier)
    known = {question.field for question in ruleset.questions}
    for field in outcome.keep_asking:
        if field not in known:
            yield (*path, "keep_asking"), f"there is no question {field}"


def _in_options(ruleset: Ruleset, path: Path, outcome: Outcome) -> Iterator[Found]:
    options = outcome.options
    if not options or options[-1].teams or not options[-1].send:
        yield path, "the last option of an outcome must send public safety only, so that one is always possible"
    for place, option in enumerate(options):
        yield from _in_option(ruleset, (*path, place), option)
        earlier = next((row for row in options[:place] if set(row.teams) <= set(option.teams)), None)
        if earlier is not None:
            text = f"the fallback to {_sends(option)} is never reached: it leads back to {_sends(earlier)} before it"
            yield (*path, place), text


def _sends(option: Option) -> str:
    return " + ".join(option.send) or "nobody"


def _in_option(ruleset: Ruleset, path: Path, option: Option) -> Iterator[Found]:
    teams = {team.code for team in ruleset.teams}
    if not option.send:
        yield (*path, "send"), "an option sends nobody"
    yield from twice("role or team", (((*path, "send"), code) for code in option.send))
    for code in option.send:
        if code not in teams and code not in PUBLIC_SAFETY:
            yield (*path, "send"), f"there is no team {code}"
    for place, addition in enumerate(option.additions):
        at = (*path, "add", place)
        yield from condition_problems(ruleset, (*at, "when"), addition.when)
        if addition.role not in PUBLIC_SAFETY:
            yield at, f"only a public-safety role can be added, not {addition.role}"
    for place, join in enumerate(option.joins):
        at = (*path, "joins", place)
        yield from condition_problems(ruleset, (*at, "when"), join.when)
        for team in (join.team, join.only_without):
            if team is not None and team not in teams:
                yield at, f"there is no team {team}"
    for place, follow_up in enumerate(option.follow_ups):
        at = (*path, "follow_ups", place)
        yield from condition_problems(ruleset, (*at, "when"), follow_up.when)
        if follow_up.team not in teams:
            yield at, f"there is no team {follow_up.team}"


def _in_alternative(ruleset: Ruleset, path: Path, row: Alternative, tier: int) -> Iterator[Found]:
    if tier < LOWEST_TIER:
        yield path, f"an alternative is offered at tier {tier}; only tier {LOWEST_TIER} may"
    for minutes in (row.callback_min, row.wait_min):
        if minutes is not None and not 0 < minutes <= MOST_MINUTES:
            yield path, f"an alternative needs minutes above 0 and up to {MOST_MINUTES}"
    if row.kind is AlternativeKind.TRANSFER and not row.resources:
        yield path, "a transfer names no resource"
    for resource in row.resources:
        yield from text_problems((*path, "resources"), "the resource", resource, 24)
    if row.kind is AlternativeKind.HOLD and (row.team is None or row.wait_min is None):
        yield path, "a hold needs a team and how long to wait"
    if row.team is not None and row.team not in {team.code for team in ruleset.teams}:
        yield path, f"there is no team {row.team}"
