"""Reading decisions: replaying a stored one through the rules, and showing it."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField
from django.utils import timezone

from dispatch.geo.normalise import apartment
from dispatch.models import Call, Decision, PremiseCaution, TriageAnswers
from dispatch.models.rulesets import QUESTIONS
from dispatch.queries import rulesets
from dispatch.rules import triage
from hearteam.prepared import Parameter, Prepared

CAUTION_MONTHS_DAYS = 365
"""A caution counts while it was reviewed within twelve months (programme, question 10)."""


def answers_of(row: TriageAnswers) -> dict[str, str]:
    """The answers given, by question; those not asked are left out."""
    return {**{field: getattr(row, field) for field in QUESTIONS if getattr(row, field)}, **row.more}


def as_columns(answers: dict[str, str]) -> dict[str, Any]:
    """Answers as the columns of `TriageAnswers`: the programme's questions by name, those a city added in `more`."""
    return {
        **{field: code for field, code in answers.items() if field in QUESTIONS},
        "more": {field: code for field, code in answers.items() if field not in QUESTIONS},
    }


def context_of(call: Call) -> dict[str, Any]:
    """What the call's type adds to a decision, as a decision stores it."""
    kind = call.call_type
    return {
        "extra_roles": sorted(kind.extra_roles) if kind else [],
        "situation": kind.situation if kind else "",
    }


def replay(row: Decision) -> triage.Decision:
    """Decide again with what the decision kept; equal to what it stored (invariant 11)."""
    return triage.decide(
        rulesets.of(row.ruleset),
        answers_of(row.answers),
        triage.stored_availability(row.availability),
        context=triage.stored_context(row.context),
    )


def bring(call: Call) -> Decision | None:
    """The call's decision with its answers and ruleset, read at once where it was not read yet."""
    if call.decision_id is not None and not Call.decision.is_cached(call):
        call.decision = _whole.first(id=call.decision_id)
    return call.decision


_whole = Prepared(
    lambda: Decision.objects.select_related("ruleset", "answers").filter(pk=Parameter("id", BigIntegerField()))
)


def has_caution(call: Call) -> bool:
    """Whether the place has an active VIOLENCE caution for this apartment, reviewed within 12 months.

    While nobody knows the apartment, a caution for any of them counts.
    """
    if call.premise_id is None:
        return False
    today, here = timezone.localdate(), apartment(call.apartment)
    cautions = _violent.all(premise=call.premise_id)
    return any(
        (caution.expires_on is None or caution.expires_on >= today)
        and (today - caution.reviewed_on).days <= CAUTION_MONTHS_DAYS
        and (not here or apartment(caution.unit) in ("", here))
        for caution in cautions
    )


_violent = Prepared(
    lambda: PremiseCaution.objects.filter(
        premise=Parameter("premise", BigIntegerField()),
        caution_class=PremiseCaution.Class.VIOLENCE,
        ended_at__isnull=True,
    )
)


def decision_row(row: Decision) -> dict[str, Any]:
    """A decision as the API shows it: the ruleset's result, with the response that holds when it was overridden."""
    shown = {**row.data, "id": str(row.pk), "tier": row.tier, "response": row.response, "overridden": None}
    if row.override_direction:
        shown["overridden"] = {
            "direction": row.override_direction,
            "reason": row.override_reason,
            "by": row.overridden_by.get_username() if row.overridden_by else "",
            "from_response": row.ruled_response,
            "from_tier": row.ruled_tier,
        }
    return shown
