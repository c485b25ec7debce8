"""A supervisor places and lifts a legal hold by the call's number; how long data is kept stands above the list."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from dispatch.models import LegalHold
from hearteam.events.models import Event
from tests.admin.test_admin_pages import signed_in, told
from tests.cast import make_cast
from tests.factories import make_call

pytestmark = pytest.mark.django_db
ADD = reverse("admin:dispatch_legalhold_add")


def test_a_hold_is_placed_and_lifted_with_its_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RETAIN_PERSON_DAYS", 365)
    cast, call = make_cast(), make_call()
    supervisor = signed_in(cast.supervisor)
    missing = supervisor.post(ADD, {"call_number": "26-999999", "reason": "Inquiry"}, follow=True)
    assert any("There is no call 26-999999" in text for text in told(missing))
    supervisor.post(ADD, {"call_number": call.number, "reason": "Inquiry"})
    hold = LegalHold.objects.get()
    assert (hold.call_id, hold.reason, hold.placed_by, hold.lifted_at) == (call.pk, "Inquiry", "supervisor", None)
    assert "PERSON: 365" in supervisor.get(reverse("admin:dispatch_legalhold_changelist")).content.decode()
    page = reverse("admin:dispatch_legalhold_change", args=[hold.pk])
    assert 'name="lift_reason"' not in signed_in(cast.auditor).get(page).content.decode()
    supervisor.post(page, {"lift_reason": "Closed"})
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lift_reason) == ("supervisor", "Closed")
    told_of = list(Event.objects.order_by("v").values_list("type", flat=True))
    assert told_of == ["legal_hold_placed", "legal_hold_lifted"]
