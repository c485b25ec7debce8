"""Which plan PostgreSQL makes for each statement of a deed, how many pages it touches, which tables it reads whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from django.db import connection

GROWING = (
    "dispatch_call", "dispatch_callcontact", "dispatch_note", "dispatch_assignment", "dispatch_responseslot",
    "dispatch_alert", "dispatch_deadline", "dispatch_decision", "dispatch_triageanswers", "dispatch_recommendation",
    "dispatch_callintervention", "events_event", "events_eventaudience",
)  # fmt: skip
READING = ("SELECT", "WITH", "EXECUTE")
SMALL_PAGES = 32
MOSTLY = 0.5


@dataclass(slots=True)
class Plans:
    """Explains every reading statement of a deed just before it runs."""

    deeds: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    @contextmanager
    def explaining(self, name: str) -> Iterator[None]:
        found = self.deeds.setdefault(name, [])

        def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            words = sql.lstrip(" (").split(None, 1)
            if not many and words and words[0].upper() in READING:
                found.append(explained(sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explain):
            yield

    def pages(self, name: str) -> int:
        return sum(
            plan["Plan"].get("Shared Hit Blocks", 0) + plan["Plan"].get("Shared Read Blocks", 0)
            for _, plan in self.deeds[name]
        )

    def scans(self, name: str) -> list[str]:
        """Growing tables that a plan reads from end to end, other than for being small."""
        large = _rows_of_large_tables()
        found = {
            node["Relation Name"]
            for _, plan in self.deeds[name]
            for node in nodes(plan["Plan"])
            if node["Node Type"] == "Seq Scan" and _rows_read(node) >= MOSTLY * large.get(node["Relation Name"], inf)
        }
        return sorted(found)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, plans in self.deeds.items():
            text = json.dumps([{"statement": sql, **plan} for sql, plan in plans], indent=1)
            (folder / f"{name.replace(' ', '-').replace(',', '')}.json").write_text(text)


def _rows_of_large_tables() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s) AND relpages > %s",
            [list(GROWING), SMALL_PAGES],
        )
        return dict(cursor.fetchall())


def _rows_read(node: dict[str, Any]) -> float:
    """By a scan; a statement that was not run is taken at its word."""
    if "Actual Rows" not in node:
        return float(node["Plan Rows"])
    return float(node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * min(node["Actual Loops"], 1)


def explained(sql: str, params: Any) -> tuple[str, Any]:
    """The statement and its plan; run for it too, unless it writes or locks."""
    with connection.connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]
        if not any(node["Node Type"] in ("ModifyTable", "LockRows") for node in nodes(plan["Plan"])):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]
        return cursor.query.decode().split("JSON) ", 1)[1], plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)
