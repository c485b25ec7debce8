"""Who sits where, what is open there, what they would hand over, and which workstations nobody is at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dispatch.models import Alert, Call, Handover, Position, Transfer
from dispatch.queries import board
from hearteam.events.log import rfc3339
from hearteam.problems import NotFound
from partners.access import Actor

UNATTENDED_AFTER = timedelta(seconds=60)
"""How long a console's socket may be gone before its position counts as left."""

UNANSWERED_AFTER = timedelta(minutes=2)
"""How long a colleague has to answer a hand-over before the supervisor is told."""

OPEN_CALLS = Coalesce(
    Subquery(
        Call.objects.exclude(status__in=Call.ENDED)
        .filter(position=OuterRef("pk"))
        .order_by()
        .values("position")
        .annotate(n=Count("pk"))
        .values("n")
    ),
    0,
)
"""Of the open calls only: a position's calls of all the years are many."""


def position_of(by: Actor) -> Position | None:
    """The position that this person holds; None for who sits at none. One statement; none for programs."""
    return Position.objects.filter(holder_id=by.user_id).first() if by.user_id is not None else None


def attended(position: Position, now: datetime) -> bool:
    """Whether somebody holds it whose console was connected within the last minute."""
    return position.holder_id is not None and position.seen_at is not None and position.seen_at > now - UNATTENDED_AFTER


def position_rows() -> list[dict[str, Any]]:
    """Every position that somebody holds or that has open calls, by name. One statement."""
    now = timezone.now()
    rows = Position.objects.select_related("holder", "open_call").annotate(open_calls=OPEN_CALLS)
    return [
        {
            "name": row.name,
            "holder": row.holder.get_username() if row.holder else None,
            "attended": attended(row, now),
            "claimed_at": rfc3339(row.claimed_at) if row.claimed_at and row.holder_id else None,
            "open_call": str(row.open_call_id) if row.open_call_id and row.holder_id else None,
            "open_call_number": row.open_call.number if row.open_call and row.holder_id else None,
            "calls": row.open_calls,
        }
        for row in rows.filter(Q(holder__isnull=False) | Q(open_calls__gt=0)).order_by("name")
    ]


def handover_row(handover: Handover) -> dict[str, Any]:
    """A hand-over with the numbers of its calls."""
    return {
        "id": str(handover.pk),
        "position": handover.position.name,
        "from": handover.from_user.get_username(),
        "to": handover.to_user.get_username(),
        "note": handover.note,
        "calls": [{"id": str(call.pk), "number": call.number} for call in handover.calls.order_by("pk")],
        "offered_at": rfc3339(handover.offered_at),
        "answer": handover.answer or None,
        "answered_at": rfc3339(handover.answered_at) if handover.answered_at else None,
    }


def unanswered_handovers() -> QuerySet[Handover]:
    """The hand-overs that wait for an answer."""
    return Handover.objects.filter(answer="").select_related("position", "from_user", "to_user")


def handover_rows(by: Actor) -> list[dict[str, Any]]:
    """The unanswered hand-overs from or to this person, oldest first."""
    mine = unanswered_handovers().filter(Q(to_user_id=by.user_id) | Q(from_user_id=by.user_id))
    return [handover_row(row) for row in mine.order_by("pk")]


def handover_for(by: Actor, handover_id: str | int) -> Handover:
    """The hand-over by id, for those who gave or get it. Raises NotFound."""
    text = str(handover_id)
    rows = Handover.objects.select_related("position", "from_user", "to_user")
    known = rows.filter(Q(to_user_id=by.user_id) | Q(from_user_id=by.user_id))
    found = known.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 19 else None
    if found is None:
        raise NotFound("There is no such hand-over of yours.")
    return found


def open_calls_of(position: Position) -> QuerySet[Call]:
    """What is worked there and has not ended."""
    return Call.objects.filter(position=position).exclude(status__in=Call.ENDED)


def shift_end(by: Actor) -> dict[str, Any]:
    """What this person leaves behind: `position`, its open `calls`, their `alerts` that nobody has seen, `callbacks`,
    `transfers` not settled, and the `colleagues` at work.
    """
    position = position_of(by)
    calls = list(open_calls_of(position)) if position is not None else []
    unseen = Alert.objects.filter(call__in=calls, cleared_at__isnull=True, acknowledged_at__isnull=True)
    offered = Transfer.objects.filter(call__in=calls, status=Transfer.Status.OFFERED).select_related("call")
    return {
        "position": position.name if position is not None else None,
        "calls": board.call_rows([call.pk for call in calls]),
        "alerts": board.alert_rows([alert.pk for alert in unseen]),
        "callbacks": [
            {"call": str(call.pk), "number": call.number, "at": rfc3339(call.callback_at)}
            for call in calls
            if call.callback_at is not None
        ],
        "transfers": [
            {"call": str(row.call_id), "number": row.call.number, "to": row.name, "offered_at": rfc3339(row.offered_at)}
            for row in offered
        ],
        "colleagues": [
            {"username": row["holder"], "position": row["name"]}
            for row in position_rows()
            if row["holder"] is not None and row["attended"] and row["holder"] != by.name
        ],
    }


def unattended(now: datetime) -> dict[str, str]:
    """Position -> what to say of it, for each that has open calls and nobody at it."""
    gone = Q(seen_at__lt=now - UNATTENDED_AFTER) | Q(seen_at__isnull=True)
    rows = Position.objects.filter(gone).annotate(open_calls=OPEN_CALLS).filter(open_calls__gt=0).order_by("name")
    return {row.name: f"{row.name} ({row.open_calls} call{'s' if row.open_calls > 1 else ''})" for row in rows}


def unanswered(now: datetime) -> dict[str, str]:
    """Position -> whom its calls were offered to, for each hand-over that waits too long."""
    rows = unanswered_handovers().filter(offered_at__lt=now - UNANSWERED_AFTER).order_by("pk")
    return {row.position.name: f"{row.position.name} to {row.to_user.get_username()}" for row in rows}
