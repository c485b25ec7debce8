"""The board that a process keeps is the board, whatever happened since; of rows alone it is tried by every event."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import Call
from dispatch.queries import board, kept_board
from dispatch.queries.kept_board import KeptBoard
from partners.models import Shift, Unit
from tests.stage import Stage


@pytest.fixture
def kept(stage: Stage) -> KeptBoard:
    """A board that was read once, and is not old for an hour."""
    stage.triaged_call(weapon="UNKNOWN")
    Shift.objects.filter(starts_at__lte=timezone.now()).update(announced_start=True)
    kept = KeptBoard(3600)
    kept.json()
    return kept


def read(kept: KeptBoard) -> tuple[bool, dict[str, Any]]:
    """(whether it was read anew, the board)."""
    with CaptureQueriesContext(connection) as captured:
        found = json.loads(kept.json())
    return any("events_stream" in row["sql"] for row in captured), found


def is_fresh(found: dict[str, Any]) -> bool:
    fresh = json.loads(json.dumps(board.snapshot()))
    return {**found, "at": ""} == {**fresh, "at": ""}


def test_it_follows_what_happens_without_being_read_anew(kept: KeptBoard, stage: Stage) -> None:
    call = stage.triaged_call(weapon="NONE")
    assert read(kept)[0] is False
    (assignment,) = stage.send(call, "HPD1")
    stage.step(assignment, "ER")
    was_read, found = read(kept)
    assert not was_read
    assert {row["id"]: row["status"] for row in found["calls"]}[str(call.pk)] == "en_route"
    assert is_fresh(found)


def test_presence_is_in_no_event_and_read_each_time(kept: KeptBoard) -> None:
    Unit.objects.filter(callsign="CRT1").update(tablet_seen_at=timezone.now())
    was_read, found = read(kept)
    assert not was_read
    assert "CRT1" in found["presence"]
    assert is_fresh(found)


def test_a_shift_that_ended_has_it_read_anew_until_that_is_announced(kept: KeptBoard) -> None:
    shift = Shift.objects.filter(unit__callsign="CRT1").latest("starts_at")
    shift.ends_at = timezone.now() - timedelta(seconds=1)
    shift.save()
    was_read, found = read(kept)
    assert was_read
    assert is_fresh(found)


def test_another_log_has_it_read_anew(kept: KeptBoard, stage: Stage) -> None:
    """As after a restore: the same versions tell of other things."""
    undo = transaction.savepoint()
    stage.triaged_call(weapon="NONE")
    kept.json()
    transaction.savepoint_rollback(undo)
    stage.triaged_call(weapon="IN_HAND")
    was_read, found = read(kept)
    assert was_read
    assert is_fresh(found)


def test_another_day_has_it_read_anew(kept: KeptBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(kept_board.timezone, "localdate", lambda: tomorrow)
    assert read(kept)[0] is True
    assert read(kept)[0] is False


def test_what_nothing_tells_of_shows_when_it_is_old(kept: KeptBoard) -> None:
    assert Call.objects.update(reported_type="Another word") > 0
    assert not is_fresh(read(kept)[1])
    kept.seconds = 0
    assert is_fresh(read(kept)[1])


def test_far_behind_it_is_read_anew(kept: KeptBoard, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.triaged_call(weapon="NONE")
    monkeypatch.setattr(kept_board, "MOST_EVENTS", 1)
    was_read, found = read(kept)
    assert was_read
    assert is_fresh(found)
