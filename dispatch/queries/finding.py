"""Finding calls by what a caller or a colleague can say: number, place, call-back number."""

from __future__ import annotations

from django.db.models import Q

from dispatch.models import Call, CallContact

SHORTEST = 3
DIGITS_OF_A_PHONE = 7


def calls_found(text: str, limit: int) -> list[int]:
    """Ids, the newest first. Fewer than three characters find nothing but the newest calls."""
    wanted = " ".join(text.replace("\x00", "").split())[:80]
    calls = Call.objects.all()
    if len(wanted) >= SHORTEST:
        found = Q(number__icontains=wanted) | Q(location_text__icontains=wanted)
        digits = "".join(c for c in wanted if c.isdigit())
        if len(digits) >= DIGITS_OF_A_PHONE:
            found |= Q(pk__in=CallContact.objects.filter(phone__in=[wanted, digits]).values("call_id"))
        calls = calls.filter(found)
    return list(calls.order_by("-received_at").values_list("pk", flat=True)[:limit])
