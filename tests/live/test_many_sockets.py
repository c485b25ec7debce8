"""Two hundred open boards cost the database nothing while they are idle."""

from __future__ import annotations

from contextlib import ExitStack

from django.db import connection

from hearteam.events import log
from tests.live.process import LiveProcess, joined, versions, write

SOCKETS = 200
THREADS = 5
"""Database threads of a live process: four for sockets that connect, one for the log."""


def connections_of_others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"  # autovacuum comes and goes
        )
        return int(cursor.fetchone()[0])


def test_idle_sockets_hold_no_database_connection_and_all_hear_of_an_event(live: LiveProcess, dispatcher: str) -> None:
    with ExitStack() as boards:
        sockets = [boards.enter_context(live.connect("/ws/board/", token=dispatcher)) for _ in range(SOCKETS)]
        for socket in sockets:
            joined(socket)
        assert connections_of_others() <= THREADS
        written = write(2)
        assert all(versions(socket, 2) == written for socket in sockets)
        assert connections_of_others() <= THREADS
    assert log.head() == written[-1]
