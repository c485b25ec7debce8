"""`/readyz` names what is not well."""

import asyncio

import pytest
import redis
from django.db import OperationalError
from django.test import Client

from hearteam import health
from hearteam.celery import prove_alive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_proofs(redis_client: "redis.Redis") -> None:
    """Every test starts with an empty Redis."""


def all_alive() -> None:
    health.beat("live")
    health.beat("timers")
    prove_alive()


def test_healthz_answers_whatever_else_is_down(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_every_process_has_shown_itself(client: Client) -> None:
    all_alive()
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("silent", health.PROCESSES)
def test_a_silent_process_is_named(client: Client, redis_client: "redis.Redis", silent: str) -> None:
    all_alive()
    redis_client.delete(health.key(silent))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["down"]) == (503, [silent])
    assert answer["Content-Type"] == "application/problem+json"
    assert silent in answer.json()["detail"]


def test_a_proof_dies_with_the_process(redis_client: "redis.Redis") -> None:
    asyncio.run(health.abeat("live"))
    assert 0 < redis_client.ttl(health.key("live")) <= health.BEAT_LASTS_S


def test_a_database_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    all_alive()

    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.connection, "cursor", away)
    assert client.get("/readyz").json()["down"] == ["database"]


def test_redis_away_is_named_and_stops_nobody_from_working(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = redis.Redis(host="127.0.0.1", port=1, **health.patience())
    monkeypatch.setattr(health, "client", lambda: nowhere)
    assert client.get("/readyz").json()["down"] == ["redis"]
    assert health.beat("timers") is False
