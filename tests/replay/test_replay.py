"""A file replays through the same actions a person uses, and its summary can be checked against the file."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from dispatch.models import Assignment, Call, Deadline, WelfareCheck
from dispatch.replay import cad_export, generated
from dispatch.replay.driver import Replay
from dispatch.replay.placing import Placing
from dispatch.replay.reading import read_export
from dispatch.replay.scenarios import draw_situation
from hearteam.events.models import Event
from partners.models import Agency, Unit
from tests.replay.checks import assert_civilians_waited_for_police, assert_day_is_sound, overlapping_assignments

DAY = date(2025, 3, 5)
ZONE = ZoneInfo("America/New_York")
pytestmark = pytest.mark.django_db


def replay(path: Path, *arguments: str) -> dict[str, Any]:
    """The summary of `manage.py replay` at full speed."""
    out = io.StringIO()
    call_command("replay", str(path), "--speed", "0", "--json", *arguments, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def keep_units(team: str, count: int) -> None:
    """Leave only the first few units of a team on the roster."""
    kept = Unit.objects.filter(team__code=team).order_by("pk").values_list("pk", flat=True)[:count]
    Unit.objects.filter(team__code=team).exclude(pk__in=list(kept)).update(active=False)


def written(start: datetime) -> str:
    return start.strftime("%Y-%m-%d %H:%M:%S.000")


def incident(number: int, start: datetime, problem: str = "EXAMPLE STOP", **fields: str) -> dict[str, str]:
    """A police incident: dispatched after 1 min, arrived after 6, closed after 60."""
    times = {
        "Incident_Start_Time": 0, "Incident_Dispatch_Time": 1, "Incident_Enroute_Time": 2, "Incident_Arrival_Time": 6,
        "Incident_First_Close_Time": 60,
    }  # fmt: skip
    return {
        "Master_Incident_Number": f"25-{number:06d}", "Agency": "POLICE", "Problem": problem, "Priority_Number": "3",
        "Call_Reception": "E-911", "Disposition": "NR-No Report",
        **{column: written(start + timedelta(minutes=minutes)) for column, minutes in times.items()}, **fields,
    }  # fmt: skip


def test_a_generated_day_ends_with_every_call_closed_and_a_summary_that_fits_the_file(
    center: None, tmp_path: Path
) -> None:
    rows = generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=30, seed=11)
    rows += [dict(rows[0], Master_Incident_Number=""), dict(rows[1], Priority_Number="0"), dict(rows[2])]
    generated.write_rows(tmp_path / "day.csv", cad_export.COLUMNS, rows)
    summary = replay(tmp_path / "day.csv", "--day", str(DAY))

    assert (summary["incidents"], summary["calls"], summary["closed"], summary["open"]) == (30, 30, 30, 0)
    assert [bad["line"] for bad in summary["bad_rows"]] == [32, 33, 34]
    assert summary["refused"] == []
    good = rows[:30]
    services = Counter(row["Agency"] for row in good)
    assert summary["by_service"] == dict(sorted(services.items()))
    recorded = Counter({"8": "4"}.get(row["Priority_Number"], row["Priority_Number"]) for row in good)
    assert summary["by_recorded_priority"] == dict(sorted(recorded.items()))
    crises = sum(1 for row in good if any(word in row["Problem"] for word in ("MENTAL", "SUICIDE", "PSYCHIATRIC")))
    assert summary["behavioural"] == crises == sum(summary["by_tier"].values())
    assert Call.objects.exclude(decision=None).count() == crises
    assert_day_is_sound()
    assert_civilians_waited_for_police()


def test_recorded_durations_and_times_of_day_are_kept_and_lie_in_the_past(center: None, tmp_path: Path) -> None:
    generated.write_rows(tmp_path / "one.csv", cad_export.COLUMNS, [incident(1, datetime(2025, 3, 5, 23, 30))])
    summary = replay(tmp_path / "one.csv")
    assert {name: row["median_s"] for name, row in summary["times"].items()} == {
        "answer_to_dispatch": 60.0,
        "dispatch_to_arrival": 300.0,
        "answer_to_arrival": 360.0,
        "arrival_to_clear": 3240.0,
    }
    assert summary["waits"]["count"] == 0
    local = Call.objects.get().received_at.astimezone(ZONE)
    assert (local.hour, local.minute) == (23, 30)
    assert_day_is_sound()


def test_a_dispatch_waits_for_a_free_unit_and_everything_after_it_shifts(center: None, tmp_path: Path) -> None:
    keep_units("HPD", 1)
    start = datetime(2025, 3, 5, 14, 0)
    rows = [incident(1, start), incident(2, start + timedelta(minutes=10)), incident(3, start + timedelta(minutes=20))]
    rows[2]["Priority_Number"] = "1"
    generated.write_rows(tmp_path / "busy.csv", cad_export.COLUMNS, rows)
    summary = replay(tmp_path / "busy.csv")
    assert summary["closed"] == 3
    assert summary["waits"]["count"] == 2
    order = list(Assignment.objects.order_by("dispatched_at").values_list("call__source_reference", flat=True))
    assert order == ["cad:25-000001", "cad:25-000003", "cad:25-000002"], "the graver call comes first"
    first, second, third = Call.objects.order_by("first_dispatched_at")
    assert second.first_dispatched_at == first.closed_at
    assert second.first_on_scene_at - second.first_dispatched_at == timedelta(minutes=5)
    assert second.closed_at - second.first_dispatched_at == timedelta(minutes=59)
    assert third.first_dispatched_at == second.closed_at
    assert overlapping_assignments() == []


def test_a_call_nobody_can_be_sent_to_is_closed_and_counted(center: None, tmp_path: Path) -> None:
    keep_units("HPD", 0)
    generated.write_rows(tmp_path / "none.csv", cad_export.COLUMNS, [incident(1, datetime(2025, 3, 5, 14, 0))])
    summary = replay(tmp_path / "none.csv")
    assert (summary["closed"], summary["never_sent"], summary["assignments"]) == (1, 1, 0)


def test_a_second_run_of_the_same_file_doubles_nothing(center: None, tmp_path: Path) -> None:
    generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=5, seed=2)
    first = replay(tmp_path / "day.csv")
    events = Event.objects.count()
    second = replay(tmp_path / "day.csv")
    assert Call.objects.count() == 5
    assert Event.objects.count() == events
    assert (second["closed"], second["assignments"]) == (first["closed"], first["assignments"])


def test_another_file_is_laid_beside_the_first_and_puts_no_unit_on_two_calls(center: None, tmp_path: Path) -> None:
    keep_units("HPD", 3)
    for number, seed in enumerate((2, 3)):
        rows = generated.cad_rows(day=DAY, incidents=5, seed=seed)
        rows = [dict(row, Master_Incident_Number=f"{number}-{row['Master_Incident_Number']}") for row in rows]
        generated.write_rows(tmp_path / f"{number}.csv", cad_export.COLUMNS, rows)
    days = [replay(tmp_path / f"{number}.csv")["laid_on"] for number in (0, 1)]
    assert days[1] < days[0]
    assert_day_is_sound()


def test_an_interrupted_replay_goes_on_where_it_was(center: None, tmp_path: Path, monkeypatch: Any) -> None:
    rows = generated.cad_rows(day=DAY, incidents=8, seed=4)
    generated.write_rows(tmp_path / "day.csv", cad_export.COLUMNS, rows)
    steps = iter(range(30))
    whole = Replay.run
    with monkeypatch.context() as patch:
        patch.setattr(Replay, "run", lambda self: whole(self, lambda: next(steps, None) is None))
        with pytest.raises(CommandError, match="have not ended"):
            replay(tmp_path / "day.csv")
    received = dict(Call.objects.values_list("source_reference", "received_at"))
    assert received
    summary = replay(tmp_path / "day.csv")
    assert (summary["closed"], Call.objects.count()) == (8, 8)
    assert {
        call.source_reference: call.received_at for call in Call.objects.filter(source_reference__in=received)
    } == received
    assert_day_is_sound()


def test_crisis_calls_get_answers_units_that_fit_and_welfare_checks(center: None, tmp_path: Path) -> None:
    start = datetime(2025, 3, 5, 9, 0)
    rows = [
        incident(number, start + timedelta(minutes=90 * number), "MENTAL HEALTH EXAMPLE") for number in range(6)
    ]  # fmt: skip
    generated.write_rows(tmp_path / "crises.csv", cad_export.COLUMNS, rows)
    summary = replay(tmp_path / "crises.csv", "--seed", "3")
    assert summary["behavioural"] == 6
    civilians = Assignment.objects.filter(unit__team__agency__kind=Agency.Kind.CIVILIAN)
    assert civilians.exists()
    assert WelfareCheck.objects.filter(assignment__in=civilians.exclude(on_scene_at=None)).exists()
    for call in Call.objects.select_related("decision"):
        assert call.decision is not None
        roles = set(call.assignments.values_list("role", flat=True))
        assert set(call.decision.response) == roles, f"{call.decision.rule}: {roles}"
    assert summary["without_police"]["behavioural"] == sum(
        1 for call in Call.objects.all() if "POLICE" not in call.decision.response
    )
    assert not Deadline.objects.filter(cancelled_at=None).exists(), "speed 0 has no timers"
    assert_civilians_waited_for_police()


def test_the_citys_own_file_replays_with_its_addresses_and_drawn_times(center: None, tmp_path: Path) -> None:
    generated.write_city(tmp_path / "city.csv", day=DAY, incidents=8, seed=5)
    summary = replay(tmp_path / "city.csv")
    assert (summary["format"], summary["closed"]) == ("hartford", 8)
    assert Call.objects.filter(location_text="35 EXAMPLE ST").exists()
    assert not Call.objects.filter(lat=None).exists()
    assert_day_is_sound()


def test_the_same_seed_places_and_answers_the_same(center: None, tmp_path: Path) -> None:
    generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=5, seed=5)
    incidents = read_export(tmp_path / "day.csv", zone=ZONE).incidents
    placing = Placing()
    places = [[placing.location_of(row, seed) for row in incidents] for seed in (1, 1, 2)]
    assert places[0] == places[1] != places[2]
    assert draw_situation(1, "MNTL", "x") == draw_situation(1, "MNTL", "x")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--day", "2025-03-06"], "There is no incident to replay on 2025-03-06"),
        (["--speed", "-1"], "The speed is 0 or more"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_one_sentence(tmp_path: Path, arguments: list[str], says: str) -> None:
    generated.write_cad(tmp_path / "day.csv", day=DAY, incidents=2, seed=5)
    with pytest.raises(CommandError, match=says):
        call_command("replay", str(tmp_path / "day.csv"), *arguments)
