"""The page of a ruleset: where it is in its life, what was found, what may be done with it, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from dispatch.actions.reference import reference_load
from dispatch.actions.rulesets import ruleset_copy, ruleset_import
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.rules.ruleset_file import parse_ruleset
from tests.actions.ruleset_steps import with_demand
from tests.cast import Cast, make_cast
from tests.stage import rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def center(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The cast and the reference data, loaded once; what a test does with them is undone at its end."""
    with django_db_blocker.unblock(), rolled_back():
        cast = make_cast()
        reference_load()
        yield cast


@pytest.fixture
def cast(center: Cast, db: None) -> Cast:
    return center


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, row: Ruleset) -> str:
    return client.get(reverse("admin:dispatch_ruleset_change", args=[row.pk])).content.decode()


def step(client: Client, row: Ruleset, name: str, **given: str) -> list[str]:
    """What the page says after the step, taken on what is stored unless a digest is given."""
    row.refresh_from_db()
    given = {"digest": (row.report or {}).get("digest", ""), **given}
    response = client.post(reverse("admin:dispatch_ruleset_step", args=[row.pk, name]), given, follow=True)
    return [str(message) for message in get_messages(response.wsgi_request)]


def may(client: Client, row: Ruleset) -> set[str]:
    """The steps the page offers."""
    text = page(client, row)
    names = ("check", "approve", "publish", "schedule", "withdraw", "rollback", "copy", "delete")
    return {name for name in names if reverse("admin:dispatch_ruleset_step", args=[row.pk, name]) in text}


def text_form(client: Client, row: Ruleset) -> dict[str, str]:
    form = client.get(reverse("admin:dispatch_ruleset_text", args=[row.pk])).context["form"]
    return {"text": form["text"].value(), "seen_at": form["seen_at"].value()}


def write(client: Client, row: Ruleset, given: dict[str, str]) -> str:
    return client.post(reverse("admin:dispatch_ruleset_text", args=[row.pk]), given, follow=True).content.decode()


def test_each_stage_offers_what_can_be_done_then_and_nothing_else(cast: Cast) -> None:
    published = Ruleset.objects.get()
    first, second = signed_in(cast.supervisor), signed_in(cast.supervisor2)
    assert may(first, published) == {"copy"}
    step(first, published, "copy")
    draft = Ruleset.objects.get(version=2)
    assert may(first, draft) == {"check", "copy", "delete"}
    step(first, draft, "check")
    assert may(first, draft) == {"check", "copy", "delete"}
    assert "You wrote Hartford default v2: a second person approves it." in page(first, draft)
    assert may(second, draft) == {"check", "approve", "copy", "delete"}
    step(second, draft, "approve")
    assert may(first, draft) == {"check", "publish", "schedule", "copy", "delete"}
    step(first, draft, "schedule", effective_at="2090-01-01T12:00")
    assert may(first, draft) == {"withdraw", "copy"}
    assert "It decides from 2090-01-01 12:00 on." in page(first, draft)
    step(first, draft, "withdraw", note="Not yet")
    assert may(first, draft) == {"copy"}
    assert "It was withdrawn before it decided anything." in page(first, draft)


def test_what_decided_comes_back_and_the_page_names_what_was_withdrawn_for_it(cast: Cast) -> None:
    first, second = signed_in(cast.supervisor), signed_in(cast.supervisor2)
    for how, when in (("publish", ""), ("schedule", "2090-01-01T12:00")):
        step(first, Ruleset.objects.get(version=1), "copy")
        draft = Ruleset.objects.latest("version")
        step(first, draft, "check")
        step(second, draft, "approve")
        step(first, draft, how, effective_at=when)
    published = Ruleset.objects.get(version=1)
    assert may(first, published) == {"rollback", "copy"}
    assert step(first, published, "rollback", note="Too many police") == [
        "Brought back: it decides from now on.",
        "Withdrawn, so that it stays: Hartford default v3.",
    ]
    assert rulesets.current()[0].version == 4


def test_only_the_report_on_the_page_is_approved_and_published(cast: Cast) -> None:
    first, second = signed_in(cast.supervisor), signed_in(cast.supervisor2)
    step(first, Ruleset.objects.get(), "copy")
    draft = Ruleset.objects.get(version=2)
    step(first, draft, "check")
    draft.refresh_from_db()
    assert f'name="digest" value="{draft.report["digest"]}"' in page(second, draft)
    assert "look at it again" in step(second, draft, "approve", digest="another")[0]
    step(second, draft, "approve")
    for name in ("publish", "schedule"):
        assert "look at it again" in step(first, draft, name, digest="another", effective_at="2090-01-01T12:00")[0]


def test_a_version_that_breaks_a_newer_demand_comes_back_only_when_that_is_insisted_on(cast: Cast) -> None:
    first, second = signed_in(cast.supervisor), signed_in(cast.supervisor2)
    published = Ruleset.objects.get()
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=with_demand())
    step(first, row, "check")
    step(second, row, "approve")
    step(first, row, "publish")
    assert "despite_invariants" not in page(first, published)
    told = first.post(
        reverse("admin:dispatch_ruleset_step", args=[published.pk, "rollback"]), {"note": "v2 fails"}, follow=True
    ).content.decode()
    assert "Hartford default v1 breaks CALM, which Hartford default v2 demands" in told
    assert "despite_invariants" in told
    assert 'value="v2 fails"' in told
    step(first, published, "rollback", note="v2 fails", despite_invariants="on")
    assert rulesets.current()[0].version == 3


def test_nobody_but_a_supervisor_is_offered_anything(cast: Cast) -> None:
    row = ruleset_copy(by=cast.actor("supervisor"), ruleset_id=Ruleset.objects.get().pk)
    auditor = signed_in(cast.auditor)
    assert may(auditor, row) == set()
    assert "Edit as text" not in page(auditor, row)
    assert auditor.get(reverse("admin:dispatch_ruleset_text", args=[row.pk])).status_code == 403
    assert auditor.get(reverse("admin:dispatch_ruleset_export", args=[row.pk])).status_code == 200


def test_a_schedule_needs_a_time_and_a_rollback_a_reason(cast: Cast) -> None:
    row = Ruleset.objects.get()
    client = signed_in(cast.supervisor)
    assert step(client, row, "schedule") == ["Say when it takes effect."]
    assert step(client, row, "schedule", effective_at="soon") == ["Enter a valid date/time."]
    assert step(client, row, "rollback") == ["Say why the earlier version comes back."]
    assert Ruleset.objects.count() == 1


def test_an_unsafe_edit_is_told_with_its_counterexample_and_its_difference(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    row = ruleset_copy(by=cast.actor("supervisor"), ruleset_id=Ruleset.objects.get().pk)
    given = text_form(client, row)
    given["text"] = given["text"].replace("ages: [ADULT]", "ages: [ADULT, CHILD_3_17]", 1)
    given["text"] = given["text"].replace("weapon: [IN_HAND]", "weapon: [ACCESSIBLE]", 1)
    assert "Written. Check it next." in write(client, row, given)
    told = step(client, row, "check")
    assert any("adult, a weapon within reach becomes weapon unknown: R1 T1" in line for line in told)
    text = page(client, row)
    assert "The check failed" in text
    assert "weapon no longer accepts IN_HAND" in text
    assert "The last check failed: edit it, then check it again." in text


def test_text_that_cannot_be_read_is_answered_by_line_and_kept(cast: Cast) -> None:
    client = signed_in(cast.supervisor)
    row = ruleset_copy(by=cast.actor("supervisor"), ruleset_id=Ruleset.objects.get().pk)
    before, given = rulesets.load(row.pk), text_form(client, row)
    given["text"] = given["text"].replace("weapon: [IN_HAND]", "wepon: [IN_HAND]", 1)
    answer = write(client, row, given)
    assert "there is no question wepon" in answer
    assert "Line " in answer
    assert "wepon: [IN_HAND]" in answer
    assert rulesets.load(row.pk) == before


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(cast: Cast) -> None:
    first, second = signed_in(cast.supervisor), signed_in(cast.supervisor2)
    row = ruleset_copy(by=cast.actor("supervisor"), ruleset_id=Ruleset.objects.get().pk)
    mine, theirs = text_form(first, row), text_form(second, row)
    theirs["text"] = theirs["text"].replace("title: Danger now", "title: Danger at once")
    write(second, row, theirs)
    mine["text"] = mine["text"].replace("title: Danger now", "title: Grave danger")
    answer = write(first, row, mine)
    assert "Somebody else changed" in answer
    assert "Grave danger" in answer
    assert rulesets.load(row.pk).rules[0].title == "Danger at once"


def test_an_export_is_the_ruleset_as_a_file(cast: Cast) -> None:
    row = Ruleset.objects.get()
    answer = signed_in(cast.supervisor).get(reverse("admin:dispatch_ruleset_export", args=[row.pk]))
    assert 'filename="hartford-default-v1.yaml"' in answer.headers["Content-Disposition"]
    assert parse_ruleset(answer.content.decode()) == rulesets.load(row.pk)
