"""The administration of cautions: which are due for review, how one ends, and that a care plan is on no page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import PremiseCaution
from tests.cast import Cast, make_cast
from tests.factories import make_caution, make_premise

LIST = reverse("admin:dispatch_premisecaution_changelist")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.supervisor)
    return browser


@pytest.fixture
def cautions(cast: Cast) -> dict[str, PremiseCaution]:
    """Reviewed at different times, one that ended and a care plan."""
    premise, today = make_premise(), timezone.localdate()

    def caution(text: str, days: int, **more: object) -> PremiseCaution:
        reviewed = today - timedelta(days=days)
        return make_caution(premise, cast.supervisor, reviewed_on=reviewed, text=text, **more)  # type: ignore[arg-type]

    return {
        "fresh": caution("Fresh threat", 3),
        "soon": caution("Soon to be reviewed", 350),
        "over": caution("Long not reviewed", 370),
        "ended": caution("Ended threat", 10, ended_at=timezone.now()),
        "plan": caution("Speak to the aunt", 350, caution_class="CARE_PLAN"),
    }


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", {"fresh", "soon", "over"}),
        ("over", {"over"}),
        ("soon", {"soon"}),
        ("all", {"fresh", "soon", "over", "ended"}),
    ],
)
def test_which_cautions_the_list_shows(
    client: Client, cautions: dict[str, PremiseCaution], asked: str, shown: set[str]
) -> None:  # fmt: skip
    page = client.get(LIST, {"review": asked} if asked else {}).content.decode()
    assert {name for name, caution in cautions.items() if caution.text in page} == shown


def test_a_reason_ends_a_caution_and_says_who(client: Client, cast: Cast, cautions: dict[str, PremiseCaution]) -> None:
    caution = cautions["fresh"]
    form = {
        "caution_class": "VIOLENCE", "text": caution.text, "source": caution.source, "unit": "",
        "reviewed_on": f"{caution.reviewed_on}", "expires_on": "", "end_reason": "Moved away",
    }  # fmt: skip
    client.post(reverse("admin:dispatch_premisecaution_change", args=[caution.pk]), form)
    caution.refresh_from_db()
    assert caution.ended_at is not None
    assert (caution.ended_by, caution.end_reason) == (cast.supervisor, "Moved away")


def test_a_care_plan_is_on_no_page(client: Client, cautions: dict[str, PremiseCaution]) -> None:
    plan = cautions["plan"]
    assert client.get(reverse("admin:dispatch_premisecaution_change", args=[plan.pk])).status_code == 302
    premise = client.get(reverse("admin:dispatch_premise_change", args=[plan.premise_id])).content.decode()
    assert cautions["fresh"].text in premise
    assert plan.text not in premise
