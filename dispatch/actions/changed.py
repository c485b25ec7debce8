"""Saving a call: every change advances its version, which is what a stale writer is told about."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dispatch.models import Call
from dispatch.rules import status as rules
from hearteam.events.log import rfc3339
from hearteam.problems import Conflict, Refused

AHEAD_SECONDS = 120


def call_save(call: Call, *fields: str) -> None:
    """Save these fields and the advanced version of a locked call."""
    call.version += 1
    call.save(update_fields=[*fields, "version"])


def require_open(call: Call, doing: str) -> None:
    """Raise Refused when the call has ended; `doing` ends the sentence "... cannot ..."."""
    if not call.open:
        raise Refused(f"{call.number} is {call.get_status_display().lower()}: it cannot {doing}.", version=call.version)


def require_step(call: Call, target: Call.Status) -> None:
    """Raise Refused when the table of statuses does not lead there from where the call stands."""
    refusal = rules.call_next(rules.CallStatus(call.status), rules.CallStatus(target))
    if refusal is not None:
        raise Refused(refusal.reason, rule=refusal.code.value, version=call.version)


def require_version(call: Call, version: int | None) -> None:
    """Raise Conflict when the writer has not seen the newest version."""
    if version is not None and version != call.version:
        raise Conflict(
            f"{call.number} was changed meanwhile (version {call.version}, you had {version}).", version=call.version
        )


def moment(occurred_at: datetime | None, *, unsure: bool = False, since: datetime | None = None) -> datetime:
    """When it happened: now, or the given time, which may not lie in the future (beyond a clock's error).

    `unsure`: the time of a tablet that had not heard the server's clock; it is taken within `since` .. now.
    """
    now = timezone.now()
    if occurred_at is None:
        return now
    if unsure:
        return max(min(occurred_at, now), since or occurred_at)
    if (occurred_at - now).total_seconds() > AHEAD_SECONDS:
        raise Refused("The time given lies in the future: check the device's clock.", server_time=rfc3339(now))
    return min(occurred_at, now)
