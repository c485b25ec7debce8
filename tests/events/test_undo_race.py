"""An undo and another dispatcher at the same moment: a unit is on one call, whoever was first."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from dispatch.actions import assignments, calls
from dispatch.actions.undo import undo_last
from dispatch.board import apply
from dispatch.models import Assignment, Call
from dispatch.queries import board
from hearteam.events import log
from hearteam.problems import Problem
from tests.events.test_concurrency import in_threads
from tests.events.verify import by_key
from tests.stage import Stage

ROUNDS = 4


def test_a_released_unit_is_taken_back_or_sent_on_never_both(committed: Stage) -> None:
    by, other = committed.dispatcher, committed.supervisor
    for _ in range(ROUNDS):
        first, second = (calls.call_receive(by=other, location={"lat": 41.76, "lon": -72.68}) for _ in range(2))
        (row,) = assignments.assignment_create(by=other, call_id=first.pk, units=["HPD1"])
        assignments.assignment_status_set(by=by, assignment_id=row.pk, status="AV")
        before = board.snapshot()
        refused: list[str] = []
        in_threads([
            trying(refused, "undo", lambda: undo_last(by=by)),
            trying(refused, "send", lambda to=second: send(committed, to)),
        ])  # fmt: skip
        (active,) = Assignment.objects.filter(unit__callsign="HPD1", cleared_at=None)
        assert active.call == (first if refused == ["send"] else second)
        assert len(refused) == 1
        events = log.events_after(before["version"], 1000)
        assert by_key(reduce(apply, events, before)) == by_key(board.snapshot())
        assignments.assignment_status_set(by=other, assignment_id=active.pk, status="AV")


def send(stage: Stage, call: Call) -> object:
    return assignments.assignment_create(by=stage.supervisor, call_id=call.pk, units=["HPD1"])


def trying(refused: list[str], name: str, act: Callable[[], object]) -> Callable[[], None]:
    """Do it; remember its name when it is refused."""

    def run() -> None:
        try:
            act()
        except Problem:
            refused.append(name)

    return run
