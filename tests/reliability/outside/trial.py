"""One system, one load, one fault after another: each is done, healed, timed and judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.reliability.outside.desk import Client
from tests.reliability.outside.followers import Board, Follower, Following, Tablet
from tests.reliability.outside.load import DESKS, TABLETS, Load
from tests.reliability.outside.machine import Machine
from tests.reliability.outside.recorder import Recorder
from tests.reliability.outside.verdict import Verdict

BOARDS = 6
WITHIN_S = 60.0
SLOW_S = 5.0
RECOVERED_S = 10.0


@dataclass(slots=True)
class Outcome:
    """What a fault did. `recovery_s`: from when the process was back until all was well; `outage_s`: from the fault.

    `notes`: what was waited for longer than SLOW_S, and how followers stood then. `bound_s`: the longest that
    `recovery_s` may be.
    """

    fault: str
    recovery_s: float
    outage_s: float
    commands: int
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bound_s: float = RECOVERED_S


class Trial:
    """`with Trial(folder, seed) as trial: trial.undergo("kill web-1", ..)`."""

    def __init__(self, folder: Path, seed: int, disk_mb: int = 1200) -> None:
        self.machine = Machine(folder, disk_mb)
        self.recorder = Recorder()
        self.following = Following()
        self.seed = seed
        self.outcomes: list[Outcome] = []
        self.known: dict[str, int] = {}
        self.notes: list[str] = []

    def __enter__(self) -> Trial:
        try:
            self.machine.start()
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "load"):
            self.load.stop()
        self.following.stop()
        self.machine.stop()

    def _begin(self) -> None:
        self.load = Load(self.machine, self.recorder, self.seed)
        self.reader = self.client("auditor")
        live, tokens = self.machine.live, self.load.tokens
        snapshot = self.reader.get("/api/board/")
        self.boards = [Board(snapshot, tokens[DESKS[n % 2]], live, seed=n) for n in range(BOARDS)]
        self.tablets = [Tablet(tokens[who], live, self._head_of(who), seed=n) for n, who in enumerate(TABLETS)]
        self.following.add([*self.boards, *self.tablets])
        self.verdict = Verdict(self.machine, self.recorder, self.reader, snapshot["version"])
        self.known = self.machine.pids()
        self.load.start()

    def _head_of(self, who: str) -> int:
        unit = who.rpartition("-")[2]
        found = self.machine.rows("SELECT COALESCE(max(v), 0) FROM events_eventaudience WHERE unit = %s", [unit])
        return int(found[0][0])

    def client(self, who: str) -> Client:
        return self.load.client(who)

    @property
    def followers(self) -> list[Follower]:
        return [*self.boards, *self.tablets]

    def undergo(self, fault: str, act: Callable[[], float | None]) -> Outcome:
        """`act` does it and returns the moment at which the process was back (by default: when it returns).

        Then: wait until all is well, let everybody stop for a moment, judge, and go on.
        """
        before, began = self.verdict.commands, time.monotonic()
        self.notes = []
        back = act() or time.monotonic()
        self.await_all_well()
        well = time.monotonic()
        self.load.hold()
        wrong = self.verdict.judge(self.boards, self.tablets) + self._unexpected_deaths()
        self.load.go_on()
        outcome = Outcome(fault, max(0.0, well - back), well - began, self.verdict.commands - before, wrong, self.notes)
        self.outcomes.append(outcome)
        return outcome

    def await_all_well(self) -> None:
        """Each web process does a command, every follower has it, and what falls due now fires."""
        call = self.client(DESKS[0]).post("call", "/api/calls/", {"location": {"text": "550 MAIN ST"}}).answer["id"]
        self.load.fall_due(call, 0)
        for port in self.machine.web:
            self._await(partial(self._does_a_command, call, port), f"web on {port} works")
        # On a connection of its own: what the log says is the truth, whichever web process is slow.
        head = self.machine.rows("SELECT version FROM events_stream WHERE name = 'board'")[0][0]
        fired = "SELECT 1 FROM dispatch_deadline WHERE call_id = %s AND kind = 'PENDING' AND fired_at IS NOT NULL"
        self._await(lambda: self.machine.rows(fired, [call]), "a due time fires")
        self._await(lambda: all(board.version >= head for board in self.boards), "all follow")
        self._await(lambda: all(one.is_connected for one in self.followers), "all are connected")
        self.client(DESKS[0]).post("close", f"/api/calls/{call}/close/", {"disposition": "18"})

    def _await(self, is_so: Callable[[], Any], what: str) -> None:
        """Within WITHIN_S; what takes longer than SLOW_S is kept with how the followers stood when it was over."""
        began = time.monotonic()
        self.machine.await_that(is_so, what, WITHIN_S)
        if (took := time.monotonic() - began) > SLOW_S:
            stood = [f"{one.path} at {one.version}: {list(one.ends)}" for one in self.followers]
            self.notes.append(f"{what}: {took:.1f} s until {time.monotonic():.1f}; {stood}")

    def _does_a_command(self, call: str, port: int) -> bool:
        text = f"Well at {time.monotonic()}"
        return self.client(DESKS[0]).post_once("note", f"/api/calls/{call}/notes/", {"text": text}, port)

    def expect_death_of(self, *names: str) -> dict[str, int]:
        """Their ids as they are; others that they get later are no surprise."""
        return {name: self.known.pop(name) for name in names if name in self.known}

    def _unexpected_deaths(self) -> list[str]:
        """Processes that nobody killed and that are others all the same."""
        now = self.machine.pids()
        gone = [name for name, pid in self.known.items() if now.get(name) != pid]
        self.known = now
        return [f"{name} ended, and nobody killed it" for name in gone]
