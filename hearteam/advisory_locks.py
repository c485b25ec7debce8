"""Every advisory lock of the database, in one place: two uses of one number would wait for each other for nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, unique

from django.db import connection


@unique
class AdvisoryLock(IntEnum):
    """Keys of PostgreSQL's advisory locks."""

    TIMERS_LEADER = 911_001
    TRAFFIC_LEADER = 911_002
    WHAT_IF = 911_003
    """With the what-if's id as the second key."""
    RULESET_LIFE = 911_004
    BACKUP = 911_010
    SLOW_TASK = 911_011
    """Of the workers' tasks that take minutes or hours one runs at a time: the other places are for messages."""


@contextmanager
def held_if_free(lock: AdvisoryLock, second: int | None = None) -> Iterator[bool]:
    """Whether nobody else holds the lock (of that second key): then this session does until the end. It goes with the
    connection, so with the process too.
    """
    keys = [int(lock)] if second is None else [int(lock), second % 2**31]
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({places})", keys)
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({places})", keys)
