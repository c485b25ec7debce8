"""Writing and reading the log. `emit` is an action's last statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hearteam.events.broadcast import publish_events
from hearteam.events.models import Event, EventAudience, Stream
from hearteam.events.types import Changes, DomainEvent
from hearteam.observe import metrics
from hearteam.prepared import PreparedText

BOARD = "board"
FEW = 3
RESTART_LEAP = 100_000_000
"""More versions than can have been lost between a backup and its restore: two months of 20 events a second."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An event waiting for its version.

    `units` are the call signs whose tablets receive it; `changes` the rows it changed.
    """

    event: DomainEvent
    by: str
    by_user_id: int | None = None
    call_id: int | None = None
    unit: str = ""
    units: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)


def rfc3339(moment: datetime) -> str:
    """Aware datetime -> `2026-10-14T22:41:07.123456Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def frame_of(event: Event) -> dict[str, Any]:
    """The event as clients get it, from the API and from the socket alike."""
    frame: dict[str, Any] = {"v": event.v, "type": event.type, "at": rfc3339(event.at), "by": event.by}
    if event.call_id is not None:
        frame["call"] = str(event.call_id)
    if event.unit:
        frame["unit"] = event.unit
    frame["data"] = event.data
    return frame


def encode(frame: dict[str, Any]) -> str:
    """Compact JSON, encoded once for all followers."""
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False)


def emit(pending: Sequence[Pending]) -> list[Event]:
    """Append events whose rows are known already; `reserve` and `write` in one."""
    return write(reserve(len(pending)), pending) if pending else []


def reserve(count: int) -> int:
    """Advance the stream by `count` and return the first of the new versions.

    The row's lock is held until commit, which makes versions gapless and in commit order. Whatever is read after this
    is as new as every event before: rows read now cannot be older than an event that is already out.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("events are written in the transaction of the change they tell of")
    rows = _advance.rows(count, BOARD)
    if not rows:
        raise RuntimeError("the event stream's row is missing: run migrate")
    return int(rows[0][0]) - count + 1


_advance = PreparedText("UPDATE events_stream SET version = version + %s WHERE name = %s RETURNING version")


def write(first: int, pending: Sequence[Pending]) -> list[Event]:
    """Insert the events under their reserved versions and publish them after commit.

    Each tablet's row says which event it got before, read under the stream's lock, hence exact. A publication that is
    lost is found by the live processes' own look at the head.
    """
    now = timezone.now()
    events = [_row(entry, first + offset, now) for offset, entry in enumerate(pending)]
    _insert(events)
    prevs = _write_audience(events, pending)
    messages = [(event.v, encode(frame_of(event)), prevs[event.v]) for event in events]
    transaction.on_commit(lambda: _committed(events, messages), robust=True)
    return events


def _committed(events: Sequence[Event], messages: Sequence[tuple[int, str, dict[str, int]]]) -> None:
    publish_events(messages)
    metrics.publish_seconds.observe((timezone.now() - events[0].at).total_seconds())
    for event in events:
        metrics.events.labels(event.type).inc()


def _insert(rows: Sequence[Event] | Sequence[EventAudience]) -> None:
    """One statement; the few rows of most actions by one that is kept, a row at a time."""
    if len(rows) > FEW:
        type(rows[0])._default_manager.bulk_create(rows)  # type: ignore[arg-type]
        return
    for row in rows:
        row.save(force_insert=True)


def _row(entry: Pending, v: int, now: datetime) -> Event:
    data = entry.event.model_dump(mode="json")
    data["changes"] = entry.changes.model_dump(mode="json", exclude_unset=True)
    return Event(
        v=v,
        type=entry.event.type,
        at=now,
        by=entry.by,
        by_user_id=entry.by_user_id,
        call_id=entry.call_id,
        unit=entry.unit,
        data=data,
    )


def _write_audience(events: Sequence[Event], pending: Sequence[Pending]) -> dict[int, dict[str, int]]:
    """Insert the audience rows; returns event version -> {call sign: that unit's previous version}."""
    prevs: dict[int, dict[str, int]] = {event.v: {} for event in events}
    units = sorted({unit for entry in pending for unit in entry.units})
    if not units:
        return prevs
    heads = unit_heads(units)
    rows = []
    for event, entry in zip(events, pending, strict=True):
        for unit in sorted(set(entry.units)):
            prevs[event.v][unit] = heads[unit]
            rows.append(EventAudience(event=event, unit=unit, prev=heads[unit]))
            heads[unit] = event.v
    _insert(rows)
    return prevs


def head() -> int:
    """The newest committed version (0 when nothing happened yet)."""
    return Stream.objects.values_list("version", flat=True).get(name=BOARD)


def floor() -> int:
    """The version below which no follower goes on event by event: events before it are archived, or another history."""
    return Stream.objects.values_list("floor", flat=True).get(name=BOARD)


def ends() -> tuple[int, int]:
    """The newest version and the floor, in one statement."""
    return Stream.objects.values_list("version", "floor").get(name=BOARD)


def raise_floor(v: int) -> None:
    """From now on a follower that knows less than `v` fetches a snapshot."""
    Stream.objects.filter(name=BOARD, floor__lt=v).update(floor=v)


def leap() -> int:
    """Go on at a version that no client of another history can hold, and raise the floor to it. Returns it.

    After a backup was restored, clients may know versions that were lost with the old database.
    """
    v = reserve(RESTART_LEAP) + RESTART_LEAP - 1
    raise_floor(v)
    return v


def unit_heads(units: Iterable[str]) -> dict[str, int]:
    """Per call sign, the newest version its tablet receives, or the floor when there is none above it."""
    return dict(_unit_heads.rows(list(units), BOARD))


_unit_heads = PreparedText(
    "SELECT u, GREATEST((SELECT max(a.v) FROM events_eventaudience a WHERE a.unit = u), s.floor)"
    " FROM unnest(%s::text[]) u, events_stream s WHERE s.name = %s"
)


def events_after(v: int, limit: int) -> list[dict[str, Any]]:
    """Frames with version > `v`, oldest first, at most `limit`."""
    return [frame_of(event) for event in Event.objects.filter(v__gt=v).order_by("v")[:limit]]


def oldest() -> int:
    """The oldest version still stored (0 when none)."""
    return Event.objects.order_by("v").values_list("v", flat=True).first() or 0
