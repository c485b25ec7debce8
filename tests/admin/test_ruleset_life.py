"""A ruleset goes live only after the checks pass and a second person approves; then it never changes (invariant 13)."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch import models
from dispatch.actions.rulesets import ruleset_approve, ruleset_check, ruleset_import, ruleset_publish
from dispatch.queries import rulesets
from dispatch.rules import ruleset as rules
from dispatch.rules.ruleset_file import load_default_ruleset
from hearteam.events.models import Event
from hearteam.problems import Conflict, NotAllowed, Refused
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def publish(cast: Cast, ruleset: rules.Ruleset) -> models.Ruleset:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=ruleset)
    ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    ruleset_approve(by=cast.actor("supervisor2"), ruleset_id=row.pk)
    return ruleset_publish(by=cast.actor("supervisor"), ruleset_id=row.pk)


def unsafe_ruleset() -> rules.Ruleset:
    """CRT alone for an adult, whatever else was answered."""
    default = load_default_ruleset()
    alone = rules.Outcome(tier=4, priority=3, options=(rules.Option(send=("CRT",)), rules.Option(send=("POLICE",))))
    first = rules.Rule("R0", "Always CRT", rules.ALWAYS, (alone,))
    return replace(default, name="Unsafe", rules=(first, *default.rules))


def test_what_is_stored_reads_back_as_the_same_rules(cast: Cast) -> None:
    default = load_default_ruleset()
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=default)
    assert rulesets.load(row.pk) == default


def test_the_whole_life_from_import_to_publication(cast: Cast) -> None:
    row = publish(cast, load_default_ruleset())
    assert (row.status, row.author_name, row.approver_name) == ("published", "supervisor", "supervisor-2")
    assert row.checked_at is not None
    assert rulesets.current() == (row, load_default_ruleset())
    event = Event.objects.get(type="ruleset_published")
    assert event.data["name"] == "Hartford default"
    assert event.data["version"] == 1


def test_publishing_retires_the_one_before(cast: Cast) -> None:
    first = publish(cast, load_default_ruleset())
    second = publish(cast, replace(load_default_ruleset(), version=2))
    first.refresh_from_db()
    assert first.status == "retired"
    assert first.retired_at is not None
    assert rulesets.current()[0] == second


def test_a_published_ruleset_costs_one_statement_to_read(cast: Cast) -> None:
    publish(cast, load_default_ruleset())
    rulesets.current()
    with CaptureQueriesContext(
        connection,
    ) as statements:
        rulesets.current()
    assert len(statements) == 1


def test_a_first_read_costs_a_statement_a_table(cast: Cast) -> None:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    rulesets.questions.cache_clear()
    with CaptureQueriesContext(connection) as statements:
        rulesets.read(row.pk)
    assert len(statements) == 14


def test_an_unsafe_ruleset_is_refused_with_a_counterexample_and_stays_a_draft(cast: Cast) -> None:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=unsafe_ruleset())
    with pytest.raises(Refused) as refusal:
        ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    assert any("invariant 2" in line for line in refusal.value.errors["ruleset"])
    row.refresh_from_db()
    assert (row.status, row.checked_at) == ("draft", None)
    with pytest.raises(Refused, match="only a checked ruleset"):
        ruleset_approve(by=cast.actor("supervisor2"), ruleset_id=row.pk)


def test_the_author_cannot_approve(cast: Cast) -> None:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    with pytest.raises(Refused, match="second person"):
        ruleset_approve(by=cast.actor("supervisor"), ruleset_id=row.pk)


def test_the_author_cannot_approve_by_the_page_either(cast: Cast, client: Client) -> None:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    row = ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    for who, status in (("supervisor", "checked"), ("supervisor2", "approved")):
        client.force_login(getattr(cast, who))
        client.post(reverse("admin:dispatch_ruleset_step", args=[row.pk, "approve"]), {"digest": row.report["digest"]})
        row.refresh_from_db()
        assert row.status == status


def test_nothing_is_published_unapproved(cast: Cast) -> None:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    with pytest.raises(Refused, match="only an approved ruleset"):
        ruleset_publish(by=cast.actor("supervisor"), ruleset_id=row.pk)


def test_checking_again_takes_an_approval_back(cast: Cast) -> None:
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    ruleset_approve(by=cast.actor("supervisor2"), ruleset_id=row.pk)
    row = ruleset_check(by=cast.actor("supervisor"), ruleset_id=row.pk)
    assert (row.status, row.approver_name) == ("checked", "")


def test_a_version_is_imported_once(cast: Cast) -> None:
    ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    with pytest.raises(Conflict):
        ruleset_import(by=cast.actor("supervisor2"), ruleset=load_default_ruleset())


def test_rows_of_a_published_ruleset_cannot_be_changed_behind_its_back(cast: Cast) -> None:
    row = publish(cast, load_default_ruleset())
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        models.RuleOutcome.objects.filter(rule__ruleset=row).update(tier=4)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        models.Ruleset.objects.filter(pk=row.pk).update(name="Other")


@pytest.mark.parametrize("who", ["dispatcher", "calltaker", "auditor", "clinical_lead", "stranger"])
def test_only_supervisors_change_rulesets(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        ruleset_import(by=cast.actor(who), ruleset=load_default_ruleset())
    row = ruleset_import(by=cast.actor("supervisor"), ruleset=load_default_ruleset())
    for step in (ruleset_check, ruleset_approve, ruleset_publish):
        with pytest.raises(NotAllowed):
            step(by=cast.actor(who), ruleset_id=row.pk)
