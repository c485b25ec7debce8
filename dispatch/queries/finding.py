"""Finding calls by what a caller or a colleague can say: number, place, call-back number."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from dispatch.models import Call, CallContact, CallNumber
from dispatch.queries.replica import from_replica

SHORTEST = 3
DIGITS_OF_A_PHONE = 7
LONGEST_SEQUENCE = 6

RECENT = 5_000
"""Newest calls that are looked through one by one: what is common is found there, however many there were before."""


def calls_found(text: str, limit: int) -> list[int]:
    """Ids, the newest first. Fewer than three characters find nothing but the newest calls.

    The newest are looked through in the primary, so that a call of this moment is found; all others in a replica.
    A whole number, or its last part (a call's number within its year), a call-back number and words of a place are
    looked for among all calls; any other part of a number or place among the newest 5,000. A call whose number it is
    is never crowded out by newer ones that only contain it.
    """
    wanted = " ".join(text.replace("\x00", "").split())[:80]
    if len(wanted) < SHORTEST:
        return _newest(Q(), limit)
    found = _newest(_since(RECENT) & (Q(number__icontains=wanted) | Q(location_text__icontains=wanted)), limit)
    older = [Q(pk__in=_of_phone(wanted))]
    if len(found) < limit and any(c.isalpha() for c in wanted):
        older.append(Q(location_text__icontains=wanted))
    meant = Q(number__in=_numbers(wanted))
    named, *past = from_replica(lambda: [_newest(where, limit) for where in (meant, *older)])
    shown = _newest(Q(pk__in={*found, *named, *(pk for some in past for pk in some)}), limit)
    crowded_out = [pk for pk in named if pk not in shown]
    return shown[: limit - len(crowded_out)] + crowded_out


def _newest(where: Q, limit: int) -> list[int]:
    return list(Call.objects.filter(where).order_by("-received_at", "-pk").values_list("pk", flat=True)[:limit])


def _since(newest: int) -> Q:
    """From the call on that is so many calls back."""
    oldest = Call.objects.order_by("-received_at").values_list("received_at", flat=True)[newest : newest + 1]
    return Q(received_at__gte=oldest[0]) if oldest else Q()


def _numbers(wanted: str) -> Iterable[str]:
    """The call numbers that this may mean: itself, or as the last part of a number of any year."""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= LONGEST_SEQUENCE):
        return [wanted]
    years = CallNumber.objects.values_list("year", flat=True)
    return [f"{year % 100:02d}-{int(wanted):06d}" for year in years]


def _of_phone(wanted: str) -> Iterable[int]:
    digits = "".join(c for c in wanted if c.isdigit())
    if len(digits) < DIGITS_OF_A_PHONE:
        return []
    contacts = CallContact.objects.filter(phone__in=[wanted, digits])
    return contacts.order_by("-at").values_list("call_id", flat=True)[:RECENT]
