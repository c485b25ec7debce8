"""Setting and cancelling due times. No events: a due time is only visible through what it raises, or in a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField, Model, QuerySet
from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, Deadline, TimersWatch
from dispatch.rules.timers import DeadlineKind
from hearteam.prepared import AnyOf, Parameter, PreparedUpdate
from partners.models import Unit

SUBJECTS = frozenset({"call", "assignment", "unit", "alert"})


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
    subject = _ids(call=call, assignment=assignment, unit=unit, alert=alert)
    about = frozenset(subject)
    if due_at is None:
        _cancel(about, is_whole=True, of_kinds=True).run(kinds=[kind], now=timezone.now(), **subject)
    elif not _move(about).run(kinds=[kind], due_at=due_at, **subject):
        Deadline.objects.create(kind=kind, due_at=due_at, call=call, assignment=assignment, unit=unit, alert=alert)


def deadlines_set(due: Mapping[DeadlineKind, datetime], *, call: Call, assignment: Assignment) -> None:
    """As `deadline_set` for each kind of an assignment: those that are open are moved in one statement, those that are
    not are set in another.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ALL, [[str(kind) for kind in due], list(due.values()), call.pk, assignment.pk])
        moved = {kind for (kind,) in cursor.fetchall()}
    missing = {kind: at for kind, at in due.items() if str(kind) not in moved}
    if missing:
        deadlines_begin(missing, call=call, assignment=assignment)


_MOVE_ALL = """
UPDATE dispatch_deadline SET due_at = wanted.due_at
FROM unnest(%s::varchar[], %s::timestamptz[]) AS wanted (kind, due_at)
WHERE dispatch_deadline.kind = wanted.kind AND fired_at IS NULL AND cancelled_at IS NULL
AND call_id = %s AND assignment_id = %s AND unit_id IS NULL AND alert_id IS NULL RETURNING wanted.kind
"""


def deadlines_begin(due: Mapping[DeadlineKind, datetime], *, call: Call, assignment: Assignment) -> None:
    """The first due times of an assignment that was made just now, so that none of a kind can wait. One statement."""
    Deadline.objects.bulk_create(
        Deadline(kind=kind, due_at=at, call=call, assignment=assignment) for kind, at in due.items()
    )


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
    subject = _ids(call=call, assignment=assignment, unit=unit, alert=alert)
    cancel = _cancel(frozenset(subject), is_whole=False, of_kinds=kinds is not None)
    cancel.run(kinds=list(kinds or ()), now=timezone.now(), **subject)


def _ids(**subject: Model | None) -> dict[str, int]:
    return {name: row.pk for name, row in subject.items() if row is not None}


@cache
def _move(about: frozenset[str]) -> PreparedUpdate:
    return PreparedUpdate(
        lambda: _open(about, is_whole=True, of_kinds=True), due_at=Parameter("due_at", DateTimeField())
    )


@cache
def _cancel(about: frozenset[str], *, is_whole: bool, of_kinds: bool) -> PreparedUpdate:
    return PreparedUpdate(
        lambda: _open(about, is_whole=is_whole, of_kinds=of_kinds), cancelled_at=Parameter("now", DateTimeField())
    )


def _open(about: frozenset[str], *, is_whole: bool, of_kinds: bool) -> QuerySet[Deadline]:
    """Open deadlines about these subjects; about no other where they are the whole subject."""
    rows = Deadline.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True)
    if of_kinds:
        rows = rows.filter(kind=AnyOf("kinds", CharField()))
    rows = rows.filter(**{name: Parameter(name, BigIntegerField()) for name in about})
    others = SUBJECTS - about if is_whole else frozenset()
    return rows.filter(**{f"{name}__isnull": True for name in others})
