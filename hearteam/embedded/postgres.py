"""The private PostgreSQL of one HEARTEAM_HOME: make its data, start or adopt it, stop it."""

import functools
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from hearteam.embedded import binaries, disk, processes, unprivileged
from hearteam.embedded.failure import CannotRun

USER = DATABASE = "hearteam"
SECONDS_TO_START = 10
SECONDS_TO_RECOVER = 60
# Its log must not hold what people said: a failed statement has it in its text, the detail of an error the row.
SILENT_ON_VALUES = ["log_min_error_statement=panic", "log_error_verbosity=terse", "log_parameter_max_length=0"]
UNSAFE_BUT_QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum_naptime=10s"]


@dataclass(frozen=True)
class Postgres:
    """`home`: where its folder goes. `durable=False` trades safety for speed (tests)."""

    home: Path
    durable: bool = True

    def start(self) -> str:
        """Make sure it runs and answers; returns its `postgresql://` URL. Raises CannotRun."""
        if not self.is_running():
            self._prepare()
            # The last processes of a killed server hold its memory for a moment, and PostgreSQL then refuses to start.
            if not processes.wait_until(self._start_server, SECONDS_TO_START, 0.3):
                raise CannotRun(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")
        if not processes.wait_until(self._answers_or_died, SECONDS_TO_RECOVER) or not self.is_running():
            raise CannotRun(f"PostgreSQL does not answer. The end of {self.log}:\n{tail(self.log)}")
        self._create_database()
        return self.url()

    def stop(self) -> None:
        """Fast shutdown: open connections are ended, nothing committed is lost."""
        pid = self.pid()
        if pid:
            processes.stop(pid, str(self.data), signal.SIGINT, 20)

    def is_running(self) -> bool:
        pid = self.pid()
        return pid is not None and processes.is_running(pid, str(self.data))

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self._port()}/{database}"

    @property
    def folder(self) -> Path:
        # The major version is in the path: a new PostgreSQL never meets the data of an old one.
        return self.home / f"postgres-{major_version(binaries.postgres_bin())}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def password(self) -> str:
        return (self.home / "postgres.password").read_text()

    def pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _port(self) -> int:
        return int((self.home / "postgres.port").read_text())

    @property
    def _program(self) -> Path:
        return binaries.postgres_bin() / "postgres"

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        run_as = unprivileged.choose(self._program, self.home)
        self._initialise(run_as)
        run_as.own(self.folder)
        self._forget_dead_server()

    def _start_server(self) -> bool:
        """Start it; False when it ended at once."""
        run_as = unprivileged.choose(self._program, self.home)
        port = processes.free_port(self._known_port())
        disk.overwrite(self.home / "postgres.port", str(port))
        options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "jit=off", "timezone=UTC"]
        options += SILENT_ON_VALUES
        if not self.durable:
            options += UNSAFE_BUT_QUICK
        command = [str(self._program), "-D", str(self.data), *(word for option in options for word in ("-c", option))]
        with self.log.open("ab") as log:
            server = run_as.start(command, stdout=log, stderr=log, env=clean_environment())
        processes.wait_until(lambda: server.poll() is not None or self.is_running(), 10)
        return server.poll() is None

    def _known_port(self) -> int | None:
        try:
            return self._port()
        except (OSError, ValueError):
            return None

    def _initialise(self, run_as: unprivileged.RunAs) -> None:
        """`initdb` beside its place, then move it there: a half-made database is never started."""
        if (self.data / "PG_VERSION").exists():
            return
        disk.must_have_room(self.home)
        draft, password_file = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(draft, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_hex(16))
        run_as.own(self.folder)
        command = [
            str(binaries.postgres_bin() / "initdb"),
            *("-D", str(draft), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(password_file), "-E", "UTF8"),
            *locale_options(binaries.postgres_bin()),
            *([] if self.durable else ["--no-sync"]),
        ]
        made = run_as.run(command, env=clean_environment())
        if made.returncode != 0:
            raise CannotRun(f"PostgreSQL could not make its database in {self.folder}:\n{made.stderr.strip()[-600:]}")
        kept = self.home / "postgres.password"
        kept.unlink(missing_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(password_file.read_text())
        password_file.unlink()
        draft.rename(self.data)

    def _forget_dead_server(self) -> None:
        """A killed server stays a zombie until its parent looks, and its lock file then stops the next one."""
        pid = self.pid()
        if pid is None:
            return
        processes.reap(pid)
        if not processes.wait_until(lambda: not processes.is_zombie(pid), 5):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _answers_or_died(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return not self.is_running()
        return True

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.url("postgres"), connect_timeout=5)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()


@functools.lru_cache
def major_version(folder: Path) -> int:
    said = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, env=clean_environment(), check=False
    )
    found = re.search(r"(\d+)", said.stdout)
    if not found:
        raise CannotRun(f"{folder / 'postgres'} does not start: {said.stderr.strip()[-300:]}")
    return int(found.group(1))


def locale_options(folder: Path) -> list[str]:
    """UTF-8 rules that are the same on every machine; the provider that brings them came with PostgreSQL 17."""
    if major_version(folder) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=en_US.UTF-8"]


def clean_environment() -> dict[str, str]:
    """Our environment without what would steer another PostgreSQL."""
    foreign = [name for name in os.environ if name.startswith("PG") or name == "LD_LIBRARY_PATH"]
    return {**{name: value for name, value in os.environ.items() if name not in foreign}, "LC_ALL": "C"}


def tail(path: Path, characters: int = 1500) -> str:
    try:
        return path.read_text(errors="replace")[-characters:].strip()
    except OSError:
        return "(no log)"
