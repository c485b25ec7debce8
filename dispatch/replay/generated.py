"""Invented exports in the two shapes that are read, for tests and measurements. The vocabulary is our own.

`write_cad(path, day=.., incidents=.., seed=..)` and `write_city(..)` give the same file for the same arguments.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from dispatch.replay.cad_export import COLUMNS
from dispatch.replay.draws import seconds_around, seeded, weighted
from dispatch.replay.timings import DISPATCH_MEDIAN_S, DRIVE_MEDIAN_S, SCENE_MEDIAN_S, TURNOUT_MEDIAN_S

HOUR_WEIGHTS = (3, 2, 2, 2, 2, 2, 3, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 6, 6, 6, 5, 5, 4, 3)
"""Calls by hour of the day: few before dawn, most in the late afternoon."""

_PROBLEMS: Mapping[tuple[str, str, str], float] = {
    ("POLICE", "EXAMPLE STOP", "2"): 20,
    ("POLICE", "EXAMPLE DISPUTE", "2"): 14,
    ("POLICE", "EXAMPLE PARKING", "4"): 12,
    ("POLICE", "TRESPASS EXAMPLE", "3"): 4,
    ("POLICE", "DRUNK PERSON EXAMPLE", "3"): 3,
    ("POLICE", "SCHEDULED DETAIL EXAMPLE", "8"): 3,
    ("POLICE", "MENTAL HEALTH EXAMPLE", "2"): 5,
    ("POLICE", "SUICIDE THREAT EXAMPLE", "1"): 2,
    ("EMS", "EXAMPLE ILLNESS", "3"): 9,
    ("EMS", "EXAMPLE BREATHING", "1"): 6,
    ("EMS", "PSYCHIATRIC EXAMPLE", "2"): 1,
    ("FIRE", "EXAMPLE FIRE ALARM", "3"): 4,
    ("FIRE", "EXAMPLE SMOKE", "1"): 1,
}
_RECEPTION = {"E-911": 40, "Phone": 40, "OFFICER": 15, "Text": 2, "C2C": 3}
_ENDINGS = {"NR-No Report": 60, "RE-Report": 15, "UNDEFINED": 20, "CN-Cancellation": 5}
_CITY_PROBLEMS = {
    "EXAMPLE STOP": 10, "EXAMPLE NOISE": 8, "EXAMPLE DISPUTE": 8, "MENTAL HEALTH EXAMPLE": 3, "TRESPASS EXAMPLE": 2,
}  # fmt: skip
_CITY_PLACES = (
    ("EXAMPLE ST & SAMPLE AV", "FROG HOLLOW"), ("35 EXAMPLE ST", "BEHIND THE ROCKS"), ("", "ASYLUM HILL"),
    ("120 SAMPLE AV", "NORTHEAST"), ("9 EXAMPLE PL", "DOWNTOWN"),
)  # fmt: skip


def cad_rows(*, day: date, incidents: int, seed: int) -> list[dict[str, str]]:
    """Rows of an invented day in the CAD shape, by time of the call."""
    rng = seeded(seed, "cad", day)
    starts = sorted(_start(rng, day) for _ in range(incidents))
    return [_cad_row(rng, day, number, start) for number, start in enumerate(starts, start=1)]


def write_cad(path: Path, *, day: date, incidents: int, seed: int) -> list[dict[str, str]]:
    """Write such a file; returns its rows."""
    rows = cad_rows(day=day, incidents=incidents, seed=seed)
    write_rows(path, COLUMNS, rows)
    return rows


def write_city(path: Path, *, day: date, incidents: int, seed: int) -> list[dict[str, str]]:
    """Write an invented day in the city's open-data shape; returns its rows."""
    rng = seeded(seed, "city", day)
    rows = []
    for number in range(1, incidents + 1):
        start = _start(rng, day)
        address, area = rng.choice(_CITY_PLACES)
        rows.append({
            "apno": f"{day:%y}{number:06d}", "date": f"{day}T00:00:00", "time_24hr": f"{start:%H%M}",
            "description_1": weighted(rng, _CITY_PROBLEMS), "description_2": "", "address": address,
            "neighborhood": area, "call_initiated_by": rng.choice(("CITIZEN", "OFFICER")),
            "priority": rng.choice("ABC"),
        })  # fmt: skip
    write_rows(path, list(rows[0]) if rows else [], rows)
    return rows


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows as CSV with this header; columns a row lacks stay empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _start(rng: random.Random, day: date) -> datetime:
    hour = rng.choices(range(24), weights=HOUR_WEIGHTS)[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)))


def _cad_row(rng: random.Random, day: date, number: int, start: datetime) -> dict[str, str]:
    agency, problem, recorded = weighted(rng, _PROBLEMS)
    priority = min(int(recorded), 4)
    reception = weighted(rng, _RECEPTION) if agency == "POLICE" else "E-911"
    own = reception == "OFFICER"
    dispatched = start + timedelta(seconds=0 if own else seconds_around(rng, DISPATCH_MEDIAN_S[priority]))
    en_route = dispatched + timedelta(seconds=0 if own else seconds_around(rng, TURNOUT_MEDIAN_S))
    ending = weighted(rng, _ENDINGS)
    arrives = not ending.startswith("CN")
    arrived = en_route + timedelta(seconds=0 if own else seconds_around(rng, DRIVE_MEDIAN_S[priority]))
    closed = (arrived if arrives else en_route) + timedelta(
        seconds=seconds_around(rng, SCENE_MEDIAN_S[priority] if arrives else 120)
    )
    return {
        "Master_Incident_Number": f"{day:%y%m%d}-{number:04d}", "Response_Date": _written(start), "Agency": agency,
        "Problem": problem, "Priority_Number": recorded, "Call_Reception": reception,
        "Incident_Start_Time": _written(start), "Incident_Queue_Time": _written(start),
        "Incident_Dispatch_Time": _written(dispatched), "TimeFirstUnitDispatchAcknowledged": _written(en_route),
        "Incident_Enroute_Time": _written(en_route), "Incident_Arrival_Time": _written(arrived) if arrives else "",
        "TimeFirstCallCleared": _written(closed), "Incident_First_Close_Time": _written(closed),
        "Call_Reopened": "0", "Final_Closed_Time": _written(closed), "Disposition": ending,
    }  # fmt: skip


def _written(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="milliseconds")
