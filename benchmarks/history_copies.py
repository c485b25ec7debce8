"""Makes a generated past ten times as long by copying it within the database, which takes a fifth of the time.

The copies lie before the original: ids, versions, times and call numbers are moved, rows and indexes are as large and
as many as if they had been generated. What stands inside the events' JSON is the original's: good for measuring reads,
nothing else. `benchmarks/history.py` uses it on a past that was generated with room below its ids (`make_room`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from dispatch.replay.history.stories import TABLES

ROOM_OF_IDS = 100_000_000
IDS_A_COPY = 10_000_000
ROOM_OF_VERSIONS = 20_000_000
MOST_COPIES = 9


def make_room() -> None:
    """Before anything is generated: its ids and versions will begin high."""
    with connection.cursor() as cursor:
        for model in TABLES:
            table = apps.get_model(model)._meta.db_table
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, ROOM_OF_IDS])
        cursor.execute("UPDATE events_stream SET version = %s", [ROOM_OF_VERSIONS])


def copy_before(copies: int, span: timedelta) -> None:
    """Put so many copies before the generated past, each `span` earlier than the one after it. A transaction each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(v), max(v) - min(v) + 1 FROM events_event WHERE v > %s", [ROOM_OF_VERSIONS])
        first, count = cursor.fetchone()
    for number in range(1, copies + 1):
        with transaction.atomic(), connection.cursor() as cursor:
            _unhindered(cursor)
            for model in TABLES:
                cursor.execute(_copied(apps.get_model(model), number), {"back": span * number})
            cursor.execute(EVENTS, {"first": first, "count": count, "number": number, "back": span * number,
                                    "ids": IDS_A_COPY * number})  # fmt: skip
            cursor.execute(AUDIENCE, {"first": first, "count": count, "number": number, "last": number == copies})
    with transaction.atomic(), connection.cursor() as cursor:
        _unhindered(cursor)
        cursor.execute(JOIN_ORIGINAL, {"first": first, "count": count})


def _unhindered(cursor: Any) -> None:
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL session_replication_role = replica")


def _copied(model: type[models.Model], number: int) -> str:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_moved(field, number) for field in fields)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE id > {ROOM_OF_IDS}'


def _moved(field: models.Field, number: int) -> str:
    column = f'"{field.column}"'
    related = field.related_model._meta.label_lower if field.related_model else ""
    if field.primary_key or related in TABLES:
        return f"{column} - {IDS_A_COPY * number}"
    if isinstance(field, models.DateTimeField):
        return f"{column} - %(back)s"
    if field.column == "number":
        return f"lpad((left({column}, 2)::int - {number})::text, 2, '0') || substr({column}, 3)"
    return column


EVENTS = """
INSERT INTO events_event (v, type, at, by, by_user_id, call_id, unit, data)
SELECT v - %(count)s * %(number)s, type, at - %(back)s, by, by_user_id, call_id - %(ids)s, unit, data
FROM events_event WHERE v >= %(first)s AND v < %(first)s + %(count)s
"""

AUDIENCE = """
INSERT INTO events_eventaudience (v, unit, prev)
SELECT a.v - %(count)s * %(number)s, a.unit, CASE
    WHEN a.prev >= %(first)s THEN a.prev - %(count)s * %(number)s
    WHEN %(last)s THEN 0 ELSE newest.v - %(count)s * (%(number)s + 1) END
FROM events_eventaudience a
JOIN (
    SELECT unit, max(v) AS v FROM events_eventaudience WHERE v < %(first)s + %(count)s GROUP BY unit
) newest USING (unit)
WHERE a.v >= %(first)s AND a.v < %(first)s + %(count)s
"""

JOIN_ORIGINAL = """
UPDATE events_eventaudience a SET prev = newest.v - %(count)s
FROM (SELECT unit, max(v) AS v FROM events_eventaudience WHERE v < %(first)s + %(count)s GROUP BY unit) newest
WHERE a.unit = newest.unit AND a.v >= %(first)s AND a.v < %(first)s + %(count)s AND a.prev < %(first)s
"""
