"""Another set of time limits. What is already due keeps its time; what is set from now on goes by the new ones."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from dispatch.actions.transaction import action
from dispatch.models import TimerLimits
from dispatch.queries import access
from dispatch.queries.timers import limits_forget, newest_limits
from dispatch.rules import timer_limits
from hearteam.events import types
from hearteam.problems import Conflict, Refused
from partners.access import Actor, Permission


def timer_limits_set(*, by: Actor, limits: TimerLimits, seen: int | None) -> TimerLimits:
    """Put these limits in force and tell every screen what changed.

    `limits` is an unsaved row with its limits and the reason; `seen` the row they were made from (None: the defaults).
    Raises Refused outside the ranges or without a change or a reason, Conflict when somebody else set others
    meanwhile, NotAllowed to others than supervisors.
    """
    access.require(by, Permission.ROSTER_CHANGE, "change the time limits")
    values, reason = limits.values(), limits.reason.strip()
    wrong = timer_limits.problems(values)
    if wrong:
        raise Refused("; ".join(text for texts in wrong.values() for text in texts), errors=wrong)
    if not reason:
        raise Refused("Say why the limits are changed.", errors={"reason": ["Say why."]})
    with action(by) as work:
        before = newest_limits()
        if (before.pk if before else None) != seen:
            raise Conflict("The limits were changed meanwhile: look at them again.")
        old = before.values() if before else dict(timer_limits.DEFAULTS)
        changed = [name for name, value in values.items() if value != old[name]]
        if not changed:
            raise Refused("No limit was changed.")
        limits.replaces, limits.at, limits.reason = before, timezone.now(), reason
        limits.by_id, limits.by_name = by.user_id, by.name
        _save(limits)
        work.emit(
            types.TimerLimitsChanged(
                before={name: old[name] for name in changed},
                after={name: values[name] for name in changed},
                reason=reason,
            )
        )
        transaction.on_commit(limits_forget)
    return limits


def _save(limits: TimerLimits) -> None:
    try:
        with transaction.atomic():
            limits.save(force_insert=True)
    except IntegrityError as error:  # two supervisors at the same moment: one row follows another
        raise Conflict("The limits were changed meanwhile: look at them again.") from error
    limits_forget()
