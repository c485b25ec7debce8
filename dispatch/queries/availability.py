"""Which civilian teams can come to a call, as triage takes it."""

from __future__ import annotations

from django.db.models import BigIntegerField
from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, Decision, Handoff, PersonInCrisis, ResponseSlot
from dispatch.queries.timers import limits_in_force
from dispatch.rules.timers import AlertKind
from hearteam.prepared import Parameter, Prepared
from partners.queries import availability as partners

PHONE = "PHONE"
STILL_OPEN = (Handoff.Outcome.CALLING, Handoff.Outcome.CALL_BACK)
"""Outcomes that are none yet."""


def failed_handoffs(call: Call) -> frozenset[str]:
    """Teams that did not take this call by phone: one refusal, as many unanswered attempts as allowed, or time over."""
    return _crossed_off(call)[0]


def _crossed_off(call: Call) -> tuple[frozenset[str], frozenset[str]]:
    """Teams that failed by phone, and those of which somebody said that they declined this call."""
    attempts = limits_in_force().handoff_attempts
    unanswered: dict[str, int] = {}
    failed, accepted = set(), set()
    for team, outcome in _settled.all(call=call.pk):
        if outcome == Handoff.Outcome.ACCEPTED:
            unanswered.pop(team, None)
            failed.discard(team)
            accepted.add(team)
            continue
        unanswered[team] = unanswered.get(team, 0) + 1
        if outcome == Handoff.Outcome.DECLINED or unanswered[team] >= attempts:
            failed.add(team)
    over = dict(_declined.all(call=call.pk))
    said_no = frozenset(role for role, answered_by in over.items() if answered_by)
    return frozenset(failed | (set(over) - accepted)), said_no


_CALL = Parameter("call", BigIntegerField())
_settled = Prepared(
    lambda: (
        Handoff.objects.filter(call=_CALL)
        .exclude(outcome__in=STILL_OPEN)
        .order_by("at", "pk")
        .values_list("team__code", "outcome")
    )
)
_declined = Prepared(
    lambda: (
        ResponseSlot.objects.filter(call=_CALL, status=ResponseSlot.Status.DECLINED)
        .order_by("answered_by")
        .values_list("role", "answered_by")
    )
)
_active = Prepared(
    lambda: Assignment.objects.filter(cleared_at__isnull=True).order_by("pk").values_list("unit_id", "call_id")
)
_troubled = Prepared(
    lambda: (
        Alert.objects.filter(kind=AlertKind.EMERGENCY, unit__isnull=False, cleared_at__isnull=True)
        .order_by("pk")
        .values_list("unit_id")
    )
)


def promised_callbacks(call: Call) -> list[Handoff]:
    """The attempts after which a team was to call back, of each team that was not tried again since."""
    newest = {attempt.team_id: attempt for attempt in call.handoffs.select_related("team").order_by("attempt", "pk")}
    return [attempt for attempt in newest.values() if attempt.outcome == Handoff.Outcome.CALL_BACK]


def reached_by_phone(decision: Decision) -> list[str]:
    """The teams of a response that are called, not dispatched."""
    return [team for team in decision.response if decision.availability.get(team, {}).get("channel") == PHONE]


def nobody_stays(call: Call) -> bool:
    """Whether it is known that nobody stays with the person."""
    return PersonInCrisis.objects.filter(call=call, someone_stays=False).exists()


def team_states(call: Call) -> dict[str, partners.TeamAvailability]:
    """Team code -> availability for this call, with its channel."""
    active = _active.all()
    here = [unit_id for unit_id, call_id in active if call_id == call.pk]
    elsewhere = [unit_id for unit_id, call_id in active if call_id != call.pk]
    # A crew in trouble takes no call, whatever its status says.
    elsewhere += [unit_id for (unit_id,) in _troubled.all() if unit_id not in here]
    failed, declined = _crossed_off(call)
    return partners.team_availability(
        at=timezone.now(),
        place=partners.Place(neighborhood=call.neighborhood, in_city=call.in_city),
        engaged=partners.Engaged(
            busy_unit_ids=elsewhere, on_call_unit_ids=here, failed_handoff_teams=failed, declined_teams=declined
        ),
    )


def as_stored(states: dict[str, partners.TeamAvailability]) -> dict[str, dict[str, object]]:
    """As a decision keeps it: {team: {available, code, reason, channel}}."""
    return {
        code: {"available": s.available, "code": s.code, "reason": s.reason, "channel": s.channel}
        for code, s in sorted(states.items())
    }
