"""Starts the processes, starts again what dies (and PostgreSQL and Valkey too), and stops all of it.

A child dies with the supervisor, however that ends (Linux: the kernel sees to it), and the guard then stops the
services; what is left all the same is ended by the next start.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg2

from hearteam.embedded import disk, forks, processes
from hearteam.embedded.children import Child
from hearteam.embedded.failure import CannotRun
from hearteam.embedded.services import Services

LOOK_EVERY_S = 0.2
LOOK_AT_DISK_EVERY_S = 2.0
SERVICES_PAUSE_S = 5.0
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 10.0
STEADY_AFTER_S = 30.0
STOP_SECONDS = 8.0
LOG_LIMIT = 10_000_000
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def keep_short(log: Path) -> None:
    """Move a long log into the one file that is kept beside it. Who writes to it goes on at its new beginning: it is
    open for appending. Where there is no room to move it to, it makes room.
    """
    try:
        if log.stat().st_size <= LOG_LIMIT:
            return
        with suppress(OSError):
            shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
    except FileNotFoundError:
        return


class Running:
    """One child: its process, and when it may be started again."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: forks.Process | None = None
        self.started_at = 0.0
        self.failures = 0
        self.next_start_at = 0.0

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def wait_before_next(self, now: float) -> float:
        """Seconds until the next start: longer with every death, short again after a steady while."""
        if now - self.started_at > STEADY_AFTER_S:
            self.failures = 0
        pause = min(FIRST_PAUSE_S * 2**self.failures, LONGEST_PAUSE_S)
        self.failures += 1
        self.next_start_at = now + pause
        return pause


class Supervisor:
    """`say` gets one plain line for each thing that happened."""

    def __init__(
        self, home: Path, project: Path, children: list[Child], services: Services, say: Callable[[str], None]
    ) -> None:
        self.home = home
        self.project = project
        self.services = services
        self.say = say
        self.running = [Running(child) for child in children]
        self.code: forks.ReadCode | None = None
        self.stopping = False
        self.written_down: dict[str, int] = {}
        self.trouble = ""
        self.disk_is_full = False
        self.next_disk_look_at = 0.0
        self.next_services_look_at = 0.0

    def catch_signals(self) -> None:
        for sign in SIGNALS:
            signal.signal(sign, self.ask_to_stop)

    def ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def watch(self, each_look: Callable[[], None]) -> None:
        """Until asked to stop: keep everything running; call `each_look` about five times a second."""
        while not self.stopping:
            self.look_after_children()
            # Before the services: one that finds no room is tried for seconds.
            self.look_at_disk()
            self.look_after_services()
            each_look()
            time.sleep(LOOK_EVERY_S)

    def look_after_children(self) -> None:
        for running in self.running:
            now = time.monotonic()
            if running.has_died():
                self.bury(running, now)
            if running.process is None and now >= running.next_start_at and not self.stopping:
                self.try_to_start(running, now)
        self.remember()

    def try_to_start(self, running: Running, now: float) -> None:
        """A program that cannot be started (gone while it is installed anew, no memory, a full disk) is tried again."""
        try:
            self.start(running)
        except OSError as error:
            pause = running.wait_before_next(now)
            self.say(f"{running.child.name} cannot be started ({error}); trying again in {pause:.1f} s.")

    def bury(self, running: Running, now: float) -> None:
        assert running.process is not None
        end_group(running.process.pid)
        code = running.process.returncode or 0
        running.process = None
        pause = running.wait_before_next(now)
        again = f"starting it again in {pause:.1f} s"
        words = self.last_words(running) if code > 0 else ""
        self.say(f"{running.child.name} ended ({how(code)}); {again}.{words}")

    def last_words(self, running: Running) -> str:
        lines = self.log(running.child).read_text(errors="replace")[-4000:].strip().splitlines()
        return f" Its last words ({self.log(running.child)}): {lines[-1][:300]}" if lines else ""

    def look_after_services(self) -> None:
        """Start dead services again; while that cannot be, say why once and try every few seconds."""
        if time.monotonic() < self.next_services_look_at:
            return
        try:
            for name in self.services.restart_dead():
                self.say(f"{name} had died and is running again.")
            self.trouble = ""
        except (CannotRun, OSError, psycopg2.Error) as error:
            self.next_services_look_at = time.monotonic() + SERVICES_PAUSE_S
            self.say_trouble(error)
            return
        if any(os.environ.get(name) != url for name, url in self.services.addresses.items()):
            self.move_to_new_addresses()

    def say_trouble(self, error: Exception) -> None:
        """Once, however often the same thing fails: only the first line is the same each time."""
        full = disk.is_the_cause(str(error)) or disk.is_almost_full(self.home)
        words = "PostgreSQL or Valkey waits for room on the disk." if full else str(error)
        first = words.partition("\n")[0]
        if first != self.trouble:
            self.trouble = first
            self.say(words)

    def look_at_disk(self) -> None:
        """Say it when the disk fills, and when there is room again."""
        now = time.monotonic()
        if now < self.next_disk_look_at:
            return
        self.next_disk_look_at = now + LOOK_AT_DISK_EVERY_S
        for running in self.running:
            keep_short(self.log(running.child))
        before, self.disk_is_full = self.disk_is_full, disk.is_almost_full(self.home)
        if self.disk_is_full and not before:
            self.say(disk.while_running(self.home))
        elif before and not self.disk_is_full:
            self.say(f"There is room again on the disk that holds {self.home}.")

    def move_to_new_addresses(self) -> None:
        """Another program took the port of a service while it was down: the children need to know the new one."""
        os.environ.update(self.services.addresses)
        for running in self.running:
            if running.process:
                running.process.terminate()

    def start(self, running: Running) -> None:
        child = running.child
        log_path = self.log(child)
        log_path.parent.mkdir(exist_ok=True)
        with log_path.open("ab") as log:
            running.process = self.launch(child, log.fileno())
        running.started_at = time.monotonic()

    def launch(self, child: Child, log: int) -> forks.Process:
        """As a copy of what was read, while that is what its command would read; else by the command itself."""
        environment = {"PYTHONUNBUFFERED": "1", **child.environment}
        if self.code and self.code.is_of_today():
            return forks.fork(child.command, self.project, environment, log=log)
        return subprocess.Popen(
            child.command,
            cwd=self.project,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=processes.die_with_parent,  # noqa: PLW1509 (this process has one thread)
        )

    def stop(self) -> None:
        """Ask all children to end, and end by force those that do not."""
        alive = [running.process for running in self.running if running.process and running.process.poll() is None]
        for process in alive:
            process.terminate()
        processes.wait_until(lambda: all(process.poll() is not None for process in alive), STOP_SECONDS, 0.05)
        for running in self.running:
            if running.process:
                end_group(running.process.pid)
                running.process.wait(5)
        children_file(self.home).unlink(missing_ok=True)

    def remember(self) -> None:
        """Write down who runs, for the guard and the next start; on a full disk as soon as there is room."""
        pids = {r.child.name: r.process.pid for r in self.running if r.process}
        if pids == self.written_down:
            return
        draft = children_file(self.home).with_suffix(".new")
        try:
            draft.write_text(json.dumps(pids))
            draft.replace(children_file(self.home))
        except OSError:
            return
        self.written_down = pids

    def log(self, child: Child) -> Path:
        return self.home / "logs" / f"{child.name}.log"


def children_file(home: Path) -> Path:
    return home / "children.json"


def end_leftovers(home: Path) -> list[str]:
    """End the children of a supervisor that was killed; returns their names. Others with that pid are spared."""
    try:
        pids: dict[str, int] = json.loads(children_file(home).read_text())
    except (OSError, ValueError):
        return []
    left = {name: pid for name, pid in pids.items() if is_child(pid)}
    for pid in left.values():
        processes.send(pid, signal.SIGTERM)
    processes.wait_until(lambda: not any(is_child(pid) for pid in left.values()), STOP_SECONDS, 0.05)
    for pid in left.values():
        if is_child(pid):
            end_group(pid)
    children_file(home).unlink(missing_ok=True)
    return sorted(left)


def is_child(pid: int) -> bool:
    """Whether `pid` is one of ours: it leads its own group and runs the Python of this project."""
    try:
        leads = os.getpgid(pid) == pid
    except ProcessLookupError:
        return False
    return leads and processes.is_running(pid, str(Path(sys.executable).parent))


def end_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` led."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
