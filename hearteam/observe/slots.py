"""Where the processes of one machine keep their figures, so that any of them can tell of all.

`PROMETHEUS_MULTIPROC_DIR` names a folder in memory (/dev/shm: a write to a mapped file on a full disk ends the
process). Each process holds a numbered slot by a lock that dies with it, and writes to the files of that number. The
next process takes the slot over and goes on counting in the same files: a process that is killed a hundred times
leaves no hundred files, and no counter ever falls. What a dead one said of its present (open sockets) is removed.

Without the folder a process counts for itself alone.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "").strip()
if FOLDER:
    Path(FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)

from prometheus_client import multiprocess, values  # noqa: E402  (reads the folder's name as it is imported)

SLOT: Final = re.compile(r"slot-(\d+)\.lock")
MOST_SLOTS: Final = 256


@dataclass(slots=True)
class _Mine:
    """The slot of this process; None until it counts, and in a fork until that counts."""

    number: int | None = None
    lock: int = -1


_mine = _Mine()


def slot() -> int:
    """This process's number."""
    return _mine.number if _mine.number is not None else _take()


def _take() -> int:
    for number in range(MOST_SLOTS):
        lock = os.open(Path(FOLDER) / f"slot-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _locks(lock):
            multiprocess.mark_process_dead(number, FOLDER)  # type: ignore[no-untyped-call]
            os.ftruncate(lock, 0)
            os.write(lock, f"{os.environ.get('HEARTEAM_PROCESS', 'other')} {os.getpid()}".encode())
            _mine.number, _mine.lock = number, lock
            return number
        os.close(lock)
    raise RuntimeError(f"more than {MOST_SLOTS} processes count in {FOLDER}")


def _locks(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _forked() -> None:
    """The slot stays the parent's; closing our copy of its lock does not give it up."""
    if _mine.lock >= 0:
        os.close(_mine.lock)
    _mine.number, _mine.lock = None, -1


def counting_processes() -> list[tuple[str, int]]:
    """(Name, pid) of those that live; what the dead said of their present is removed on the way."""
    if not FOLDER:
        return [(os.environ.get("HEARTEAM_PROCESS", "other"), os.getpid())]
    found = []
    for path in sorted(Path(FOLDER).glob("slot-*.lock")):
        matched = SLOT.fullmatch(path.name)
        if not matched:
            continue
        number = int(matched[1])
        if number != _mine.number and _is_dead(path):
            multiprocess.mark_process_dead(number, FOLDER)  # type: ignore[no-untyped-call]
            continue
        name, _, pid = path.read_text().partition(" ")
        if pid.isdigit():
            found.append((name, int(pid)))
    return found


def _is_dead(path: Path) -> bool:
    lock = os.open(path, os.O_RDWR)
    try:
        return _locks(lock)
    finally:
        os.close(lock)


def _prepare() -> None:
    if not FOLDER:
        return
    os.register_at_fork(after_in_child=_forked)
    kind: Callable[[Callable[[], int]], type] = values.MultiProcessValue
    values.ValueClass = kind(slot)


_prepare()
