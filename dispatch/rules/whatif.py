"""What a changed ruleset, other hours or more units would have done with stored calls, one call after another. Pure.

Before is what was decided then: the ruleset's own result, overrides counted apart. After is the tried ruleset on the
same answers and the availability of that moment, changed only by the hours and units that are added:
* A team that was OFF_HOURS counts as available in added hours, if the place is in its area and an added unit is free.
* A team that was BUSY or had NO_UNIT counts as available if units were added and one of them is free.
* The added units are followed in time: one is engaged for the median time of such a call. Hours without units count as
  one unit. What else the freed or added units could have done is not followed.
Unit-hours are those recorded; a role that a changed decision adds counts with a median, and is marked as estimated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from hashlib import sha256
from typing import Final

from dispatch.rules.evaluate import Verdict, available_teams, in_fixed_order
from dispatch.rules.ruleset import Answers, Ruleset, Unavailable
from dispatch.rules.triage import Context
from dispatch.rules.whatif_calls import Decided, Facts, Recorded, Unserved
from dispatch.rules.whatif_hours import Hours
from dispatch.rules.whatif_result import Group, Result, Tally
from dispatch.rules.whatif_times import Durations

Decide = Callable[[Answers, Collection[str]], Verdict]
"""Complete answers and available teams -> verdict: `evaluate` or its compiled equal."""

KEPT_RESULTS: Final = 50_000
WITHOUT_A_UNIT: Final = frozenset({Unavailable.BUSY, Unavailable.NO_UNIT})
AUDITED: Final = {
    code: code.value
    for code in (
        Unavailable.NO_CONTRACT,
        Unavailable.OFF_HOURS,
        Unavailable.OUT_OF_AREA,
        Unavailable.HANDOFF_FAILED,
    )
}
NO_UNIT: Final = Unavailable.NO_UNIT.value
LIFTED_BY_A_TEAM: Final = frozenset({*AUDITED.values(), NO_UNIT})
"""Reasons that end when a civilian team can be sent; a refusal or a cancelled call stays what it was."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The ruleset that is tried, what decides by it, and what is added.

    `areas` are today's, neighbourhoods in capitals; a team that is missing or has none serves the whole city.
    """

    ruleset: Ruleset
    decide: Decide
    zone: tzinfo
    hours: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    areas: Mapping[str, Collection[str]] = field(default_factory=dict)


def decided(ruleset: Ruleset, verdict: Verdict, context: Context) -> Decided:
    """A verdict with the roles the call's type adds, as triage stores it."""
    return Decided(
        rule=verdict.rule.code,
        tier=verdict.tier,
        response=in_fixed_order(ruleset, {*verdict.response, *context.extra_roles}),
        priority=verdict.priority,
        joins=tuple(join.team for join in verdict.joins),
        wanted=verdict.outcome.options[0].teams,
    )


def table_digest(ruleset: Ruleset) -> str:
    """What tells two rulesets apart that may decide differently: SHA-256, in hex, over questions, teams and rules."""
    table = (
        [asdict(question) for question in ruleset.questions],
        [asdict(team) for team in ruleset.teams],
        [asdict(rule) for rule in ruleset.rules],
    )
    return sha256(json.dumps(table, default=sorted, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def counted_answers(ruleset: Ruleset, answers: Answers) -> tuple[dict[str, str], tuple[str, ...]]:
    """Every question of this ruleset answered, and which were not: one not asked then, or answered in a way it does not
    offer, counts as not asked.
    """
    counted: dict[str, str] = {}
    missing: list[str] = []
    for question in ruleset.questions:
        code = answers.get(question.field)
        if code is None or code not in question.codes:
            missing.append(question.field)
            code = question.not_asked
        counted[question.field] = code
    return counted, tuple(missing)


def try_out(cases: Iterable[Recorded], scenario: Scenario, durations: Durations) -> Result:
    """Look at all calls, in the order of their time. The same calls give the same result, to the last digit.

    Raises NoRuleMatchesError where the tried table has a gap.
    """
    trial = _Trial(scenario, durations)
    for case in cases:
        trial.look_at(case)
    return trial.result()


class _Added:
    """The added units of one team, and until when each is engaged."""

    def __init__(self, count: int) -> None:
        self._until: list[datetime | None] = [None] * count

    def free(self, at: datetime) -> bool:
        return any(until is None or until <= at for until in self._until)

    def engage(self, at: datetime, seconds: float) -> None:
        for place, until in enumerate(self._until):
            if until is None or until <= at:
                self._until[place] = at + timedelta(seconds=seconds)
                return


class _Trial:
    def __init__(self, scenario: Scenario, durations: Durations) -> None:
        self._scenario = scenario
        self._durations = durations
        self._tally = Tally(added_calls=Counter(dict.fromkeys({*scenario.hours, *scenario.units}, 0)))
        self._groups: dict[tuple[object, ...], Group] = {}
        self._changed_teams = sorted({*scenario.hours, *scenario.units})
        self._added = {team: _Added(max(scenario.units.get(team, 0), 1)) for team in self._changed_teams}
        self._decide = lru_cache(maxsize=KEPT_RESULTS)(self._decide_anew)
        self._answers = lru_cache(maxsize=KEPT_RESULTS)(self._answers_anew)

    def look_at(self, case: Recorded) -> None:
        available, lent = self._available(case)
        after = self._decide(case.facts, available)
        for team in lent:
            if team in after.response or team in after.joins:
                seconds = self._durations.seconds(team, after.tier)
                self._added[team].engage(case.at, seconds)
                self._tally.served_by_added(team, seconds)
        unserved = _unserved_before(case), _unserved_after(case, after, available)
        self._tally.look_at(case, after, unserved, self._answers(case.facts)[1])
        spent = self._seconds(case, after)
        self._tally.spent.add(*spent)
        if _changed(case.before, after):
            self._group(case, after).add(case, after, unserved, spent)

    def result(self) -> Result:
        ordered = tuple(sorted(self._groups.values(), key=Group.order))
        return Result(self._tally, ordered, self._durations.used(), table_digest(self._scenario.ruleset))

    def _available(self, case: Recorded) -> tuple[frozenset[str], tuple[str, ...]]:
        """The teams that could be sent, and those of them that could only with what is added."""
        then = available_teams(case.facts.availability)
        lent = tuple(team for team in self._changed_teams if team not in then and self._lends(team, case))
        return then.union(lent), lent

    def _lends(self, team: str, case: Recorded) -> bool:
        state = case.facts.availability.get(team)
        if state is None or not self._added[team].free(case.at):
            return False
        if state.code is Unavailable.OFF_HOURS:
            local = case.at.astimezone(self._scenario.zone)
            opened = any(hours.covers(local) for hours in self._scenario.hours.get(team, ()))
            return opened and self._in_area(team, case)
        return state.code in WITHOUT_A_UNIT and self._scenario.units.get(team, 0) > 0

    def _in_area(self, team: str, case: Recorded) -> bool:
        area = self._scenario.areas.get(team, ())
        return case.in_city is not False and (not area or case.neighborhood.upper() in area)

    def _answers_anew(self, facts: Facts) -> tuple[dict[str, str], tuple[str, ...]]:
        return counted_answers(self._scenario.ruleset, facts.answers)

    def _decide_anew(self, facts: Facts, available: frozenset[str]) -> Decided:
        verdict = self._scenario.decide(self._answers(facts)[0], available)
        return decided(self._scenario.ruleset, verdict, facts.context)

    def _seconds(self, case: Recorded, after: Decided) -> tuple[dict[str, float], dict[str, float], bool]:
        """Seconds by role before and after, and whether a role's time after is an estimate."""
        if case.before.response == after.response and case.before.joins == after.joins:
            return dict(case.seconds), dict(case.seconds), False
        before = {*case.before.response, *case.before.joins}
        gone = before - {*after.response, *after.joins}
        seconds = {role: spent for role, spent in case.seconds.items() if role not in gone}
        new = [
            role for role in after.response if role not in before and role not in case.seconds and not case.cancelled
        ]
        for role in new:
            seconds[role] = self._durations.seconds(role, after.tier)
        return dict(case.seconds), seconds, bool(new)

    def _group(self, case: Recorded, after: Decided) -> Group:
        before = case.before
        later = after.priority > before.priority
        key = (before.rule, before.tier, before.response, after.rule, after.tier, after.response, later)
        return self._groups.setdefault(key, Group(*key))


def _changed(before: Decided, after: Decided) -> bool:
    return (before.rule, before.tier, before.response, before.priority, before.joins) != (
        after.rule,
        after.tier,
        after.response,
        after.priority,
        after.joins,
    )


def _unserved_before(case: Recorded) -> Unserved | None:
    """As recorded when the call ended; by its decision while it is open."""
    if case.ended:
        return case.unserved
    then = available_teams(case.facts.availability)
    return None if case.before.has_civilian else _not_served(case, case.before, then)


def _unserved_after(case: Recorded, after: Decided, available: Collection[str]) -> Unserved | None:
    """Who sends a civilian team now serves the call, unless it was lost for another reason; who sends none does not."""
    before = _unserved_before(case)
    if not after.wanted:
        return None
    if after.has_civilian:
        lifted = before is not None and before[1] in LIFTED_BY_A_TEAM and not case.before.has_civilian
        return None if lifted else before
    if case.before.wanted and case.before.response == after.response:
        return before
    return _not_served(case, after, available)


def _not_served(case: Recorded, decision: Decided, available: Collection[str]) -> Unserved | None:
    for team in decision.wanted:
        if team not in available:
            state = case.facts.availability.get(team)
            code = None if state is None else state.code
            return team, AUDITED.get(code, NO_UNIT) if code is not None else NO_UNIT
    return None
