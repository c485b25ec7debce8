"""Stored calls read for a what-if: page by page in the order of their time, so that memory does not grow with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from dispatch.models import Assignment, Call, Decision, WhatIf
from dispatch.models.rulesets import QUESTIONS
from dispatch.queries import rulesets
from dispatch.rules import ruleset as rules
from dispatch.rules.compiled import compile_ruleset
from dispatch.rules.triage import stored_availability, stored_context
from dispatch.rules.whatif import Scenario, counted_answers, decided, try_out
from dispatch.rules.whatif_calls import Decided, Facts, Recorded
from dispatch.rules.whatif_hours import Hours, stored_hours
from dispatch.rules.whatif_result import Result
from dispatch.rules.whatif_times import Durations, Median
from partners.models import Agency, Team

PAGE = 2_000
KEPT_FACTS = 50_000
CALL_FIELDS = (
    "pk", "number", "received_at", "status", "neighborhood", "in_city", "unserved_team", "unserved_reason",
)  # fmt: skip
DECISION_FIELDS = (
    "call_id", "at", "ruleset_id", "rule", "ruled_tier", "ruled_response", "priority", "override_direction",
    "facts_availability", "facts_context", "facts_more", *(f"answers__{field}" for field in QUESTIONS),
)  # fmt: skip

Progress = Callable[[int], None]


class MedianOf(Aggregate):
    """The middle value of a group."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def decided_calls(since: datetime, until: datetime) -> Any:
    """The calls a what-if looks at: received in the period, decided, and not merged into another."""
    return Call.objects.filter(received_at__gte=since, received_at__lt=until, decision__isnull=False).exclude(
        status=Call.Status.MERGED
    )


def what_if_result(what_if: WhatIf, progress: Progress = lambda calls: None) -> Result:
    """The result of a stored what-if. Raises NoRuleMatchesError where the ruleset has a gap."""
    ruleset = rulesets.current()[1] if what_if.ruleset_id is None else rulesets.load(what_if.ruleset_id)
    tried = scenario(ruleset, stored_hours(what_if.hours), what_if.extra_units)
    return result(tried, what_if.since, what_if.until, progress)


def scenario(ruleset: rules.Ruleset, hours: dict[str, tuple[Hours, ...]], units: dict[str, int]) -> Scenario:
    """A ruleset, hours and units to try, with the center's zone and the areas the teams serve today."""
    areas = Team.objects.filter(agency__kind=Agency.Kind.CIVILIAN).values_list("code", "area")
    return Scenario(
        ruleset=ruleset,
        decide=compile_ruleset(ruleset).evaluate,
        zone=timezone.get_default_timezone(),
        hours=hours,
        units=units,
        areas={code: frozenset(name.upper() for name in area) for code, area in areas},
    )


def result(tried: Scenario, since: datetime, until: datetime, progress: Progress = lambda calls: None) -> Result:
    """Try a scenario on the calls of a period. `progress` is told how many were looked at, page by page."""
    return try_out(recorded_calls(since, until, progress), tried, durations(since, until))


def durations(since: datetime, until: datetime) -> Durations:
    """Median times from dispatch to clear of the units that were on scene, by role and tier and by role."""
    spent = (
        Assignment.objects.filter(
            call__received_at__gte=since,
            call__received_at__lt=until,
            on_scene_at__isnull=False,
            cleared_at__isnull=False,
        )
        .order_by()
        .annotate(tier=F("call__tier"))
    )
    figures = {"median": MedianOf(F("cleared_at") - F("dispatched_at")), "of": Count("pk")}
    by_tier = spent.filter(tier__isnull=False).values("role", "tier").annotate(**figures)
    by_role = spent.values("role").annotate(**figures)
    return Durations(
        by_tier={(row["role"], row["tier"]): _median(row) for row in by_tier},
        by_role={row["role"]: _median(row) for row in by_role},
    )


def _median(row: dict[str, Any]) -> Median:
    return Median(row["median"].total_seconds(), row["of"])


def recorded_calls(since: datetime, until: datetime, progress: Progress = lambda calls: None) -> Iterator[Recorded]:
    """Each call once, with its last decision on all answers (else its last), in the order the calls came in."""
    reader = _Reader()
    page = _page(decided_calls(since, until))
    seen = 0
    while page:
        yield from reader.read(page)
        seen += len(page)
        progress(seen)
        last_pk, received_at = page[-1][0], page[-1][2]
        later = Q(received_at__gt=received_at) | Q(pk__gt=last_pk)
        page = _page(decided_calls(received_at, until).filter(later))


def _page(calls: Any) -> list[Any]:
    return list(calls.order_by("received_at", "pk").values_list(*CALL_FIELDS)[:PAGE])


class _Reader:
    """Puts decisions and times to calls. Equal facts become one object, so that they are decided once."""

    def __init__(self) -> None:
        self._facts = lru_cache(maxsize=KEPT_FACTS)(_facts)
        self._before = lru_cache(maxsize=KEPT_FACTS)(self._before_anew)
        self._compiled = lru_cache(maxsize=None)(_compiled)

    def read(self, page: list[Any]) -> Iterator[Recorded]:
        ids = [row[0] for row in page]
        decisions = {row[0]: row for row in _decisions(ids)}
        seconds = _seconds(ids)
        for pk, number, _, status, neighborhood, in_city, team, reason in page:
            _, at, ruleset_id, rule, tier, response, priority, override, *facts = decisions[pk]
            kept = self._facts(*facts)
            yield Recorded(
                number=number,
                at=at,
                facts=kept,
                before=self._before(ruleset_id, (rule, tier, tuple(response), priority), kept),
                override=override,
                neighborhood=neighborhood,
                in_city=in_city,
                ended=status in Call.ENDED,
                cancelled=status == Call.Status.CANCELLED,
                unserved=(team, reason) if reason else None,
                seconds=seconds.get(pk, {}),
            )

    def _before_anew(self, ruleset_id: int, stored: tuple[str, int, tuple[str, ...], int], facts: Facts) -> Decided:
        """What was decided, as stored; who would join and what the rule wanted first, by the ruleset of then."""
        ruleset, compiled = self._compiled(ruleset_id)
        available = frozenset(code for code, team in facts.availability.items() if team.available)
        verdict = compiled.evaluate(counted_answers(ruleset, facts.answers)[0], available)
        then = decided(ruleset, verdict, facts.context)
        return Decided(*stored, then.joins, then.wanted)


def _compiled(ruleset_id: int) -> tuple[rules.Ruleset, Any]:
    ruleset = rulesets.load(ruleset_id)
    return ruleset, compile_ruleset(ruleset)


def _facts(availability: str, context: str, more: str, *codes: str) -> Facts:
    answers = {field: code for field, code in zip(QUESTIONS, codes, strict=True) if code}
    return Facts(
        answers={**answers, **json.loads(more)},
        availability=stored_availability(json.loads(availability)),
        context=stored_context(json.loads(context)),
    )


def _decisions(call_ids: list[int]) -> Any:
    """One decision a call. JSON comes as text: equal texts are parsed once."""
    return (
        Decision.objects.filter(call_id__in=call_ids)
        .annotate(
            facts_availability=Cast("availability", TextField()),
            facts_context=Cast("context", TextField()),
            facts_more=Cast("answers__more", TextField()),
        )
        .order_by("call_id", "provisional", "-pk")
        .distinct("call_id")
        .values_list(*DECISION_FIELDS)
    )


def _seconds(call_ids: list[int]) -> dict[int, dict[str, float]]:
    """Call -> role -> seconds from dispatch to clear, of all its units that are cleared."""
    found: dict[int, dict[str, float]] = {}
    rows = (
        Assignment.objects.filter(call_id__in=call_ids, cleared_at__isnull=False)
        .order_by("pk")
        .values_list("call_id", "role", "dispatched_at", "cleared_at")
    )
    for call_id, role, dispatched_at, cleared_at in rows:
        spent = found.setdefault(call_id, {})
        spent[role] = spent.get(role, 0.0) + max((cleared_at - dispatched_at).total_seconds(), 0.0)
    return found
