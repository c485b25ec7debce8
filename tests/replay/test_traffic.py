"""The traffic process: a recorded day from now on, day after day; what is away is waited for; one leader."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from dispatch.models import Call, PhoneCall
from dispatch.replay import cad_export, generated, traffic
from dispatch.replay.reading import read_export
from dispatch.replay.session import Recording, prepare_for_today
from tests.factories import make_call
from tests.replay.test_reading import row

ZONE = ZoneInfo("America/New_York")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def recorded(folder: Path, *starts: datetime) -> Path:
    """Incidents of half an hour at these local times."""
    rows = []
    for number, start in enumerate(starts):
        times = {
            "Incident_Start_Time": 0, "Incident_Dispatch_Time": 1, "Incident_Enroute_Time": 2,
            "Incident_Arrival_Time": 8, "Incident_First_Close_Time": 30,
        }  # fmt: skip
        stamps = {name: (start + timedelta(minutes=m)).strftime("%Y-%m-%d %H:%M:%S") for name, m in times.items()}
        fields = {"Master_Incident_Number": str(number), "Problem": "EXAMPLE STOP", "Final_Closed_Time": "", **stamps}
        rows.append(row(**fields))
    generated.write_rows(folder / "recorded.csv", cad_export.COLUMNS, rows)
    return folder / "recorded.csv"


@pytest.mark.django_db
def test_a_recorded_day_is_joined_at_the_present_time_of_day(tmp_path: Path) -> None:
    monday = date(2025, 3, 3)
    path = recorded(tmp_path, at(monday, 9), at(monday, 11, 45), at(monday, 15))
    today = date(2026, 6, 8)
    recording = prepare_for_today(
        read_export(path, zone=ZONE), recorded=monday, today=today, seed=1, zone=ZONE, now=at(today, 12)
    )
    assert recording is not None
    local = [(row.received_at + recording.shift).astimezone(ZONE) for row in recording.incidents]
    assert local == [at(today, 11, 45), at(today, 15)], "what is over is left out; what goes on is joined"
    named = [recording.references[row.reference] for row in recording.incidents]
    assert named == ["cad:1@2026-06-08", "cad:2@2026-06-08"], "each day it is laid on is another run"


def test_the_day_to_replay_is_the_fullest_of_the_same_weekday(tmp_path: Path) -> None:
    mondays, tuesday = (date(2025, 3, 3), date(2025, 3, 10)), date(2025, 3, 11)
    path = recorded(
        tmp_path, at(mondays[0], 9), at(mondays[1], 9), at(mondays[1], 10), *[at(tuesday, hour) for hour in (1, 2, 3)]
    )
    reading = read_export(path, zone=ZONE)
    assert traffic.day_for(reading, date(2026, 6, 8), ZONE) == mondays[1]
    assert traffic.day_for(reading, date(2026, 6, 10), ZONE) == tuesday, "no Wednesday was recorded"


@pytest.mark.django_db
def test_what_was_going_on_is_on_the_board_at_once_with_its_times(center: None, tmp_path: Path) -> None:
    now = timezone.now().astimezone(ZONE)
    begun = (now - timedelta(minutes=10)).replace(tzinfo=None)
    path = recorded(tmp_path, begun.replace(tzinfo=ZONE))
    if begun.date() != now.date():
        pytest.skip("ten minutes ago was yesterday")
    rounds = iter(range(40))

    def stopped() -> bool:
        return next(rounds, None) is None or Call.objects.filter(status="on_scene").exists()

    traffic.run_recording(path, stopped, lambda seconds: None)
    call = Call.objects.get()
    assert (call.status, call.pace) == ("on_scene", 1)
    assert call.first_on_scene_at - call.received_at == timedelta(minutes=8)


@pytest.mark.django_db
def test_a_call_left_open_by_a_stop_is_taken_up_again_though_its_recorded_end_is_past(
    center: None, tmp_path: Path
) -> None:
    monday, today = date(2025, 3, 3), date(2026, 6, 8)
    reading = read_export(recorded(tmp_path, at(monday, 9), at(monday, 9, 5)), zone=ZONE)

    def prepare() -> Recording | None:
        return prepare_for_today(reading, recorded=monday, today=today, seed=1, zone=ZONE, now=at(today, 15))

    assert prepare() is None
    make_call(source_reference="cad:1@2026-06-08")
    taken_up = prepare()
    assert taken_up is not None
    assert [row.reference for row in taken_up.incidents] == ["1"]


@pytest.mark.django_db
def test_a_database_that_is_away_is_waited_for_and_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic.connection, "close", lambda: None)
    monkeypatch.setattr(traffic, "close_old_connections", lambda: None)
    outcomes: list[Any] = [OperationalError("gone"), OperationalError("gone"), None, None]
    pauses: list[float] = []

    def work() -> float:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return 7.0

    traffic._keep_going(work, lambda: not outcomes, pauses.append)
    assert pauses == [1.0, 2.0, 7.0, 7.0]


@pytest.mark.django_db
def test_a_process_that_does_not_lead_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "_leads", lambda: False)
    rounds = iter(range(3))
    worked: list[int] = []
    traffic._keep_going(lambda: float(worked.append(1) or 1), lambda: next(rounds, None) is None, lambda s: None)
    assert worked == []


def test_traffic_none_does_nothing_and_a_wrong_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    call_command("run_traffic", "--traffic", "none")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="no export known here"):
        call_command("run_traffic", "--traffic", str(tmp_path / "x.csv"))


def test_the_simulated_phone_rings_where_it_is_told_and_never_on_a_real_installation(
    center: None, settings: Any
) -> None:
    said = StringIO()
    call_command("simulate_phone", kind="text", count=2, position="D7", seconds=0, stdout=said)
    assert len(said.getvalue().splitlines()) == 2
    assert set(PhoneCall.objects.values_list("position", "class_of_service")) == {("D7", "TEXT")}
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("simulate_phone")
