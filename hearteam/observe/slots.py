"""Where the processes of one machine keep their figures, so that any of them can tell of all.

`PROMETHEUS_MULTIPROC_DIR` names a folder in memory (/dev/shm: a write to a mapped file on a full disk ends the
process). A process that counts holds a numbered slot by a lock that dies with it, and writes to the files of that
number, which are the library's own. The next process takes the slot over and goes on counting in the same files: a
process that is killed a hundred times leaves no hundred files, and no counter ever falls. What a dead one said of its
present (open sockets) is removed.

Nothing is opened before something is counted, and a fork begins anew: processes start as copies of one that has read
the code. Without the folder a process counts for itself alone.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from prometheus_client import multiprocess, values
from prometheus_client.mmap_dict import MmapedDict, mmap_key

logger = logging.getLogger(__name__)

SLOT: Final = re.compile(r"slot-(\d+)\.lock")
MOST_SLOTS: Final = 256


@dataclass(slots=True)
class _Mine:
    """What this process has open. `life` tells values of the time before a fork that their file is the parent's."""

    slot: int | None = None
    lock: int = -1
    life: int = 0
    files: dict[str, MmapedDict] = field(default_factory=dict)
    writing: threading.Lock = field(default_factory=threading.Lock)


_mine = _Mine()


def folder() -> Path | None:
    """Where figures are kept for all processes; None where each keeps its own."""
    named = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "").strip()
    return Path(named) if named else None


def process_name() -> str:
    return os.environ.get("HEARTEAM_PROCESS", "").strip() or "other"


class Value:
    """One number of a metric: the library's interface (`values.MultiProcessValue`), opened at its first use."""

    _multiprocess = True

    def __init__(  # noqa: PLR0917 (the library calls it so)
        self, typ: str, metric_name: str, name: str, labelnames: Any, labelvalues: Any, help_text: str,
        multiprocess_mode: str = "", **_: Any,
    ) -> None:  # fmt: skip
        self._kind = f"{typ}_{multiprocess_mode}" if typ == "gauge" else typ
        self._key = mmap_key(metric_name, name, labelnames, labelvalues, help_text)
        self._file: MmapedDict | None = None
        self._life = -1
        self._value = 0.0

    def _open(self) -> None:
        if self._life == _mine.life:
            return
        self._life = _mine.life
        self._value, self._file = 0.0, _file(self._kind)
        if self._file is not None:
            self._value, _ = self._file.read_value(self._key)  # type: ignore[no-untyped-call]

    def inc(self, amount: float) -> None:
        with _mine.writing:
            self._open()
            self._keep(self._value + amount)

    def set(self, value: float, timestamp: float | None = None) -> None:
        with _mine.writing:
            self._open()
            self._keep(value, timestamp or 0.0)

    def _keep(self, value: float, timestamp: float = 0.0) -> None:
        self._value = value
        if self._file is not None:
            self._file.write_value(self._key, value, timestamp)  # type: ignore[no-untyped-call]

    def get(self) -> float:
        with _mine.writing:
            self._open()
            return self._value

    def set_exemplar(self, exemplar: Any) -> None:
        """None are kept."""

    def get_exemplar(self) -> None:
        return None


def _file(kind: str) -> MmapedDict | None:
    """This process's file of this kind. None where there is no folder, or it cannot be written: no reason to fail."""
    where = folder()
    if where is None:
        return None
    try:
        if _mine.slot is None:
            where.mkdir(mode=0o700, parents=True, exist_ok=True)
            _must_be_ours(where)
            _mine.slot, _mine.lock = _take(where)
        if kind not in _mine.files:
            _mine.files[kind] = MmapedDict(str(where / f"{kind}_{_mine.slot}.db"))  # type: ignore[no-untyped-call]
    except OSError as error:
        logger.warning("figures are kept by this process alone: %s", error)
        return None
    return _mine.files[kind]


def _must_be_ours(where: Path) -> None:
    """Raises OSError where another account of this machine made the folder: its links would lead us to our files."""
    made = where.lstat()
    if stat.S_ISLNK(made.st_mode) or made.st_uid not in (os.getuid(), 0):
        raise PermissionError(f"{where} is another's")


def _take(where: Path) -> tuple[int, int]:
    """The first slot that nobody holds, and its lock."""
    for number in range(MOST_SLOTS):
        lock = os.open(where / f"slot-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _locks(lock):
            multiprocess.mark_process_dead(number, where)  # type: ignore[no-untyped-call]
            os.ftruncate(lock, 0)
            os.write(lock, f"{process_name()} {os.getpid()}".encode())
            return number, lock
        os.close(lock)
    raise OSError(f"more than {MOST_SLOTS} processes count in {where}")


def _locks(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _forked() -> None:
    """The slot stays the parent's: closing our copy of its lock does not give it up."""
    for file in _mine.files.values():
        file.close()  # type: ignore[no-untyped-call]
    if _mine.lock >= 0:
        os.close(_mine.lock)
    _mine.slot, _mine.lock, _mine.files, _mine.writing = None, -1, {}, threading.Lock()
    _mine.life += 1


def counting_processes() -> list[tuple[str, int]]:
    """(Name, pid) of those that live; what the dead said of their present is removed on the way."""
    where = folder()
    if where is None:
        return [(process_name(), os.getpid())]
    found = []
    for path in sorted(where.glob("slot-*.lock")):
        matched = SLOT.fullmatch(path.name)
        if not matched:
            continue
        number = int(matched[1])
        if number != _mine.slot and _cleared_away(path, number):
            continue
        name, _, pid = path.read_text().partition(" ")
        if pid.isdigit():
            found.append((name, int(pid)))
    return found


def _cleared_away(path: Path, number: int) -> bool:
    """Whether nobody holds that slot. While we hold it nobody else takes it and writes what is removed here."""
    lock = os.open(path, os.O_RDWR)
    try:
        if is_dead := _locks(lock):
            multiprocess.mark_process_dead(number, path.parent)  # type: ignore[no-untyped-call]
        return is_dead
    finally:
        os.close(lock)


os.register_at_fork(after_in_child=_forked)
values.ValueClass = Value
