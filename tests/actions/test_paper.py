"""A call that was worked on paper is entered whole: ended, with its true times, and nothing rings because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.actions import paper
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.paper import PaperCall, PaperNote, PaperUnit, paper_call_enter
from dispatch.models import Alert, Assignment, Call, Deadline, Notice, PaperRecord
from dispatch.queries.board import unit_rows
from dispatch.queries.call import call_detail
from dispatch.queries.history import unit_history
from dispatch.reports.facts import groups
from dispatch.rules.status import AssignmentStatus as Step
from hearteam.events.log import rfc3339
from hearteam.events.models import Event, EventAudience
from hearteam.problems import Conflict, Malformed, NotAllowed
from partners.models import Unit
from tests.stage import CLEAR_ADULT, Stage

PLACE = {"text": "550 Main St", "lat": 41.7637, "lon": -72.6734}


def ago(minutes: float) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


@pytest.fixture
def sheet() -> PaperCall:
    return PaperCall(
        number="p 17",
        received_at=ago(200),
        triaged_at=ago(198),
        closed_at=ago(100),
        location=PLACE,
        disposition="15",
        outcome="Stays with the sister",
        caller={"name": "Ada Example", "phone": "860-555-0101"},
        person={"name": "Bo Example"},
        call_type="EDP",
        answers=CLEAR_ADULT,
        units=[
            PaperUnit(
                "CRT1", {Step.DP: ago(190), Step.ER: ago(188), Step.OS: ago(175), Step.TR: ago(140), Step.AD: ago(130),
                         Step.AV: ago(110)}, destination="Respite house",
            ),
            PaperUnit("HPD1", {Step.DP: ago(185)}),
        ],
        notes=[PaperNote("Brother is pacing.", ago(199))],
    )  # fmt: skip


def enter(stage: Stage, sheet: PaperCall, **more: Any) -> Call:
    return paper_call_enter(by=stage.dispatcher, paper=replace(sheet, **more))


def test_a_whole_paper_call_ends_closed_with_its_true_times(stage: Stage, sheet: PaperCall) -> None:
    call = Call.objects.get(pk=enter(stage, sheet).pk)
    assert (call.status, call.tier, call.outcome) == ("closed", 4, "Stays with the sister")
    assert (call.received_at, call.triaged_at, call.closed_at) == (
        sheet.received_at, sheet.triaged_at, sheet.closed_at,
    )  # fmt: skip
    crt, hpd = Assignment.objects.filter(call=call).order_by("unit__callsign")
    wanted = sheet.units[0].times
    assert (crt.dispatched_at, crt.en_route_at, crt.on_scene_at) == (wanted[Step.DP], wanted[Step.ER], wanted[Step.OS])
    assert (crt.transporting_at, crt.at_destination_at, crt.cleared_at) == (
        wanted[Step.TR], wanted[Step.AD], wanted[Step.AV],
    )  # fmt: skip
    assert (hpd.dispatched_at, hpd.on_scene_at, hpd.cleared_at) == (sheet.units[1].times[Step.DP], None, call.closed_at)
    assert (call.first_dispatched_at, call.first_on_scene_at) == (crt.dispatched_at, crt.on_scene_at)


def test_a_units_day_has_what_was_on_paper_at_its_own_time(
    stage: Stage, sheet: PaperCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = timedelta(days=30)
    worked = [replace(line, times={step: at - month for step, at in line.times.items()}) for line in sheet.units]
    received, triaged, closed = (at - month for at in (sheet.received_at, ago(198), sheet.closed_at))
    enter(stage, sheet, received_at=received, triaged_at=triaged, closed_at=closed, units=worked, notes=[])
    crt = Unit.objects.get(callsign="CRT1")
    assert unit_history(crt) == [], "it did none of that today"
    day = timezone.localtime(received)
    monkeypatch.setattr("dispatch.queries.history.timezone.localtime", lambda: day)
    frames = unit_history(crt)
    told = [frame["data"]["occurred_at"] for frame in frames]
    assert told == sorted(told, reverse=True)
    assert frames[-1]["type"] == "assignment_created"


def test_no_alarm_rings_and_no_unit_is_taken(stage: Stage, sheet: PaperCall) -> None:
    before = unit_rows()
    call = enter(stage, sheet)
    deadlines_fire(now=timezone.now() + timedelta(days=1))
    assert not Alert.objects.filter(call=call).exists()
    assert not Deadline.objects.filter(call=call).exists()
    assert not Notice.objects.filter(call=call).exists()
    assert not EventAudience.objects.filter(event__call_id=call.pk).exists()
    assert unit_rows() == before


def test_events_say_now_when_they_were_written_and_beside_it_when_it_happened(stage: Stage, sheet: PaperCall) -> None:
    begun = timezone.now()
    call = enter(stage, sheet)
    events = list(Event.objects.filter(call_id=call.pk).order_by("v"))
    assert events[0].type == "call_entered_from_paper"
    assert all(event.at >= begun for event in events)
    told = [(e.type, e.data.get("status", ""), e.data["occurred_at"]) for e in events if "occurred_at" in e.data]
    assert ("call_entered_from_paper", "", rfc3339(sheet.received_at)) in told
    assert ("call_triaged", "", rfc3339(ago(0)) if sheet.triaged_at is None else rfc3339(sheet.triaged_at)) in told
    assert ("assignment_status_changed", "OS", rfc3339(sheet.units[0].times[Step.OS])) in told
    assert ("call_closed", "", rfc3339(sheet.closed_at)) in told


def test_reports_count_it_by_its_true_times(stage: Stage, sheet: PaperCall) -> None:
    enter(stage, sheet)
    made = groups(starts=ago(201), ends=ago(199))
    arrival = next(group for group in made if group.label == "answer to arrival")
    assert arrival.n == 1
    assert arrival.p50 == pytest.approx(25 * 60, abs=1)
    assert not any(group.n for group in groups(starts=ago(60), ends=timezone.now()) if group.section == "calls")


def test_it_is_marked_as_entered_from_paper_and_by_whom(stage: Stage, sheet: PaperCall) -> None:
    call = enter(stage, sheet)
    shown = call_detail(stage.dispatcher, call)["paper"]
    assert (shown["number"], shown["by"]) == ("P 17", stage.dispatcher.name)


def test_a_sheet_is_entered_once_however_its_number_is_written(stage: Stage, sheet: PaperCall) -> None:
    first = enter(stage, sheet)
    with pytest.raises(Conflict) as refused:
        enter(stage, sheet, number=" P  17 ")
    assert refused.value.extra["call"] == str(first.pk)
    assert PaperRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closed_at": ago(201)}, "closed_at"),
        ({"triaged_at": ago(300)}, "triaged_at"),
        ({"units": [PaperUnit("CRT1", {Step.OS: ago(150)})]}, "units.0"),
        ({"units": [PaperUnit("CRT1", {Step.DP: ago(150), Step.OS: ago(160)})]}, "units.0"),
        ({"units": [PaperUnit("CRT1", {Step.DP: ago(250)})]}, "units.0"),
        ({"units": [PaperUnit("CRT1", {Step.DP: ago(150), Step.AV: ago(50)})]}, "units.0"),
        ({"notes": [PaperNote("Too early", ago(300))]}, "notes.0"),
        ({"notes": [PaperNote("Not yet", ago(-30))]}, "notes.0"),
        ({"units": [PaperUnit("NOSUCH1", {Step.DP: ago(150)})]}, "units.0"),
        ({"number": "  "}, "number"),
        ({"disposition": "99"}, "disposition"),
        ({"answers": {"weapon": "MAYBE"}}, "weapon"),
    ],
)
def test_times_that_contradict_each_other_are_named(
    stage: Stage, sheet: PaperCall, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Malformed) as refused:
        enter(stage, sheet, **wrong)
    assert field in refused.value.errors
    assert not Call.objects.exists()


def test_a_unit_that_is_no_longer_in_service_can_be_entered(stage: Stage, sheet: PaperCall) -> None:
    Unit.objects.filter(callsign="CRT1").update(active=False)
    call = enter(stage, sheet)
    assert call.assignments.filter(unit__callsign="CRT1", on_scene_at__isnull=False).exists()
    assert not Unit.objects.get(callsign="CRT1").active


def test_the_number_is_locked_before_the_units_as_where_a_crew_starts_a_call(stage: Stage, sheet: PaperCall) -> None:
    with CaptureQueriesContext(connection) as captured:
        enter(stage, sheet)
    wanted = ("dispatch_callnumber", f"EXECUTE {paper._units_locked.name} ")
    locks = [row["sql"] for row in captured if any(one in row["sql"] for one in wanted)]
    assert len(locks) == 2
    assert "dispatch_callnumber" in locks[0]


def test_a_call_taker_or_a_crew_enters_none(stage: Stage, sheet: PaperCall) -> None:
    for who in (stage.crew, stage.cast.actor("calltaker")):
        with pytest.raises(NotAllowed):
            paper_call_enter(by=who, paper=sheet)
