"""Does the roster have the teams a ruleset names? Asked before a ruleset is kept, and again before it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dispatch.rules import ruleset as rules
from dispatch.rules.structure import Problem
from partners.models import Agency, Resource, Team


def missing_teams(ruleset: rules.Ruleset) -> list[Problem]:
    """A problem for each team of the ruleset that is no active civilian team; it says which rules name the team."""
    known = {team.code for team in _roster()}
    return [
        Problem(
            rule=None,
            reason=f"there is no active civilian team {team.code} in the roster{_used(ruleset, team.code)}",
            path=("teams", team.code),
        )
        for team in ruleset.teams
        if team.code not in known
    ]


def roster_warnings(ruleset: rules.Ruleset) -> list[str]:
    """What a supervisor should look at: other ages than the roster's, a resource that nobody could be transferred to.

    No danger: a team is sent only where the ruleset and the roster both let it.
    """
    in_roster = {team.code: team for team in _roster()}
    warnings = []
    for team in ruleset.teams:
        found = in_roster.get(team.code)
        if found is not None and found.ages and set(found.ages) != team.ages:
            here, there = ", ".join(sorted(team.ages)), ", ".join(sorted(found.ages))
            warnings.append(f"{team.code} serves {here} by this ruleset, {there} by the roster")
    resources = set(Resource.objects.values_list("code", flat=True))
    for rule in ruleset.rules:
        for code in sorted(_resources(rule) - resources):
            warnings.append(f"{rule.code}: there is no resource {code} to transfer a caller to")
    return warnings


def _roster() -> Iterable[Team]:
    return Team.objects.filter(active=True, agency__kind=Agency.Kind.CIVILIAN)


def _used(ruleset: rules.Ruleset, team: str) -> str:
    named = [rule.code for rule in ruleset.rules if team in set(_teams(rule))]
    return f" ({', '.join(named)})" if named else ""


def _teams(rule: rules.Rule) -> Iterator[str]:
    for outcome in rule.outcomes:
        yield from (row.team for row in outcome.alternatives if row.team is not None)
        for option in outcome.options:
            yield from option.send
            yield from (join.team for join in option.joins)
            yield from (follow_up.team for follow_up in option.follow_ups)


def _resources(rule: rules.Rule) -> set[str]:
    return {code for outcome in rule.outcomes for row in outcome.alternatives for code in row.resources}
