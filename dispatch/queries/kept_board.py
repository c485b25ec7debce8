"""The board as JSON, kept by each process and brought up to date by the log: a fresh read's rows without reading them.

A board with 500 calls takes a tenth of a second to read and a fraction of a millisecond to follow. What is kept is what
every follower holds: the rows of one version, and the rows that events changed since (`dispatch/board.py`). It is read
anew where no event can tell what changed: on another day (cautions end), while a shift has begun or ended that the
timers have not announced yet, after `BOARD_KEPT_SECONDS` (names edited by the administration), and when the log is not
the one it was kept from (a database restored). Presence is in no event and read each time.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, DateTimeField, Q
from django.utils import timezone

from dispatch.board import KINDS
from dispatch.queries import board
from hearteam.events.log import rfc3339
from hearteam.events.models import Event
from hearteam.prepared import Parameter, Prepared
from partners.models import Shift

MOST_EVENTS = 200
"""A board further behind than this is read anew."""

Row = Mapping[str, Any]
Entry = tuple[int, datetime, Mapping[str, Any]]
"""An event's version, time and data."""


def _call_place(row: Row) -> tuple[Any, ...]:
    """As `board.with_rows` orders calls; no priority comes last."""
    return (row["priority"] is None, row["priority"], row["received_at"], int(row["id"]))


PLACES: Mapping[str, Callable[[Row], Any]] = {
    "calls": _call_place,
    "units": lambda row: row["unit"],
    "alerts": lambda row: (row["level"], row["raised_at"], int(row["id"])),
}


def encoded(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The rows of one version. `kinds`: kind -> key -> (row, its JSON), in the board's order; `joined`: all of it."""

    version: int
    kinds: Mapping[str, Mapping[str, tuple[Row, bytes]]]
    joined: bytes

    @classmethod
    def of(cls, version: int, kinds: Mapping[str, Mapping[str, tuple[Row, bytes]]]) -> KeptRows:
        lists = (b'"%s":[%s]' % (kind.encode(), b",".join(j for _, j in rows.values())) for kind, rows in kinds.items())
        return cls(version, kinds, b",".join(lists))

    @classmethod
    def read(cls, snapshot: Mapping[str, Any]) -> KeptRows:
        """The rows of a snapshot."""
        kinds = {kind: {row[key]: (row, encoded(row)) for row in snapshot[kind]} for kind, (key, _) in KINDS.items()}
        return cls.of(snapshot["version"], kinds)

    def after(self, events: Iterable[tuple[int, Mapping[str, Any]]]) -> KeptRows:
        """The rows after these events, (version, data) of each; they follow on this version without a gap."""
        changed: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        version = self.version
        for v, data in events:
            version = v
            for kind, rows in data.get("changes", {}).items():
                self._merge(kind, rows, changed[kind])
        if version == self.version:
            return self
        return KeptRows.of(version, {kind: self._with(kind, rows) for kind, rows in changed.items()})

    def _merge(self, kind: str, rows: Sequence[Row], changed: dict[str, Any]) -> None:
        key, leaves = KINDS[kind]
        for row in rows:
            before = changed.get(row[key]) if row[key] in changed else self.kinds[kind].get(row[key], (None,))[0]
            now = {**(before or {}), **row}
            changed[row[key]] = None if leaves(now) else now

    def _with(self, kind: str, changed: Mapping[str, Row | None]) -> Mapping[str, tuple[Row, bytes]]:
        if not changed:
            return self.kinds[kind]
        rows = {key: entry for key, entry in self.kinds[kind].items() if key not in changed}
        rows |= {key: (row, encoded(row)) for key, row in changed.items() if row is not None}
        place = PLACES[kind]
        return dict(sorted(rows.items(), key=lambda item: place(item[1][0])))


@dataclass(frozen=True, slots=True)
class _Kept:
    rows: KeptRows
    head_at: datetime
    read_at: float
    day: date


_events = Prepared(
    lambda: (
        Event.objects.filter(v__gte=Parameter("v", BigIntegerField()))
        .order_by("v")
        .values_list("v", "at", "data")[: MOST_EVENTS + 1]
    )
)
_NOW = Parameter("now", DateTimeField())
_unannounced = Prepared(
    lambda: Shift.objects.filter(
        Q(announced_start=False, starts_at__lte=_NOW) | Q(announced_end=False, ends_at__isnull=False, ends_at__lte=_NOW)
    )
    .order_by()
    .values_list("pk")[:1]
)


class KeptBoard:
    """One process's board. Any thread may ask; of several that find it too old, one reads it anew."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._kept: _Kept | None = None
        self._reading = threading.Lock()

    def json(self) -> bytes:
        """`{version, at, calls, units, alerts, presence}`, equal to a fresh snapshot."""
        rows = self._rows()
        head = b'{"version":%d,"at":%s,' % (rows.version, encoded(rfc3339(timezone.now())))
        return b'%s%s,"presence":%s}' % (head, rows.joined, encoded(board.presence_rows()))

    def _rows(self) -> KeptRows:
        kept = self._kept
        is_old = kept is not None and time.monotonic() - kept.read_at >= self.seconds
        if is_old and self._reading.acquire(blocking=False):  # the others go on with what is kept meanwhile
            try:
                return self._read()
            finally:
                self._reading.release()
        return (kept and self._followed(kept)) or self._read()

    def _followed(self, kept: _Kept) -> KeptRows | None:
        """What is kept, brought up to date; None where no event tells what changed."""
        events: list[Entry] = _events.all(v=kept.rows.version)
        is_same_log = bool(events) and events[0][:2] == (kept.rows.version, kept.head_at)
        if not is_same_log or len(events) > MOST_EVENTS or kept.day != timezone.localdate():
            return None
        if _unannounced.all(now=timezone.now()):
            return None
        rows = kept.rows.after((v, data) for v, _, data in events[1:])
        self._kept = _Kept(rows, events[-1][1], kept.read_at, kept.day)
        return rows

    def _read(self) -> KeptRows:
        began, day = time.monotonic(), timezone.localdate()
        rows = KeptRows.read(board.snapshot())
        head = Event.objects.filter(v=rows.version).values_list("at", flat=True).first()
        if head is not None:
            self._kept = _Kept(rows, head, began, day)
        return rows


_kept_board = KeptBoard(settings.BOARD_KEPT_SECONDS)


def board_json() -> bytes:
    """The board of this process, as `GET /api/board/` answers it."""
    return _kept_board.json()
