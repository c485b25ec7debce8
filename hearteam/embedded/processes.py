"""Processes of this machine: is that one still alive, start one that dies with its parent, stop one and wait for it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def state_and_command(pid: int) -> tuple[str, str] | None:
    """One-letter state ("Z" is a zombie) and command line of a process; None when it is gone."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return None
        return stat.rpartition(")")[2].split()[0], command.strip()
    shown = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, command = shown.stdout.strip().partition(" ")
    return (state[0], command.strip()) if state else None


def is_running(pid: int, needle: str) -> bool:
    """Whether `pid` is alive, no zombie, and its command line holds `needle` (a pid is given to others later)."""
    found = state_and_command(pid)
    return found is not None and found[0] != "Z" and needle in found[1]


def is_zombie(pid: int) -> bool:
    found = state_and_command(pid)
    return found is not None and found[0] == "Z"


def reap(pid: int) -> None:
    """Take the exit status of `pid` if it is a dead child of ours, so that it does not stay a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except (ChildProcessError, OSError):
        pass


def wait_until(done: Callable[[], bool], seconds: float, step: float = 0.02) -> bool:
    """Ask `done` until it says yes (True) or the time is over (False)."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def stop(pid: int, needle: str, sign: signal.Signals, seconds: float) -> None:
    """Signal `pid` and wait for its end; after `seconds` it is killed."""

    def ended() -> bool:
        reap(pid)
        return not is_running(pid, needle)

    if ended():
        return
    send(pid, sign)
    if not wait_until(ended, seconds):
        send(pid, signal.SIGKILL)
        wait_until(ended, 5)


def send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        pass


def die_with_parent(sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send `sign` when our parent dies, however it dies. Linux only; elsewhere it does nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)


def free_port(preferred: int | None = None) -> int:
    """A TCP port on 127.0.0.1 that nobody listens on: `preferred` if it is free."""
    for wanted in (preferred, 0):
        if wanted is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
