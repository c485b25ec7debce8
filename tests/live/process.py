"""A live process as `make run` starts it, and clients of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, unix_connect

from hearteam.embedded import children
from hearteam.events import log
from hearteam.events.types import RosterChanged
from tests import waiting

HOST = "127.0.0.1:8000"
OWN_ORIGIN = f"http://{HOST}"
PATIENCE = 60.0
until = partial(waiting.until, patience=PATIENCE)
Frame = dict[str, Any]


class LiveProcess:
    """uvicorn with the product's own options, on a Unix socket of its own."""

    def __init__(self, database_url: str = "", redis_url: str = "", within: tuple[str, ...] = ()) -> None:
        """`within`: a command that runs the process somewhere else, as `ip netns exec` does."""
        self.within = within
        self._folder = tempfile.TemporaryDirectory(prefix="live-")
        self.path = Path(self._folder.name) / "live.sock"
        self.log = self.path.with_name("live.log")
        at_test = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        left_out = ("PYTEST_VERSION", "PYTEST_XDIST_WORKER")
        self.environment = {key: value for key, value in os.environ.items() if key not in left_out}
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "hearteam.settings.test",
            "DATABASE_URL": database_url or at_test,
            "REDIS_URL": redis_url or settings.REDIS_URL,
            "DATABASE_CONN_MAX_AGE": "0",
        }
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> LiveProcess:
        command = children.live(self.path.parent)
        with self.log.open("ab") as output:
            self.server = subprocess.Popen(
                [*self.within, sys.executable, *command],
                cwd=settings.PROJECT_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        until(self.answers, f"the live process starts: {self.output()}")
        return self

    def answers(self) -> bool:
        assert self.server is not None
        assert self.server.poll() is None, self.output()
        try:
            with self.connect("/"):
                return False
        except InvalidStatus as refused:
            return refused.response.status_code == 404
        except OSError:
            return False

    def stop(self) -> None:
        """As the supervisor stops it; it must end by itself."""
        if self.server:
            self.signal(signal.SIGTERM)
            self.server.wait(PATIENCE)
            self.server = None

    def kill(self) -> None:
        if self.server:
            self.server.kill()
            self.server.wait()
            self.server = None

    def signal(self, sign: signal.Signals) -> None:
        assert self.server is not None
        self.server.send_signal(sign)

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def connect(
        self, path: str, *, token: str = "", authorization: str = "", session: str = "", origin: str | None = "own",
        **options: Any,
    ) -> ClientConnection:  # fmt: skip
        """Open a socket. With a session the Origin is the site's own unless told otherwise."""
        headers = {}
        if token or authorization:
            headers["Authorization"] = authorization or f"Token {token}"
        if session:
            headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={session}"
        if origin == "own":
            origin = OWN_ORIGIN if session else None
        return unix_connect(
            str(self.path), f"ws://{HOST}{path}", additional_headers=headers, origin=origin, compression=None,
            ping_interval=None, **{"max_size": None, "max_queue": None, **options},
        )  # fmt: skip

    def status(self, path: str, **how: Any) -> int:
        """The HTTP status that answers the handshake; 101 when it is let in."""
        try:
            with self.connect(path, **how):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


def frame(socket: ClientConnection) -> Frame:
    """The next frame, whatever it is."""
    return json.loads(socket.recv(timeout=PATIENCE))


def frames(socket: ClientConnection, of_type: str) -> Iterator[Frame]:
    """Frames of one type as they come."""
    while True:
        if (found := frame(socket))["type"] == of_type:
            yield found


def events(socket: ClientConnection, number: int) -> list[Frame]:
    """The next events; heartbeats between them are left out, a resync fails the test."""
    found: list[Frame] = []
    deadline = time.monotonic() + PATIENCE
    while len(found) < number:
        assert time.monotonic() < deadline, f"{len(found)} of {number} events came"
        one = frame(socket)
        assert one["type"] != "resync"
        if "v" in one:
            found.append(one)
    return found


def versions(socket: ClientConnection, number: int) -> list[int]:
    return [event["v"] for event in events(socket, number)]


def joined(socket: ClientConnection) -> Frame:
    """Wait for the heartbeat that ends the opening: from here on the socket follows. Returns it."""
    return next(frames(socket, "heartbeat"))


def write(number: int = 1, *, units: tuple[str, ...] = (), text: str = "test", at_once: bool = False) -> list[int]:
    """Commit events and publish them, each in a transaction of its own or all in one; returns their versions."""
    pending = log.Pending(event=RosterChanged(reason=text), by="test", units=units)
    found = []
    for _ in range(1 if at_once else number):
        with transaction.atomic():
            found += [event.v for event in log.emit([pending] * (number if at_once else 1))]
    return found


@contextmanager
def publications_lost() -> Iterator[None]:
    """What is committed meanwhile is never published, as when Redis is away."""
    publish = log.publish_events
    log.publish_events = lambda messages: None
    try:
        yield
    finally:
        log.publish_events = publish
