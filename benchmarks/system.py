"""A private system for a benchmark: `make run`'s own processes in a folder that is thrown away afterwards.

    with started() as system: ..

`system.web` and `system.live` are the Unix sockets at which a proxy in production would connect; `system.port` is the
front's. PostgreSQL and Valkey are as durable as in use: every commit is on the disk before it is answered.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hearteam.embedded.processes import die_with_parent, free_port, wait_until
from hearteam.embedded.services import Services
from hearteam.settings.environment import PROJECT_DIR

START_SECONDS = 180.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class System:
    """What runs. `tokens`: API token by the demo's name of a person; `environment`: where its services are."""

    home: Path
    port: int
    supervisor: int
    tokens: dict[str, str]
    environment: dict[str, str]

    @property
    def web(self) -> Path:
        """Unix socket of HTTP; a connection begins with the PROXY protocol's line (`clients.PROXY_LINE`)."""
        return self.home / "run" / "web.sock"

    @property
    def live(self) -> Path:
        """Unix socket of the WebSockets."""
        return self.home / "run" / "live.sock"

    @property
    def children(self) -> dict[str, int]:
        """Process ids by name: front, web, live, timers, worker, beat."""
        found: dict[str, int] = json.loads((self.home / "children.json").read_text())
        return found

    def processes(self, *names: str) -> list[int]:
        """The named children (all without a name, with PostgreSQL and Valkey) and all that they started."""
        roots = [self.children[name] for name in names]
        if not names:
            roots = [self.supervisor, int((self.home / "valkey.pid").read_text())]
            roots += [int(path.read_text().split()[0]) for path in self.home.glob("postgres-*/data/postmaster.pid")]
        return with_descendants(roots)


@contextmanager
def started(
    traffic: str = "none", settings: dict[str, str] | None = None, history: int = 0, kept: Path | None = None
) -> Iterator[System]:
    """Start it, wait until all is well, and take it away again. `settings`: more of the environment; `history`: closed
    calls that are stored before; `kept`: a folder that stays, whose history is made when it is first used.

    Raises RuntimeError with its own last words when it does not come up.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # PostgreSQL's user passes through
    made = folder / "history-is-made"
    home, port = folder / "home", free_port()
    left_out = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "HEARTEAM_TEST_RUN")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {"HEARTEAM_HOME": str(home), "PORT": str(port), "TRAFFIC": traffic, "HOST": "127.0.0.1"}
    environment |= settings or {}
    try:
        if history and not made.exists():
            # Its processes must not run meanwhile: they would pass on every event of the past.
            with running(folder, port, environment):
                pass
            add_history(home, environment, history)
            made.touch()
        with running(folder, port, environment) as supervisor:
            users = json.loads((home / "demo.json").read_text())["users"]
            tokens = {name: user["token"] for name, user in users.items()}
            with services(home) as addresses:
                yield System(home, port, supervisor, tokens, {**environment, **addresses})
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(folder: Path, port: int, environment: dict[str, str]) -> Iterator[int]:
    """The processes, until all is well with them and from then on; yields the supervisor's process."""
    said = folder / "run.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hearteam.embedded.run"],
            cwd=PROJECT_DIR,
            env=environment,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (this process has one thread)
        )
    try:
        wait_until(lambda: is_ready(port) or process.poll() is not None, START_SECONDS, 0.2)
        if process.poll() is not None or not is_ready(port):
            raise RuntimeError(f"the system did not start:\n{said.read_text(errors='replace')[-2000:]}")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


@contextmanager
def services(home: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey of `home`, whose addresses it yields."""
    found = Services(home)
    try:
        yield found.join()
    finally:
        found.leave()


def add_history(home: Path, environment: dict[str, str], calls: int) -> None:
    """An invented past of so many closed calls."""
    with services(home) as addresses:
        command = [sys.executable, "manage.py", "generate_history", "--calls", str(calls)]
        subprocess.run(
            command, cwd=PROJECT_DIR, env={**environment, **addresses}, check=True, stdout=subprocess.DEVNULL
        )


def add_units(system: System, number: int) -> None:
    """So many more units on shift, of all teams in turn, reachable and free."""
    command = [sys.executable, "-m", "benchmarks.units", str(number)]
    subprocess.run(command, cwd=PROJECT_DIR, env=system.environment, check=True)


def is_ready(port: int) -> bool:
    """Whether `/readyz` says that all is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def with_descendants(roots: list[int]) -> list[int]:
    """These processes and all that come from them, alive now."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid for pid in roots if Path(f"/proc/{pid}").exists()]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.append(pid)
            waiting += parents.get(pid, [])
    return found


def memory_kb(pids: list[int], kind: str = "Pss") -> int:
    """Kilobytes of memory of these processes, pages shared with others counted in part (`Pss`) or not (`Uss`)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        total += sizes["Pss"] if kind == "Pss" else sizes["Private_Clean"] + sizes["Private_Dirty"]
    return total


def processor_seconds(pids: list[int]) -> float:
    """Processor time that these processes have used so far."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
