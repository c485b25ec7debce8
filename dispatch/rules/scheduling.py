"""Which calls may be worked at a later time, and how that time is typed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.rules.status import Refusal, RefusalCode

GRAVE_TIERS: Final = (1, 2)
MOST_GRAVE: Final = 1
MOST_GRAVE_UNTRIAGED: Final = 2
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)(\+1)?")
_MINUTES: Final = re.compile(r"(\d{1,4})M", re.IGNORECASE)
LONGEST: Final = timedelta(days=2)


def schedule_allowed(
    *, units: int, tier: int | None, priority: int, needs_triage: bool, danger_stands: bool
) -> Refusal | None:
    """Whether a call may wait for a later time; None when it may. Nobody overrules this: a hold is for exceptions.

    Refused: units on it, tier 1 or 2, police waited for or danger known, P1; not triaged: what asks triage, P2.
    """
    if units:
        return Refusal(RefusalCode.ON_A_CALL, "Units are on it: clear them first.")
    if tier in GRAVE_TIERS:
        return Refusal(RefusalCode.SAFETY, f"A tier {tier} call is not scheduled away.")
    if danger_stands:
        return Refusal(RefusalCode.SAFETY, "Police are waited for or the scene is not safe: it is not scheduled away.")
    if tier is None and needs_triage:
        return Refusal(RefusalCode.NEEDS_TRIAGE, "Triage the call first: nobody knows yet whether it can wait.")
    if priority <= (MOST_GRAVE if tier is not None else MOST_GRAVE_UNTRIAGED):
        return Refusal(RefusalCode.SAFETY, f"A P{priority} call is not scheduled away.")
    return None


def time_of(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The time meant by "14:30" or "1430" (the next one there is), "14:30+1" (tomorrow) or "90M"; None for others.

    Clock times are the center's. One that the clocks skip in spring is the hour after.
    """
    text = text.strip()
    minutes = _MINUTES.fullmatch(text)
    if minutes is not None:
        return now + timedelta(minutes=int(minutes[1])) if int(minutes[1]) else None
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return None
    local = now.astimezone(zone)
    at = local.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0, fold=0)
    if clock[3] or at.timestamp() <= now.timestamp():
        at += timedelta(days=1)
    return datetime.fromtimestamp(at.timestamp(), tz=now.tzinfo)
