"""Seeded chance: the same seed and name always draw the same, whatever else was drawn before."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")
LONGEST_S = 4 * 3600


def seeded(seed: int | str, *names: object) -> random.Random:
    """A generator of its own for a named purpose. Repeatable, and for simulation only."""
    return random.Random(":".join(str(name) for name in (seed, *names)))  # noqa: S311


def seconds_around(rng: random.Random, median_s: float, spread: float = 0.6) -> float:
    """A log-normal duration in seconds, as service times usually are; cut off at four hours."""
    return min(rng.lognormvariate(math.log(median_s), spread), LONGEST_S)


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, by weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]
