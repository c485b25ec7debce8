"""Events that have left the table: files of gzipped JSON lines, one event a line, each with a manifest beside it.

A file is named only when it was read back and found whole, and only then may its events be deleted.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone

from hearteam.events import log
from hearteam.events.models import ArchivedEvents, Event, EventAudience

Frames = list[dict[str, Any]]
PER_FILE = 50_000
DELETED_AT_ONCE = 5_000


class BadArchive(Exception):
    """A file that is not what its manifest says, or not there."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """`sha256` is of the lines before they were compressed."""

    file: str
    first: int
    last: int
    count: int
    sha256: str


def last_before(moment: datetime) -> int:
    """The newest version that was written before a moment (0: none). Versions are in the order of their times."""
    low, high = log.oldest() - 1, log.head()
    while low < high:
        middle = (low + high + 1) // 2
        at = Event.objects.filter(v__gte=middle).order_by("v").values_list("at", flat=True).first()
        if at is not None and at < moment:
            low = middle
        else:
            high = middle - 1
    return max(low, 0)


def archive_write(folder: Path, upto: int) -> Iterator[ArchiveFile]:
    """Write what is stored up to a version and not archived yet, file by file. Raises BadArchive."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    newest = ArchivedEvents.objects.order_by("-last").values_list("last", flat=True).first() or 0
    while True:
        rows = list(Event.objects.filter(v__gt=newest, v__lte=upto).order_by("v")[:PER_FILE])
        if not rows:
            return
        written = _write_file(folder, rows)
        ArchivedEvents.objects.create(
            first=written.first, last=written.last, file=str(folder / written.file), sha256=written.sha256
        )
        newest = written.last
        yield written


def _write_file(folder: Path, rows: list[Event]) -> ArchiveFile:
    first, last = rows[0].v, rows[-1].v
    told: dict[int, dict[str, int]] = {}
    audience = EventAudience.objects.filter(event_id__gte=first, event_id__lte=last)
    for v, unit, prev in audience.values_list("event_id", "unit", "prev"):
        told.setdefault(v, {})[unit] = prev
    name = f"events-{first:012}-{last:012}.jsonl.gz"
    digest = hashlib.sha256()
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    try:
        with _private(draft) as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as lines:
            for row in rows:
                line = log.encode(_line(row, told.get(row.v, {}))).encode() + b"\n"
                digest.update(line)
                lines.write(line)
        made = ArchiveFile(name, first, last, len(rows), digest.hexdigest())
        _check(draft, made)
        _name(draft, folder / name)
        manifest = json.dumps(asdict(made), indent=2) + "\n"
        with _private(draft) as raw:
            raw.write(manifest.encode())
        _name(draft, _manifest_of(folder / name))
    finally:
        draft.unlink(missing_ok=True)
    return made


def _line(row: Event, units: dict[str, int]) -> dict[str, Any]:
    return {**log.frame_of(row), "by_user_id": row.by_user_id, "units": units}


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _name(draft: Path, path: Path) -> None:
    """On the disk first, then under its name; one that is there already stays."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists():
        raise BadArchive(f"{path} is there already.")
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _manifest_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".jsonl.gz") + ".json")


def _check(path: Path, told: ArchiveFile) -> None:
    """Read it all back. Raises BadArchive."""
    digest, count, before = hashlib.sha256(), 0, 0
    try:
        with gzip.open(path, "rb") as lines:
            for line in lines:
                digest.update(line)
                count += 1
                v = int(json.loads(line)["v"])
                if v <= before:
                    raise BadArchive(f"{path}: event {v} stands after {before}.")
                before = v
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise BadArchive(f"{path} cannot be read: {error}") from error
    if (count, digest.hexdigest()) != (told.count, told.sha256):
        raise BadArchive(f"{path} is not what its manifest says.")


def archive_files(folder: Path) -> list[tuple[Path, ArchiveFile]]:
    """The files of a folder, in the order of their versions. Raises BadArchive for a manifest that is none."""
    found = []
    for path in sorted(folder.glob("events-*.json")):
        try:
            told = ArchiveFile(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise BadArchive(f"{path} is no manifest: {error}") from error
        found.append((folder / told.file, told))
    return sorted(found, key=lambda one: one[1].first)


def archive_check(folder: Path) -> list[ArchiveFile]:
    """Read every file of a folder. Raises BadArchive at the first that is not whole."""
    files = archive_files(folder)
    for path, told in files:
        _check(path, told)
    return [told for _, told in files]


def archived_frames(folder: Path, *, call_id: int | None = None) -> Iterator[dict[str, Any]]:
    """Archived events as clients got them (with `by_user_id` and `units`), oldest first; of one call only."""
    for path, _ in archive_files(folder):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                frame = json.loads(line)
                if call_id is None or frame.get("call") == str(call_id):
                    yield frame


def archived_delete(upto: int) -> int:
    """Delete the archived events up to a version from the table, after reading their files once more. Some at a time.

    From the first moment on a follower from before fetches a snapshot. Returns how many went. Raises BadArchive.
    """
    gone = 0
    for row in ArchivedEvents.objects.filter(last__lte=upto, deleted_at__isnull=True).order_by("first"):
        path = Path(row.file)
        told = next((told for there, told in archive_files(path.parent) if there == path), None)
        if told is None or told.sha256 != row.sha256:
            raise BadArchive(f"{path} is not there, or not the one that was written: nothing of it is deleted.")
        _check(path, told)
        with transaction.atomic():
            log.raise_floor(row.last)
        gone += _delete(row.first, row.last)
        ArchivedEvents.objects.filter(pk=row.pk).update(deleted_at=timezone.now())
    return gone


def _delete(first: int, last: int) -> int:
    gone = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            versions = Event.objects.filter(v__gte=first, v__lte=last).order_by("v").values_list("v", flat=True)
            end = list(versions[:DELETED_AT_ONCE])
            if not end:
                return gone
            cursor.execute("SET LOCAL hearteam.retention = 'archive'")
            cursor.execute("DELETE FROM events_eventaudience WHERE v BETWEEN %s AND %s", [first, end[-1]])
            cursor.execute("DELETE FROM events_event WHERE v BETWEEN %s AND %s", [first, end[-1]])
            gone += cursor.rowcount
            cursor.execute("SET LOCAL hearteam.retention = ''")


def archived_put_back(folder: Path, as_kept: Callable[[Frames], Frames]) -> int:
    """Insert archived events that are no longer in the table, as they were but for what may be kept no longer:
    `as_kept` gives frames without it. Returns how many.
    """
    put = 0
    archive_check(folder)
    for path, told in archive_files(folder):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            frames = [json.loads(line) for line in lines]
        with transaction.atomic():
            there = set(Event.objects.filter(v__gte=told.first, v__lte=told.last).values_list("v", flat=True))
            missing = as_kept([frame for frame in frames if frame["v"] not in there])
            Event.objects.bulk_create([_row(frame) for frame in missing], batch_size=1_000)
            EventAudience.objects.bulk_create(
                [
                    EventAudience(event_id=frame["v"], unit=unit, prev=prev)
                    for frame in missing
                    for unit, prev in frame["units"].items()
                ],
                batch_size=1_000,
            )
            ArchivedEvents.objects.filter(first=told.first, last=told.last).update(deleted_at=None)
        put += len(missing)
    return put


def _row(frame: dict[str, Any]) -> Event:
    return Event(
        v=frame["v"], type=frame["type"], at=datetime.fromisoformat(frame["at"]), by=frame["by"],
        by_user_id=frame["by_user_id"], call_id=int(frame["call"]) if frame.get("call") else None,
        unit=frame.get("unit", ""), data=frame["data"],
    )  # fmt: skip
