"""The database that is backed up or restored into: its address, PostgreSQL's programs for it, and its copies."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class)

from hearteam.backup.failure import CannotBackUp
from hearteam.embedded import binaries
from hearteam.embedded.postgres import clean_environment


@dataclass(frozen=True, slots=True)
class Database:
    """Where it is. The password goes to programs in their environment, never on a command line."""

    host: str
    port: str
    user: str
    password: str
    name: str
    sslmode: str = "prefer"

    @classmethod
    def of_settings(cls, settings: dict[str, Any]) -> Database:
        """As Django's `DATABASES` names it."""
        options = settings.get("OPTIONS", {})
        return cls(
            host=str(settings.get("HOST") or "127.0.0.1"),
            port=str(settings.get("PORT") or 5432),
            user=str(settings.get("USER") or ""),
            password=str(settings.get("PASSWORD") or ""),
            name=str(settings["NAME"]),
            sslmode=str(options.get("sslmode", "prefer")),
        )

    def named(self, name: str) -> Database:
        """Another database of the same server."""
        return replace(self, name=name)

    def connect(self) -> Connection:
        """Without the limits that hold for commands: a backup takes as long as it takes."""
        return psycopg2.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, dbname=self.name,
            sslmode=self.sslmode, connect_timeout=5, application_name="hearteam-backup",
        )  # fmt: skip

    def run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs on this database. Raises CannotBackUp with the end of what it said."""
        with closing(self.connect()) as connection:
            major = connection.server_version // 10_000
        command = [
            str(binaries.postgres_program(program, major)),
            *("--host", self.host, "--port", self.port, "--username", self.user, "--no-password"),
            *("--dbname", self.name, *words),
        ]
        environment = {**clean_environment(), "PGPASSWORD": self.password, "PGSSLMODE": self.sslmode}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotBackUp(f"{program} failed: {done.stderr.strip()[-800:]}")

    def is_empty(self) -> bool:
        """Whether there is no table in it."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            return bool(cursor.fetchone() == (0,))

    @contextmanager
    def server(self) -> Iterator[Any]:
        """A cursor for what concerns whole databases of the server, outside of a transaction."""
        with closing(self.named("postgres").connect()) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                yield cursor

    def create(self) -> None:
        with self.server() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(self.name)))

    def drop(self) -> None:
        with self.server() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def take_the_place_of(self, other: Database, old_name: str) -> None:
        """Rename `other` to `old_name` and this one to its name, ending every connection; nothing is deleted."""
        with self.server() as cursor:
            _rename(cursor, other.name, old_name)
            try:
                _rename(cursor, self.name, other.name)
            except psycopg2.Error:
                _rename(cursor, old_name, other.name)
                raise


def _rename(cursor: Any, name: str, new_name: str) -> None:
    named, newly = sql.Identifier(name), sql.Identifier(new_name)
    cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(named))
    try:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(named, newly))
        named = newly
    finally:
        cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(named))


def written_whole(draft: Path, path: Path) -> None:
    """Give a finished file its name once it is on the disk, so that no half-written one ever has it."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
