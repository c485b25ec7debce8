"""Snapshots for comparing."""

from __future__ import annotations

from typing import Any

EPHEMERAL = ("at", "presence")
KEYS = {"calls": "id", "units": "unit", "alerts": "id"}


def by_key(snapshot: Any) -> dict[str, Any]:
    """Its rows by their keys, without what is not in the log."""
    kept = {name: value for name, value in snapshot.items() if name not in EPHEMERAL}
    return kept | {kind: {row[key]: row for row in snapshot[kind]} for kind, key in KEYS.items()}
