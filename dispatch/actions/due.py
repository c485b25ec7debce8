"""Setting and cancelling due times. No events: a due time is only visible through what it raises, or in a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, Deadline, TimersWatch
from dispatch.rules.timers import DeadlineKind
from partners.models import Unit


def deadline_set(
    kind: DeadlineKind,
    due_at: datetime | None,
    *,
    call: Call | None = None,
    assignment: Assignment | None = None,
    unit: Unit | None = None,
    alert: Alert | None = None,
) -> None:
    """Set the one open deadline of this kind and subject (replacing its time), or cancel it when `due_at` is None."""
    subject = {"call": call, "assignment": assignment, "unit": unit, "alert": alert}
    exactly = {f"{name}__isnull" if value is None else name: value or True for name, value in subject.items()}
    still_open = Deadline.objects.filter(kind=kind, fired_at__isnull=True, cancelled_at__isnull=True, **exactly)
    if due_at is None:
        still_open.update(cancelled_at=timezone.now())
    elif not still_open.update(due_at=due_at):
        Deadline.objects.create(kind=kind, due_at=due_at, call=call, assignment=assignment, unit=unit, alert=alert)


def watch_confirm(at: datetime) -> None:
    """The timers have worked off all that was due at this moment. While they say so, civilian crews may be sent."""
    TimersWatch.objects.update_or_create(name="timers", defaults={"at": at})


def deadlines_cancel(
    kinds: Iterable[DeadlineKind] | None = None,
    *,
    call: Call | None = None,
    assignment: Assignment | None = None,
    unit: Unit | None = None,
    alert: Alert | None = None,
) -> None:
    """Cancel the open deadlines of these kinds (of any kind by default) that hang on all of what is given."""
    rows = Deadline.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    subject = {"call": call, "assignment": assignment, "unit": unit, "alert": alert}
    rows.filter(**{name: value for name, value in subject.items() if value is not None}).update(
        cancelled_at=timezone.now()
    )
