"""Room on the disk of HEARTEAM_HOME: how much is needed, when it is gone, and how that is said.

Standard library only: asked before anything is installed.
"""

import errno
import os
import shutil
from pathlib import Path

from hearteam.embedded.failure import CannotRun

MB = 1_000_000
# Measured: a first start writes 55 MB (38 of them by initdb). The rest is for PostgreSQL's next log files.
FIRST_START = 150 * MB
LATER_START = 50 * MB
# PostgreSQL's log grows by files of 16 MiB. Where the next one does not fit, PostgreSQL stops.
ALMOST_FULL = 17 * MB

SIGNS = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "Check free disk space")


def free(path: Path) -> int:
    """Bytes that `path`, which need not exist yet, has left for us (what only root may use does not count)."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def is_almost_full(home: Path) -> bool:
    """Whether the disk has too little left for the database to go on."""
    return free(home) < ALMOST_FULL


def is_the_cause(words: str) -> bool:
    """Whether the words of a program that failed speak of a full disk or quota."""
    return any(sign in words for sign in SIGNS)


def must_have_room(home: Path) -> None:
    """For a start on `home`: more for its first. Raises CannotRun with what is free and what is needed."""
    first = not os.environ.get("DATABASE_URL") and not any(home.glob("postgres-*/data/PG_VERSION"))
    way_out = "Free some and start again, or set HEARTEAM_HOME to a folder on another disk."
    must_have(home, FIRST_START if first else LATER_START, "a first start" if first else "a start", way_out)


def must_have(path: Path, needed: int, purpose: str, way_out: str) -> None:
    """Raises CannotRun where the disk of `path` has less than `needed` bytes left."""
    left = free(path)
    if left < needed:
        raise CannotRun(
            f"There is too little free space on the disk that holds {path}: {left // MB} MB are free, and {purpose} "
            f"needs {needed // MB} MB. {way_out}"
        )


def full(home: Path) -> str:
    """The one sentence for a disk that is full, and what to do."""
    return (
        f"The disk that holds {home} is full: {free(home) // MB} MB are free. "
        f"Free at least {FIRST_START // MB} MB and start again; what was saved is kept."
    )


def while_running(home: Path) -> str:
    """The same while it runs: nothing needs to be started again."""
    return (
        f"The disk that holds {home} is full: {free(home) // MB} MB are free, and soon nothing can be saved. "
        f"Free at least {LATER_START // MB} MB; all goes on by itself then."
    )


def overwrite(path: Path, text: str) -> None:
    """Write a small file in its place: what a full disk still allows, and never leaves empty, where it was there."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()
