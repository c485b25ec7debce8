"""Not triaged, ineligible, and eligible but not served are three different things. Here is the third."""

from __future__ import annotations

from django.db.models import BigIntegerField

from dispatch.models import Assignment, Call, Decision, Transfer, Unserved
from dispatch.queries import decisions, rulesets
from dispatch.rules.evaluate import complete, evaluate
from dispatch.rules.ruleset import is_civilian
from hearteam.prepared import Parameter, Prepared

REFUSED_APCO = "42"
FROM_AVAILABILITY = {
    "NO_CONTRACT": Unserved.NO_CONTRACT,
    "OFF_HOURS": Unserved.OFF_HOURS,
    "OUT_OF_AREA": Unserved.OUT_OF_AREA,
    "HANDOFF_FAILED": Unserved.HANDOFF_FAILED,
}


def unserved_reason(call: Call) -> tuple[str, str] | None:
    """(team, reason code) when the rule named a civilian team first and no civilian reached the scene; else None."""
    decision = decisions.bring(call)
    if decision is None:
        return None
    chosen = _first_choice(decision)
    if not chosen:
        return None
    if _reached.all(call=call.pk):
        return None
    return chosen[0], _why(call, chosen[0])


_reached = Prepared(
    lambda: (
        Assignment.objects.filter(call=Parameter("call", BigIntegerField()), on_scene_at__isnull=False)
        .exclude(role__in=["POLICE", "EMS", "FIRE"])
        .order_by()
        .values_list("pk")[:1]
    )
)


def _first_choice(decision: Decision) -> list[str]:
    """The civilian teams that the rule would send when everybody is available."""
    ruleset = rulesets.of(decision.ruleset)
    verdict = evaluate(ruleset, complete(ruleset, decisions.answers_of(decision.answers)), ())
    return [code for code in verdict.outcome.options[0].send if is_civilian(code)]


def _why(call: Call, team: str) -> str:
    decision = call.decision
    if call.status == Call.Status.CANCELLED:
        return Unserved.CANCELLED
    if call.disposition is not None and call.disposition.apco == REFUSED_APCO:
        return Unserved.REFUSED
    if call.transfers.filter(status=Transfer.Status.ACCEPTED).exists():
        return Unserved.TRANSFERRED
    if decision is not None and decision.override_direction and team not in decision.response:
        return Unserved.OVERRIDDEN
    state = decision.availability.get(team, {}) if decision is not None else {}
    return FROM_AVAILABILITY.get(str(state.get("code") or ""), Unserved.NO_UNIT)
