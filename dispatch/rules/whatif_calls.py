"""Stored calls as a what-if looks at them: what was known, what was decided, and who spent how long on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.rules.ruleset import Answers, Availability, is_civilian
from dispatch.rules.triage import Context

Unserved = tuple[str, str]
"""The civilian team a call was eligible for and the reason code why it was not served."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was or would be decided. `wanted` are the teams the outcome names first: the call is eligible for them."""

    rule: str
    tier: int
    response: tuple[str, ...]
    priority: int
    joins: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()

    @property
    def has_civilian(self) -> bool:
        """Whether a civilian team is part of the response."""
        return any(is_civilian(code) for code in self.response)

    @property
    def has_police(self) -> bool:
        """Whether police are part of the response."""
        return "POLICE" in self.response


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a decision was made on. Compared by identity: give calls with equal facts the same object."""

    answers: Answers
    availability: Availability
    context: Context


@dataclass(frozen=True, slots=True)
class Recorded:
    """A stored call and its last decision on all answers.

    `at` is when it was decided; `override` UP, DOWN, SIDEWAYS or empty; `unserved` the team and reason on record of an
    ended call; `seconds` the units' time on the call by role; `cancelled` calls had nobody come.
    """

    number: str
    at: datetime
    facts: Facts
    before: Decided
    override: str = ""
    neighborhood: str = ""
    in_city: bool | None = None
    ended: bool = True
    cancelled: bool = False
    unserved: Unserved | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
