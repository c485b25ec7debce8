"""A backup is proven by its manifest, restores to the same database, and a half or changed one is never taken."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from psycopg2 import sql

from dispatch.actions.backups import backup_when_due
from dispatch.actions.restoring import log_restart
from dispatch.models import Call
from dispatch.queries.backups import backup_database, newest_backup_at
from hearteam.advisory_locks import AdvisoryLock
from hearteam.backup.backups import (
    Backup,
    backup_at,
    backup_make,
    backup_verify,
    backups_in,
    restore_in_place,
    restore_into,
)
from hearteam.backup.database import Database
from hearteam.backup.failure import CannotBackUp
from hearteam.backup.manifest import contents_of
from hearteam.events import history, log
from hearteam.events.models import Event
from partners.access import Actor
from tests.stage import Stage, committed, set_stage, transactional_db

__all__ = ["committed", "set_stage", "transactional_db"]


@pytest.fixture
def scratch(committed: Stage) -> Iterator[Database]:
    """An empty database beside the test's own."""
    database = backup_database().named(f"scratch_{secrets.token_hex(4)}")
    database.create()
    yield database
    with database.server() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{database.name}%"])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        database.named(name).drop()


@pytest.fixture
def made(committed: Stage, tmp_path: Path) -> Backup:
    call = committed.triaged_call()
    committed.send(call, "CRT1")
    return backup_make(backup_database(), tmp_path)


def calls_in(database: Database) -> int:
    with closing(database.connect()) as connection:
        return contents_of(connection).tables["dispatch_call"]


def test_a_backup_restores_to_the_same_rows_and_can_take_the_place_of_a_database(
    made: Backup, scratch: Database, committed: Stage
) -> None:
    assert backup_verify(backup_at(made.dump), backup_database()) == []
    with scratch.server() as cursor:  # as on another machine
        named = sql.Identifier(scratch.name)
        cursor.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'Asia/Tokyo'").format(named))
        cursor.execute(sql.SQL("ALTER DATABASE {} SET datestyle = 'German'").format(named))
    assert restore_into(made, scratch) == []
    with pytest.raises(CannotBackUp, match="not empty"):
        restore_into(made, scratch)
    with closing(scratch.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE dispatch_call SET location_text = 'LATER'")
        connection.commit()
    kept = scratch.named(restore_in_place(made, scratch))
    with closing(scratch.connect()) as connection:
        assert contents_of(connection).head > made.manifest.contents.head + 1_000_000
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_value > 1000000 FROM dispatch_call_id_seq")
            assert cursor.fetchone() == (True,)
    for database, place in ((scratch, ""), (kept, "LATER")):
        with closing(database.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM dispatch_call WHERE location_text = 'LATER'")
            assert cursor.fetchone() == (1 if place else 0,)


def test_what_a_copy_has_otherwise_is_said(made: Backup, scratch: Database) -> None:
    held = made.manifest.contents
    told = replace(
        made.manifest,
        contents=replace(
            held, head=held.head + 1, tables={**held.tables, "dispatch_note": 77},
            checksums={**held.checksums, "dispatch_call": "7"},
        ),
    )  # fmt: skip
    wrong = "; ".join(restore_into(replace(made, manifest=told), scratch))
    assert "dispatch_note has 0 rows, not 77" in wrong
    assert "rows of dispatch_call are other ones" in wrong
    assert "the head of the log" in wrong


def test_a_file_that_was_changed_or_cut_off_is_refused_before_anything_is_touched(made: Backup) -> None:
    made.dump.write_bytes(made.dump.read_bytes()[:-100])
    with pytest.raises(CannotBackUp, match="cut off"):
        backup_at(made.dump)
    assert (made.dump.stat().st_mode & 0o777) == 0o600


def test_a_backup_that_fails_leaves_no_file_behind(committed: Stage, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp, match="pg_dump failed"):
        backup_make(Wrong(**vars_of(backup_database())), tmp_path)
    assert list(tmp_path.iterdir()) == []


class Wrong(Database):
    """Its programs cannot sign in."""

    __slots__ = ()

    def run(self, program: str, *words: str) -> None:
        Database.run(Database(**{**vars_of(self), "password": self.password}), program, *words, "--no-such-option")


def vars_of(database: Database) -> dict[str, str]:
    return {name: getattr(database, name) for name in Database.__slots__}


def test_the_newest_are_kept_and_a_dump_without_its_manifest_is_none(
    made: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in (1, 2, 3):
        name = f"hearteam-2026010{hour}T000000Z"
        (tmp_path / f"{name}.dump").write_bytes(b"x")
        replace(made.manifest, made_at=f"2026-01-0{hour}T00:00:00Z").write(tmp_path / f"{name}.json")
    (tmp_path / "hearteam-20270101T000000Z.dump").write_bytes(b"half")
    assert [one.made_at.day for one in backups_in(tmp_path)][1:] == [3, 2, 1]
    with pytest.raises(CannotBackUp, match="is there already"):
        frozen(monkeypatch, made.made_at)
        backup_make(backup_database(), tmp_path)
    monkeypatch.undo()
    made.dump.rename(tmp_path / "hearteam-20260104T000000Z.dump")
    made.dump.with_suffix(".json").rename(tmp_path / "hearteam-20260104T000000Z.json")
    backup_make(backup_database(), tmp_path, keep=2)
    assert len(backups_in(tmp_path)) == 2
    assert (tmp_path / "hearteam-20260104T000000Z.dump").exists()
    assert not (tmp_path / "hearteam-20260103T000000Z.dump").exists()


def test_one_is_made_by_itself_where_a_folder_is_named_and_only_when_the_last_is_old(
    committed: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(settings, "BACKUP_DIR", "")
    assert backup_when_due(now=now) is None
    monkeypatch.setattr(settings, "BACKUP_DIR", str(tmp_path))
    first = backup_when_due(now=now)
    assert first is not None
    assert newest_backup_at() == first.made_at
    assert backup_when_due(now=now + timedelta(hours=23)) is None
    with closing(backup_database().connect()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [int(AdvisoryLock.BACKUP)])
        assert backup_when_due(now=now + timedelta(hours=25)) is None


def frozen(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return at

    monkeypatch.setattr("hearteam.backup.backups.datetime", Clock)


def test_after_a_restore_whoever_holds_a_lost_version_starts_anew(committed: Stage, made: Backup) -> None:
    lost, lost_call = log.head() + 50, Call.objects.latest("pk").pk + 50
    floor = log_restart(by=Actor.system("restore"), backup_at=made.made_at)
    for _ in range(3):
        committed.triaged_call()
    assert log.head() > floor > lost
    assert not history.can_replay(lost, log.head())
    assert not history.can_replay(lost, log.head(), "CRT1")
    assert history.can_replay(log.head() - 2, log.head())
    assert log.unit_heads(["CRT1"])["CRT1"] >= floor
    assert Event.objects.get(v=floor + 1).type == "log_restarted"
    assert Call.objects.latest("pk").pk > lost_call
