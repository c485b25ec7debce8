"""What a database holds, so that a copy of it can be proven: counts of tables, checksums of some, the log's ends."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class)

from hearteam.backup.failure import CannotBackUp

CHECKED = (
    "auth_user",
    "dispatch_assignment",
    "dispatch_call",
    "dispatch_decision",
    "dispatch_note",
    "dispatch_triageanswers",
    "events_stream",
    "partners_unit",
)
"""Tables whose every row is in a checksum, whatever order the rows stand in."""

FORMAT = 1
SAME_TEXT = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; "
    "SET extra_float_digits = 1"
)
"""Rows read the same on every server, whatever its own settings."""


@dataclass(frozen=True, slots=True)
class Contents:
    """`tables`: rows in each; `checksums`: of CHECKED; `head`, `first`, `last`, `events`: the log's version, its oldest
    and newest event and how many; `migrations`: "app.name" of all that were applied.
    """

    tables: dict[str, int]
    checksums: dict[str, str]
    head: int
    first: int
    last: int
    events: int
    migrations: list[str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Beside each dump. `made_at` is RFC 3339; `sha256` the dump's."""

    made_at: str
    server: str
    size: int
    sha256: str
    contents: Contents
    format: int = FORMAT

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`. Raises CannotBackUp when it is none of ours."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**told, "contents": Contents(**told["contents"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotBackUp(f"{path} is no manifest of a backup: {error}") from error


def contents_of(connection: Connection) -> Contents:
    """What the database of this connection holds, as its transaction sees it."""
    with connection.cursor() as cursor:
        cursor.execute(SAME_TEXT)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
        tables = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            tables[name] = int(_only(cursor))
        checksums = {}
        for name in sorted(set(CHECKED) & set(names)):
            checked = sql.SQL("SELECT coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t")
            cursor.execute(checked.format(sql.Identifier(name)))
            checksums[name] = str(_only(cursor))
        if "events_stream" not in tables:
            raise CannotBackUp("This is no database of HEARTeam: it has no event log.")
        cursor.execute("SELECT version FROM events_stream WHERE name = 'board'")
        head = int(_only(cursor))
        cursor.execute("SELECT coalesce(min(v), 0), coalesce(max(v), 0) FROM events_event")
        first, last = cursor.fetchone() or (0, 0)
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = [name for (name,) in cursor.fetchall()]
    return Contents(tables, checksums, head, first, last, tables["events_event"], migrations)


def _only(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def differences(wanted: Contents, found: Contents) -> list[str]:
    """In words, what a copy has otherwise than its manifest says; empty for a true copy."""
    said = []
    for name in sorted({*wanted.tables, *found.tables}):
        before, after = wanted.tables.get(name), found.tables.get(name)
        if before != after:
            said.append(f"{name} has {after} rows, not {before}")
    said += [
        f"rows of {name} are other ones"
        for name, checksum in wanted.checksums.items()
        if found.checksums.get(name) != checksum
    ]
    for name in ("head", "first", "last", "migrations"):
        if getattr(wanted, name) != getattr(found, name):
            said.append(f"the {name} of the log differ" if name != "migrations" else "other migrations were applied")
    return said


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
