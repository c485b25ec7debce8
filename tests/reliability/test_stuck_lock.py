"""A lock that somebody never gives back holds no dispatcher: the command is answered as busy, later it goes through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.db import connection

from hearteam.events import log
from tests.api.client import Api
from tests.api.stage import new_call, ok
from tests.reliability.racing import city, desk, transactional_db

__all__ = ["city", "desk", "transactional_db"]

CALL = "SELECT 1 FROM dispatch_call WHERE id = %s FOR UPDATE"
STREAM = "SELECT %s, version FROM events_stream FOR UPDATE"


@contextmanager
def held(statement: str, call: str) -> Iterator[None]:
    """Another connection holds this lock."""
    named = connection.get_connection_params()
    where = {key: named[key] for key in ("dbname", "user", "password", "host", "port")}
    with closing(psycopg2.connect(**where)) as other, other.cursor() as cursor:
        cursor.execute(statement, [call])
        yield


@pytest.fixture
def short_patience(desk: Api) -> Iterator[None]:
    """The wait that settings bound to some seconds, shorter."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute("SET lock_timeout = '150ms'")
        yield
        cursor.execute(f"SET lock_timeout = '{usual}'")


def test_the_wait_for_a_lock_is_bounded(city: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("3s", "15s")


@pytest.mark.parametrize("lock", [CALL, STREAM])
@pytest.mark.usefixtures("short_patience")
def test_a_command_behind_a_stuck_lock_is_answered_as_busy(desk: Api, lock: str) -> None:
    call = new_call(desk)["id"]
    before = log.head()
    path, body = f"/api/calls/{call}/notes/", {"text": "Calm"}
    with held(lock, call):
        headers = {"Idempotency-Key": f"stuck-{call}"}
        answer = desk.client.post(path, body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "try again" in answer.json()["detail"]
    assert log.head() == before, "it left an event behind"
    assert ok(desk.get(f"/api/calls/{call}/")).body["notes"] == []
    ok(desk.post(path, body, key=f"stuck-{call}"), 201)
    assert len(ok(desk.get(f"/api/calls/{call}/")).body["notes"]) == 1
