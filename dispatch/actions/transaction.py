"""One public action = one durable transaction = at least one event.

`with action(by) as work:` opens it; `work.emit(..)` collects what happened; leaving the block computes the rows of
everything that changed and writes the events as the transaction's last statements. An action that calls another
joins it.

Lock order, everywhere: call -> units by id -> (rows of the call) -> stream. `emit` comes last, so the stream's lock
is short. Rows are locked FOR NO KEY UPDATE: foreign keys are checked at commit, under the stream's lock, and a full
lock
of a row that another action only names would deadlock with it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction

from dispatch.models import Alert, Call
from dispatch.queries import board
from hearteam.events import log
from hearteam.events.rows import AlertRow, CallRow, UnitRow
from hearteam.events.types import Changes, DomainEvent
from hearteam.observe import context
from partners.access import Actor
from partners.models import Unit


@dataclass(slots=True)
class _Collected:
    event: DomainEvent
    call_id: int | None
    unit: Unit | None
    alert_id: int | None
    tablets: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows after the action, by their keys."""

    calls: dict[str, CallRow]
    units: dict[str, UnitRow]
    alerts: dict[str, AlertRow]

    def of(self, entry: _Collected) -> Changes:
        """The rows of what this event touched."""
        changed: dict[str, list[CallRow] | list[UnitRow] | list[AlertRow]] = {}
        if entry.call_id is not None:
            changed["calls"] = [self.calls[str(entry.call_id)]]
        if entry.unit is not None and entry.unit.callsign in self.units:
            changed["units"] = [self.units[entry.unit.callsign]]
        if entry.alert_id is not None:
            changed["alerts"] = [self.alerts[str(entry.alert_id)]]
        return Changes().model_copy(update=changed)


@dataclass(slots=True)
class Work:
    """What one action did so far."""

    by: Actor
    collected: list[_Collected] = field(default_factory=list)
    released: dict[int, set[str]] = field(default_factory=dict)

    def emit(
        self,
        event: DomainEvent,
        *,
        call: Call | None = None,
        unit: Unit | None = None,
        alert: Alert | None = None,
        tablets: Iterable[Unit] | None = None,
    ) -> None:
        """Remember an event. `tablets`: which units' tablets get it; by default those on the call, and `unit`'s own."""
        told = None if tablets is None else frozenset(tablet.callsign for tablet in tablets)
        self.collected.append(_Collected(event, call.pk if call else None, unit, alert.pk if alert else None, told))

    def released_unit(self, call_id: int, callsign: str) -> None:
        """The unit left the call in this action: its tablet still gets the call's events of this action."""
        self.released.setdefault(call_id, set()).add(callsign)

    def touched(self, since: int = 0) -> tuple[set[int], set[int], set[int]]:
        """Ids of the calls, units and alerts that events told of, from the one numbered `since` on."""
        told = self.collected[since:]
        return (
            {entry.call_id for entry in told if entry.call_id is not None},
            {entry.unit.pk for entry in told if entry.unit is not None},
            {entry.alert_id for entry in told if entry.alert_id is not None},
        )

    def discard(self) -> None:
        """Forget all events (their changes were rolled back)."""
        self.collected.clear()
        self.released.clear()

    def flush(self) -> None:
        """Compute the rows and the audiences, then write the events.

        1. Rows of calls and alerts: this action holds their locks.
        2. Reserve the versions: from here on no other event can come before ours.
        3. Rows of units: another action may have changed one that we only name; read now, they are never older than
           an event that is already out.
        """
        if not self.collected:
            return
        call_ids = {entry.call_id for entry in self.collected if entry.call_id is not None}
        alert_ids = {entry.alert_id for entry in self.collected if entry.alert_id is not None}
        unit_ids = {entry.unit.pk for entry in self.collected if entry.unit is not None}
        calls = {row["id"]: row for row in board.call_rows(call_ids)} if call_ids else {}
        alerts = {row["id"]: row for row in board.alert_rows(alert_ids)} if alert_ids else {}
        self._note()
        first = log.reserve(len(self.collected))
        units = {row["unit"]: row for row in board.unit_rows(unit_ids)} if unit_ids else {}
        log.write(first, [self._pending(entry, _Rows(calls, units, alerts)) for entry in self.collected])

    def _note(self) -> None:
        """What was done, for the lines of the log."""
        for entry in self.collected:
            context.note(call=entry.call_id, unit=entry.unit.callsign if entry.unit else "")

    def _pending(self, entry: _Collected, rows: _Rows) -> log.Pending:
        return log.Pending(
            event=entry.event,
            by=self.by.name,
            by_user_id=self.by.user_id,
            call_id=entry.call_id,
            unit=entry.unit.callsign if entry.unit else "",
            units=_audience(entry, rows.calls, self.released),
            changes=rows.of(entry),
        )


def _audience(entry: _Collected, calls: dict[str, CallRow], released: dict[int, set[str]]) -> tuple[str, ...]:
    """The units on the event's call, those that left it just now, and its own, as far as they are to be told."""
    callsigns: set[str] = set()
    if entry.call_id is not None:
        on_call = {row["unit"] for row in calls[str(entry.call_id)]["assignments"]}
        callsigns = on_call | released.get(entry.call_id, set())
    if entry.unit is not None:
        callsigns.add(entry.unit.callsign)
    return tuple(sorted(callsigns if entry.tablets is None else callsigns & entry.tablets))


_current: ContextVar[Work | None] = ContextVar("current_work", default=None)


@contextmanager
def action(by: Actor) -> Iterator[Work]:
    """The unit of work of an action; joins the one already open."""
    current = _current.get()
    if current is not None:
        yield current
        return
    work = Work(by=by)
    token = _current.set(work)
    try:
        with transaction.atomic(durable=True):
            yield work
            work.flush()
    finally:
        _current.reset(token)
