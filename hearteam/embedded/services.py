"""PostgreSQL and Valkey of one HEARTEAM_HOME, shared by everything that runs there.

Each user holds a shared lock on `users.lock` for its life; whoever leaves last stops the services. Starting, joining
and leaving happen one at a time under `services.lock`, so two users can neither start a second server nor both think
that the other one is still there.
"""

import atexit
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg2

from hearteam.embedded.failure import CannotRun
from hearteam.embedded.postgres import Postgres
from hearteam.embedded.valkey import Valkey


@dataclass
class Services:
    """The private services of `home`; an address given from outside (DATABASE_URL, REDIS_URL) is used as it is."""

    home: Path
    durable: bool = True
    database_url: str = ""
    redis_url: str = ""
    addresses: dict[str, str] = field(default_factory=dict)
    _mine: IO[str] | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, home: Path, durable: bool = True) -> "Services":
        return cls(home, durable, os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))

    @property
    def postgres(self) -> Postgres | None:
        return None if self.database_url else Postgres(self.home, self.durable)

    @property
    def valkey(self) -> Valkey | None:
        return None if self.redis_url else Valkey(self.home, self.durable)

    def join(self) -> dict[str, str]:
        """Become a user; start what is not running. Returns the environment that points at the services."""
        make_home(self.home)
        with self._one_at_a_time():
            mine = (self.home / "users.lock").open("a")
            fcntl.flock(mine, fcntl.LOCK_SH)
            self._mine = mine
            self._start()
        return self.addresses

    def leave(self) -> None:
        """Stop being a user; stop the services when nobody else uses them."""
        if self._mine is None:
            return
        with self._one_at_a_time():
            self._mine.close()
            self._mine = None
            self._stop_if_unused()

    def stop_if_unused(self) -> None:
        """Stop services that someone left running without leaving (killed)."""
        with self._one_at_a_time():
            self._stop_if_unused()

    def restart_dead(self) -> list[str]:
        """Start again what died; returns the names of what was restarted. Quick when all is well.

        Raises what the first one that could not be started raised, after the others were tried.
        """
        restarted: list[str] = []
        failed: list[Exception] = []
        for name, server in self._private():
            if server.is_running():
                continue
            try:
                with self._one_at_a_time():
                    self.addresses[name] = server.start()
                restarted.append(type(server).__name__)
            except (CannotRun, OSError, psycopg2.Error) as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return restarted

    def _private(self) -> list[tuple[str, Postgres | Valkey]]:
        """The services that are ours to start and stop, by the name of the variable that holds their address."""
        found: list[tuple[str, Postgres | Valkey]] = []
        if self.postgres:
            found.append(("DATABASE_URL", self.postgres))
        if self.valkey:
            found.append(("REDIS_URL", self.valkey))
        return found

    def _start(self) -> None:
        self.addresses = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        self.addresses.update({name: server.start() for name, server in self._private()})

    def _stop_if_unused(self) -> None:
        with (self.home / "users.lock").open("a") as everybody:
            try:
                fcntl.flock(everybody, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            for _, server in self._private():
                server.stop()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (self.home / "services.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def make_home(home: Path) -> None:
    """Make HEARTEAM_HOME, private to its user; root's lets PostgreSQL's user pass. Raises CannotRun."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        probe = home / "services.lock"
        probe.touch()
    except OSError as error:
        raise CannotRun(
            f"{home} cannot be written ({error.strerror}). Set HEARTEAM_HOME to a folder of your own with free space."
        ) from error


def use_for_this_command(home: Path, durable: bool = True) -> None:
    """Point the environment of a command such as `manage.py` at the services, and leave them when the command ends."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    services = Services.from_environment(home, durable)
    os.environ.update(services.join())
    owner = os.getpid()

    def leave() -> None:
        if os.getpid() == owner:
            services.leave()

    atexit.register(leave)
    for sign in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(sign) == signal.SIG_DFL:
            signal.signal(sign, lambda number, frame: sys.exit(128 + number))
