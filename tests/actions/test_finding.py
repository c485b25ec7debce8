"""What a number that is typed finds."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dispatch.models import Call, CallNumber
from dispatch.queries.finding import calls_found
from tests.factories import make_call


def numbered(number: str, *, days_ago: int) -> Call:
    call = make_call(received_at=timezone.now() - timedelta(days=days_ago))
    Call.objects.filter(pk=call.pk).update(number=number)
    return call


def test_the_call_of_a_number_is_not_crowded_out_by_newer_ones_that_contain_it(db: None) -> None:
    CallNumber.objects.create(year=2026, last=2403)
    meant = numbered("26-000024", days_ago=300)
    newer = [numbered(f"26-00240{last}", days_ago=last) for last in (1, 2, 3)]
    assert calls_found("26-000024", 2) == [meant.pk]
    assert calls_found("0024", 10) == [*(call.pk for call in newer), meant.pk]
    assert calls_found("0024", 2) == [newer[0].pk, meant.pk]
