"""The code is read once for all processes of `make run`: each of them starts as a copy of the supervisor.

A start so costs the reading once, not seven times, and what was read stands in memory once; a process that died is back
in a fraction of a second. A copy runs the very program that its command names, as if it had been started by itself.

Linux only. Elsewhere, and where the code or an address has changed since it was read, the command is started anew.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

from hearteam.embedded import processes

MODULES = (
    "hearteam.urls",
    "hearteam.celery",
    "dispatch.live.application",
    "dispatch.tasks",
    "dispatch.timers",
    "gunicorn.app.wsgiapp",
    "hearteam.web_worker",
    "uvicorn.main",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "dispatch.live.protocol",
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "celery.worker.consumer",
    "kombu.transport.redis",
)
TRAFFIC_MODULES = ("dispatch.management.commands.run_traffic",)
WAIT_STEP_S = 0.02


class Process(Protocol):
    """What the supervisor asks of a process: the part of `subprocess.Popen` that it uses."""

    pid: int

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Fork:
    """A copy of this process, watched as if it were a `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # where whoever started us ignores SIGCHLD, nobody learns how a child ended
                pid, status = self.pid, 0
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        if self.poll() is None:
            processes.send(self.pid, signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired as Popen does."""
        began = time.monotonic()
        while self.poll() is None:
            if timeout is not None and time.monotonic() - began > timeout:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(WAIT_STEP_S)
        assert self.returncode is not None
        return self.returncode


class ReadCode:
    """The code as it was read, and whether a copy of this process still is what a fresh start would be."""

    def __init__(self, addresses: Mapping[str, str], fingerprint: Callable[[], str]) -> None:
        self._addresses = dict(addresses)
        self._fingerprint = fingerprint
        self._read = fingerprint()

    def is_of_today(self) -> bool:
        """False once a file was edited or a service moved: its settings stand in what was read."""
        moved = any(os.environ.get(name) != address for name, address in self._addresses.items())
        return not moved and self._fingerprint() == self._read


def read_code(
    modules: tuple[str, ...], addresses: Mapping[str, str], fingerprint: Callable[[], str]
) -> ReadCode | None:
    """Import `modules`. None where copies cannot be made: not on Linux, a module that fails, a thread that runs.

    Whoever is then started from its command says in its own log what is wrong.
    """
    if sys.platform != "linux":
        return None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
    known = ReadCode(addresses, fingerprint)
    try:
        importlib.import_module("django").setup()
        for module in modules:
            importlib.import_module(module)
    except Exception:
        return None
    if threading.active_count() > 1:
        return None
    gc.collect()
    gc.freeze()  # a collection in a copy would write to every page and so copy it
    return known


def fork(
    command: list[str], folder: Path, environment: Mapping[str, str], *, log: int, reads: int | None = None
) -> Fork:
    """Start `command` (a Python with `-m module` or a script, or a script of the same `.venv`) as a copy of this one.

    `log`: the file descriptor that takes what it says; `reads`: what it has as its standard input, which then also
    is how it learns that we ended; without it the kernel ends it with us. The caller runs one thread.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # on a full disk
            stream.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return Fork(pid)
    code = 1
    try:
        become(command, folder, environment, log, reads)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        run(command)
        code = 0
    except SystemExit as end:
        code = exit_code(end)
    except BaseException:
        traceback.print_exc()
    finally:
        leave(code)


def become(command: list[str], folder: Path, environment: Mapping[str, str], log: int, reads: int | None) -> None:
    """Take on what a process started from outside has: its own session, files, signals, folder and name."""
    os.setsid()
    if reads is None:
        processes.die_with_parent()
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    source = os.open(os.devnull, os.O_RDONLY) if reads is None else reads
    for ours, theirs in ((source, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    let_go_of_files()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.update(environment)
    os.chdir(folder)
    show_name(command)


def let_go_of_files() -> None:
    """The supervisor's locks and pipes are not ours to hold. Their numbers stay taken: objects that were copied with us
    may close them some day, and must not close what came to stand there.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in sorted(int(name) for name in os.listdir("/proc/self/fd")):
        if number > 2 and number != nothing:
            with suppress(OSError):
                os.fstat(number)
                os.dup2(nothing, number, inheritable=False)
    os.close(nothing)


def run(command: list[str]) -> None:
    """What the command's own Python would do."""
    arguments = command[1:] if command[0] == sys.executable else command
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def exit_code(end: SystemExit) -> int:
    """As Python itself turns `sys.exit(..)` into a code: words are said and count as 1."""
    if end.code is None or isinstance(end.code, int):
        return (end.code or 0) & 0xFF
    print(end.code, file=sys.stderr)
    return 1


def leave(code: int) -> NoReturn:
    """End without the supervisor's own clearing up, which is not ours to do."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as at any end of Python
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def show_name(command: list[str]) -> None:
    """In the list of processes stands the command, as far as there is room, not that of the supervisor."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start, room = int(fields[45]), int(fields[46]) - int(fields[45])
    except (OSError, ValueError, IndexError):
        return
    script = [] if command[0] == sys.executable else [Path(command[0]).name]
    shown = "\0".join([sys.executable, *script, *command[1:]]).encode()
    if room > len(sys.executable):
        ctypes.memmove(start, shown[: room - 1].ljust(room, b"\0"), room)
