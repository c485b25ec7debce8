"""`/metrics`: who may read it, what it counts, that its labels are of a fixed set, and what a process leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from hearteam.celery import prove_alive
from tests.api.client import Api
from tests.stage import Stage

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-this-test"


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def text() -> str:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(said: str) -> Samples:
    """{(name, labels): value} of everything that the text says."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(said)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((f"hearteam_{name}", tuple(sorted(labels.items()))), 0.0)


@pytest.mark.parametrize(
    ("headers", "peer", "networks", "status"),
    [
        ({}, "127.0.0.1", [], 404),
        ({"Authorization": "Bearer wrong"}, "127.0.0.1", ["127.0.0.0/8"], 404),
        ({"Authorization": f"Bearer {TOKEN}"}, "203.0.113.9", [], 200),
        ({}, "127.0.0.1", ["127.0.0.0/8"], 200),
        ({}, "::ffff:10.1.2.3", ["10.0.0.0/8"], 200),
        ({}, "10.1.2.3", ["127.0.0.0/8"], 404),
        ({}, "not an address", ["0.0.0.0/0"], 404),
        ({"X-Forwarded-For": "10.1.2.3"}, "10.1.2.3", ["10.0.0.0/8"], 404),
        ({"X-Forwarded-For": "10.1.2.3", "Authorization": f"Bearer {TOKEN}"}, "10.1.2.3", [], 200),
    ],
)
def test_only_who_is_named_may_read(
    headers: dict[str, str], peer: str, networks: list[str], status: int, settings: Any
) -> None:
    settings.METRICS_NETWORKS = networks
    assert Client(REMOTE_ADDR=peer).get("/metrics", headers=headers).status_code == status


def test_prometheus_asks_by_address_and_without_tls_also_where_browsers_may_not(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["dispatch.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    asked = {"Authorization": f"Bearer {TOKEN}", "Host": "10.0.0.5:8000"}
    assert Client().get("/metrics", headers=asked).status_code == 200
    assert Client().get("/metrics", headers={**asked, "Authorization": "Bearer wrong"}).status_code == 400
    assert Client().get("/healthz", headers=asked).status_code == 400


def test_a_signed_in_supervisor_is_no_reason(stage: Stage) -> None:
    client = Client()
    client.force_login(stage.cast.supervisor)
    assert client.get("/metrics").status_code == 404


def test_without_a_token_none_is_right(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_commands_are_counted_by_what_became_of_them(stage: Stage, redis_client: Any) -> None:
    before = samples(text())
    api = Api(stage.cast.dispatcher)
    body = {"location": {"text": "12 Pretend Avenue"}, "caller": {"phone": "860-555-0111"}}
    made = api.post("/api/calls/", body, key="k1")
    api.post("/api/calls/", body, key="k1")
    api.post("/api/calls/", {"nonsense": 1})
    for _ in range(2):
        api.post(f"/api/calls/{made['id']}/close/", {"disposition": "18"})
    after = samples(text())

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("commands_total", command="POST calls", answer="ok") == 1
    assert more("commands_total", command="POST calls", answer="replayed") == 1
    assert more("commands_total", command="POST calls", answer="malformed") == 1
    assert more("commands_total", command="POST calls/close", answer="ok") == 1
    refused = [more("commands_total", command="POST calls/close", answer=name) for name in ("conflict", "refused")]
    assert sum(refused) == 1
    assert more("http_requests_total", method="POST", route="api/calls/", status="201") == 2
    assert more("http_request_seconds_count", route="api/calls/") == 3


def test_what_stands_in_the_database_is_told(stage: Stage, redis_client: Any) -> None:
    stage.triaged_call()
    found = samples(text())
    assert value(found, "calls_open", tier="4", status="pending") == 1
    assert value(found, "events_head") > 0
    assert value(found, "oldest_pending_call_seconds", priority="P3") > 0
    assert value(found, "alerts_unacknowledged", level="L1") == 0
    assert value(found, "database_connections_max") > 0
    assert value(found, "up", service="database") == value(found, "up", service="redis") == 1
    assert value(found, "up", service="live") == 0


def test_no_label_holds_an_id_or_a_word_of_a_person(stage: Stage, redis_client: Any) -> None:
    api = Api(stage.cast.dispatcher)
    made = api.post("/api/calls/", {"location": {"text": "12 Pretend Avenue"}, "narrative": "Whisperwood is afraid"})
    api.get("/api/calls/duplicates/", phone="860-555-0111", text="Whisperwood")
    api.get("/api/Whisperwood/")
    Client().get("/Whisperwood/")
    Client().generic("WHISPERWOOD", "/")
    said = text()
    assert "hisperwood" not in said.lower()
    assert "Pretend" not in said
    assert "555-0111" not in said
    assert f'"{made["id"]}"' not in said
    assert made["number"] not in said


def test_a_database_that_is_away_is_a_figure_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("away")

    monkeypatch.setattr("dispatch.api.metrics.figures", away)
    assert value(samples(text()), "up", service="database") == 0


def test_tasks_are_counted(redis_client: Any) -> None:
    before = value(samples(text()), "tasks_total", task="hearteam.celery.prove_alive", answer="ok")
    prove_alive.apply()
    after = value(samples(text()), "tasks_total", task="hearteam.celery.prove_alive", answer="ok")
    assert after - before == 1


COUNTING = """
import os, sys, time
from hearteam.observe import metrics
metrics.resyncs.labels("test").inc()
metrics.sockets.labels("board").set(7)
for _ in range(int(sys.argv[1])):
    if os.fork() == 0:
        metrics.resyncs.labels("test").inc()
        os._exit(0)
    os.wait()
print("counted", flush=True)
sys.stdin.read()
"""
READING = "import sys; from hearteam.observe.exposition import exposition; sys.stdout.write(exposition().decode())"


@pytest.fixture
def shared(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "HEARTEAM_PROCESS": "live"}


def start(shared: dict[str, str], forks: int = 0) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTING, str(forks)], env=shared, cwd=settings.PROJECT_DIR, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


def read(shared: dict[str, str]) -> Samples:
    asked = {**shared, "HEARTEAM_PROCESS": "web"}
    done = subprocess.run(
        [sys.executable, "-c", READING], env=asked, cwd=settings.PROJECT_DIR, text=True, capture_output=True, check=True
    )
    return samples(done.stdout)


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_any_process_tells_of_all_and_a_killed_one_leaves_its_counts_only(
    shared: dict[str, str], ended: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    ended += [start(shared, forks=2), start(shared)]
    found = read(shared)
    assert value(found, "live_resyncs_total", why="test") == 4
    assert value(found, "sockets", audience="board") == 14
    assert value(found, "processes", process="live") == 2
    assert value(found, "process_resident_bytes", process="live") > 1_000_000

    ended[0].kill()
    ended[0].communicate()
    found = read(shared)
    assert value(found, "live_resyncs_total", why="test") == 4
    assert value(found, "sockets", audience="board") == 7

    files = len(list(tmp_path.iterdir()))
    ended.append(start(shared))
    found = read(shared)
    assert value(found, "live_resyncs_total", why="test") == 5
    assert value(found, "sockets", audience="board") == 14
    assert len(list(tmp_path.iterdir())) <= files + 1
