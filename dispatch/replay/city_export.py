"""The city's own open data: police calls for service with address and neighbourhood, and the time of the call only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from dispatch.replay import vocabulary
from dispatch.replay.records import RecordedIncident, RowError, Service
from dispatch.replay.times import parse_local, to_utc
from dispatch.rules.vocabulary import call_type

FORMAT = "hartford"
NEEDED = ("apno", "date", "time_24hr", "description_1", "address", "neighborhood", "call_initiated_by", "priority")


def local_start(row: Mapping[str, str]) -> datetime:
    """The local time of the call: the date's day and the 24-hour time ("0256", "256" or "02:56"). Raises RowError."""
    day = parse_local(row["date"], "Date")
    if day is None:
        raise RowError("Date is empty")
    text = row["time_24hr"].strip()
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text) or re.fullmatch(r"(\d{1,2}?)(\d{2})", text.zfill(3))
    if not text or found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise RowError(f"Time_24HR is not a time: {text[:20]!r}")
    return datetime.combine(day.date(), time(int(found[1]), int(found[2])))


def read_row(row: Mapping[str, str], line: int, zone: ZoneInfo) -> RecordedIncident:
    """One row as an incident without stage times. Raises RowError with the reason."""
    reference = row["apno"].strip().removesuffix(".0")
    if not reference:
        raise RowError("APNO is empty")
    detail = (row.get("description_2") or "").strip()
    problem = " ".join(f"{row['description_1']} {detail}".split())
    if not problem:
        raise RowError("Description_1 is empty")
    address = " ".join(row["address"].split())
    neighborhood = " ".join(row["neighborhood"].split())
    if not address and not neighborhood:
        raise RowError("neither address nor neighborhood")
    received, repair = to_utc(local_start(row), zone)
    code, behavioural = call_type(problem)
    origin, channel = vocabulary.reception(row["call_initiated_by"])
    return RecordedIncident(
        line=line, reference=reference, service=Service.POLICE, problem=problem, call_type=code,
        behavioural=behavioural, origin=origin, channel=channel,
        priority=vocabulary.priority(row["priority"], vocabulary.CITY_PRIORITIES),
        received_at=received, dispatched_at=None, en_route_at=None, arrived_at=None, cleared_at=None, disposition="18",
        address=address, neighborhood=neighborhood, repairs=(repair,) if repair else (),
    )  # fmt: skip
