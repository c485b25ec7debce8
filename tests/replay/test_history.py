"""A generated past is one that could have happened: the log, the rows and the constraints fit one another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from dispatch.actions.calls import call_receive
from dispatch.board import apply
from dispatch.models import Call, CallNumber
from dispatch.queries import board
from dispatch.queries.call import call_detail, timeline
from dispatch.queries.decisions import replay
from dispatch.replay.history.stories import TABLES
from dispatch.replay.history.writing import Written, history_write
from dispatch.reports.report import report
from hearteam.events import log
from hearteam.events.models import Event, Stream
from hearteam.events.types import EVENT_TYPES
from partners.access import Actor

SYSTEM = Actor.system("test")
CALLS = 150
DAYS = 1


@pytest.fixture(scope="module")
def written(center_rows: None) -> Iterator[Written]:
    ends = timezone.now() - timedelta(days=4)
    yield history_write(
        calls=CALLS, starts=ends - timedelta(days=DAYS), ends=ends, seed=7, zone=ZoneInfo("America/New_York"),
        progress=lambda _: None,
    )  # fmt: skip


@pytest.fixture
def past(written: Written, db: None) -> Written:
    """The module's past, whatever earlier tests did to it."""
    return written


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def test_every_call_has_ended_in_the_past(past: Written) -> None:
    assert Call.objects.count() == past.calls == CALLS
    assert not board.open_calls().exists()
    assert board.snapshot()["calls"] == []
    assert not Call.objects.filter(received_at__gt=timezone.now() - timedelta(days=3)).exists()
    assert len(past.told) >= 5, "many kinds of calls"


def test_the_log_is_gapless_and_in_the_order_of_time(past: Written) -> None:
    told = Event.objects.filter(call_id__isnull=False)
    first, last = told.order_by("v").first(), told.order_by("v").last()
    assert first is not None and last is not None
    assert told.count() == past.events == last.v - first.v + 1
    assert Stream.objects.get(name=log.BOARD).version == last.v == log.head()
    assert rows(
        "SELECT 1 FROM (SELECT at < lag(at) OVER (ORDER BY v) AS back FROM events_event WHERE call_id IS NOT NULL) e"
        " WHERE back"
    ) == []  # fmt: skip


def test_each_tablet_notices_every_gap(past: Written) -> None:
    chains = "SELECT prev <> COALESCE(lag(v) OVER (PARTITION BY unit ORDER BY v), prev) AS broken, prev, v FROM %s"
    assert rows(f"SELECT 1 FROM ({chains % 'events_eventaudience'}) a WHERE broken OR prev >= v") == []


def test_every_row_points_to_rows_that_are_there(past: Written) -> None:
    for label in TABLES:
        model = apps.get_model(label)
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                lost = model.objects.filter(**{f"{field.name}__isnull": False})
                there = field.related_model.objects.values("pk")
                assert not lost.exclude(**{f"{field.attname}__in": there}).exists(), f"{label}.{field.name}"


def test_no_unit_is_on_two_calls_at_once(past: Written) -> None:
    assert rows(
        "SELECT 1 FROM (SELECT dispatched_at < lag(cleared_at) OVER (PARTITION BY unit_id ORDER BY dispatched_at)"
        " AS twice FROM dispatch_assignment) a WHERE twice"
    ) == []  # fmt: skip


def test_events_are_events_of_their_class(past: Written) -> None:
    for event in Event.objects.filter(call_id__isnull=False).order_by("v")[:400]:
        fields = {name: value for name, value in event.data.items() if name != "changes"}
        EVENT_TYPES[event.type].model_validate(fields)


def test_events_end_with_the_rows_that_the_database_has(past: Written) -> None:
    for pk in some_calls(25):
        (now,) = board.call_rows([pk])
        told = Event.objects.filter(call_id=pk).order_by("v")
        rows = [row for event in told for row in event.data["changes"].get("calls", []) if row["id"] == str(pk)]
        assert rows[-1] == now


def test_following_the_log_ends_with_an_empty_board(past: Written) -> None:
    frames = [log.frame_of(event) for event in Event.objects.filter(call_id__isnull=False).order_by("v")]
    now = {"version": frames[0]["v"] - 1, "calls": [], "units": [], "alerts": [], "presence": {}}
    most = 0
    for frame in frames:
        now = apply(now, frame)
        most = max(most, len(now["calls"]))
    assert (now["calls"], now["alerts"], now["version"]) == ([], [], log.head())
    assert most > 1, "calls overlap"


def test_decisions_replay_to_what_was_decided(past: Written) -> None:
    for call in Call.objects.filter(decision__isnull=False).select_related("decision__answers")[:5]:
        assert replay(call.decision).rule == call.decision.rule


def test_a_call_and_the_reports_can_be_read(past: Written) -> None:
    for pk in some_calls(5):
        call = Call.objects.get(pk=pk)
        assert call_detail(SYSTEM, call)["number"] == call.number
        assert timeline(SYSTEM, call)[0]["type"] == "call_received"
    day = timezone.localdate() - timedelta(days=5)
    assert report(day, day)


def test_the_next_call_takes_the_next_id_and_number(past: Written) -> None:
    newest = Call.objects.order_by("-pk")[0]
    numbers = {row.year: row.last for row in CallNumber.objects.all()}
    call = call_receive(by=SYSTEM, location={"text": "550 MAIN ST", "lat": 41.76, "lon": -72.67})
    assert call.pk == newest.pk + 1
    year = timezone.localtime().year
    assert call.number == f"{year % 100:02d}-{numbers.get(year, 0) + 1:06d}"
    assert Event.objects.get(v=log.head()).call_id == call.pk


def test_a_database_with_calls_is_left_alone(past: Written) -> None:
    with pytest.raises(CommandError, match="has calls of its own"):
        call_command("generate_history", calls=10)
    assert Call.objects.count() == CALLS


def test_a_real_installation_is_left_alone(center: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="real installation"):
        call_command("generate_history", calls=10)


def some_calls(count: int) -> list[int]:
    return Random(3).sample(list(Call.objects.order_by("pk").values_list("pk", flat=True)), count)
