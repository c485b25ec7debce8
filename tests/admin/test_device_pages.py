"""A phone's token is shown once, by the page that makes it, and ends on its page."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from dispatch.models import Device
from dispatch.queries.fixes import device_by
from partners.models import Person
from tests.admin.test_admin_pages import signed_in, told
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def supervisor(cast: Cast) -> Client:
    return signed_in(cast.supervisor)


ADD = reverse("admin:dispatch_device_add")


def test_a_devices_token_is_shown_once_and_revoked_on_its_page(supervisor: Client, cast: Cast) -> None:
    response = supervisor.post(ADD, {"label": "Glove box", "unit": cast.crt1.pk, "person": ""}, follow=True)
    (words, token) = next(text for text in told(response) if "shown only now" in text).rsplit(" ", 1)
    device = device_by(token)
    assert device is not None
    assert (device.label, device.unit, device.created_by, "Glove box" in words) == (
        "Glove box", cast.crt1, "supervisor", True,
    )  # fmt: skip
    page = reverse("admin:dispatch_device_change", args=[device.pk])
    assert token not in supervisor.get(page).content.decode()
    supervisor.post(page, {"label": "Glove box", "unit": cast.crt1.pk, "person": "", "revoke": "on"}, follow=True)
    assert device_by(token) is None
    assert 'name="revoke"' not in supervisor.get(page).content.decode()
    assert not LogEntry.objects.filter(change_message__contains=token).exists()


@pytest.mark.parametrize("whose", ["nobody", "both"])
def test_a_device_is_one_units_or_one_persons(supervisor: Client, cast: Cast, whose: str) -> None:
    peer = Person.objects.get(user=cast.crt1_peer)
    both = {"unit": cast.crt1.pk, "person": peer.pk} if whose == "both" else {"unit": "", "person": ""}
    response = supervisor.post(ADD, {"label": "Whose", **both})
    assert "a unit&#x27;s or a person&#x27;s" in response.content.decode()
    assert not Device.objects.exists()
