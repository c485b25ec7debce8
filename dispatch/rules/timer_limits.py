"""Which time limits a center may change, within what range, and which sets of them fit together.

The ranges protect crews: a welfare check may come sooner than in the programme, and later only as far as the programme
still calls it safe. Nothing lets a limit be switched off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dispatch.rules.timers import TimerSettings


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit a supervisor may set: whole numbers of `unit` ("s", "%" or "times"), `least` and `most` included."""

    name: str
    label: str
    default: int
    least: int
    most: int
    unit: str = "s"


LIMITS: Final = (
    Limit("pending_1_s", "P1 call without a unit", 60, 30, 120),
    Limit("pending_2_s", "P2 call without a unit", 180, 60, 600),
    Limit("pending_3_s", "P3 call without a unit", 600, 120, 1800),
    Limit("pending_4_s", "P4 call without a unit", 1200, 300, 3600),
    Limit("amber_percent", "A running time turns amber at", 80, 50, 95, "%"),
    Limit("acknowledge_s", "Dispatched and not acknowledged", 60, 20, 120),
    Limit("eta_overrun_s", "En route, past the ETA by", 300, 60, 900),
    Limit("triage_s", "Triage not complete", 90, 30, 300),
    Limit("handoff_next_s", "Hand-off not accepted: next channel", 120, 30, 300),
    Limit("handoff_attempts", "Hand-off not accepted: attempts", 2, 1, 5, "times"),
    Limit("handoff_fallback_s", "Hand-off not accepted: fallback", 240, 60, 600),
    Limit("transfer_callback_s", "Transfer not accepted: call the caller back", 900, 120, 1800),
    Limit("police_unassigned_s", "Police requested and none assigned", 60, 15, 120),
    Limit("order_acknowledge_s", "Order to stage or withdraw not acknowledged", 30, 10, 60),
    Limit("notify_next_s", "Message not acknowledged: the next is told", 60, 20, 120),
    Limit("welfare_first_on_scene_s", "First welfare check on scene", 600, 120, 900),
    Limit("welfare_every_s", "Welfare check every", 900, 300, 1800),
    Limit("welfare_after_eta_s", "Welfare check of a transport, past its ETA by", 300, 60, 600),
    Limit("welfare_longest_s", "Longest welfare interval a crew may ask for", 1800, 300, 1800),
    Limit("welfare_tier_1_s", "Longest welfare interval at tier 1", 900, 300, 1800),
    Limit("welfare_tier_2_s", "Longest welfare interval at tier 2", 900, 300, 1800),
    Limit("welfare_tier_3_s", "Longest welfare interval at tier 3", 1800, 300, 1800),
    Limit("welfare_tier_4_s", "Longest welfare interval at tier 4", 1800, 300, 1800),
    Limit("welfare_level_2_s", "Welfare check unanswered: amber alert", 60, 15, 120),
    Limit("welfare_level_1_s", "Welfare check unanswered: red alert", 120, 30, 240),
    Limit("welfare_police_s", "Welfare check unanswered: police are sent for", 180, 60, 300),
    Limit("level_1_escalate_s", "Red alert not acknowledged: to everybody", 30, 10, 60),
    Limit("level_2_escalate_s", "Amber alert not acknowledged: to everybody", 120, 30, 300),
    Limit("contact_s", "Red alert acknowledged, but nobody heard of: again", 60, 20, 120),
    Limit("tablet_seen_s", "A tablet counts as reachable for", 60, 15, 60),
    Limit("voice_check_s", "A radio or phone check counts for", 900, 60, 900),
    Limit("silent_s", "A crew on a call without any sign is silent after", 120, 60, 300),
)
BY_NAME: Final[Mapping[str, Limit]] = {limit.name: limit for limit in LIMITS}
DEFAULTS: Final[Mapping[str, int]] = {limit.name: limit.default for limit in LIMITS}

RISING: Final = (
    ("pending_1_s", "pending_2_s", "pending_3_s", "pending_4_s"),
    ("handoff_next_s", "handoff_fallback_s"),
    ("welfare_level_2_s", "welfare_level_1_s", "welfare_police_s"),
    ("level_1_escalate_s", "level_2_escalate_s"),
)
"""Each of a row must come before the next: what is graver is never told later."""
_PENDING: Final = RISING[0]
_TIERS: Final = ("welfare_tier_1_s", "welfare_tier_2_s", "welfare_tier_3_s", "welfare_tier_4_s")
_OWN_FIELD: Final = frozenset(_PENDING) | frozenset(_TIERS) | {"amber_percent"}


def problems(values: Mapping[str, int]) -> dict[str, list[str]]:
    """What is wrong with these limits (all of `LIMITS` by name), by name; empty when nothing is."""
    found: dict[str, list[str]] = {}
    for limit in LIMITS:
        if not limit.least <= values[limit.name] <= limit.most:
            text = f"Must be from {limit.least} to {limit.most} {limit.unit}."
            found.setdefault(limit.name, []).append(text)
    for row in RISING:
        for sooner, later in pairwise(row):
            if values[sooner] >= values[later]:
                found.setdefault(later, []).append(f"Must be more than: {BY_NAME[sooner].label}.")
    for graver, milder in pairwise(_TIERS):
        if values[graver] > values[milder]:
            found.setdefault(milder, []).append(f"No shorter than: {BY_NAME[graver].label}.")
    if values["welfare_every_s"] > values["welfare_longest_s"]:
        found.setdefault("welfare_every_s", []).append("No longer than the longest interval a crew may ask for.")
    return found


def settings_of(values: Mapping[str, int]) -> TimerSettings:
    """The limits by name as the rules of timers take them."""
    plain = {name: value for name, value in values.items() if name not in _OWN_FIELD}
    pending = {priority: float(values[name]) for priority, name in enumerate(_PENDING, start=1)}
    by_tier = {tier: float(values[name]) for tier, name in enumerate(_TIERS, start=1)}
    return TimerSettings(
        pending_s=pending, welfare_tier_s=by_tier, amber_fraction=values["amber_percent"] / 100, **plain
    )
