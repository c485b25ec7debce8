"""The system that faults are done to, on a small disk of its own where this machine allows that."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import redis

from hearteam.embedded import processes
from tests.reliability.outside.running import WELL

PROJECT = Path(__file__).resolve().parents[3]
OUTSIDE = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "HEARTEAM_TEST_RUN", "TRAFFIC", "PORT", "HOST")
MOUNT = 'mount -t tmpfs -o size="$2",mode=755 tmpfs "$1" && shift 2 && exec "$@"'
MB = 1_000_000
SERVICES = ("postgres", "redis")
SHARED = "postgres, shared"
PROCESSES = ("web-1", "web-2", "live-1", "live-2", "timers-1", "timers-2", "worker", "beat")


class Machine:
    """Start it, look at it from outside, and do harm to it by process id."""

    def __init__(self, folder: Path, disk_mb: int = 1200) -> None:
        """`folder`: empty, and open to the user that PostgreSQL runs as."""
        self.folder = folder
        self.has_own_disk = can_mount(folder)
        self.disk_mb = disk_mb
        ports = free_ports(4)
        self.web, self.live = ports[:2], ports[2:]
        self.program: subprocess.Popen[bytes] | None = None
        self.output = folder.parent / f"{folder.name}.output"

    def start(self) -> Machine:
        kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE and "PYTEST" not in name}
        home = self.folder / "home"
        ports = [str(port) for port in (*self.web, *self.live)]
        command = [sys.executable, "-m", "tests.reliability.outside.running", str(home), *ports]
        if self.has_own_disk:
            mounting = ["sh", "-c", MOUNT, "sh", str(self.folder), f"{self.disk_mb}m"]
            command = [*own_mounts(), *mounting, *as_myself(), *command]
        with self.output.open("wb") as output:
            self.program = subprocess.Popen(command, cwd=PROJECT, env=kept, stdout=output, stderr=output)
        self.await_that(lambda: WELL in self.said(), "it starts", 600)
        self.await_that(self.is_well, "all processes answer", 300)
        return self

    def stop(self) -> None:
        if self.program and self.program.poll() is None:
            for pid in self.pids().values():
                processes.send(pid, signal.SIGCONT)
            self.program.terminate()
            self.program.wait(60)

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def await_that(self, is_so: Callable[[], Any], what: str, seconds: float = 60.0) -> None:
        """Fails with what the supervisor said when it is not so in time."""
        assert self.program is not None
        deadline = time.monotonic() + seconds
        while not is_so():
            assert self.program.poll() is None, f"the system ended\n{self.said()[-3000:]}"
            assert time.monotonic() < deadline, f"never happened: {what}\n{self.said()[-3000:]}"
            time.sleep(0.05)

    @property
    def home(self) -> Path:
        """As its processes see it."""
        assert self.program is not None
        assert self.program.poll() is None, self.said()[-3000:]
        root = f"/proc/{self.program.pid}/root" if self.has_own_disk else ""
        return Path(f"{root}{self.folder}/home")

    def pids(self) -> dict[str, int]:
        """Name -> process id of all that run now, the services too."""
        try:
            found: dict[str, int] = json.loads((self.home / "children.json").read_text())
        except (OSError, ValueError):
            found = {}
        for name, place in (("postgres", "postgres-*/data/postmaster.pid"), ("redis", "valkey.pid")):
            for path in self.home.glob(place):
                try:
                    found[name] = int(path.read_text().split()[0])
                except (OSError, ValueError, IndexError):
                    pass
        return found

    def users(self) -> dict[str, str]:
        """Who -> token."""
        plan = json.loads((self.home / "demo.json").read_text())
        return {who: row["token"] for who, row in plan["users"].items()}

    def database(self) -> Any:
        """A connection of ours; each statement is a transaction."""
        password, port = ((self.home / f"postgres.{name}").read_text() for name in ("password", "port"))
        connection = psycopg2.connect(
            f"postgresql://hearteam:{password}@127.0.0.1:{port}/hearteam", connect_timeout=3, application_name="outside"
        )
        connection.autocommit = True
        return connection

    def rows(self, statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
        connection = self.database()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def redis(self) -> redis.Redis:
        password, port = ((self.home / f"valkey.{name}").read_text() for name in ("password", "port"))
        return redis.Redis(port=int(port), password=password, socket_timeout=2, socket_connect_timeout=2)

    def answers(self, name: str) -> bool:
        """Whether a process is back: by its address where it has one, else that it runs."""
        try:
            if name == "postgres":
                return self.rows("SELECT 1") == [(1,)]
            if name == "redis":
                with self.redis() as client:
                    return bool(client.ping())
            if name in self.ports():
                return status(self.ports()[name], "/healthz") == 200
        except (OSError, psycopg2.Error, redis.RedisError):
            return False
        return processes.is_running(self.pids().get(name, 0), "python")

    def ports(self) -> dict[str, int]:
        return dict(zip(("web-1", "web-2", "live-1", "live-2"), (*self.web, *self.live), strict=True))

    def is_well(self) -> bool:
        """What `/readyz` of both web processes says."""
        try:
            return all(status(port, "/readyz") == 200 for port in self.web)
        except OSError:
            return False

    def leader(self) -> str:
        """Which of the two timers leads."""
        found = self.rows(
            "SELECT application_name FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND application_name LIKE 'timers-%%'"
        )
        return str(found[0][0]) if found else "timers-1"

    def kill(self, name: str) -> int:
        """kill -9, a process with all that it has started. Returns what its id was."""
        pid = self.pids()[name]
        if name in SERVICES:
            processes.send(pid, signal.SIGKILL)
        else:
            os.killpg(pid, signal.SIGKILL)
        return pid

    def is_another(self, name: str, before: int) -> bool:
        """Whether it was started again and answers."""
        return self.pids().get(name, before) != before and self.answers(name)

    def fill(self, leave: int) -> Path:
        """Fill the disk but for so many bytes. Returns the file whose removal frees it."""
        filler = self.home.parent / "filler"
        with filler.open("wb") as file:
            try:
                while (left := shutil.disk_usage(self.home).free - leave) > 0:
                    file.write(b"\0" * min(left, MB))
                    file.flush()
            except OSError:
                pass
        return filler

    def memory(self) -> dict[str, int]:
        """Name -> KB (PSS) of a process with its children, and of the supervisor by itself.

        What PostgreSQL shares among its processes is in a row of its own (SHARED): its buffers fill up to a fixed size.
        """
        assert self.program is not None
        found = {"supervisor": pss_kb(self.program.pid)}
        for name, pid in self.pids().items():
            found[name] = sum(pss_kb(each) for each in family(pid))
        if "postgres" in found:
            found[SHARED] = sum(pss_kb(each, "Pss_Shmem:") for each in family(self.pids().get("postgres", 0)))
            found["postgres"] -= found[SHARED]
        return found


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        try:
            for thread in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
        except OSError:
            continue
    return found


def pss_kb(pid: int, kind: str = "Pss:") -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(kind)), 0)


def free_ports(count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        port = processes.free_port()
        if port not in found:
            found.append(port)
    return found


def own_mounts() -> list[str]:
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]


def as_myself() -> list[str]:
    """Back from the root that may mount to the user that PostgreSQL accepts."""
    me = str(os.geteuid())
    return [] if me == "0" else ["unshare", "--user", f"--map-user={me}", f"--map-group={os.getegid()}", "--"]


def can_mount(folder: Path) -> bool:
    if not shutil.which("unshare"):
        return False
    probe = [*own_mounts(), "sh", "-c", MOUNT, "sh", str(folder), "1m", *as_myself(), "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0
