"""Log lines: the ids that join them, and nothing that anybody said, also where a request fails in the middle."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection
from django.test import Client

from dispatch.live import database
from hearteam.celery import app
from hearteam.observe import logs
from hearteam.observe.context import Doing, doing
from tests.api.client import Api
from tests.stage import Stage

pytestmark = pytest.mark.django_db

SECRETS = ("Whisperwood", "12 Pretend Avenue", "860-555-0111", "afraid of the neighbors", "Juniper")
BODY = {
    "location": {"text": "12 Pretend Avenue"},
    "caller": {"name": "Juniper Whisperwood", "phone": "860-555-0111"},
    "person": {"name": "Juniper"},
    "narrative": "She is afraid of the neighbors",
}


@pytest.fixture(params=["plain", "json"])
def log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that the product's own configuration writes, down to debugging."""
    monkeypatch.setenv("LOG_FORMAT", request.param)
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    before = (logging.root.handlers[:], logging.root.level)
    logging.config.dictConfig(logs.configuration())
    written = io.StringIO()
    (handler,) = (each for each in logging.root.handlers if isinstance(each.formatter, logs.Plain | logs.Json))
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    monkeypatch.undo()
    logging.config.dictConfig(logs.configuration())
    logging.root.handlers, logging.root.level = before[0], before[1]


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def fails_with(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def database_error() -> Exception:
    """As PostgreSQL says it: the refused value and the row stand in its text."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT tried")
            try:
                cursor.execute("SELECT %s::int", [" ".join(SECRETS)])
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT tried")
    except DataError as error:
        return error
    raise AssertionError


ERRORS = {
    "a value": lambda: ValueError("no such street: 12 Pretend Avenue"),
    "a key": lambda: KeyError("Juniper Whisperwood"),
    "the database": database_error,
    "a constraint": lambda: IntegrityError("DETAIL: Key (phone)=(860-555-0111) already exists."),
    "a wait": lambda: OperationalError("canceling statement\nCONTEXT: Juniper Whisperwood, 860-555-0111"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_a_request_that_fails_leaves_nothing_of_a_person_in_the_log(
    kind: str, stage: Stage, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, redis_client: Any
) -> None:
    error = ERRORS[kind]()
    monkeypatch.setattr("dispatch.actions.calls.call_receive", fails_with(error))
    client = Api(stage.cast.dispatcher).client
    answer = client.post("/api/calls/", BODY, content_type="application/json")
    assert answer.status_code in (500, 503)
    client.get("/api/calls/duplicates/?phone=860-555-0111&text=12 Pretend Avenue")
    client.get("/api/places/?q=Whisperwood")
    client.get("/Whisperwood/?q=12 Pretend Avenue")
    written = log.getvalue()
    assert answer["X-Request-ID"] in written
    assert answer.json()["request_id"] == answer["X-Request-ID"]
    assert [secret for secret in SECRETS if secret in written.replace("%20", " ")] == []
    if answer.status_code == 500:
        assert type(error).__name__ in written
        assert "raise error" in written, "the lines of code are there"


def test_a_task_that_fails_names_itself_only(log: io.StringIO, redis_client: Any) -> None:
    @app.task(name="test.fails")
    def fails(number: int) -> None:
        raise ValueError(*SECRETS)

    try:
        fails.apply(args=[7], headers={"request_id": "from-the-request"}, throw=False)
    finally:
        del app.tasks["test.fails"]
    written = log.getvalue()
    assert "task test.fails failed" in written
    assert "from-the-request" in written
    assert not any(secret in written for secret in SECRETS)


@pytest.mark.parametrize("was_open", [True, False])
def test_what_the_live_process_says_of_a_database_that_fails_quotes_no_row(
    was_open: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = SimpleNamespace(connection=object() if was_open else None, close=lambda: None)
    monkeypatch.setattr(database, "connection", kept)
    with pytest.raises(database.Unavailable) as said:
        database._ask(fails_with(IntegrityError("refused\nDETAIL: Key (phone)=(860-555-0111) already exists.")))
    assert str(said.value) == "refused"


def test_a_command_is_one_line_with_its_ids(
    stage: Stage, redis_client: Any, log: io.StringIO, request: pytest.FixtureRequest
) -> None:
    made = Api(stage.cast.dispatcher).post("/api/calls/", BODY)
    if "json" not in request.node.name:
        ids = f"[request={made.request_id} user={stage.cast.dispatcher.pk} call={made['id']}]"
        assert ids in log.getvalue()
        return
    (line,) = [line for line in lines(log) if line["logger"] == "hearteam.request"]
    assert line["command"] == "POST calls"
    assert (line["answer"], line["status"], line["level"]) == ("ok", 201, "INFO")
    assert (line["user"], line["call"]) == (stage.cast.dispatcher.pk, int(made["id"]))
    assert line["request"] == made.request_id
    assert line["ms"] > 0
    assert not any(secret in log.getvalue() for secret in SECRETS)


@pytest.mark.parametrize(
    ("trusted", "said", "kept"),
    [
        (True, "a-sane-id-1234", True),
        (False, "a-sane-id-1234", False),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, "with spaces in it", False),
        (True, "<script>alert(1)</script>", False),
    ],
)
def test_an_id_from_outside_is_taken_from_a_proxy_and_when_it_is_one(
    trusted: bool, said: str, kept: bool, settings: Any
) -> None:
    settings.TRUST_PROXY = trusted
    answered = Client().get("/healthz", headers={"X-Request-ID": said})["X-Request-ID"]
    assert (answered == said) is kept
    assert len(answered) >= 8


def test_every_request_has_an_id_of_its_own() -> None:
    assert Client().get("/healthz")["X-Request-ID"] != Client().get("/healthz")["X-Request-ID"]


def test_exception_texts_are_shown_to_who_asks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def formatted() -> str:
        try:
            raise ValueError("Juniper")
        except ValueError as error:
            return logs.formatted((ValueError, error, error.__traceback__))

    assert "Juniper" not in formatted().splitlines()[-1]
    monkeypatch.setenv("LOG_EXCEPTION_TEXTS", "1")
    assert formatted().endswith("ValueError: Juniper")


def test_ids_stay_within_their_block() -> None:
    record = logging.makeLogRecord({})
    with doing(Doing(request="r", unit="CRT1")):
        logs.with_ids(record)
    assert record.ids == " [request=r unit=CRT1]"
    logs.with_ids(record)
    assert record.ids == ""
