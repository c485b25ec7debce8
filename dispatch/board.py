"""The reference reducer: snapshot + events == fresh snapshot. Its twin is `static/dispatch/js/apply.js`.

Both run the cases of `tests/events/cases.json`, so a follower in either language ends with the same board.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]
Snapshot = Mapping[str, Any]
"""As `GET /api/board/` gives it: `{version, at, calls, units, alerts, presence}`."""

ENDED = frozenset({"closed", "cancelled", "merged"})
KINDS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "calls": ("id", lambda row: row.get("status") in ENDED),
    "units": ("unit", lambda row: row.get("status") == "GONE"),
    "alerts": ("id", lambda row: bool(row.get("cleared_at"))),
}
"""Kind of row -> its key, and whether a row leaves the board."""


class EventGap(ValueError):
    """An event is missing before this one: fetch the events after the snapshot's version first."""


def apply(snapshot: Snapshot, event: Mapping[str, Any]) -> Snapshot:
    """The board after one event (a frame as the API and the socket give it). Nothing given is changed.

    An event that the snapshot holds already changes nothing. Raises EventGap when one before it is missing.
    """
    version = snapshot["version"]
    if event["v"] <= version:
        return snapshot
    if event["v"] != version + 1:
        raise EventGap(f"the board is at {version}, the event is {event['v']}")
    changes = event["data"].get("changes", {})
    merged = {kind: _merge(snapshot[kind], changes.get(kind, []), *how) for kind, how in KINDS.items()}
    return {**snapshot, **merged, "version": event["v"]}


def _merge(rows: list[Row], changed: list[Row], key: str, leaves: Callable[[Row], bool]) -> list[Row]:
    """Merge the changed rows into those with the same key; a row may carry only part of the fields."""
    if not changed:
        return rows
    merged = {row[key]: row for row in rows}
    for row in changed:
        now = {**merged.get(row[key], {}), **row}
        if leaves(now):
            merged.pop(row[key], None)
        else:
            merged[row[key]] = now
    return list(merged.values())
