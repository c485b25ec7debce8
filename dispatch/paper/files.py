"""The last sheets on this machine's disk: whole, private, and gone after a day."""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

NAME = "sheet-{at:%Y%m%d-%H%M%S}.html"
NEWEST = "newest.html"
DRAFT = ".draft-"


def sheet_write(folder: Path, html: str, *, at: datetime, keep: timedelta) -> Path:
    """Write the sheet of `at` (local time), point `newest.html` at it, and delete those older than `keep`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / NAME.format(at=at)
    _put(path, html)
    _put(folder / NEWEST, html)
    for old in (*folder.glob("sheet-*.html"), *folder.glob(f"{DRAFT}*")):
        if old.stat().st_mtime < (at - keep).timestamp():
            old.unlink(missing_ok=True)
    return path


def _put(path: Path, html: str) -> None:
    draft = path.with_name(f"{DRAFT}{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(html)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # of a disk that is full: half a sheet names people too
