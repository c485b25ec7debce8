"""A clock that runs N times as fast as the wall's, and the agenda of what is to happen when."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

LONGEST_NAP_S = 0.5
Step = Callable[[datetime], None]


@dataclass(slots=True)
class ReplayClock:
    """Recorded time begins at `start` and runs `speed` times as fast; at speed 0 it never lets anybody wait."""

    start: datetime
    speed: int
    _began: float = field(default_factory=time.monotonic)

    def reached(self, moment: datetime) -> bool:
        """Whether that moment has come."""
        return self.speed == 0 or moment <= self.now()

    def now(self) -> datetime:
        """The present moment of recorded time. Only meaningful with a speed."""
        return self.start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    def nap(self, moment: datetime) -> None:
        """Sleep towards that moment, half a second at most."""
        left = (moment - self.now()).total_seconds() / self.speed if self.speed else 0.0
        if left > 0:
            time.sleep(min(left, LONGEST_NAP_S))


class Agenda:
    """Steps by their time; of those at one time, the one put in first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Step]] = []
        self._order = count()

    def add(self, moment: datetime, step: Step) -> None:
        """Have the step called with its own moment."""
        heapq.heappush(self._heap, (moment, next(self._order), step))

    def next_at(self) -> datetime | None:
        """When the next step is due; None when nothing is left."""
        return self._heap[0][0] if self._heap else None

    def take(self) -> tuple[datetime, Step]:
        """Remove and return the next step."""
        moment, _, step = heapq.heappop(self._heap)
        return moment, step
