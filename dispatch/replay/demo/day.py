"""The loop of the invented day: one tick a second.

1. A call comes in with the hour's probability, unless too many are open.
2. Phones are found nearer, callers write on, call-takers type what they hear.
3. Colleagues do what is due on the calls that are theirs.
4. Crews do what is due on their assignments.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from random import Random

from django.utils import timezone

from dispatch.models import Assignment, Call
from dispatch.replay.demo.colleagues import Colleagues, invented_calls, take_in
from dispatch.replay.demo.crews import Crews
from dispatch.replay.demo.invention import invent, per_second
from dispatch.replay.demo.opening import open_the_day
from dispatch.replay.demo.phones import KINDS, Phones, bring
from dispatch.replay.demo.presence import desk_staffed
from dispatch.replay.draws import weighted
from dispatch.replay.placing import Placing
from hearteam.problems import Problem

logger = logging.getLogger(__name__)

MOST_OPEN = 20
"""No call comes in while so many are open: the day stays one a person can follow."""

LOOKS_AT_DESKS_EVERY_S = 5
LONGEST_GAP_S = 30.0
"""After a pause (a restart, a database away) the calls of the pause do not all come at once."""

FEW = 2
FEW_FACTOR = 3.0
"""With hardly anything going on the next call comes sooner."""


class Day:
    """An invented day on a running center. `rng` draws what comes in."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.placing = Placing()
        self.colleagues = Colleagues()
        self.crews = Crews()
        self.phones = Phones(self.placing)
        self.colleagues.refused = _note_call
        self.crews.refused = _note_crew
        self.phones.refused = _note_call
        self._last: datetime | None = None
        self._staffed = (False, 0.0)
        self._count = 0

    def begin(self) -> None:
        """Put the board in the middle of its day, unless it is already."""
        self.phones.begin()
        made = open_the_day(self.rng, self.placing, timezone.now())
        if made:
            for kind in ("voice", "text"):
                bring(kind, self._reference(timezone.now()), self.placing)
            logger.info("an invented day begins with %d calls", made)

    def tick(self) -> None:
        """Everything that is due now."""
        now = timezone.now()
        passed = min((now - self._last).total_seconds(), LONGEST_GAP_S) if self._last else 1.0
        self._last = now
        self._maybe_receive(now, passed)
        staffed = self._is_staffed(now)
        self.phones.work(now, desk_staffed=staffed)
        self.colleagues.work(now, desk_staffed=staffed)
        self.crews.work(now)

    def _maybe_receive(self, now: datetime, passed: float) -> None:
        open_calls = invented_calls().count()
        if open_calls >= MOST_OPEN:
            return
        chance = per_second(timezone.localtime(now).hour) * passed * (FEW_FACTOR if open_calls <= FEW else 1.0)
        if self.rng.random() < chance:
            kind, reference = weighted(self.rng, KINDS), self._reference(now)
            if kind:
                bring(kind, reference, self.placing)
            else:
                take_in(invent(self.rng, self.placing), reference)

    def _reference(self, now: datetime) -> str:
        self._count += 1
        return f"{now:%Y%m%d%H%M%S%f}-{self._count}"

    def _is_staffed(self, now: datetime) -> bool:
        staffed, looked = self._staffed
        if now.timestamp() - looked >= LOOKS_AT_DESKS_EVERY_S:
            staffed = desk_staffed(now)
            self._staffed = (staffed, now.timestamp())
        return staffed


Refused = Callable[[Call, Problem], None]


def _note_call(call: Call, problem: Problem) -> None:
    logger.info("%s: %s", call.number, problem.detail)


def _note_crew(assignment: Assignment, problem: Problem) -> None:
    logger.info("%s: %s", assignment.unit.callsign, problem.detail)
