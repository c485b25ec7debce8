"""Reads of the past from a database that follows: a real standby, one that lags, and one that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db.utils import ConnectionDoesNotExist
from django.utils import timezone

from dispatch.models import TimersWatch
from dispatch.queries import replica
from dispatch.queries.replica import Router, from_replica
from dispatch.reports.facts import groups
from hearteam.embedded.binaries import postgres_bin
from hearteam.embedded.postgres import Postgres, clean_environment
from hearteam.embedded.processes import wait_until
from tests.reliability.test_live_faults import new_home

PROJECT = Path(__file__).resolve().parent.parent.parent
# Which database answers each of these, one after the other, in a process that has both.
ASKS = """
import json, sys
import django; django.setup()
from django.db import OperationalError, connections, router
from dispatch.models import TimersWatch
from dispatch.queries import replica
where = []
def read():
    where.append(TimersWatch.objects.all().db)
    return TimersWatch.objects.count()
def fails_there():
    read()
    if where[-1] == "replica":
        raise OperationalError("canceling statement due to conflict with recovery")
read()
for line in sys.stdin:
    if line.strip() == "again":
        replica._known.until = 0.0
    replica.from_replica(fails_there if line.strip() == "failing" else read)
    print(json.dumps(where), flush=True)
    where.clear()
"""


def test_without_a_replica_everything_is_read_where_it_is_written(db: None) -> None:
    assert from_replica(lambda: TimersWatch.objects.all().db) == "default"


def test_a_report_asks_the_replica_for_its_figures(settings: Any) -> None:
    settings.DATABASE_ROUTERS = ["dispatch.queries.replica.Router"]
    inside = replica._from_replica.set(True)
    now = timezone.now()
    try:
        with pytest.raises(ConnectionDoesNotExist, match="replica"):  # that it is asked is told by there being none
            groups(starts=now, ends=now)
    finally:
        replica._from_replica.reset(inside)


def test_a_row_that_was_read_in_the_replica_is_written_in_the_primary() -> None:
    row = TimersWatch(name="x")
    row._state.db = "replica"
    assert Router().db_for_write(TimersWatch, instance=row) == "default"
    assert not Router().allow_migrate("replica", "dispatch")


@dataclass
class Pair:
    primary: Postgres
    standby: Postgres
    asked: subprocess.Popen[str]

    def timers_said(self, ago: str) -> None:
        """Their sign of life, so old, once the standby has it too."""
        with psycopg2.connect(self.primary.url()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO dispatch_timerswatch VALUES ('leader', now() - %s::interval)"
                " ON CONFLICT (name) DO UPDATE SET at = excluded.at RETURNING at",
                [ago],
            )
            [at] = cursor.fetchone() or [None]
        connection.close()

        def has_it() -> bool:
            with psycopg2.connect(self.standby.url()) as standby, standby.cursor() as cursor:
                cursor.execute("SELECT EXISTS (SELECT 1 FROM dispatch_timerswatch WHERE at = %s)", [at])
                return bool((cursor.fetchone() or [False])[0])

        assert wait_until(has_it, 60)

    def reads(self, how: str) -> list[str]:
        """The databases that were asked."""
        assert self.asked.stdin is not None
        assert self.asked.stdout is not None
        self.asked.stdin.write(f"{how}\n")
        self.asked.stdin.flush()
        found: list[str] = json.loads(self.asked.stdout.readline())
        return found


@pytest.fixture
def pair() -> Iterator[Pair]:
    with new_home() as one, new_home() as two:
        primary, standby = Postgres(one, durable=False), Postgres(two, durable=False)
        with psycopg2.connect(primary.start()) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE dispatch_timerswatch (name varchar PRIMARY KEY, at timestamptz)")
        connection.close()
        copy = [str(postgres_bin() / "pg_basebackup"), "-d", primary.url(), "-D", str(standby.data), "-R", "-c", "fast"]
        subprocess.run(copy, check=True, env=clean_environment())
        (two / "postgres.password").write_text(primary.password)
        standby.start()
        services = {"DATABASE_URL": primary.url(), "DATABASE_REPLICA_URL": standby.url(), "REDIS_URL": "redis://x/0"}
        environment = {**os.environ, **services, "DJANGO_SETTINGS_MODULE": "hearteam.settings.dev"}
        environment.pop("PYTEST_VERSION", None)
        asks = [sys.executable, "-c", ASKS]
        asked = subprocess.Popen(
            asks, cwd=PROJECT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        yield Pair(primary, standby, asked)
        asked.kill()
        asked.communicate()
        standby.stop()
        primary.stop()


@pytest.mark.reliability
def test_the_past_is_read_in_a_standby_while_that_follows_and_else_in_the_primary(pair: Pair) -> None:
    pair.timers_said("1 second")
    assert pair.reads("first") == ["default", "replica"]
    assert pair.reads("failing") == ["replica", "default"]
    assert pair.reads("soon") == ["default"]
    assert pair.reads("again") == ["replica"]
    pair.timers_said("1 minute")
    assert pair.reads("again") == ["default"]
    pair.timers_said("0 seconds")
    assert pair.reads("again") == ["replica"]
    pair.standby.stop()
    assert pair.reads("known to be fit") == ["replica", "default"]
    assert pair.reads("again") == ["default"]
