"""That a responder's socket is open counts as "its tablet was seen" (invariant 12).

This is the one write of the live process, and no action: nothing of the domain happened, nobody did it, no event tells
of it, and every process repeats it for all its tablets in one statement. Actions are for what people and timers do.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from partners.models import Unit


def see(callsigns: Sequence[str]) -> None:
    """These tablets are connected now."""
    Unit.objects.filter(callsign__in=callsigns).update(tablet_seen_at=timezone.now())
