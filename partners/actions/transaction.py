"""One change of the roster = one durable transaction = one `roster_changed` event for each unit it shows on.

Lock order: units by id -> stream, as in dispatch, so that a unit is never both sent and taken off the roster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction

from hearteam.events.broadcast import publish_control
from hearteam.events.log import Pending, emit
from hearteam.events.rows import UnitRow
from hearteam.events.types import Changes, RosterChanged
from hearteam.problems import NotAllowed
from partners.access import Actor, Permission
from partners.models import Unit
from partners.queries.roster import unit_roster_rows


@dataclass(slots=True)
class RosterWork:
    """What one change did so far: unit id -> why its row on the board is new."""

    by: Actor
    changed: dict[int, str] = field(default_factory=dict)
    standing: bool = False

    def units_changed(self, unit_ids: Iterable[int], reason: str) -> None:
        """Tell of these units. Of several reasons in one change the first is told."""
        for unit_id in unit_ids:
            self.changed.setdefault(unit_id, reason)

    def standing_changed(self) -> None:
        """Who may follow what is new: the live processes look at once which sockets may stay open."""
        self.standing = True

    def flush(self) -> None:
        """Write one event a unit, with its row. A changed crew changes who may follow that unit."""
        if self.changed:
            lock_units(self.changed)
            emit([self._pending(pk, row) for pk, row in unit_roster_rows(sorted(self.changed))])
        if self.changed or self.standing:
            transaction.on_commit(lambda: publish_control({"kind": "standing_changed"}), robust=True)

    def _pending(self, pk: int, row: UnitRow) -> Pending:
        return Pending(
            event=RosterChanged(reason=self.changed[pk]),
            by=self.by.name,
            by_user_id=self.by.user_id,
            unit=row["unit"],
            units=(row["unit"],),
            changes=Changes(units=[row]),
        )


def lock_units(unit_ids: Iterable[int]) -> None:
    """Lock units in the order of their ids until the transaction ends."""
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=list(unit_ids)).order_by("pk").values_list("pk"))


_current: ContextVar[RosterWork | None] = ContextVar("current_roster_work", default=None)


@contextmanager
def roster_action(by: Actor) -> Iterator[RosterWork]:
    """The transaction of a change; joins the one already open (a page that saves a team with its hours is one change).

    Its events are written as its last statements. Raises NotAllowed.
    """
    if not by.may(Permission.ROSTER_CHANGE):
        raise NotAllowed("You may not change the roster.")
    current = _current.get()
    if current is not None:
        yield current
        return
    work = RosterWork(by=by)
    token = _current.set(work)
    try:
        with transaction.atomic(durable=True):
            yield work
            work.flush()
    finally:
        _current.reset(token)
