"""What came of a replay, read back from the stored calls: every number can be checked against the file.

Durations are seconds between stored times, so they are those of the recording plus the waits. Percentiles are nearest
rank. `without_police` counts calls on which no police unit was ever assigned.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatch.models import Assignment, Call, Handoff
from dispatch.replay.records import Reading, RecordedIncident

WAIT_FROM = timedelta(seconds=1)


def summarise(
    reading: Reading, incidents: Sequence[RecordedIncident], references: Mapping[str, str], shift: timedelta
) -> dict[str, Any]:
    """The summary as JSON-ready data: counts by input, by outcome, waits, times in seconds, bad rows."""
    calls = {
        call.source_reference: call
        for call in Call.objects.filter(source_reference__in=references.values()).select_related("decision")
    }  # fmt: skip
    pairs = [(incident, calls.get(references[incident.reference])) for incident in incidents]
    made = [(incident, call) for incident, call in pairs if call is not None]
    rows = _assignments([call for _, call in made])
    police = {row["call_id"] for row in rows if row["role"] == "POLICE"}
    crisis = [call for incident, call in made if incident.behavioural]
    return {
        "incidents": len(incidents),
        "calls": len(made),
        "closed": sum(1 for _, call in made if not call.open),
        "open": sum(1 for _, call in made if call.open),
        "behavioural": sum(1 for incident in incidents if incident.behavioural),
        "by_service": _counts(incident.service.value for incident in incidents),
        "by_recorded_priority": _counts(str(incident.priority) for incident in incidents),
        "by_priority": _counts(str(call.priority) for _, call in made),
        "by_tier": _counts(str(call.tier) for call in crisis if call.tier),
        "by_rule": _counts(call.decision.rule for call in crisis if call.decision),
        "without_police": {
            "behavioural": sum(1 for call in crisis if call.pk not in police),
            "all": sum(1 for _, call in made if call.pk not in police),
        },
        "assignments": len(rows),
        "units": len({row["unit_id"] for row in rows}),
        "handoffs": _handoffs(crisis),
        "waits": _waits(made, shift),
        "never_sent": sum(1 for _, call in made if call.first_dispatched_at is None),
        "times": _times([call for _, call in made]),
        "behavioural_times": _times(crisis),
        "repaired_rows": reading.repaired,
        "rows_of_other_days": reading.other_days,
        "bad_rows": [{"line": bad.line, "reason": bad.reason} for bad in reading.bad_rows],
    }


def as_text(summary: Mapping[str, Any]) -> str:
    """The summary for people."""
    times, waits = summary["times"], summary["waits"]
    lines = [
        f"{summary['incidents']} incidents: {summary['closed']} calls ended, {summary['open']} open",
        f"behavioural-health {summary['behavioural']}: {_listed(summary['by_tier'], 'T') or 'none triaged'}; "
        f"without police {summary['without_police']['behavioural']}",
        f"priorities {_listed(summary['by_priority'], 'P')}; recorded {_listed(summary['by_recorded_priority'], 'P')}",
        f"units sent {summary['assignments']} times, {summary['units']} different; "
        f"hand-offs by phone {_listed(summary['handoffs']) or 'none'}",
        f"waited for a unit {waits['count']}, median {_clock(waits['median_s'])}, 90 % {_clock(waits['p90_s'])}; "
        f"never served {summary['never_sent']}",
        *(
            f"{name.replace('_', ' ')}: median {_clock(t['median_s'])}, 90 % {_clock(t['p90_s'])}"
            for name, t in times.items()
        ),
        f"rows left out {len(summary['bad_rows'])}, put right {summary['repaired_rows']}",
    ]
    return "\n".join(lines)


def spread(seconds: Iterable[float]) -> dict[str, Any]:
    """`{count, median_s, p90_s, longest_s}`, rounded to 0.1 s; the values are None without any."""
    ordered = sorted(seconds)
    if not ordered:
        return {"count": 0, "median_s": None, "p90_s": None, "longest_s": None}
    return {
        "count": len(ordered),
        "median_s": round(_rank(ordered, 0.5), 1),
        "p90_s": round(_rank(ordered, 0.9), 1),
        "longest_s": round(ordered[-1], 1),
    }


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _assignments(calls: Sequence[Call]) -> list[dict[str, Any]]:
    rows = Assignment.objects.filter(call__in=calls)
    return list(rows.order_by("pk").values("call_id", "unit_id", "role"))


def _handoffs(calls: Sequence[Call]) -> dict[str, int]:
    return _counts(Handoff.objects.filter(call__in=calls).values_list("outcome", flat=True))


def _waits(made: Sequence[tuple[RecordedIncident, Call]], shift: timedelta) -> dict[str, Any]:
    waits = []
    for incident, call in made:
        if call.first_dispatched_at is None or incident.dispatched_at is None:
            continue
        wait = call.first_dispatched_at - incident.dispatched_at - shift
        if wait >= WAIT_FROM:
            waits.append(wait.total_seconds())
    return spread(waits)


def _times(calls: Sequence[Call]) -> dict[str, dict[str, Any]]:
    return {
        "answer_to_dispatch": _between(calls, "received_at", "first_dispatched_at"),
        "dispatch_to_arrival": _between(calls, "first_dispatched_at", "first_on_scene_at"),
        "answer_to_arrival": _between(calls, "received_at", "first_on_scene_at"),
        "arrival_to_clear": _between(calls, "first_on_scene_at", "closed_at"),
    }


def _between(calls: Sequence[Call], start: str, end: str) -> dict[str, Any]:
    pairs: list[tuple[datetime | None, datetime | None]] = [
        (getattr(call, start), getattr(call, end)) for call in calls
    ]
    return spread((last - first).total_seconds() for first, last in pairs if first and last)


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _listed(counts: Mapping[str, int], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name} {count}" for name, count in counts.items())


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
