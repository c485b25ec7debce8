"""Which civilian crews out on calls gave which signs of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from dispatch.models import Assignment
from dispatch.queries.timers import limits_in_force
from dispatch.rules.silence import Signs, silent_since
from partners.models import Agency, ChannelCheck


def crews_out() -> QuerySet[Assignment]:
    """Active assignments of crews who are watched: civilians with a device of their own. One statement.

    Police, fire and EMS are watched by their own radio; a crew reached by phone has no device, its welfare checks are
    asked by phone; a replayed call's crews are recorded ones.
    """
    checks = ChannelCheck.objects.filter(unit=OuterRef("unit")).values("unit").annotate(at=Max("at")).values("at")
    out = Assignment.objects.filter(cleared_at__isnull=True, call__pace=1, unit__temporary=False)
    return out.filter(unit__team__agency__kind=Agency.Kind.CIVILIAN).annotate(
        checked_at=Subquery(checks), tablet_at=F("unit__tablet_seen_at"), position_at=F("unit__fix_at")
    )


def changed_crews(now: datetime) -> Iterator[Assignment]:
    """Those who fell silent, or are heard again, and do not stand so yet."""
    for row in crews_out():
        if (silent_now(row, now) is None) != (row.silent_since is None):
            yield row


def silent_now(row: Assignment, now: datetime) -> datetime | None:
    """Since when this assignment of `crews_out` is silent; None while its crew is heard from."""
    annotated = vars(row)
    answers = (row.acknowledged_at, row.order_acknowledged_at, row.welfare_ok_at, row.status_since)
    voice = [at for at in (annotated["checked_at"], row.heard_by_voice_at) if at is not None]
    signs = Signs(
        sent_at=row.dispatched_at,
        tablet_at=annotated["tablet_at"],
        position_at=annotated["position_at"],
        answered_at=max(at for at in answers if at is not None),
        voice_at=max(voice, default=None),
    )
    return silent_since(signs, now, limits_in_force())
