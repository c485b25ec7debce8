"""Which civilian teams can come to a call, as triage takes it."""

from __future__ import annotations

from django.utils import timezone

from dispatch.models import Assignment, Call, Deadline, Handoff
from dispatch.rules.ruleset import TeamAvailability, Unavailable
from dispatch.rules.timers import DEFAULT_TIMERS, DeadlineKind
from partners.queries import availability as partners

PHONE = "PHONE"


def failed_handoffs(call: Call) -> frozenset[str]:
    """Teams that did not take this call by phone: one refusal, as many unanswered attempts as allowed, or time over."""
    unanswered: dict[str, int] = {}
    failed = set()
    for team, outcome in call.handoffs.order_by("at", "pk").values_list("team__code", "outcome"):
        if outcome == Handoff.Outcome.ACCEPTED:
            unanswered.pop(team, None)
            failed.discard(team)
            continue
        unanswered[team] = unanswered.get(team, 0) + 1
        if outcome == Handoff.Outcome.DECLINED or unanswered[team] >= DEFAULT_TIMERS.handoff_attempts:
            failed.add(team)
    over = Deadline.objects.filter(call=call, kind=DeadlineKind.HANDOFF_FALLBACK, fired_at__isnull=False).exists()
    if over and call.decision is not None:
        accepted = set(call.handoffs.filter(outcome=Handoff.Outcome.ACCEPTED).values_list("team__code", flat=True))
        failed |= {code for code, row in call.decision.availability.items() if _was_tried_by_phone(row)} - accepted
    return frozenset(failed)


def _was_tried_by_phone(stored: dict[str, object]) -> bool:
    """Reached by phone by the last decision, or given up by it already: what failed stays failed for this call."""
    return stored.get("channel") == PHONE or stored.get("code") == Unavailable.HANDOFF_FAILED


def team_states(call: Call) -> dict[str, partners.TeamAvailability]:
    """Team code -> availability for this call, with its channel."""
    active = Assignment.objects.filter(cleared_at__isnull=True).values_list("unit_id", "call_id")
    here = [unit_id for unit_id, call_id in active if call_id == call.pk]
    elsewhere = [unit_id for unit_id, call_id in active if call_id != call.pk]
    return partners.team_availability(
        at=timezone.now(),
        place=partners.Place(neighborhood=call.neighborhood, in_city=call.in_city),
        engaged=partners.Engaged(
            busy_unit_ids=elsewhere, on_call_unit_ids=here, failed_handoff_teams=failed_handoffs(call)
        ),
    )


def as_stored(states: dict[str, partners.TeamAvailability]) -> dict[str, dict[str, object]]:
    """As a decision keeps it: {team: {available, code, reason, channel}}."""
    return {
        code: {"available": s.available, "code": s.code, "reason": s.reason, "channel": s.channel}
        for code, s in sorted(states.items())
    }


def as_ruled(stored: dict[str, dict[str, object]]) -> dict[str, TeamAvailability]:
    """As the rules take it."""
    return {
        code: TeamAvailability(
            available=bool(row["available"]),
            code=Unavailable(str(row["code"])) if row["code"] else None,
            reason=str(row["reason"]) if row["reason"] else None,
        )
        for code, row in stored.items()
    }
