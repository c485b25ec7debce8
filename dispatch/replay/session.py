"""A recording made ready: stages filled in, references given, laid on its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.models import Call, CallType
from dispatch.queries import vocabularies
from dispatch.replay.laying import shift_between, shift_of
from dispatch.replay.records import Reading, RecordedIncident
from dispatch.replay.timings import with_stages

LONGEST_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class Recording:
    """Incidents with all stages, their source references, and the shift onto the day they are replayed on."""

    incidents: Sequence[RecordedIncident]
    references: dict[str, str]
    shift: timedelta


def prepare(reading: Reading, *, seed: int, zone: ZoneInfo, now: datetime) -> Recording | None:
    """On the latest free past days; None when there is no incident. A replay begun earlier keeps its place."""
    incidents = [with_stages(incident, seed) for incident in _as_decided(reading.incidents)]
    references = {row.reference: f"{reading.format}:{row.reference[:LONGEST_REFERENCE]}" for row in incidents}
    if not incidents:
        return None
    return Recording(incidents, references, shift_of(incidents, references, zone, now))


def prepare_for_today(
    reading: Reading, *, recorded: date, today: date, seed: int, zone: ZoneInfo, now: datetime
) -> Recording | None:
    """A recorded day laid on a day, from what is going on now by the file or is still open by the stored calls.

    Each day it is laid on counts as another run.
    """
    shift = shift_between(recorded, today, zone)
    of_day = [row for row in reading.incidents if row.received_at.astimezone(zone).date() == recorded]
    incidents = [with_stages(row, seed) for row in _as_decided(of_day)]
    references = {
        row.reference: f"{reading.format}:{row.reference[:LONGEST_REFERENCE]}@{today}" for row in incidents
    }  # fmt: skip
    known = dict(
        Call.objects.filter(source_reference__in=references.values()).values_list("source_reference", "status")
    )
    going_on = [
        row for row in incidents
        if _is_open(known.get(references[row.reference])) or (row.cleared_at or row.received_at) + shift > now
    ]  # fmt: skip
    return Recording(going_on, references, shift) if going_on else None


def _as_decided(incidents: Iterable[RecordedIncident]) -> list[RecordedIncident]:
    """Incidents as the active vocabulary has their problem: its type, and a crisis where it asks the questions.

    What it only offers them on is not triaged: exports do not say which of those calls was a crisis.
    """
    known = vocabularies.active_entries()
    made = []
    for incident in incidents:
        entry = vocabularies.entry_among(known, incident.problem, incident.service.value)
        if entry is None:
            made.append(incident)
            continue
        code = entry.call_type.code if entry.call_type else incident.call_type
        made.append(replace(incident, call_type=code, behavioural=entry.asks_triage == CallType.Asks.YES))
    return made


def _is_open(status: str | None) -> bool:
    return status is not None and status not in Call.ENDED
