"""Nothing is lost or doubled on the way to a follower, whatever is stopped, paused or restarted under it.

What a kill does is tried on the whole system, by test_faults.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from hearteam.embedded.postgres import Postgres
from hearteam.embedded.services import make_home
from hearteam.embedded.valkey import Valkey
from partners.models import Unit
from tests.cast import Cast
from tests.live.conftest import cast, token_of, transactional_db
from tests.live.process import LiveProcess, frame, frames, joined, publications_lost, until, versions, write

__all__ = ["cast", "transactional_db"]
pytestmark = pytest.mark.reliability


@pytest.fixture
def live(cast: Cast) -> Iterator[LiveProcess]:
    process = LiveProcess().start()
    yield process
    process.stop()


@contextmanager
def new_home() -> Iterator[Path]:
    """A folder for services that only this test uses."""
    with tempfile.TemporaryDirectory(prefix="live-", ignore_cleanup_errors=True) as folder:
        make_home(Path(folder))
        yield Path(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    with new_home() as folder:
        yield folder


def closed_with(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_a_stop_tells_every_socket_1012_and_after_the_restart_nothing_is_missing(live: LiveProcess, cast: Cast) -> None:
    token = token_of(cast.dispatcher)
    with live.connect("/ws/board/", token=token) as first, live.connect("/ws/board/", token=token) as second:
        joined(first), joined(second)
        seen = versions(first, 1) if write(1) else []
        live.signal(signal.SIGTERM)
        assert closed_with(first) == closed_with(second) == 1012
    live.stop()
    missed = write(3)
    live.start()
    with live.connect(f"/ws/board/?after={seen[-1]}", token=token) as back:
        assert missed + write(2) == versions(back, 5)


def test_a_stop_does_not_wait_for_a_client_that_reads_nothing(live: LiveProcess, cast: Cast) -> None:
    with live.connect("/ws/board/", token=token_of(cast.dispatcher), max_queue=1) as stalled:
        joined(stalled)
        write(600, text="x" * 4_000, at_once=True)
        live.stop()


def test_a_paused_process_goes_on_where_it_was(live: LiveProcess, cast: Cast) -> None:
    with live.connect("/ws/board/", token=token_of(cast.dispatcher)) as board:
        joined(board)
        live.signal(signal.SIGSTOP)
        written = write(50)
        with publications_lost():
            written += write(1_500)
        written += write(50)
        live.signal(signal.SIGCONT)
        assert versions(board, len(written)) == written


def test_a_tablet_counts_as_seen_as_long_as_it_is_connected(live: LiveProcess, cast: Cast) -> None:
    def seen_after(moment: object) -> Callable[[], bool]:
        return lambda: Unit.objects.filter(callsign="CRT1", tablet_seen_at__gt=moment).exists()

    with live.connect("/ws/unit/", token=token_of(cast.crt1_clinician)) as tablet:
        joined(tablet)
        until(seen_after(timezone.now()), "seen again while connected")


def test_a_sign_in_that_ends_without_a_word_is_noticed(live: LiveProcess, cast: Cast) -> None:
    with live.connect("/ws/board/", token=token_of(cast.auditor)) as board:
        joined(board)
        User.objects.filter(pk=cast.auditor.pk).update(is_active=False)
        assert closed_with(board) == 4401


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP])
def test_events_and_presence_survive_redis(cast: Cast, home: Path, end: signal.Signals) -> None:
    redis = Valkey(home, durable=False)
    live = LiveProcess(redis_url=redis.start()).start()
    pid = int((home / "valkey.pid").read_text())
    try:
        with live.connect("/ws/board/", token=token_of(cast.dispatcher)) as board:
            joined(board)
            os.kill(pid, end)
            without_redis = write(3)
            assert versions(board, 3) == without_redis
            assert live.status("/ws/board/", token=token_of(cast.dispatcher)) == 101
            os.kill(pid, signal.SIGCONT) if end == signal.SIGSTOP else redis.start()
            assert write(3) == versions(board, 3)
    finally:
        live.stop()
        redis.stop()


@dataclass
class OwnDatabase:
    """A PostgreSQL that a test may stop: written to directly, since the suite's own stays what Django talks to."""

    server: Postgres
    url: str
    token: str = "0123456789abcdef0123456789abcdef01234567"

    def write(self, number: int) -> list[int]:
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE events_stream SET version = version + %s RETURNING version", [number])
            [head] = cursor.fetchone() or [0]
            cursor.execute(
                "INSERT INTO events_event (v, type, at, by, unit, data)"
                " SELECT v, 'roster_changed', now(), 'x', '', '{}' FROM generate_series(%s, %s) v",
                [head - number + 1, head],
            )
        connection.close()
        return list(range(head - number + 1, head + 1))


@pytest.fixture(scope="module")
def own_database(cast: Cast) -> Iterator[OwnDatabase]:
    """With a dispatcher in it. A test that stops it starts it again."""
    with new_home() as home:
        server = Postgres(home, durable=False)
        found = OwnDatabase(server, server.start())
        script = (
            "from django.contrib.auth.models import Group, User; from rest_framework.authtoken.models import Token;"
            "user = User.objects.create_user('dispatcher');"
            "user.groups.add(Group.objects.get_or_create(name='dispatcher')[0]);"
            f"Token.objects.create(user=user, key='{found.token}')"
        )
        environment = LiveProcess(database_url=found.url).environment
        for command in (["migrate", "-v", "0"], ["shell", "-v", "0", "-c", script]):
            manage = [sys.executable, "manage.py", *command]
            subprocess.run(manage, cwd=settings.PROJECT_DIR, env=environment, check=True)
        yield found
        server.stop()


def test_without_the_database_heartbeats_go_on_and_everything_heals_by_itself(own_database: OwnDatabase) -> None:
    live = LiveProcess(database_url=own_database.url).start()
    try:
        with live.connect("/ws/board/", token=own_database.token) as board:
            head = joined(board)["head"]
            own_database.server.stop()
            beats = frames(board, "heartbeat")
            assert [next(beats)["head"], next(beats)["head"]] == [head, head]
            assert live.status("/ws/board/", token=own_database.token) == 503
            own_database.server.start()
            assert own_database.write(5) == versions(board, 5)
            assert live.status("/ws/board/", token=own_database.token) == 101
    finally:
        live.stop()


def test_a_process_started_before_its_database_serves_once_that_is_there(own_database: OwnDatabase) -> None:
    written = own_database.write(3)
    own_database.server.stop()
    live = LiveProcess(database_url=own_database.url).start()
    try:
        assert live.status("/ws/board/", token=own_database.token) == 503
        own_database.server.start()
        until(lambda: live.status("/ws/board/", token=own_database.token) == 101, "it lets followers in")
        with live.connect(f"/ws/board/?after={written[0] - 1}", token=own_database.token) as board:
            assert versions(board, 3) == written
            assert frame(board)["type"] == "heartbeat"
    finally:
        live.stop()
