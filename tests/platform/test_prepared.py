"""A read whose statement is kept gives what its queryset gives, whatever changed since."""

from contextlib import closing
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateField, Exists, IntegerField, OuterRef
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hearteam.prepared import AnyOf, Parameter, Prepared, _planned
from partners.models import Agency, Contract, Team
from tests.factories import make_contract, make_team
from tests.stage import transactional_db

__all__ = ["transactional_db"]

by_id = Prepared(lambda: Team.objects.filter(pk=AnyOf("ids")).select_related("agency").order_by("code"))
locked = Prepared(lambda: Team.objects.select_for_update().filter(code="CRT"))
in_force = Prepared(
    lambda: Contract.objects.filter(
        starts_on__lte=Parameter("day", DateField()), team__arrival_target_minutes__lt=Parameter("most", IntegerField())
    ).values_list("team__code", "starts_on")
)

running = Contract.objects.filter(team=OuterRef("pk"), starts_on__lte=Parameter("day", DateField()))
named = Prepared(
    lambda: (
        Team.objects.filter(agency__kind=Agency.Kind.CIVILIAN)
        .annotate(contracted=Exists(running))
        .order_by("code")
        .values("code", "contracted")
    )
)


@pytest.fixture
def teams(db: None) -> list[Team]:
    return [make_team(code) for code in ("CRT", "HPD", "WHEELER")]


def plans_of(prepared: Prepared) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s", [prepared.name]
        )
        return cursor.fetchone()


def test_each_use_has_its_own_values_and_related_rows(teams: list[Team]) -> None:
    crt, hpd, _ = teams
    assert by_id.all(ids=[crt.pk]) == [crt]
    (found,) = by_id.all(ids=[hpd.pk])
    assert found == hpd
    with CaptureQueriesContext(connection) as statements:
        assert found.agency.code == "HPD"
    assert not statements.captured_queries
    assert by_id.all(ids=[hpd.pk, crt.pk]) == [crt, hpd]
    assert by_id.all(ids=[]) == []
    assert by_id.first(ids=[0]) is None


def test_only_the_statement_is_kept_never_a_row(teams: list[Team]) -> None:
    crt = teams[0]
    before = by_id.first(ids=[crt.pk])
    Team.objects.filter(pk=crt.pk).update(name="Another name")
    assert by_id.first(ids=[crt.pk]).name == "Another name" != before.name
    crt.delete()
    assert by_id.all(ids=[crt.pk]) == []


def test_dates_numbers_and_rows_of_values_are_as_django_gives_them(teams: list[Team]) -> None:
    make_contract(teams[0], starts_on=date(2031, 1, 1))
    expected = {("CRT", date(2020, 1, 1)), ("CRT", date(2031, 1, 1))}
    assert set(in_force.all(day=date(2031, 1, 1), most=11)) == expected
    assert in_force.all(day=date(2030, 12, 31), most=11) == [("CRT", date(2020, 1, 1))]
    assert in_force.all(day=date(2031, 1, 1), most=10) == []


def test_rows_of_names_and_values_are_too(teams: list[Team]) -> None:
    expected = [{"code": code, "contracted": True} for code in ("CRT", "WHEELER")]
    assert named.all(day=date(2020, 1, 1)) == expected
    assert [row["contracted"] for row in named.all(day=date(2019, 12, 31))] == [False, False]


def test_a_moment_of_the_first_use_is_refused_as_it_would_stay_for_ever(db: None) -> None:
    for moment in (timezone.now(), timezone.localdate()):
        stale = Prepared(lambda at=moment: Contract.objects.filter(starts_on__lte=at))
        with pytest.raises(TypeError):
            stale.all()


def test_a_statement_is_planned_once_a_connection(teams: list[Team]) -> None:
    for team in teams:
        by_id.all(ids=[team.pk])
    generic, custom = plans_of(by_id)
    assert generic >= 3
    assert custom == 0


def test_a_new_connection_is_told_the_statement_anew(transactional_db: None) -> None:
    assert by_id.all(ids=[0]) == []
    connection.close()
    assert plans_of(by_id) is None
    assert by_id.all(ids=[0]) == []
    assert plans_of(by_id) is not None


def test_a_kept_connection_that_the_server_ended_is_made_anew(transactional_db: None) -> None:
    assert by_id.all(ids=[0]) == []
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    connection.health_check_enabled, connection.health_check_done = True, False
    assert by_id.all(ids=[0]) == []


def test_rows_are_not_locked_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(TransactionManagementError):
        locked.all()


def test_a_time_limit_in_the_middle_of_making_it_known_costs_the_connection_and_not_every_later_use(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Prepared(lambda: Team.objects.filter(pk=AnyOf("ids")))

    class Interrupted(set[str]):
        def add(self, name: str) -> None:
            raise KeyboardInterrupt

    connection.ensure_connection()
    monkeypatch.setitem(_planned, connection.connection, Interrupted())
    with pytest.raises(KeyboardInterrupt):
        read.all(ids=[1])
    connection.close_if_unusable_or_obsolete()
    assert read.all(ids=[1]) == []
