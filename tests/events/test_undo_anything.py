"""Whatever a dispatcher does at a random moment, its undo brings the board back or is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.actions import calls
from dispatch.actions.undo import undo_last
from dispatch.queries import board
from hearteam.problems import Conflict, Problem, Refused
from partners.access import Actor
from tests.actions.test_undo import seen
from tests.events.test_any_order import Shift, what_must_hold
from tests.events.verify import verify_action
from tests.stage import Stage

STEPS = 40


class Desk(Shift):
    """A shift in which one dispatcher acts, and others in between."""

    def __init__(self, stage: Stage, seed: int) -> None:
        super().__init__(stage, seed)
        self.who = stage.dispatcher

    def by(self) -> Actor:
        return self.who

    def one(self, who: Actor) -> str:
        """Some act of this person; its name when it was done."""
        self.who = who
        before = set(self.done)
        self.done.clear()
        self.act()
        (name,) = self.done or {""}
        self.done = before | self.done
        return name


MERGED = "merge"


@pytest.mark.parametrize("seed", [11])
def test_a_random_action_and_its_undo_leave_the_board_as_it_was(stage: Stage, seed: int) -> None:
    desk = Desk(stage, seed)
    for _ in range(3):
        call = calls.call_receive(by=stage.supervisor, location={"lat": 41.76, "lon": -72.68}, call_type="EDP")
        stage.triage(call, by=stage.supervisor)
    undone: set[str] = set()
    for _ in range(STEPS):
        desk.one(stage.supervisor)
        before, version = seen(), board.snapshot()["version"]
        name = desk.one(stage.dispatcher)
        if not name or board.snapshot()["version"] == version or name in ("time", "undo"):
            continue
        if taken_back(stage, name):
            undone.add(name)
            if name != MERGED:
                assert seen() == before, name
        what_must_hold()
    assert len(undone) > 2, undone


def taken_back(stage: Stage, name: str) -> bool:
    """Whether it was undone; a refusal says why."""
    refusals: list[Problem] = []

    def undo() -> Any:
        try:
            undo_last(by=stage.dispatcher)
        except (Refused, Conflict) as refused:
            refusals.append(refused)

    verify_action(undo)
    assert all(refused.detail for refused in refusals), name
    return not refusals
