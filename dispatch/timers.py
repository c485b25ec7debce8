"""The timers process: fires due times, second by second, and says what begins by the clock.

One leads (`leading.py`); spares wait to take over.

Due times are rows, so nothing is lost across restarts; each is claimed by a conditional update, so even two leaders
(a paused one that wakes up) raise nothing twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import Error, connection
from django.utils import timezone

from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.due import watch_confirm
from dispatch.actions.positions import positions_watch
from dispatch.actions.roster import shift_boundaries_announce
from dispatch.actions.rulesets import ruleset_take_effect
from dispatch.actions.silence import silence_watch
from dispatch.leading import leads, say_so
from dispatch.queries.timers import left_overdue
from hearteam.health import BEAT_EVERY_S, beat
from hearteam.observe.logs import first_line

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
AT_ONCE = 200


def run(stopped: Callable[[], bool], sleep: Callable[[float], None] = time.sleep) -> None:
    """Tick until `stopped()`. A database that is away is waited for; the process never ends by itself.

    A leader that left nothing undone that was due says so every few seconds. A spare says nothing: it watches over no
    crew.
    """
    said_at = -float("inf")
    while not stopped():
        try:
            if leads():
                began_at = timezone.now()
                tick()
                if time.monotonic() - said_at >= BEAT_EVERY_S and not left_overdue(began_at):
                    watch_confirm(began_at)
                    beat("timers")
                    said_at = time.monotonic()
        except Error as error:
            logger.warning("timers wait for the database: %s", first_line(error))
            connection.close()
        except Exception:
            logger.exception("a tick failed, it is tried again")
        sleep(TICK_SECONDS)


def tick() -> int:
    """Everything that is due now, due times before anything else. Returns how many due times fired."""
    fired = _fire_all()
    try:
        shift_boundaries_announce(timezone.now())
    except Exception:
        logger.exception("shifts could not be announced, it is tried again")
    try:
        positions_watch(timezone.now())
    except Exception:
        logger.exception("positions could not be watched, it is tried again")
    try:
        silence_watch(timezone.now())
    except Exception:
        logger.exception("silent crews could not be looked for, it is tried again")
    try:
        ruleset_take_effect()
    except Exception:
        logger.exception("a ruleset that took effect could not be announced, it is tried again")
    return fired


def _fire_all() -> int:
    fired = deadlines_fire(timezone.now(), AT_ONCE)
    while fired and fired % AT_ONCE == 0:
        say_so()
        more = deadlines_fire(timezone.now(), AT_ONCE)
        fired += more
        if not more:
            break
    return fired
