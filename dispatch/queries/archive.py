"""Which events may leave the table, and where those of a call went."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db.models import Min

from dispatch.models import Call
from dispatch.queries.board import open_calls
from hearteam.events.archive import last_before
from hearteam.events.models import ArchivedEvents, Event

FIRST_EVENTS = ("call_received", "call_entered_from_paper")


def archive_upto(before: datetime) -> int:
    """The newest version from before a moment with no event of an open call at or before it."""
    working = Event.objects.filter(call_id__in=open_calls().values("pk")).aggregate(v=Min("v"))["v"]
    upto = last_before(before)
    return upto if working is None else min(upto, working - 1)


def archived_part(call: Call, frames: list[dict[str, Any]]) -> list[str]:
    """The names of the files that may hold the earlier events of a call whose first is not in the table; empty when
    all are here. Where they lie is for who runs the server.
    """
    if any(frame["type"] in FIRST_EVENTS for frame in frames):
        return []
    gone = ArchivedEvents.objects.filter(deleted_at__isnull=False)
    return [PurePath(file).name for file in gone.values_list("file", flat=True)]
