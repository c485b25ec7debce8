"""What a reader hands on: incidents with times in UTC, and the rows that could not be read, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Service(StrEnum):
    """Which service's record it is; also the response role that serves it when triage does not decide."""

    POLICE = "POLICE"
    EMS = "EMS"
    FIRE = "FIRE"


@dataclass(frozen=True, slots=True)
class RecordedIncident:
    """One incident of an export. Times are aware UTC and in order; None where the export has none.

    `call_type` is one of our codes or "". `estimated`: the export gives the call's time only, the rest is drawn.
    `repairs` says in words what was put right in this row.
    """

    line: int
    reference: str
    service: Service
    problem: str
    call_type: str
    behavioural: bool
    priority: int
    origin: str
    channel: str
    received_at: datetime
    dispatched_at: datetime | None
    en_route_at: datetime | None
    arrived_at: datetime | None
    cleared_at: datetime | None
    disposition: str
    address: str = ""
    neighborhood: str = ""
    estimated: bool = False
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row left out. `line` counts the file's lines from 1, the header included."""

    line: int
    reason: str


@dataclass(slots=True)
class Reading:
    """A whole export: its format's name, its incidents by time of the call, and what was wrong."""

    format: str
    incidents: list[RecordedIncident] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    other_days: int = 0

    @property
    def repaired(self) -> int:
        """Rows that were read after something in them was put right."""
        return sum(1 for incident in self.incidents if incident.repairs)


class RowError(ValueError):
    """A row that cannot be used; the text is the reason shown to the person who gave the file."""


class UnreadableExport(Exception):
    """The file as a whole is not an export this program knows; the text says why and what is known."""
