"""Draws invented calls: how many by the hour, about what, from whom, and where."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from dispatch.replay.demo import stories
from dispatch.replay.draws import weighted
from dispatch.replay.placing import Placing
from dispatch.replay.scenarios import WEIGHTS

CALLS_PER_HOUR = (
    8, 7, 6, 6, 6, 7, 9, 11, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 13, 13, 12, 11, 10, 9,
)  # fmt: skip
"""Assumption: a dispatcher's share of a mid-sized center's load, fewer before dawn. The city as a whole has more."""

CRISIS_SHARE = 0.22
"""Two to four calls an hour, far more than in life: this is a day to learn the programme on."""


@dataclass(frozen=True, slots=True)
class InventedCall:
    """What `call_receive` needs, and the name of the situation behind a crisis ("" for other calls)."""

    situation: str
    location: dict[str, Any]
    call_type: str
    priority: int | None
    narrative: str
    caller: dict[str, str]
    person: dict[str, Any] | None
    origin: str = "911"
    channel: str = "voice"
    language: str = "en"
    fields: dict[str, Any] = field(default_factory=dict)


def per_second(hour: int) -> float:
    """The chance that a call comes in a second of that local hour."""
    return CALLS_PER_HOUR[hour] / 3600


def invent(rng: random.Random, placing: Placing) -> InventedCall:
    """One call."""
    spot = placing.draw(rng).as_location()
    language = "es" if rng.random() < stories.SPANISH_SHARE else "en"
    name = rng.choice(stories.FIRST_NAMES)
    caller = {
        "name": f"{name} Example", "phone": f"860-555-{rng.randint(100, 199):04d}",
        "relationship": rng.choice(stories.RELATIONSHIPS), "language": language,
    }  # fmt: skip
    prefix = stories.SPANISH_PREFIX if language == "es" else ""
    if rng.random() >= CRISIS_SHARE:
        story = weighted(rng, {story: story.weight for story in stories.OTHER_STORIES})
        return InventedCall(
            situation="", location=spot, call_type=story.call_type, priority=rng.choice(story.priorities),
            narrative=prefix + rng.choice(story.told), caller=caller, person=None, language=language,
        )  # fmt: skip
    call_type = weighted(rng, stories.CRISIS_TYPES)
    situation = weighted(rng, WEIGHTS[call_type])
    return InventedCall(
        situation=situation, location=spot, call_type=call_type, priority=None, caller=caller, language=language,
        narrative=prefix + rng.choice(stories.CRISIS_STORIES[situation]),
        person=_person(rng, situation, caller, language),
        origin=weighted(rng, {"911": 85, "988": 8, "211": 7}), channel=weighted(rng, {"voice": 93, "text": 7}),
    )  # fmt: skip


def _person(rng: random.Random, situation: str, caller: dict[str, str], language: str) -> dict[str, Any]:
    age = "about 14" if situation.startswith("child") else rng.choice(stories.AGES)
    return {
        "apparent_age": "unknown" if situation == "age_unknown" else age, "clothing": rng.choice(stories.CLOTHING),
        "language": language, "is_caller": caller["relationship"] == "self", "someone_stays": rng.random() < 0.6,
    }  # fmt: skip
