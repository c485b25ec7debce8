"""Requests at the same moment: threads with a database connection each, and a web process with its own."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections
from pytest_django import DjangoDbBlocker
from rest_framework.authtoken.models import Token

from hearteam.embedded.processes import free_port
from tests.api.client import Answer, Api
from tests.api.committed import committed_city
from tests.cast import Cast

PATIENCE = 60.0


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """In place of pytest-django's: rows are committed, for every connection to see, and stay until the last test."""
    with django_db_blocker.unblock(), committed_city() as cast:
        yield cast


@pytest.fixture
def city(transactional_db: Cast) -> Cast:
    """The cast. Tests leave their calls behind."""
    return transactional_db


@pytest.fixture
def desk(city: Cast) -> Api:
    """The API as a dispatcher, in this process."""
    return Api(city.dispatcher)


class Racers:
    """Threads that wait for each other and then go at once."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.pool = ThreadPoolExecutor(number)
        self.barrier = threading.Barrier(number)

    def race(self, runs: Sequence[Callable[[], Any]]) -> list[Any]:
        """Their results in order. As many runs as there are racers."""
        assert len(runs) == self.number
        return [future.result(PATIENCE) for future in [self.pool.submit(self._go, run) for run in runs]]

    def _go(self, run: Callable[[], Any]) -> Any:
        self.barrier.wait(PATIENCE)
        return run()

    def close(self) -> None:
        def leave() -> None:
            self.barrier.wait(PATIENCE)
            connections.close_all()

        for future in [self.pool.submit(leave) for _ in range(self.number)]:
            future.result(PATIENCE)
        self.pool.shutdown()


@contextmanager
def racers(number: int) -> Iterator[Racers]:
    them = Racers(number)
    try:
        yield them
    finally:
        them.close()


class OverHttp(Api):
    """Requests to a web process; each thread keeps a connection of its own."""

    def __init__(self, user: User, port: int) -> None:
        self.token = Token.objects.get_or_create(user=user)[0].key
        self.port = port
        self.kept = threading.local()

    def send(
        self, method: str, path: str, body: Any = b"", *, key: str = "", content_type: str = "application/json"
    ) -> Answer:
        if not hasattr(self.kept, "http"):
            self.kept.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Token {self.token}", "Content-Type": content_type}
        if key:
            headers["Idempotency-Key"] = key
        self.kept.http.request(method, path, body if isinstance(body, bytes) else json.dumps(body), headers)
        response = self.kept.http.getresponse()
        text = response.read()
        assert response.status < 500, text
        said = dict(response.headers)
        return Answer(response.status, json.loads(text) if text else None, said, said.pop("X-Request-ID", ""))


@contextmanager
def web_process() -> Iterator[int]:
    """The port of gunicorn with the product's threads, on the test database."""
    port = free_port()
    at_test = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    left_out = ("PYTEST_VERSION", "PYTEST_XDIST_WORKER")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "hearteam.settings.test", "DATABASE_URL": at_test, "REDIS_URL": settings.REDIS_URL,
    }  # fmt: skip
    command = [
        *(sys.executable, "-m", "gunicorn", "hearteam.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *(
            "--worker-class",
            "gthread",
            "--workers",
            "2",
            "--threads",
            "8",
            "--keep-alive",
            "60",
            "--log-level",
            "warning",
        ),
    ]
    log = Path(tempfile.mkdtemp(prefix="web-")) / "web.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=settings.PROJECT_DIR, env=environment, stdout=output, stderr=output)
        try:
            wait_for(port, server, log)
            yield port
        finally:
            server.terminate()
            server.wait(PATIENCE)
    assert "Traceback" not in log.read_text(), log.read_text()


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the process answers its health check."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            probe.request("GET", "/healthz")
            if probe.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            probe.close()
