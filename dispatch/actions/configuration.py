"""What a center edits about calls: types, response plans, dispositions, interventions, cautions of premises.

A change that open calls show (a type's name, a premise's hazards) is told to the board in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import triage_again
from dispatch.geo.normalise import apartment
from dispatch.models import Assignment, Call, CallType, Disposition, Intervention, Premise, PremiseCaution, ResponsePlan
from dispatch.queries.access import require
from dispatch.queries.board import open_calls
from dispatch.queries.decisions import has_caution
from hearteam.events.types import CallUpdated
from hearteam.problems import Refused
from partners.access import Actor, Permission
from partners.actions.roster import cleaned
from partners.models import Unit

Configuration = CallType | ResponsePlan | Disposition | Intervention | Premise


def configuration_save(*, by: Actor, row: Configuration) -> Configuration:
    """Add or change a row of a code table, or a premise. Raises Refused, NotAllowed."""
    require(by, Permission.ROSTER_CHANGE, "change the center's tables")
    with action(by) as work:
        cleaned(row)
        calls = list(_locked(open_calls().filter(call_type=row))) if isinstance(row, CallType) and row.pk else []
        row.save()
        _tell(work, calls, "type")
    return row


def configuration_delete(*, by: Actor, row: ResponsePlan) -> None:
    """Take a line out of a response plan; code rows are made inactive instead, as calls name them."""
    require(by, Permission.ROSTER_CHANGE, "change the center's tables")
    with action(by):
        row.delete()


def caution_save(*, by: Actor, caution: PremiseCaution) -> PremiseCaution:
    """Add or change a caution; its first author stays. Raises Refused, NotAllowed.

    Calls at the place that were triaged without it are triaged again.
    """
    require(by, Permission.ROSTER_CHANGE, "change cautions")
    if by.user_id is None:
        raise Refused("A caution has a named author.")
    with action(by) as work:
        if caution.author_id is None:
            caution.author_id = by.user_id
        caution.unit = apartment(caution.unit)
        cleaned(caution)
        calls = list(_locked(open_calls().filter(premise_id=caution.premise_id)))
        _lock_units(calls)
        caution.save()
        _tell(work, calls, "hazards")
        for call in calls:
            if call.decision and call.decision.answers.premise_caution != "YES" and has_caution(call):
                triage_again(work, call, reason="A caution about violence at the place")
    return caution


def caution_delete(*, by: Actor, caution: PremiseCaution) -> None:
    """Take a caution back."""
    require(by, Permission.ROSTER_CHANGE, "change cautions")
    with action(by) as work:
        calls = list(_locked(open_calls().filter(premise_id=caution.premise_id)))
        caution.delete()
        _tell(work, calls, "hazards")


def _locked(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Locked before the rows they show, as everywhere."""
    return calls.select_for_update(of=("self",), no_key=True).order_by("pk")


def _lock_units(calls: list[Call]) -> None:
    """All units of all these calls in the order of their ids, before each call is decided again by itself."""
    out = Assignment.objects.filter(call__in=calls, cleared_at__isnull=True)
    list(Unit.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=out.values("unit")).order_by("pk"))


def _tell(work: Work, calls: Iterable[Call], what: str) -> None:
    for call in calls:
        work.emit(CallUpdated(fields=[what]), call=call)
