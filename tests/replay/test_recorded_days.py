"""The recorded days in HEARTEAM_TEST_DATA (default ../shared/data); skipped where they are absent."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from dispatch.models import Call
from dispatch.replay.clock import ReplayClock
from dispatch.replay.reading import read_export
from dispatch.replay.records import Reading
from tests.replay.checks import assert_civilians_waited_for_police, assert_day_is_sound

DATA = Path(os.environ.get("HEARTEAM_TEST_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
FILE = DATA / "calls" / "alexandria_va_cad_2025-08-24_2025-11-30.csv.gz"
DAY = "2025-11-03"
ZONE = ZoneInfo("America/New_York")
HURRIED = 120
"""How much faster than sixty times the clock of the 60x test runs, so that the day takes seconds of waiting."""

pytestmark = [
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason=f"the recorded days are not in {DATA}"),
]


def replay(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("replay", str(FILE), "--json", *arguments, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def day_of(day: str) -> Reading:
    return read_export(FILE, zone=ZONE, day=date.fromisoformat(day))


def assert_summary_fits(summary: dict[str, Any], reading: Reading) -> None:
    """Every count of the summary that the file can answer, answered from the file."""
    incidents = reading.incidents
    assert summary["incidents"] == summary["calls"] == summary["closed"] == len(incidents)
    assert summary["behavioural"] == sum(1 for row in incidents if row.behavioural) == sum(summary["by_tier"].values())
    for key, of in (
        ("by_service", lambda row: row.service.value),
        ("by_recorded_priority", lambda row: str(row.priority)),
    ):
        values = [of(row) for row in incidents]
        assert summary[key] == {value: values.count(value) for value in sorted(set(values))}
    assert [bad["line"] for bad in summary["bad_rows"]] == [bad.line for bad in reading.bad_rows]
    if summary["waits"]["count"] == 0:
        waited = sorted((row.dispatched_at - row.received_at).total_seconds() for row in incidents)
        assert summary["times"]["answer_to_dispatch"]["longest_s"] == round(waited[-1], 1)


def test_the_whole_file_is_read_and_nearly_every_row_is_good() -> None:
    reading = read_export(FILE, zone=ZONE)
    assert len(reading.incidents) + len(reading.bad_rows) == 22_339
    assert len(reading.bad_rows) < 30


def test_the_recorded_monday_replays_as_fast_as_it_goes(center: None) -> None:
    reading = day_of(DAY)
    assert (len(reading.incidents), sum(1 for row in reading.incidents if row.behavioural)) == (288, 13)
    summary = replay("--day", DAY, "--speed", "0")
    assert_summary_fits(summary, reading)
    assert summary["refused"] == []
    assert_day_is_sound()
    assert_civilians_waited_for_police()


def test_the_recorded_monday_replays_at_sixty_times_the_speed_of_life(
    center: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    nap = ReplayClock.nap

    def hurry(clock: ReplayClock, moment: Any) -> None:
        clock._began -= 0.5 * HURRIED
        nap(clock, min(moment, clock.now()))

    monkeypatch.setattr(ReplayClock, "nap", hurry)
    summary = replay("--day", DAY, "--speed", "60")
    assert_summary_fits(summary, day_of(DAY))
    assert summary["refused"] == []
    assert set(Call.objects.values_list("pace", flat=True)) == {60}
    assert_day_is_sound()
    assert_civilians_waited_for_police()
