"""Supervisors set the time limits on a page that holds those in force; everybody's earlier ones stay to be read."""

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import TimerLimits
from dispatch.queries.timers import limits_forget
from dispatch.rules.timer_limits import DEFAULTS
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
ADD = "admin:dispatch_timerlimits_add"


@pytest.fixture
def cast():
    limits_forget()
    yield make_cast()
    limits_forget()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_supervisor_changes_one_limit_and_sees_who_changed_what(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    page = client.get(reverse(ADD)).content.decode()
    assert 'name="triage_s" value="90"' in page
    assert "from 30 to 300; the programme has 90." in page
    changed = {**DEFAULTS, "triage_s": 120, "reason": "Longer questions", "seen": ""}
    done = client.post(reverse(ADD), changed, follow=True)
    row = TimerLimits.objects.get()
    assert (row.triage_s, row.by, row.reason) == (120, cast.supervisor, "Longer questions")
    assert "Triage not complete: 90 → 120 s" in done.content.decode()
    assert f'name="seen" value="{row.pk}"' in client.get(reverse(ADD)).content.decode()


def test_what_is_out_of_range_is_said_beside_its_field_and_a_stale_page_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    form = {**DEFAULTS, "reason": "x", "seen": ""}
    page = client.post(reverse(ADD), {**form, "welfare_every_s": 3600}).content.decode()
    assert "Must be from 300 to 1800 s." in page
    client.post(reverse(ADD), {**form, "triage_s": 120})
    stale = client.post(reverse(ADD), {**form, "contact_s": 45}, follow=True).content.decode()
    assert "The limits were changed meanwhile" in stale
    assert TimerLimits.objects.count() == 1


def test_an_auditor_reads_them_and_nobody_changes_an_earlier_row(cast: Cast) -> None:
    signed_in(cast.supervisor).post(reverse(ADD), {**DEFAULTS, "triage_s": 120, "reason": "x", "seen": ""})
    row = TimerLimits.objects.get()
    change = reverse("admin:dispatch_timerlimits_change", args=[row.pk])
    assert signed_in(cast.auditor).get(change).status_code == 200
    assert signed_in(cast.auditor).get(reverse(ADD)).status_code == 403
    assert signed_in(cast.supervisor).post(change, {**DEFAULTS, "reason": "y"}).status_code == 403
