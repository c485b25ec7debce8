"""What a board row says of a call's phone, texts and interpreter: parts of its one statement."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from dispatch.models import InterpreterUse, PhoneCall, TextMessage


def phone_rows(call: OuterRef) -> QuerySet[PhoneCall, Any]:
    """The newest announcement of a call, as a row of JSON."""
    rows = PhoneCall.objects.filter(call=call).order_by("-pk")
    return rows.values(row=JSONObject(position="position", class_of_service="class_of_service"))[:1]


def unread_texts(call: OuterRef) -> Coalesce:
    """How many texts of the caller nobody has read."""
    unread = TextMessage.objects.filter(call=call, direction="IN", read_at__isnull=True).order_by()
    return Coalesce(Subquery(unread.values("call").annotate(count=Count("pk")).values("count")), 0)


def interpreter_rows(call: OuterRef) -> QuerySet[InterpreterUse, Any]:
    """The interpreter asked for or on the line, as a row of JSON."""
    rows = InterpreterUse.objects.filter(call=call, ended_at__isnull=True)
    return rows.values(row=JSONObject(**{name: name for name in ("language", "whose", "joined_at", "requested_at")}))[
        :1
    ]
