"""Telling the board that a shift began or ended.

Who is on shift is the partners' data; that time passed is ours to say.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from dispatch.actions.transaction import action
from hearteam.events import types
from partners.access import Actor
from partners.models import Shift

TIMERS = Actor.system("timers")


def shift_boundaries_announce(now: datetime) -> int:
    """Emit one event for each shift that began or ended and was not announced yet. Returns how many."""
    begun = Q(announced_start=False, starts_at__lte=now)
    ended = Q(announced_end=False, ends_at__isnull=False, ends_at__lte=now)
    if not Shift.objects.filter(begun | ended).exists():
        return 0
    with action(TIMERS) as work:
        due = Shift.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(begun | ended)
        shifts = list(due.select_related("unit").order_by("unit_id", "pk"))
        for shift in shifts:
            over = shift.ends_at is not None and shift.ends_at <= now
            shift.announced_start, shift.announced_end = True, over
            shift.save(update_fields=["announced_start", "announced_end"])
            work.emit(types.RosterChanged(reason="shift ended" if over else "shift began"), unit=shift.unit)
        return len(shifts)
