"""Which timers process leads: the one that holds an advisory lock of the database, and goes on saying so.

The lock is its connection's, so a process that ends gives it up. One that is frozen (stopped, swapped out, cut off by a
network that does not say so) keeps it: when it has said nothing for a while, a spare has the database end that
connection. Who wakes up then finds it gone, its transaction undone, and is a spare.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection

from hearteam.advisory_locks import AdvisoryLock

SAYS: Final = "leader"
"""The row of `TimersWatch` that is the leader's word, by the database's clock; "timers" is about the work it did."""

FROZEN_AFTER: Final = timedelta(seconds=15)
"""Far longer than between two words of a leader at work, and soon enough for a crew to be sent all the while."""

SAID_EVERY_S: Final = 2.0


@dataclass(slots=True)
class _Word:
    """When this process said so last, by its own clock."""

    at: float = -math.inf


_word = _Word()
_HELD: Final = (
    " locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def leads() -> bool:
    """Whether this process leads, now that it asks; if so it has said so, if not it has looked whether anybody does."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE {_HELD} AND pid = pg_backend_pid())"  # noqa: S608
            " OR pg_try_advisory_lock(%s)",
            [AdvisoryLock.TIMERS_LEADER, AdvisoryLock.TIMERS_LEADER],
        )
        if cursor.fetchone()[0]:
            say_so()
            return True
        cursor.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {_HELD} AND EXISTS"  # noqa: S608
            " (SELECT 1 FROM dispatch_timerswatch WHERE name = %s AND at < now() - make_interval(secs => %s))",
            [AdvisoryLock.TIMERS_LEADER, SAYS, FROZEN_AFTER.total_seconds()],
        )
        return False


def say_so() -> None:
    """The leader's word, between two pieces of work: one statement every other second."""
    if time.monotonic() - _word.at < SAID_EVERY_S:
        return
    _word.at = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatch_timerswatch (name, at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [SAYS],
        )
