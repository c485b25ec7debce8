"""Making backups, proving them, restoring them, and keeping the newest."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from hearteam.backup.database import Database, written_whole
from hearteam.backup.failure import CannotBackUp
from hearteam.backup.manifest import Contents, Manifest, contents_of, differences, read_manifest, sha256_of
from hearteam.events.log import RESTART_LEAP

PREFIX = "hearteam-"
DUMP = ".dump"
MANIFEST = ".json"
JOBS = "2"
NEW_IDS = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 0) + 1000000)
FROM pg_sequences WHERE schemaname = 'public' AND data_type = 'bigint'::regtype
"""
"""An id that was lost is never given again: a console or tablet may hold it, with what was typed or tapped about it."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A dump with its manifest beside it: the manifest is written last, so what has one is whole."""

    dump: Path
    manifest: Manifest

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest.made_at)


def backup_make(database: Database, folder: Path, *, keep: int = 0) -> Backup:
    """Write a backup of the database as of one moment while it is in use; of more than `keep` the oldest go (0: none).

    Nothing that is there is overwritten. Raises CannotBackUp.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_at = datetime.now(UTC)
    name = f"{PREFIX}{made_at:%Y%m%dT%H%M%SZ}"
    dump, manifest_path = folder / f"{name}{DUMP}", folder / f"{name}{MANIFEST}"
    if dump.exists() or manifest_path.exists():
        raise CannotBackUp(f"{dump} is there already.")
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    draft.touch(mode=0o600)
    try:
        contents, server = _dump(database, draft)
        manifest = Manifest(
            made_at=made_at.isoformat().replace("+00:00", "Z"), server=server, size=draft.stat().st_size,
            sha256=sha256_of(draft), contents=contents,
        )  # fmt: skip
        written_whole(draft, dump)
        draft.touch(mode=0o600)
        manifest.write(draft)
        written_whole(draft, manifest_path)
    finally:
        draft.unlink(missing_ok=True)
    if keep:
        _forget_all_but(folder, keep)
    return Backup(dump, manifest)


def _dump(database: Database, draft: Path) -> tuple[Contents, str]:
    """Dump and manifest see the same snapshot. Returns the contents and the server's version."""
    with closing(database.connect()) as connection:
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
            snapshot, server = cursor.fetchone() or ("", "")
        database.run("pg_dump", "--format", "custom", "--no-owner", "--snapshot", snapshot, "--file", str(draft))
        return contents_of(connection), server


def _forget_all_but(folder: Path, keep: int) -> None:
    for backup in backups_in(folder)[keep:]:
        backup.dump.with_suffix(MANIFEST).unlink(missing_ok=True)
        backup.dump.unlink(missing_ok=True)


def backups_in(folder: Path) -> list[Backup]:
    """The whole backups of a folder, the newest first."""
    found = []
    for path in folder.glob(f"{PREFIX}*{MANIFEST}"):
        try:
            found.append(Backup(path.with_suffix(DUMP), read_manifest(path)))
        except CannotBackUp:
            continue
    return sorted((backup for backup in found if backup.dump.exists()), key=lambda one: one.made_at, reverse=True)


def backup_at(dump: Path) -> Backup:
    """The backup in this file, untouched since it was made. Raises CannotBackUp."""
    if not dump.is_file():
        raise CannotBackUp(f"There is no file {dump}.")
    manifest = read_manifest(dump.with_suffix(MANIFEST))
    if dump.stat().st_size != manifest.size or sha256_of(dump) != manifest.sha256:
        raise CannotBackUp(f"{dump} is not the file that its manifest was made of: it was changed or cut off.")
    return Backup(dump, manifest)


def backup_verify(backup: Backup, database: Database) -> list[str]:
    """Restore into a scratch database of the same server, compare, drop it. Returns what differs: nothing, when it is
    well.
    """
    scratch = database.named(f"hearteam_verify_{secrets.token_hex(4)}")
    scratch.create()
    try:
        return restore_into(backup, scratch)
    finally:
        scratch.drop()


def restore_into(backup: Backup, target: Database) -> list[str]:
    """Restore into an empty database and compare it with the manifest. Returns what differs."""
    if not target.is_empty():
        raise CannotBackUp(f"The database {target.name} is not empty.")
    target.run("pg_restore", "--no-owner", "--exit-on-error", "--jobs", JOBS, str(backup.dump))
    with closing(target.connect()) as connection:
        return differences(backup.manifest.contents, contents_of(connection))


def restore_in_place(backup: Backup, database: Database) -> str:
    """Restore beside the database that is in use, prove the copy, and only then put it in its place.

    Processes come back to it at once, so its log and its ids go on far ahead from the first moment: none that was lost
    is ever given again. The old one is kept under the name returned. Raises CannotBackUp and leaves everything as it
    was.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    copy = database.named(f"{database.name}_restored_{stamp}")
    copy.create()
    try:
        wrong = restore_into(backup, copy)
        if wrong:
            raise CannotBackUp("The restored copy is not what was backed up: " + "; ".join(wrong))
        _leap(copy)
        old_name = f"{database.name}_before_{stamp}"
        copy.take_the_place_of(database, old_name)
    except BaseException:
        copy.drop()
        raise
    return old_name


def _leap(database: Database) -> None:
    with closing(database.connect()) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE events_stream SET version = version + %s", [RESTART_LEAP])
        cursor.execute(NEW_IDS)
