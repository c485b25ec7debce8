"""The figures of a what-if: counted call by call, and as JSON-ready data in the shape it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dispatch.rules.explain import Direction, direction, protection
from dispatch.rules.ruleset import HIGHEST_TIER, LOWEST_TIER, is_civilian
from dispatch.rules.whatif_calls import Decided, Recorded, Unserved
from dispatch.rules.whatif_times import Duration

MOST_EXAMPLES: Final = 8
HOUR_S: Final = 3600
FIRST_SHOWN: Final = (Direction.LOWERS, Direction.RAISES, Direction.KEEPS)

Seconds = Mapping[str, float]
"""Role -> seconds on the call."""


@dataclass(slots=True)
class Spent:
    """Seconds of police and of civilian units, before and after."""

    police_before: float = 0.0
    police_after: float = 0.0
    civilian_before: float = 0.0
    civilian_after: float = 0.0
    estimated: int = 0

    def add(self, before: Seconds, after: Seconds, estimated: bool) -> None:
        """One more call."""
        self.police_before += before.get("POLICE", 0.0)
        self.police_after += after.get("POLICE", 0.0)
        self.civilian_before += _civilian(before)
        self.civilian_after += _civilian(after)
        self.estimated += estimated

    def data(self) -> dict[str, object]:
        """Hours, to a tenth."""
        return {
            "police": {"before": _hours(self.police_before), "after": _hours(self.police_after)},
            "civilian": {"before": _hours(self.civilian_before), "after": _hours(self.civilian_after)},
            "estimated_calls": self.estimated,
        }


@dataclass(slots=True)
class Group:
    """Calls whose rule, tier and response change in the same way; `examples` are the numbers of the first of them.

    `later`: their priority becomes less urgent, which is less protection.
    """

    rule_before: str
    tier_before: int
    response_before: tuple[str, ...]
    rule_after: str
    tier_after: int
    response_after: tuple[str, ...]
    later: bool = False
    calls: int = 0
    overridden: int = 0
    examples: list[str] = field(default_factory=list)
    priorities: Counter[str] = field(default_factory=Counter)
    joins: Counter[str] = field(default_factory=Counter)
    unserved_before: int = 0
    unserved_after: int = 0
    spent: Spent = field(default_factory=Spent)

    @property
    def direction(self) -> Direction:
        """What the change does to protection: tier, POLICE, EMS and how soon somebody comes."""
        if self.later:
            return Direction.LOWERS
        return direction(
            protection(self.tier_before, self.response_before), protection(self.tier_after, self.response_after)
        )

    def add(
        self,
        case: Recorded,
        after: Decided,
        unserved: tuple[Unserved | None, Unserved | None],
        spent: tuple[Seconds, Seconds, bool],
    ) -> None:
        """One more call."""
        before = case.before
        self.calls += 1
        self.overridden += bool(case.override)
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(case.number)
        if before.priority != after.priority:
            self.priorities[f"P{before.priority} to P{after.priority}"] += 1
        for team in before.joins:
            if team not in after.joins:
                self.joins[f"{team} joins no more"] += 1
        for team in after.joins:
            if team not in before.joins:
                self.joins[f"{team} joins"] += 1
        self.unserved_before += unserved[0] is not None
        self.unserved_after += unserved[1] is not None
        self.spent.add(*spent)

    def order(self) -> tuple[object, ...]:
        """What lowers protection first, then by calls; the rest makes the order the same every time."""
        return (
            FIRST_SHOWN.index(self.direction),
            -self.calls,
            (self.rule_before, self.tier_before, self.response_before),
            (self.rule_after, self.tier_after, self.response_after),
            self.later,
        )

    def data(self) -> dict[str, object]:
        """As a group is stored."""
        return {
            "direction": self.direction.value,
            "rule_before": self.rule_before,
            "tier_before": self.tier_before,
            "response_before": list(self.response_before),
            "rule_after": self.rule_after,
            "tier_after": self.tier_after,
            "response_after": list(self.response_after),
            "calls": self.calls,
            "examples": list(self.examples),
            "figures": {
                "overridden": self.overridden,
                "priorities": _sorted(self.priorities),
                "joins": _sorted(self.joins),
                "unserved": {"before": self.unserved_before, "after": self.unserved_after},
                "unit_hours": self.spent.data(),
            },
        }


@dataclass(slots=True)
class Tally:
    """Figures over all calls, before and after."""

    calls: int = 0
    eligible: list[int] = field(default_factory=lambda: [0, 0])
    without_police: list[int] = field(default_factory=lambda: [0, 0])
    tiers: tuple[Counter[int], Counter[int]] = field(default_factory=lambda: (Counter(), Counter()))
    unserved: tuple[Counter[Unserved], Counter[Unserved]] = field(default_factory=lambda: (Counter(), Counter()))
    overridden: Counter[str] = field(default_factory=Counter)
    not_asked: Counter[str] = field(default_factory=Counter)
    added_calls: Counter[str] = field(default_factory=Counter)
    added_seconds: dict[str, float] = field(default_factory=dict)
    spent: Spent = field(default_factory=Spent)

    def look_at(
        self,
        case: Recorded,
        after: Decided,
        unserved: tuple[Unserved | None, Unserved | None],
        not_asked: tuple[str, ...],
    ) -> None:
        """One more call."""
        self.calls += 1
        for side, decision in enumerate((case.before, after)):
            self.eligible[side] += bool(decision.wanted)
            self.without_police[side] += not decision.has_police
            self.tiers[side][decision.tier] += 1
            lost = unserved[side]
            if lost is not None:
                self.unserved[side][lost] += 1
        if case.override:
            self.overridden[case.override] += 1
        self.not_asked.update(not_asked)

    def served_by_added(self, team: str, seconds: float) -> None:
        """An added unit, or one in added hours, would have come."""
        self.added_calls[team] += 1
        self.added_seconds[team] = self.added_seconds.get(team, 0.0) + seconds


@dataclass(frozen=True, slots=True)
class Result:
    """Figures, groups in the order they are shown, the durations that had to be estimated, and which table was tried
    (`whatif.table_digest`).
    """

    tally: Tally
    groups: tuple[Group, ...]
    durations: tuple[Duration, ...]
    table: str

    def summary(self) -> dict[str, object]:
        """As it is stored with a what-if. Shares are left to the reader: counts and hours only."""
        tally = self.tally
        tiers = range(HIGHEST_TIER, LOWEST_TIER + 1)
        directions = {
            kind.value: sum(group.calls for group in self.groups if group.direction is kind) for kind in FIRST_SHOWN
        }
        return {
            "table": self.table,
            "calls": tally.calls,
            "changed": sum(group.calls for group in self.groups),
            "directions": directions,
            "tiers": [{"tier": tier, "before": tally.tiers[0][tier], "after": tally.tiers[1][tier]} for tier in tiers],
            "without_police": _both(tally.without_police),
            "eligible": _both(tally.eligible),
            "unserved": [
                {"team": key[0], "reason": key[1], "before": tally.unserved[0][key], "after": tally.unserved[1][key]}
                for key in sorted({*tally.unserved[0], *tally.unserved[1]})
            ],
            "unit_hours": tally.spent.data(),
            "overridden": _sorted(tally.overridden),
            "not_asked": _sorted(tally.not_asked),
            "added": [
                {"team": team, "calls": tally.added_calls[team], "hours": _hours(tally.added_seconds.get(team, 0.0))}
                for team in sorted(tally.added_calls)
            ],
            "durations": [
                {
                    "role": row.role,
                    "tier": row.tier,
                    "minutes": round(row.seconds / 60),
                    "basis": row.basis.value,
                    "of": row.of,
                }
                for row in self.durations
            ],
        }


def _civilian(seconds: Seconds) -> float:
    return sum(spent for role, spent in seconds.items() if is_civilian(role))


def _hours(seconds: float) -> float:
    return round(seconds / HOUR_S, 1)


def _both(sides: list[int]) -> dict[str, int]:
    return {"before": sides[0], "after": sides[1]}


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts)}
