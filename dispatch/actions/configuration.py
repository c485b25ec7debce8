"""What a center edits about calls: types, response plans, dispositions, interventions, premises, phone systems.

A change that open calls show (a type's name) is told to the board in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from dispatch.actions.transaction import Work, action
from dispatch.models import (
    AliField,
    Call,
    CallType,
    CannedPhrase,
    Disposition,
    InterpreterLine,
    Intervention,
    PhoneSystem,
    Premise,
    ResponsePlan,
)
from dispatch.queries.access import require
from dispatch.queries.board import open_calls
from hearteam.events.types import CallUpdated
from partners.access import Actor, Permission
from partners.actions.roster import cleaned

Configuration = (
    CallType
    | ResponsePlan
    | Disposition
    | Intervention
    | Premise
    | PhoneSystem
    | AliField
    | CannedPhrase
    | InterpreterLine
)


def configuration_save(*, by: Actor, row: Configuration) -> Configuration:
    """Add or change a row of a code table, or a premise. Raises Refused, NotAllowed."""
    require(by, Permission.ROSTER_CHANGE, "change the center's tables")
    with action(by) as work:
        cleaned(row)
        calls = list(_locked(open_calls().filter(call_type=row))) if isinstance(row, CallType) and row.pk else []
        row.save()
        _tell(work, calls, "type")
    return row


def configuration_delete(*, by: Actor, row: ResponsePlan | AliField | InterpreterLine) -> None:
    """Take out a line of a response plan or of a text's layout, or an interpreter's line.

    Code rows are made inactive instead, as calls name them.
    """
    require(by, Permission.ROSTER_CHANGE, "change the center's tables")
    with action(by):
        row.delete()


def _locked(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Locked before the rows they show, as everywhere."""
    return calls.select_for_update(of=("self",), no_key=True).order_by("pk")


def _tell(work: Work, calls: Iterable[Call], what: str) -> None:
    for call in calls:
        work.emit(CallUpdated(fields=[what]), call=call)
