"""A center that was installed before questions were rows keeps its rulesets and its decisions, back and forth."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dispatch.models import Alert, Decision, Ruleset
from dispatch.queries import rulesets
from dispatch.queries.decisions import replay
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.triage import decision_data
from hearteam.online_index import AddIndexOnline
from tests.stage import Stage, committed, transactional_db

__all__ = ["committed", "transactional_db"]

BEFORE_QUESTIONS = [("dispatch", "0003_immutable_rows")]


def migrate(targets: list[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    gc.disable()  # each step draws a hundred models anew: looking for garbage meanwhile takes two fifths of the time
    try:
        executor.migrate(targets)
    finally:
        gc.enable()
    rulesets.questions.cache_clear()
    rulesets._published.cache_clear()


def head() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


@pytest.fixture
def at_head_again(committed: Stage) -> Iterator[Stage]:
    """Whatever happens in the test, the others find the tables of today."""
    yield committed
    migrate(head())


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        count: int = cursor.fetchone()[0]
    return count


def test_old_rulesets_get_the_questions_they_were_made_for_and_decisions_replay_the_same(at_head_again: Stage) -> None:
    stage = at_head_again
    for weapon, acuity in (("NONE", "LOW"), ("UNKNOWN", "LOW"), ("IN_HAND", "HIGH")):
        stage.triage(stage.call(), weapon=weapon, acuity=acuity)
    migrate(BEFORE_QUESTIONS)
    assert rows_of("dispatch_decision") == 3
    assert "dispatch_questionset" not in connection.introspection.table_names()
    migrate(head())
    row = Ruleset.objects.get()
    old, today = rulesets.read(row.pk), load_default_ruleset()
    assert (old.questions, old.teams, old.rules) == (today.questions, today.teams, today.rules)
    decisions = Decision.objects.order_by("pk")
    assert [decision_data(replay(decision)) for decision in decisions] == [decision.data for decision in decisions]
    assert [decision.rule for decision in decisions] == ["R8", "R5", "R1"]


def test_an_index_whose_building_broke_off_is_built_when_it_is_migrated_again(transactional_db: None) -> None:
    (index,) = [index for index in Alert._meta.indexes if index.name == "alert_raised"]
    building = AddIndexOnline("alert", index)

    def state() -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexrelid, indisvalid FROM pg_index WHERE indexrelid = 'alert_raised'::regclass")
            return tuple(cursor.fetchone())

    def run() -> None:
        now = SimpleNamespace(apps=apps)
        with connection.schema_editor(atomic=False) as editor:
            building.database_forwards("dispatch", editor, now, now)

    whole = state()
    run()
    assert state() == whole, "is left as it is"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s", [whole[0]])
    run()
    assert state() == (state()[0], True)
    assert state()[0] != whole[0]
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX alert_raised")
    run()
    assert state()[1]
