"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How grave; the gravest is the command's exit code."""

    WELL = 0
    WARNING = 1
    FAILED = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is a sentence; `do` another, empty where nothing is to be done."""

    check: str
    level: Level
    says: str
    do: str = ""


def well(check: str, says: str) -> Finding:
    return Finding(check, Level.WELL, says)


def warning(check: str, says: str, do: str) -> Finding:
    return Finding(check, Level.WARNING, says, do)


def failed(check: str, says: str, do: str) -> Finding:
    return Finding(check, Level.FAILED, says, do)
