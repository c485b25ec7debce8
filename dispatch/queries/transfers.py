"""What of a call decides to whom it may be transferred, and what became of its transfers."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from dispatch.models import Call, CallType, Transfer
from dispatch.queries.scene import danger_stands, police_awaited
from dispatch.rules.ruleset import AlternativeKind
from dispatch.rules.transfers import CallToTransfer
from hearteam.events.log import rfc3339

TRANSFER_FIELDS = ("phone", "kind", "consent", "status", "note", "offered_at", "taken_by", "settled_at", "settled_note")


def needs_triage(call: Call) -> bool:
    """Whether nobody knows how grave the call is: not triaged, and not of a type that has its response by plan."""
    return call.decision_id is None and call.asks_triage != CallType.Asks.NO


def as_to_transfer(call: Call) -> CallToTransfer:
    """The call as the rules of transfers take it."""
    return CallToTransfer(
        tier=call.tier,
        needs_triage=needs_triage(call),
        danger_stands=danger_stands(call) or police_awaited(call),
        in_city=call.in_city,
    )


def callback_seconds(call: Call) -> float | None:
    """After how long the rule that decided the call has its caller called back; None: the timers' own time."""
    alternatives = call.decision.data.get("alternatives", []) if call.decision is not None else []
    minutes = [row.get("callback_min") for row in alternatives if row["kind"] == AlternativeKind.TRANSFER]
    return next((minute * 60.0 for minute in minutes if minute), None)


def transfers_made() -> ArraySubquery:
    """Every attempt to transfer a call, oldest first."""
    made = Transfer.objects.filter(call=OuterRef("pk")).order_by("pk")
    fields = {"id": "pk", "to": "name", "resource": "resource__code", "offered_by": "offered_by_name"}
    fields |= {"settled_by": "settled_by_name"} | {name: name for name in TRANSFER_FIELDS}
    return ArraySubquery(made.values(row=JSONObject(**fields)))


def transfer_row(row: Transfer) -> dict[str, Any]:
    """An attempt to transfer a call: to whom, and what became of it."""
    return {
        "id": str(row.pk),
        "resource": row.resource.code if row.resource else None,
        "to": row.name,
        "phone": row.phone,
        "kind": row.kind,
        "consent": row.consent,
        "status": row.status,
        "note": row.note,
        "offered_at": rfc3339(row.offered_at),
        "offered_by": row.offered_by_name,
        "taken_by": row.taken_by,
        "settled_at": rfc3339(row.settled_at) if row.settled_at else None,
        "settled_by": row.settled_by_name,
        "settled_note": row.settled_note,
    }
