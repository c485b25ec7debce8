"""What invented callers say. All of it is made up for this demonstration; phone numbers are 555 ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_NAMES = (
    "Ada", "Bruno", "Carmen", "Dorian", "Elif", "Farid", "Gwen", "Hilde", "Ivo", "Jasmin", "Kofi", "Lena", "Milo",
    "Nadia", "Omar", "Pilar", "Quinn", "Rosa", "Samir", "Thea", "Ugo", "Vera", "Wanda", "Yusuf", "Zora",
)  # fmt: skip
RELATIONSHIPS = ("neighbour", "mother", "brother", "friend", "passer-by", "shop keeper", "teacher", "self")
AGES = ("about 20", "about 35", "about 50", "about 65", "unknown")
CLOTHING = ("grey hoodie", "red jacket", "green coat", "white T-shirt", "pyjamas", "blue work clothes")
SPANISH_SHARE = 0.25
"""About the share of the city's households that would rather speak Spanish on the phone."""


@dataclass(frozen=True, slots=True)
class Story:
    """A kind of call: its type, how often it comes (relative), its priorities, and what callers say."""

    call_type: str
    weight: float
    priorities: tuple[int, ...]
    told: tuple[str, ...]


OTHER_STORIES: tuple[Story, ...] = (
    Story("OTHER", 20, (3, 4), (
        "Music so loud that the windows shake, third evening in a row.",
        "A car blocks the bus stop and the driver is nowhere to be seen.",
        "Alarm ringing in the shop on the corner, nobody inside as far as can be seen.",
        "Two drivers argue over a broken mirror, both cars in the lane.",
        "Found a bicycle and a bag on the steps, wants them picked up.",
    )),
    Story("MEDICAL", 22, (1, 2, 3), (
        "Fell on the stairs, the ankle is swollen, awake and talking.",
        "Hard to breathe since this morning, sits upright in the kitchen.",
        "Pain in the chest going into the arm, 58 years old.",
        "Felt dizzy in the queue, is sitting down now, pale.",
        "Has a fever for three days and does not want to drink.",
    )),
    Story("FIRE", 6, (1, 3), (
        "Smoke detector going off on the second floor, no flames seen.",
        "Smell of gas in the hallway, people are on their way out.",
        "A bin burns behind the school, getting bigger.",
    )),
    Story("TRESPASS", 5, (3, 4), (
        "Someone sleeps in the entrance again and does not answer.",
        "A man was told to leave the store and came back twice.",
    )),
    Story("WELFARE", 6, (2, 3), (
        "Has not seen the old lady upstairs for four days, mail piles up.",
        "Brother does not answer the phone, he lives alone.",
    )),
    Story("DVNA", 5, (2,), (
        "Shouting next door between a couple, no blows heard.",
        "Ex-partner stands at the door and will not go.",
    )),
    Story("INTOX", 4, (2, 3), (
        "A man lies on the bench with a bottle, moves when spoken to.",
        "Somebody staggers between the parked cars.",
    )),
    Story("WEAPON", 1, (1,), ("Two men in the parking lot, one showed a pistol in his belt.",)),
    Story("OD", 1, (1,), ("Found him on the bathroom floor, lips are blue, breathing slowly.",)),
)  # fmt: skip

CRISIS_TYPES: Mapping[str, float] = {"EDP": 5, "MNTL": 4, "SUICTHRT": 2, "SUICIDE": 0.5, "MTLV": 0.5}

CRISIS_STORIES: Mapping[str, tuple[str, ...]] = {
    "distress": (
        "Sits on the kerb and cries, lost the job this week, says nothing helps any more. Talks when asked.",
        "Daughter cannot stop shaking since the funeral and will not come out of her room.",
        "Walks up and down the platform talking to people about his dog that died.",
    ),
    "acute": (
        "Says the television gives him orders, has covered all the windows with foil.",
        "Has not slept for four nights, speaks so fast that nobody can follow.",
    ),
    "ideation": (
        "Wrote to a friend that it would be easier not to wake up. At home, the sister is with her.",
        "Says life has no point. No plan, wants somebody to talk to.",
    ),
    "child": (
        "A boy of ten threw chairs in class and now hides under the table, will not let anyone near.",
        "Thirteen-year-old screams in the hallway since the phone was taken away.",
    ),
    "child_ideation": ("A girl of fifteen told her teacher that she does not want to live.",),
    "unseen": (
        "Screaming and crying through the wall for half an hour, nobody has seen the person.",
        "A message in a chat says somebody at this address is not well, nothing else is known.",
    ),
    "threats": ("Shouts at everyone in the laundromat that he will get them all, has not touched anybody.",),
    "weapon_near": ("Son is out of himself in the kitchen, the knives are on the table beside him.",),
    "police_asked": ("Uncle is confused and angry, the caller wants officers to come as well.",),
    "age_unknown": ("A person wrapped in a blanket rocks back and forth behind the library.",),
    "intent": ("Texted goodbye to the family and says it will be tonight.",),
    "armed": ("Stands in the yard with a kitchen knife in the hand and yells at the sky.",),
    "violent": ("Hits people at the bus stop, one is bleeding.",),
    "hurt": ("Cut on the arm, bleeding, does not know where he is.",),
    "in_progress": ("Took a whole box of tablets ten minutes ago, getting sleepy.",),
    "at_height": ("Stands on the outside of the railing of the parking deck.",),
}

TEXTED = ("I cant talk", "I need help please")
TEXTED_SPANISH = ("No puedo hablar", "Necesito ayuda por favor")
"""How somebody begins who writes; where they are and what happens comes when they are asked."""

SPANISH_PREFIX = "Caller speaks Spanish, interpreter on the line. "
OUTCOMES = ("Calmed down, friend stays", "Linked with a walk-in clinic", "Safety plan made", "Settled on scene")
"""How simulated crews say it ended."""
