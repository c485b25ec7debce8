"""The 50-column export of a CAD system: one row an incident, the center's own stage times, no address, no units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.replay import vocabulary
from dispatch.replay.records import RecordedIncident, RowError, Service
from dispatch.replay.times import in_order, parse_local, to_utc
from dispatch.rules.vocabulary import call_type

FORMAT = "cad"
COLUMNS = (
    "Master_Incident_Number", "Response_Date", "WeekNo", "DOW", "Day", "Hour", "Shift", "Day_Night", "ShiftPart",
    "Agency", "Problem", "Priority_Number", "Call_Reception", "Call_Taker", "Dispatcher", "Incident_Start_Time",
    "TimeCallViewed", "Incident_Queue_Time", "Time_To_Queue", "Elapsed_PS_Queue", "Time_To_Queue_Diff",
    "Incident_Dispatch_Time", "Time_To_Dispatch", "Elapsed_Queue_Disp", "Time_To_Disp_Diff", "Incident_Phone_Stop",
    "Phone_Time", "Elapsed_PS_CTD", "Phone_Time_Diff", "TimeFirstUnitDispatchAcknowledged", "Processing_Time",
    "Elapsed_Processing", "Diff_Proc_Time", "Incident_Enroute_Time", "Rollout_Time", "Elapsed_Rollout",
    "Diff_Rollout_Time", "Incident_Arrival_Time", "Transit_Time", "Elapsed_Transit", "Diff_Transit_Time",
    "TimeFirstCallCleared", "Incident_First_Close_Time", "Call_Reopened", "First_Reopen_Time", "Final_Closed_Time",
    "Total_Call_Time", "Elapsed_Call_Time", "Diff_Total_Call_Time", "Disposition",
)  # fmt: skip
NEEDED = (
    "Master_Incident_Number", "Agency", "Problem", "Priority_Number", "Call_Reception", "Incident_Start_Time",
    "Incident_Dispatch_Time", "TimeFirstUnitDispatchAcknowledged", "Incident_Enroute_Time", "Incident_Arrival_Time",
    "Incident_First_Close_Time", "Final_Closed_Time", "Disposition",
)  # fmt: skip
_STAGES = (
    ("received", "Incident_Start_Time"),
    ("dispatched", "Incident_Dispatch_Time"),
    ("en route", "Incident_Enroute_Time"),
    ("arrived", "Incident_Arrival_Time"),
)


def local_start(row: Mapping[str, str]) -> datetime:
    """The local time of the call. Raises RowError."""
    start = parse_local(row["Incident_Start_Time"], "Incident_Start_Time")
    if start is None:
        raise RowError("Incident_Start_Time is empty")
    return start


def read_row(row: Mapping[str, str], line: int, zone: ZoneInfo) -> RecordedIncident:
    """One row as an incident. Raises RowError with the reason.

    A unit counts as en route when it said so, else when it acknowledged. The call ends at its first close: later
    re-openings are paper work. Only where that lies before the last stage does the final close take its place.
    """
    reference = row["Master_Incident_Number"].strip()
    if not reference:
        raise RowError("Master_Incident_Number is empty")
    problem = " ".join(row["Problem"].split())
    if not problem:
        raise RowError("Problem is empty")
    service = _service(row["Agency"])
    stages, repairs = _stages(row, zone)
    received, dispatched, en_route, arrived, cleared = stages
    if received is None:
        raise RowError("Incident_Start_Time is empty")
    code, behavioural = call_type(problem)
    origin, channel = vocabulary.reception(row["Call_Reception"])
    return RecordedIncident(
        line=line, reference=reference, service=service, problem=problem, call_type=code, behavioural=behavioural,
        priority=vocabulary.priority(row["Priority_Number"], vocabulary.CAD_PRIORITIES), origin=origin, channel=channel,
        received_at=received, dispatched_at=dispatched, en_route_at=en_route, arrived_at=arrived, cleared_at=cleared,
        disposition=vocabulary.disposition(row["Disposition"], arrived=arrived is not None), repairs=tuple(repairs),
    )  # fmt: skip


def _service(text: str) -> Service:
    try:
        return Service(text.strip().upper())
    except ValueError:
        raise RowError(f"unknown agency {text.strip()[:20]!r}") from None


def _stages(row: Mapping[str, str], zone: ZoneInfo) -> tuple[list[datetime | None], list[str]]:
    repairs: list[str] = []
    stages: list[tuple[str, datetime | None]] = []
    last: datetime | None = None
    for name, column in _STAGES:
        text = row[column]
        if column == "Incident_Enroute_Time" and not text.strip():
            text = row["TimeFirstUnitDispatchAcknowledged"]
        moment = _utc(text, column, zone, last, repairs)
        stages.append((name, moment))
        last = moment or last
    times, moved = in_order(stages)
    if times[1] is None and (times[2] or times[3]):
        times[1] = times[2] or times[3]
        repairs.append("no dispatch time: taken from the next stage")
    latest = max(moment for moment in times if moment is not None)
    return [*times, _close(row, zone, latest, repairs)], repairs + moved


def _utc(text: str, column: str, zone: ZoneInfo, after: datetime | None, repairs: list[str]) -> datetime | None:
    local = parse_local(text, column)
    if local is None:
        return None
    moment, repair = to_utc(local, zone, after)
    if repair:
        repairs.append(repair)
    return moment


def _close(row: Mapping[str, str], zone: ZoneInfo, latest: datetime, repairs: list[str]) -> datetime:
    first = _utc(row["Incident_First_Close_Time"], "Incident_First_Close_Time", zone, latest, repairs)
    final = _utc(row["Final_Closed_Time"], "Final_Closed_Time", zone, latest, repairs)
    if first is None and final is None:
        raise RowError("no closing time")
    for moment in (first, final):
        if moment is not None and moment >= latest:
            return moment
    (_, closed), moved = in_order([("the last stage", latest), ("closed", final or first)])
    repairs.extend(moved)
    return closed or latest
