"""What the ten answers of a recorded behavioural-health call may have been: exports do not say, so they are drawn.

Sources and assumptions:
* The city estimated that half of its calls about people in distress suit a civilian team; the rows without any
  concern of the general problem types (MNTL, EDP) therefore add up to 50 %.
* 78 % of the programme's early calls were handled without police, but those were calls it had been chosen for. A
  recorded day is unselected, so its share without police comes out lower, and that is no finding about the programme.
* Youth are about one crisis call in seven; an answer nobody can give (UNKNOWN) is common on a third party's call.
* Weights of suicide calls put thoughts and intent before an act in progress: most are reported before anything is done.
* The same seed and incident always draw the same situation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.replay.draws import seeded, weighted

CLEAR: Mapping[str, str] = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """A name for reports, what the caller says in a sentence, and the answers that differ from an all-clear one."""

    name: str
    told: str
    answers: Mapping[str, str]

    def all_answers(self) -> dict[str, str]:
        """The complete set of ten answers."""
        return {**CLEAR, **self.answers}


SITUATIONS: Mapping[str, Situation] = {
    situation.name: situation
    for situation in (
        Situation("distress", "Crying and overwhelmed, answers when spoken to.", {}),
        Situation("acute", "Hears voices, hard to follow, nobody is hurt.", {"acuity": "HIGH"}),
        Situation("ideation", "Says life is not worth it, has no plan.", {"self_harm": "IDEATION"}),
        Situation("child", "A pupil ran out of class, shouting and crying.", {"age": "CHILD_3_17"}),
        Situation(
            "child_ideation", "A teenager wrote about not wanting to live.",
            {"age": "CHILD_3_17", "self_harm": "IDEATION"},
        ),
        Situation(
            "unseen", "Heard through the wall, nobody can see the person.",
            {"weapon": "UNKNOWN", "violence": "UNKNOWN", "acuity": "UNKNOWN"},
        ),
        Situation("threats", "Threatens the neighbours, has not touched anybody.", {"violence": "THREATS"}),
        Situation("weapon_near", "There is a kitchen knife within reach.", {"weapon": "ACCESSIBLE"}),
        Situation("police_asked", "The caller asks for officers.", {"caller_wants_police": "YES"}),
        Situation("age_unknown", "A person under a blanket, no age can be told.", {"age": "UNKNOWN"}),
        Situation("intent", "Has a plan and says it will be tonight.", {"self_harm": "INTENT"}),
        Situation("armed", "Holds a knife and shouts.", {"weapon": "IN_HAND", "violence": "THREATS", "acuity": "HIGH"}),
        Situation("violent", "Is hitting people in the room.", {"violence": "ACTIVE", "acuity": "HIGH"}),
        Situation("hurt", "Is bleeding and confused.", {"medical": "URGENT", "acuity": "HIGH"}),
        Situation(
            "in_progress", "Has swallowed pills.",
            {"self_harm": "IN_PROGRESS", "medical": "URGENT", "acuity": "HIGH"},
        ),
        Situation("at_height", "Stands outside the railing.", {"self_harm": "INTENT", "scene": "UNSAFE"}),
    )
}  # fmt: skip

_GENERAL: Mapping[str, float] = {
    "distress": 26, "acute": 12, "ideation": 5, "child": 5, "child_ideation": 2,
    "unseen": 15, "threats": 11, "weapon_near": 7, "police_asked": 5, "age_unknown": 2,
    "armed": 3, "violent": 3, "hurt": 4,
}  # fmt: skip
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "MNTL": _GENERAL,
    "EDP": _GENERAL,
    "MTLV": {"violent": 45, "threats": 30, "armed": 15, "weapon_near": 10},
    "SUICTHRT": {"ideation": 40, "child_ideation": 8, "intent": 30, "weapon_near": 12, "unseen": 10},
    "SUICIDE": {"intent": 30, "in_progress": 35, "ideation": 15, "at_height": 8, "weapon_near": 7, "hurt": 5},
}
"""Call type -> situation -> weight. A behavioural type without a row of its own uses the general one."""


def draw_situation(seed: int, call_type: str, reference: str) -> Situation:
    """The situation of one call."""
    return SITUATIONS[weighted(seeded(seed, reference, "situation"), WEIGHTS.get(call_type, _GENERAL))]
