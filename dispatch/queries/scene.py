"""Whether police are part of a call's response, and so whether civilians wait for their word (invariant 14)."""

from __future__ import annotations

from dispatch.models import Call, ResponseSlot

WANTED = (ResponseSlot.Status.REQUESTED, ResponseSlot.Status.UNFILLED)


def police_in_response(call: Call) -> bool:
    """Recommended, requested or on the call."""
    if call.decision is not None and "POLICE" in call.decision.response:
        return True
    return (
        call.slots.filter(role="POLICE", status__in=WANTED).exists()
        or call.assignments.filter(role="POLICE", cleared_at__isnull=True).exists()
    )
