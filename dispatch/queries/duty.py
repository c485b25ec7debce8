"""Whether a unit is on duty: only then may anybody know where it is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from dispatch.models import Alert, Assignment
from dispatch.rules.timers import AlertKind
from hearteam.prepared import Parameter
from partners.models import Unit
from partners.queries.roster import shifts_of


def on_duty(at: datetime) -> Q:
    """Of units: those on a shift at that moment, out on a call, with an emergency open, or there for one call only."""
    return Q(Exists(shifts_of(OuterRef("pk"), at))) | _called_on(at)


def on_duty_now(now: datetime | Parameter) -> Q:
    """The same; who has signed off is not on duty, unless they are still out."""
    return (Q(Exists(shifts_of(OuterRef("pk"), now))) & ~Q(status=Unit.Status.OFF)) | _called_on(now)


def _called_on(at: datetime | Parameter) -> Q:
    still = Q(cleared_at__isnull=True) | Q(cleared_at__gt=at)
    out = Assignment.objects.filter(still, unit=OuterRef("pk"), dispatched_at__lte=at)
    emergency = Alert.objects.filter(still, unit=OuterRef("pk"), kind=AlertKind.EMERGENCY, raised_at__lte=at)
    return Q(temporary=True) | Q(Exists(out)) | Q(Exists(emergency))
