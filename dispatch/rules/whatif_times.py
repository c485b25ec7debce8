"""How long a unit is on a call where no recorded time says it: medians of stored assignments, else an assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ENOUGH: Final = 5
"""Fewer assignments than this make no median."""

ASSUMED_S: Final = 308 + 72 * 60
"""Assumed where there are too few: a drive of 308 s and 72 min on scene, the published medians of a comparable center's
mental-health calls."""


class Basis(StrEnum):
    """What a duration comes from."""

    TIER = "TIER"
    ROLE = "ROLE"
    ASSUMED = "ASSUMED"


@dataclass(frozen=True, slots=True)
class Median:
    """The median seconds from dispatch to clear of `of` units that were on scene."""

    seconds: float
    of: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration that was used: of a role at a tier, from how many assignments."""

    role: str
    tier: int
    seconds: float
    basis: Basis
    of: int


@dataclass(slots=True)
class Durations:
    """Medians by role and tier, and by role alone; remembers which were asked for."""

    by_tier: Mapping[tuple[str, int], Median] = field(default_factory=dict)
    by_role: Mapping[str, Median] = field(default_factory=dict)
    _used: dict[tuple[str, int], Duration] = field(default_factory=dict)

    def seconds(self, role: str, tier: int) -> float:
        """The time one unit of this role is on a call of this tier."""
        if (role, tier) not in self._used:
            self._used[role, tier] = self._find(role, tier)
        return self._used[role, tier].seconds

    def used(self) -> tuple[Duration, ...]:
        """What was asked for, by role and tier."""
        return tuple(self._used[key] for key in sorted(self._used))

    def _find(self, role: str, tier: int) -> Duration:
        for basis, median in (
            (Basis.TIER, self.by_tier.get((role, tier))),
            (Basis.ROLE, self.by_role.get(role)),
        ):
            if median is not None and median.of >= ENOUGH:
                return Duration(role, tier, median.seconds, basis, median.of)
        return Duration(role, tier, ASSUMED_S, Basis.ASSUMED, 0)
