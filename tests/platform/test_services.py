"""The private PostgreSQL and Valkey: who starts them, who stops them, and that their data outlives both."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from hearteam.embedded import children
from hearteam.embedded.failure import CannotRun
from hearteam.embedded.processes import wait_until
from hearteam.embedded.services import Services, make_home

JOIN_AND_BE_KILLED = """
import os, sys
from pathlib import Path
from hearteam.embedded.services import Services
print(Services(Path(sys.argv[1]), durable=False).join()["DATABASE_URL"], flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A HEARTEAM_HOME that the user of PostgreSQL can reach too, where that is another."""
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    return tmp_path / "home"


def remember(url: str, text: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (text text)")
        cursor.execute("INSERT INTO kept VALUES (%s)", [text])
    connection.close()


def recall(url: str) -> str:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT text FROM kept")
        found = str(cursor.fetchone()[0])
    connection.close()
    return found


def test_the_last_user_stops_the_services_and_the_data_is_kept(home: Path) -> None:
    first, second = Services(home, durable=False), Services(home, durable=False)
    urls = first.join()
    try:
        assert second.join() == urls
        remember(urls["DATABASE_URL"], "still here")
        first.leave()
        assert recall(urls["DATABASE_URL"]) == "still here"
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            assert client.ping()
        second.leave()
        assert not second.postgres.is_running()
        assert not second.valkey.is_running()
        assert recall(first.join()["DATABASE_URL"]) == "still here"
    finally:
        first.leave()
        second.leave()


def test_services_given_from_outside_are_used_and_never_stopped(home: Path) -> None:
    services = Services(home, database_url="postgresql://elsewhere/db", redis_url="redis://elsewhere/0")
    assert services.join() == {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere/0"}
    services.leave()
    assert not list(home.glob("postgres*"))


def test_a_home_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match="Set HEARTEAM_HOME to a folder of your own"):
        make_home(tmp_path / "file" / "home")


@pytest.mark.reliability
def test_a_folder_for_sockets_that_somebody_else_laid_out_is_not_used(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100)
    ours = children.socket_folder(long)
    ours.rmdir()
    ours.symlink_to(tmp_path)
    try:
        with pytest.raises(CannotRun, match="is another account's"):
            children.socket_folder(long)
    finally:
        ours.unlink()


def test_services_left_by_a_killed_command_are_adopted_and_then_stopped(home: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", JOIN_AND_BE_KILLED, str(home)],
        capture_output=True,
        text=True,
        check=False,
    )
    services = Services(home, durable=False)
    assert services.postgres.is_running()
    assert services.join()["DATABASE_URL"] == killed.stdout.strip()
    services.leave()
    assert not services.postgres.is_running()


@pytest.mark.reliability
def test_killed_services_come_back_at_the_same_address_with_what_was_committed(home: Path) -> None:

    services = Services(home)
    urls = services.join()
    try:
        remember(urls["DATABASE_URL"], "committed")
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            client.set("queued", "1")
            client.execute_command("WAITAOF", 1, 0, 2000)
        os.kill(services.postgres.pid(), signal.SIGKILL)
        os.kill(services.valkey.pid(), signal.SIGKILL)
        restarted: list[str] = []
        assert wait_until(lambda: restarted.extend(services.restart_dead()) or len(restarted) == 2, 60)
        assert sorted(restarted) == ["Postgres", "Valkey"]
        assert services.addresses == urls
        assert recall(urls["DATABASE_URL"]) == "committed"
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            assert client.get("queued") == b"1"
    finally:
        services.leave()
