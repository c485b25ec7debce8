"""That a responder's socket is open counts as "its tablet was seen" (invariant 12); that a console's is, as somebody
being at the position.

These are the writes of the live process, and no actions: nothing of the domain happened, nobody did it, no event tells
of it, and every process repeats it for all its sockets in one statement. Actions are for what people and timers do.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from dispatch.models import Position
from partners.models import Unit


def see(callsigns: Sequence[str]) -> None:
    """These tablets are connected now."""
    Unit.objects.filter(callsign__in=callsigns).update(tablet_seen_at=timezone.now())


def see_consoles(user_ids: Sequence[int]) -> None:
    """These people's consoles are connected now."""
    Position.objects.filter(holder_id__in=user_ids).update(seen_at=timezone.now())
