"""Whoever follows the events sees what a fresh snapshot shows, for every type of event."""

from __future__ import annotations

import pytest

from dispatch.board import EventGap, apply
from hearteam.events.types import EVENT_TYPES
from tests.events.cases import CASES, Case
from tests.events.verify import verify_action
from tests.stage import Stage


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_snapshot_and_events_are_a_fresh_snapshot(stage: Stage, case: Case) -> None:
    steps = case.steps(stage)
    next(steps)
    verified = verify_action(lambda: next(steps, None))
    assert set(case.covers) <= set(verified.types)


def test_every_event_type_has_a_case() -> None:
    # A restart of the log is a gap on purpose: what it does to followers is in tests/platform/test_backups.py.
    assert {covered for case in CASES for covered in case.covers} == set(EVENT_TYPES) - {"log_restarted"}


def test_an_event_that_is_known_changes_nothing_and_a_gap_is_refused() -> None:
    board = {"version": 5, "calls": [{"id": "1", "status": "pending"}], "units": [], "alerts": []}
    old = {"v": 5, "data": {"changes": {"calls": [{"id": "1", "status": "closed"}]}}}
    assert apply(board, old) == board
    with pytest.raises(EventGap):
        apply(board, {**old, "v": 7})
    assert apply(board, {**old, "v": 6}) == {"version": 6, "calls": [], "units": [], "alerts": []}
    assert board["calls"] == [{"id": "1", "status": "pending"}]
