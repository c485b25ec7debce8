"""The real `make run`, killed in every way that one machine can: it comes back, or leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from hearteam.embedded.postgres import Postgres
from hearteam.embedded.processes import is_running, wait_until
from hearteam.embedded.supervisor import children_file
from hearteam.embedded.valkey import Valkey

pytestmark = pytest.mark.reliability

PROJECT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 120
SECONDS_TO_RECOVER = 120


class Run:
    """One `make run` on a home and port of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        foreign = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "HEARTEAM_TEST_RUN")
        kept = {name: value for name, value in os.environ.items() if name not in foreign and "PYTEST" not in name}
        environment = {**kept, "HEARTEAM_HOME": str(self.home), "PORT": str(self.port), "TRAFFIC": "none"}
        with (self.home / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hearteam.embedded.run"],
                cwd=PROJECT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        assert wait_until(self.is_ready, SECONDS_TO_START, 0.2), (self.home / "output").read_text()

    def is_ready(self) -> bool:
        try:
            return bool(urllib.request.urlopen(f"{self.url}/readyz", timeout=5).status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def children(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(children_file(self.home).read_text())
        return found

    def everything(self) -> list[int]:
        services = [Postgres(self.home).pid(), Valkey(self.home).pid()]
        return [*self.children().values(), *(pid for pid in services if pid)]

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            self.process.wait(60)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    home = tmp_path_factory.mktemp("run")
    for folder in (home, home.parent, home.parent.parent):
        folder.chmod(0o755)
    started = Run(home)
    started.start()
    yield started
    started.stop()


def people(run: Run) -> int:
    connection = psycopg2.connect(Postgres(run.home).url())
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_user")
        found = int(cursor.fetchone()[0])
    connection.close()
    return found


@pytest.mark.parametrize("name", ["front", "web", "live", "timers", "worker", "beat"])
def test_a_killed_process_is_back_and_all_is_well(run: Run, name: str) -> None:
    killed = run.children()[name]
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: run.children().get(name, killed) != killed and run.is_ready(), SECONDS_TO_RECOVER, 0.2)


@pytest.mark.parametrize("server", [Postgres, Valkey])
def test_a_killed_service_is_back_with_its_data_and_all_is_well(
    run: Run, server: type[Postgres] | type[Valkey]
) -> None:
    before, killed = people(run), server(run.home).pid()
    assert before > 0 and killed is not None
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: server(run.home).pid() != killed and run.is_ready(), SECONDS_TO_RECOVER, 0.2)
    assert people(run) == before


def test_a_second_start_on_the_same_home_is_told_where_the_first_is(run: Run) -> None:
    environment = {**os.environ, "HEARTEAM_HOME": str(run.home), "PORT": str(run.port + 1)}
    second = subprocess.run(
        [sys.executable, "-m", "hearteam.embedded.run"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert second.returncode == 1
    assert f"already running from {run.home} at {run.url}" in second.stderr
    assert run.is_ready()


def test_manage_py_talks_to_the_same_data(run: Run) -> None:
    left_out = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in left_out and "PYTEST" not in name}
    code = "from django.contrib.auth.models import User; print(User.objects.count())"
    counted = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=PROJECT,
        env={**kept, "HEARTEAM_HOME": str(run.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(counted.stdout) == people(run)
    assert run.is_ready()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_nothing_is_left_running_however_it_ends(run: Run, sign: signal.Signals) -> None:
    before = people(run)
    pids = run.everything()
    run.stop(sign)
    assert wait_until(lambda: not any(is_running(pid, "") for pid in pids), 60)
    run.start()
    assert people(run) == before
