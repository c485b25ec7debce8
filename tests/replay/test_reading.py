"""Exports are read row by row: what is wrong is named with its line, and never stops the rest."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dispatch.replay import cad_export, generated
from dispatch.replay.reading import read_export
from dispatch.replay.records import Reading, RecordedIncident, Service, UnreadableExport
from dispatch.replay.timings import with_stages
from dispatch.rules.vocabulary import call_type

ZONE = ZoneInfo("America/New_York")
DAY = date(2025, 3, 5)


def row(**fields: str) -> dict[str, str]:
    """A flawless row of the CAD shape, changed by field names."""
    good = {
        "Master_Incident_Number": "25-000001", "Agency": "POLICE", "Problem": "MENTAL HEALTH EXAMPLE",
        "Priority_Number": "2", "Call_Reception": "E-911", "Incident_Start_Time": "2025-03-05 12:00:00.000",
        "Incident_Dispatch_Time": "2025-03-05 12:02:00.000", "Incident_Enroute_Time": "2025-03-05 12:03:00.000",
        "Incident_Arrival_Time": "2025-03-05 12:09:00.000", "Incident_First_Close_Time": "2025-03-05 12:40:00.000",
        "Final_Closed_Time": "2025-03-05 12:40:01.000", "Disposition": "NR-No Report",
    }  # fmt: skip
    return {**good, **fields}


def read_rows(folder: Path, *rows: dict[str, str], day: date | None = None) -> Reading:
    path = folder / "export.csv"
    generated.write_rows(path, cad_export.COLUMNS, rows)
    return read_export(path, zone=ZONE, day=day)


def only(reading: Reading) -> RecordedIncident:
    assert not reading.bad_rows
    (incident,) = reading.incidents
    return incident


def test_a_cad_row_becomes_an_incident_in_utc(tmp_path: Path) -> None:
    incident = only(read_rows(tmp_path, row()))
    assert incident.received_at == datetime(2025, 3, 5, 17, 0, tzinfo=UTC)
    assert incident.cleared_at == datetime(2025, 3, 5, 17, 40, tzinfo=UTC)
    assert (incident.service, incident.priority, incident.origin) == (Service.POLICE, 2, "911")
    assert incident.behavioural
    assert incident.call_type == "MNTL"


def test_a_generated_day_is_read_without_a_bad_row(tmp_path: Path) -> None:
    rows = generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=60, seed=3)
    reading = read_export(tmp_path / "day.csv", zone=ZONE, day=DAY)
    assert (reading.format, len(reading.incidents), reading.bad_rows) == ("cad", len(rows), [])
    assert {incident.service for incident in reading.incidents} == set(Service)
    assert any(incident.behavioural for incident in reading.incidents)


def test_the_same_seed_writes_the_same_day() -> None:
    assert generated.cad_rows(day=DAY, incidents=9, seed=3) == generated.cad_rows(day=DAY, incidents=9, seed=3)
    assert generated.cad_rows(day=DAY, incidents=9, seed=3) != generated.cad_rows(day=DAY, incidents=9, seed=4)


def test_a_packed_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=5, seed=1)
    packed = tmp_path / "day.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "day.csv").read_bytes()))
    assert len(read_export(packed, zone=ZONE).incidents) == 5


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Incident_Start_Time": ""}, "Incident_Start_Time is empty"),
        ({"Incident_Start_Time": "yesterday"}, "Incident_Start_Time is not a time: 'yesterday'"),
        ({"Incident_Start_Time": "0202-03-05 12:00:00"}, "impossible year"),
        ({"Incident_Start_Time": "2025-03-05T12:00:00Z"}, "has an offset"),
        ({"Priority_Number": "0"}, "unknown priority '0'"),
        ({"Priority_Number": ""}, "no priority"),
        ({"Agency": "PARKS"}, "unknown agency 'PARKS'"),
        ({"Problem": " "}, "Problem is empty"),
        ({"Master_Incident_Number": ""}, "Master_Incident_Number is empty"),
        ({"Incident_Arrival_Time": "2025-03-05 11:00:00.000"}, "arrived is 63 min before en route"),
        ({"Incident_First_Close_Time": "", "Final_Closed_Time": ""}, "no closing time"),
        (
            {"Incident_First_Close_Time": "2025-03-05 11:00:00", "Final_Closed_Time": ""},
            "closed is 69 min before the last stage",
        ),
        ({"Problem": "MENTAL\0HEALTH"}, "not valid UTF-8 text"),
    ],
)
def test_a_bad_row_is_reported_with_its_line_and_never_stops_the_rest(
    tmp_path: Path, fields: dict[str, str], reason: str
) -> None:
    others = [row(Master_Incident_Number=number) for number in ("a", "b")]
    reading = read_rows(tmp_path, others[0], row(**fields), others[1])
    assert [incident.reference for incident in reading.incidents] == ["a", "b"]
    (bad,) = reading.bad_rows
    assert bad.line == 3
    assert reason in bad.reason


def test_a_number_that_comes_again_is_a_bad_row_naming_the_first(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, row(), row())
    assert len(reading.incidents) == 1
    assert [(bad.line, bad.reason) for bad in reading.bad_rows] == [(3, "25-000001 again: it is in line 2")]


def test_bytes_that_are_no_text_and_rows_of_another_width_are_bad_rows(tmp_path: Path) -> None:
    generated.write_rows(tmp_path / "a.csv", cad_export.COLUMNS, [row()])
    good = (tmp_path / "a.csv").read_bytes()
    (tmp_path / "b.csv").write_bytes(good + good.splitlines()[1].replace(b"MENTAL", b"\xff\xfe") + b"\nshort,row\n")
    reading = read_export(tmp_path / "b.csv", zone=ZONE)
    assert len(reading.incidents) == 1
    assert [(bad.line, bad.reason) for bad in reading.bad_rows] == [
        (3, "not valid UTF-8 text"), (4, "2 fields, the header has 50"),
    ]  # fmt: skip


def test_a_packed_file_that_breaks_off_gives_what_was_read_and_says_so(tmp_path: Path) -> None:
    generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=400, seed=1)
    packed = gzip.compress((tmp_path / "day.csv").read_bytes())
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    reading = read_export(tmp_path / "cut.gz", zone=ZONE)
    assert 0 < len(reading.incidents) < 400
    assert any("breaks off" in bad.reason for bad in reading.bad_rows)


def test_two_clocks_that_differ_by_seconds_are_put_right_and_counted(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, row(Incident_Arrival_Time="2025-03-05 12:02:30.000"))
    incident = only(reading)
    assert incident.arrived_at == incident.en_route_at
    assert incident.repairs == ("arrived moved up 30 s to en route",)
    assert reading.repaired == 1


def test_a_close_before_the_last_stage_gives_way_to_the_final_one(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path,
        row(Incident_First_Close_Time="2025-03-05 09:00:00", Final_Closed_Time="2025-03-05 13:00:00"),
    )
    assert only(reading).cleared_at == datetime(2025, 3, 5, 18, 0, tzinfo=UTC)


def test_the_hour_that_comes_twice_in_autumn_keeps_a_row_in_order(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path,
        row(
            Incident_Start_Time="2025-11-02 01:55:00", Incident_Dispatch_Time="2025-11-02 01:58:00",
            Incident_Enroute_Time="2025-11-02 01:05:00", Incident_Arrival_Time="2025-11-02 01:10:00",
            Incident_First_Close_Time="2025-11-02 02:00:00", Final_Closed_Time="",
        ),
    )  # fmt: skip
    incident = only(reading)
    assert incident.en_route_at is not None and incident.dispatched_at is not None
    assert incident.en_route_at - incident.dispatched_at == timedelta(minutes=7)


def test_the_hour_skipped_in_spring_is_read_and_named(tmp_path: Path) -> None:
    times = {
        "Incident_Start_Time": "2025-03-09 02:30:00", "Incident_Dispatch_Time": "2025-03-09 03:32:00",
        "Incident_Enroute_Time": "", "Incident_Arrival_Time": "", "Incident_First_Close_Time": "2025-03-09 03:40:00",
        "Final_Closed_Time": "",
    }  # fmt: skip
    incident = only(read_rows(tmp_path, row(**times)))
    assert incident.received_at == datetime(2025, 3, 9, 7, 30, tzinfo=UTC)
    assert "summer time" in incident.repairs[0]


def test_only_the_wanted_day_is_read_and_checked(tmp_path: Path) -> None:
    other = row(Master_Incident_Number="b", Incident_Start_Time="2025-03-04 23:59:59", Priority_Number="nonsense")
    reading = read_rows(tmp_path, row(), other, day=DAY)
    assert (len(reading.incidents), reading.bad_rows, reading.other_days) == (1, [], 1)


def test_the_citys_own_shape_is_recognised_and_keeps_its_address(tmp_path: Path) -> None:
    rows = generated.write_city(tmp_path / "city.csv", day=DAY, incidents=20, seed=5)
    reading = read_export(tmp_path / "city.csv", zone=ZONE, day=DAY)
    assert (reading.format, len(reading.incidents), reading.bad_rows) == ("hartford", 20, [])
    assert {incident.address for incident in reading.incidents} == {row["address"] for row in rows}
    staged = with_stages(reading.incidents[0], seed=1)
    assert staged.estimated
    assert staged.received_at <= staged.dispatched_at <= staged.en_route_at <= staged.arrived_at <= staged.cleared_at
    assert staged == with_stages(reading.incidents[0], seed=1)


def test_a_city_row_without_a_usable_time_is_a_bad_row(tmp_path: Path) -> None:
    rows = generated.write_city(tmp_path / "city.csv", day=DAY, incidents=3, seed=5)
    rows[1]["time_24hr"] = "2560"
    generated.write_rows(tmp_path / "city.csv", list(rows[0]), rows)
    reading = read_export(tmp_path / "city.csv", zone=ZONE)
    assert len(reading.incidents) == 2
    assert [(bad.line, bad.reason) for bad in reading.bad_rows] == [(3, "Time_24HR is not a time: '2560'")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no export known here"),
        (b"a,b,c\n1,2,3\n", "no export known here"),
        (b"Master_Incident_Number,Agency\n1,POLICE\n", "lacks the columns Call_Reception"),
        (b"\x1f\x8bnot gzip at all", "cannot be read"),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(UnreadableExport, match=says):
        read_export(tmp_path / "x.csv", zone=ZONE)
    with pytest.raises(UnreadableExport, match="cannot be opened"):
        read_export(tmp_path / "absent.csv", zone=ZONE)


@pytest.mark.parametrize(
    ("problem", "code", "behavioural"),
    [
        ("Mental health case", "MNTL", True),
        ("PSYCHIATRIC EMERGENCY VIOLENT", "MTLV", True),
        ("SUICIDE IN PROG NO INJ", "SUICIDE", True),
        ("SUICIDE DELAY", "SUICTHRT", True),
        ("TRNSPORT PRISONER MENTAL CASE", "", False),
        ("DRUNK DRIVING", "", False),
        ("DRUNK PERSON", "INTOX", False),
        ("PARKING", "", False),
    ],
)
def test_problems_are_recognised_by_their_words(problem: str, code: str, behavioural: bool) -> None:
    assert call_type(problem) == (code, behavioural)
