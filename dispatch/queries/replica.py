"""Reads of what is past, from a copy of the database that follows it (`DATABASE_REPLICA_URL`).

Reports and the search through old calls go there, so that they never slow a command. Nothing that a command decides by
is read there: outside of `from_replica` every read and every write is the primary's.

A copy that does not answer, or that is more than `DATABASE_REPLICA_LAG_S` behind, is passed over for a while. How far
it is behind is told by the timers' sign of life as it stands in the copy; where no timers run, the copy is not used.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import Error, connections

from hearteam.observe.logs import first_line

logger = logging.getLogger(__name__)

T = TypeVar("T")
REPLICA: Final = "replica"
PRIMARY: Final = "default"
ASKED_AGAIN_AFTER_S: Final = 2.0
PASSED_OVER_S: Final = 10.0

_from_replica: ContextVar[bool] = ContextVar("from_replica", default=False)


@dataclass(slots=True)
class _Known:
    """What this process last found out, and until when (its own clock) it goes by that."""

    fit: bool = False
    until: float = 0.0


_known = _Known()


class Router:
    """Django's: which database a query goes to."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The copy inside of `from_replica`, else the primary."""
        return REPLICA if _from_replica.get() else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The primary, also for a row that was read from the copy."""
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """They are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The copy gets its tables by following."""
        return db == PRIMARY


def from_replica(read: Callable[[], T]) -> T:
    """What `read` gives: from the copy if it is fit, else, or when it fails there, from the primary.

    `read` writes nothing, returns rows rather than querysets, and may be called twice.
    """
    if REPLICA not in settings.DATABASES or not _is_fit():
        return read()
    token = _from_replica.set(True)
    try:
        return read()
    except Error as error:
        _pass_over(error)
    finally:
        _from_replica.reset(token)
    return read()


def _is_fit() -> bool:
    now = time.monotonic()
    if now < _known.until:
        return _known.fit
    try:
        lag = _seconds_behind()
    except Error as error:
        _pass_over(error)
        return False
    _known.fit = lag is not None and lag <= settings.DATABASE_REPLICA_LAG_S
    _known.until = now + (ASKED_AGAIN_AFTER_S if _known.fit else PASSED_OVER_S)
    if not _known.fit:
        logger.warning("the replica is %s behind: the primary is read", "?" if lag is None else f"{lag:.0f} s")
    return _known.fit


def _seconds_behind() -> float | None:
    """How old the newest sign of life is that has reached the copy; None where there is none."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - max(at)) FROM dispatch_timerswatch")
        [seconds] = cursor.fetchone()
    return None if seconds is None else float(seconds)


def _pass_over(error: Error) -> None:
    """A connection that failed is closed: the next question makes a new one."""
    logger.warning("the replica does not answer, the primary is read: %s", first_line(error))
    _known.fit, _known.until = False, time.monotonic() + PASSED_OVER_S
    try:
        connections[REPLICA].close()
    except Error:
        pass
