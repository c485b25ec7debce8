"""What becomes of a position that a device reports: it moves the unit, is kept for the track only, or is refused. Pure.

The newest wins. A phone that was offline sends what it kept, so older ones belong to the track. What a unit cannot have
done is a fault of the receiver until it persists.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from dispatch.rules.recommend import DEFAULT_RANKING, Place, distance_m

FASTEST_MPS: Final = 250 / 3.6
"""Faster than any unit drives."""

SLACK_M: Final = 1_000.0
"""A unit's tablet and its crew's phones may disagree by this much: no speed is read out of less."""

PERSISTS: Final = 3
"""So many fixes in a row that agree with each other are where the unit is, however it got there."""

COARSE_M: Final = DEFAULT_RANKING.fix_coarse_m
"""A radius above this tells of a cell site, not of a unit."""

AHEAD: Final = timedelta(seconds=60)
"""What a clock may be ahead by."""

OLDEST: Final = timedelta(days=30)
"""Older ones come from a clock that is wrong, or would be deleted at once."""

NOWHERE_DEG: Final = 0.01
"""Around 0, 0: what a receiver says that knows nothing."""


class Verdict(StrEnum):
    """`KEPT` are those that the track keeps; only MOVES moves the unit."""

    MOVES = "MOVES"
    LATE = "LATE"
    COARSE = "COARSE"
    JUMP = "JUMP"
    REPEATED = "REPEATED"
    NOWHERE = "NOWHERE"
    TOO_FAST = "TOO_FAST"
    AHEAD = "AHEAD"
    TOO_OLD = "TOO_OLD"
    OFF_DUTY = "OFF_DUTY"


KEPT: Final = frozenset({Verdict.MOVES, Verdict.LATE, Verdict.COARSE, Verdict.JUMP})
DOUBTFUL: Final = frozenset({Verdict.COARSE, Verdict.JUMP})
"""Kept, and the first to go when a track is thinned."""

SAYS: Final[dict[Verdict, str]] = {
    Verdict.MOVES: "The unit is there.",
    Verdict.LATE: "Kept for the track: a newer position is known.",
    Verdict.COARSE: "Kept for the track: a better position is known.",
    Verdict.JUMP: "Kept aside: too far away to be right, unless it persists.",
    Verdict.REPEATED: "Known already.",
    Verdict.NOWHERE: "This position cannot be right.",
    Verdict.TOO_FAST: "This speed cannot be right.",
    Verdict.AHEAD: "This position lies in the future: check the device's clock.",
    Verdict.TOO_OLD: "This position is too old: check the device's clock.",
    Verdict.OFF_DUTY: "The unit is off duty: its position is not taken.",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """A position in degrees at a moment; radius in metres, speed in m/s, heading in degrees, where they are known."""

    lat: float
    lon: float
    at: datetime
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading: float | None = None

    @property
    def coarse(self) -> bool:
        """Whether it tells little of where the unit is."""
        return self.accuracy_m is not None and self.accuracy_m > COARSE_M


def judge(fix: Fix, now: datetime, known: Fix | None = None, aside: Sequence[Fix] = ()) -> Verdict:
    """What becomes of a fix of a unit on duty. `known` is where the unit is; `aside` are the jumps since, oldest first.

    In this order: impossible values, the clock, what is known already, what is worth less, what cannot have been.
    """
    return refused(fix, now) or _beside(fix, now, known, aside)


def refused(fix: Fix, now: datetime) -> Verdict | None:
    """Why a fix is not taken at all, whatever is known; None when it is."""
    obstacles = (
        (not _possible(fix), Verdict.NOWHERE),
        (fix.speed_mps is not None and not 0 <= fix.speed_mps <= FASTEST_MPS, Verdict.TOO_FAST),
        (fix.at > now + AHEAD, Verdict.AHEAD),
        (fix.at < now - OLDEST, Verdict.TOO_OLD),
    )
    return next((verdict for stands, verdict in obstacles if stands), None)


def _beside(fix: Fix, now: datetime, known: Fix | None, aside: Sequence[Fix]) -> Verdict:
    if known is None:
        return Verdict.MOVES
    if fix.at <= known.at:
        return Verdict.REPEATED if fix.at == known.at else Verdict.LATE
    if fix.coarse and not known.coarse and now - known.at < timedelta(seconds=DEFAULT_RANKING.fix_usable_s):
        return Verdict.COARSE
    better = known.coarse and not fix.coarse
    return Verdict.MOVES if better or reachable(known, fix) or persists((*aside, fix)) else Verdict.JUMP


def reachable(one: Fix, other: Fix) -> bool:
    """Whether a unit can have been at both, given how well each is known."""
    seconds = max(1.0, abs((other.at - one.at).total_seconds()))
    apart = distance_m(Place(one.lat, one.lon), Place(other.lat, other.lon))
    unsure = sum(min(fix.accuracy_m or 0.0, COARSE_M) for fix in (one, other))
    return apart - unsure - SLACK_M <= FASTEST_MPS * seconds


def persists(fixes: Iterable[Fix]) -> bool:
    """Whether the last of these agree with each other."""
    last = list(fixes)[-PERSISTS:]
    pairs = pairwise(last)
    return len(last) == PERSISTS and all(one.at < other.at and reachable(one, other) for one, other in pairs)


def _possible(fix: Fix) -> bool:
    if not (math.isfinite(fix.lat) and math.isfinite(fix.lon)):
        return False
    if abs(fix.lat) > 90 or abs(fix.lon) > 180:
        return False
    return abs(fix.lat) >= NOWHERE_DEG or abs(fix.lon) >= NOWHERE_DEG
