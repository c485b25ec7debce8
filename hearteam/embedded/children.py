"""The processes that `make run` starts, and how each is started."""

import hashlib
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hearteam.embedded.address import Address
from hearteam.embedded.failure import CannotRun

BIN = Path(sys.executable).parent
LONGEST_SOCKET_PATH = 90  # Unix socket paths end at 104 to 108 characters, by system


@dataclass(frozen=True)
class Child:
    """`command` is run in the project's folder with `environment` added to ours."""

    name: str
    command: list[str]
    environment: dict[str, str]


def socket_folder(home: Path) -> Path:
    """A private folder for the two Unix sockets; in the temporary folder where HEARTEAM_HOME's path is too long.

    Raises CannotRun where somebody made one of that name there: whoever owns the folder could take the sockets' place.
    """
    folder = home / "run"
    is_too_long = len(str(folder / "live.sock")) > LONGEST_SOCKET_PATH
    if is_too_long:
        folder = Path("/tmp") / f"hearteam-{os.getuid()}-{os.getpid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder.lstat()
    if is_too_long and (stat.S_ISLNK(made.st_mode) or made.st_uid != os.getuid()):
        raise CannotRun(f"{folder} is another account's. Set HEARTEAM_HOME to a folder with a shorter path.")
    return folder


def figures_folder(home: Path) -> Path:
    """Where the processes keep what they count: in memory where that can be, for a full disk would end who writes."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    return place / f"hearteam-{os.getuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def all_children(home: Path, address: Address, sockets: Path, traffic: str) -> list[Child]:
    """In the order in which they are started: what serves a browser first."""
    children = [
        Child("front", front(address, sockets), {}),
        Child("web", web(sockets), {"DATABASE_CONN_MAX_AGE": "60"}),
        Child("live", live(sockets), {"DATABASE_CONN_MAX_AGE": "0"}),
        Child("timers", [sys.executable, "manage.py", "run_timers"], {}),
        Child("timers-spare", [sys.executable, "manage.py", "run_timers"], {}),  # leads while the other is frozen
        Child("worker", [*celery("worker"), "-c", "2", "--without-gossip", "--without-mingle"], {}),
        Child("beat", [*celery("beat"), "-s", str(home / "beat.db"), "--pidfile="], {}),
    ]
    if traffic != "none":
        children.append(Child("traffic", [sys.executable, "manage.py", "run_traffic"], {}))
    for_all = shared_environment(home)
    return [
        Child(c.name, c.command, {**for_all, **c.environment, "HEARTEAM_PROCESS": c.name, "PGAPPNAME": c.name})
        for c in children
    ]


def shared_environment(home: Path) -> dict[str, str]:
    """What is the same for all: settings and libraries look at it while the code is read."""
    return {"PROMETHEUS_MULTIPROC_DIR": str(figures_folder(home))}


def front(address: Address, sockets: Path) -> list[str]:
    command = [sys.executable, "-m", "hearteam.embedded.front", "--host", address.host, "--port", str(address.port)]
    return [*command, "--web", str(sockets / "web.sock"), "--live", str(sockets / "live.sock")]


def web(sockets: Path) -> list[str]:
    """Two processes of eight threads, each thread with a database connection that it keeps. The code is read once."""
    return [
        *(str(BIN / "gunicorn"), "hearteam.wsgi:application", "--bind", f"unix:{sockets / 'web.sock'}"),
        *("--worker-class", "hearteam.web_worker.DrainingWorker", "--workers", "2", "--threads", "8", "--preload"),
        "--proxy-protocol",
        *("--timeout", "30", "--graceful-timeout", "5", "--log-level", "warning"),
    ]


def live(sockets: Path) -> list[str]:
    """Compression off: it halves the events a second (see docs/performance.md)."""
    return [
        *(str(BIN / "uvicorn"), "hearteam.asgi:application", "--uds", str(sockets / "live.sock")),
        *("--ws", "dispatch.live.protocol:LiveProtocol", "--ws-per-message-deflate", "false", "--ws-max-size", "65536"),
        # A tablet that lost its network counts as seen for at most this long more.
        *("--ws-ping-interval", "10", "--ws-ping-timeout", "10"),
        *("--proxy-headers", "--forwarded-allow-ips", "*", "--lifespan", "on"),
        *("--timeout-graceful-shutdown", "2", "--no-access-log", "--log-level", "warning"),
    ]


def celery(what: str) -> list[str]:
    app = "hearteam.beat" if what == "beat" else "hearteam.celery"
    return [str(BIN / "celery"), "-A", app, "--skip-checks", "--quiet", what, "-l", "WARNING"]
