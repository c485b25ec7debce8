"""The ten triage questions of the programme, with the wording a call-taker says in English and Spanish."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Final

from dispatch.rules.ruleset import Answer, Question

CLEAR: Final = True
CONCERN: Final = False

WEAPON: Final = Question(
    field="weapon",
    label="Weapon",
    ask_en="Does the person have a weapon? Is there a gun, or anything they could use as a weapon, within reach?",
    ask_es="¿La persona tiene un arma? ¿Hay una pistola, o algo que pueda usar como arma, a su alcance?",
    hint="None: somebody who can see the person reports none. Accessible: a firearm on the premises, or an object "
    "threatened with, named as a means, or within reach; household knives otherwise none. "
    "Unknown: nobody can say, so try a call-back.",
    answers=(
        Answer("NONE", "None", "N", 0, CLEAR, "no weapon"),
        Answer("ACCESSIBLE", "Accessible", "A", 1, CONCERN, "a weapon within reach"),
        Answer("UNKNOWN", "Unknown", "U", 1, CONCERN, "weapon unknown"),
        Answer("IN_HAND", "In hand", "H", 2, CONCERN, "a weapon in hand"),
    ),
    not_asked="UNKNOWN",
)

VIOLENCE: Final = Question(
    field="violence",
    label="Violence to others",
    ask_en="Is the person hurting anyone right now, or threatening to hurt anyone?",
    ask_es="¿La persona está lastimando a alguien en este momento, o amenaza con lastimar a alguien?",
    hint="Threats: said or shown, nobody being hurt. Active: happening now.",
    answers=(
        Answer("NONE", "None", "N", 0, CLEAR, "no violence"),
        Answer("THREATS", "Threats", "T", 1, CONCERN, "threats to others"),
        Answer("UNKNOWN", "Unknown", "U", 1, CONCERN, "violence unknown"),
        Answer("ACTIVE", "Active", "A", 2, CONCERN, "violence going on"),
    ),
    not_asked="UNKNOWN",
)

MEDICAL: Final = Question(
    field="medical",
    label="Medical emergency",
    ask_en="Is the person awake and breathing normally? Have they taken something, or are they hurt?",
    ask_es="¿La persona está despierta y respira con normalidad? ¿Ha tomado algo, o está herida?",
    hint="Emergency (urgent): unconscious, overdose, injury.",
    answers=(
        Answer("NONE", "None", "N", 0, CLEAR, "no medical emergency"),
        Answer("UNKNOWN", "Unknown", "U", 1, CONCERN, "medical need unknown"),
        Answer("URGENT", "Emergency (urgent)", "E", 2, CONCERN, "a medical emergency"),
    ),
    not_asked="UNKNOWN",
)

SELF_HARM: Final = Question(
    field="self_harm",
    label="Self-harm",
    ask_en="Is the person thinking about suicide or about hurting themselves? "
    "Do they mean to do it now, or have they already done something?",
    ask_es="¿La persona piensa en el suicidio o en hacerse daño? ¿Tiene la intención de hacerlo ahora, o ya hizo algo?",
    hint="Thoughts: ideation without intent. Intent: means to act, or has a plan. In progress: has begun.",
    answers=(
        Answer("NONE", "None", "N", 0, CLEAR, "no self-harm"),
        Answer("IDEATION", "Thoughts (ideation)", "T", 1, CLEAR, "thoughts of self-harm"),
        Answer("INTENT", "Intent", "I", 2, CONCERN, "intent to self-harm"),
        Answer("UNKNOWN", "Unknown", "U", 2, CONCERN, "self-harm unknown"),
        Answer("IN_PROGRESS", "In progress", "P", 3, CONCERN, "self-harm in progress"),
    ),
    not_asked="UNKNOWN",
)

SCENE: Final = Question(
    field="scene",
    label="Scene",
    ask_en="Where is the person exactly? Is there danger there: a height, traffic, fire, water, "
    "or have they locked themselves in?",
    ask_es="¿Dónde está la persona exactamente? ¿Hay peligro allí: altura, tráfico, fuego, agua, o se ha encerrado?",
    hint="Danger (unsafe): height, traffic, fire, water, barricade.",
    answers=(
        Answer("SAFE", "Safe", "S", 0, CLEAR, "a safe scene"),
        Answer("UNKNOWN", "Unknown", "U", 1, CONCERN, "scene unknown"),
        Answer("UNSAFE", "Danger (unsafe)", "D", 2, CONCERN, "an unsafe scene"),
    ),
    not_asked="UNKNOWN",
)

CRIME: Final = Question(
    field="crime",
    label="Crime",
    ask_en="Was anyone attacked or robbed, or has anything else happened that a person needs to report as a crime?",
    ask_es="¿Alguien fue atacado o robado, o ha pasado otra cosa que alguien necesite denunciar como delito?",
    hint="Minor includes indecent exposure with nobody targeted, trespass, disturbance.",
    answers=(
        Answer("NONE_OR_MINOR", "None or minor", "N", 0, CLEAR, "no serious crime"),
        Answer("UNKNOWN", "Unknown", "U", 1, CONCERN, "crime unknown"),
        Answer("SERIOUS", "Serious", "S", 2, CONCERN, "a serious crime"),
    ),
    not_asked="UNKNOWN",
)

AGE: Final = Question(
    field="age",
    label="Age",
    ask_en="How old is the person, or how old do they look?",
    ask_es="¿Qué edad tiene la persona, o qué edad aparenta?",
    hint="Apparent age will do; unknown only when nobody can judge.",
    answers=(
        Answer("ADULT", "Adult (18+)", "A", 0, CLEAR, "adult"),
        Answer("CHILD_3_17", "Child 3-17", "C", 0, CLEAR, "child 3-17"),
        Answer("UNDER_3", "Under 3", "B", 0, CLEAR, "child under 3"),
        Answer("UNKNOWN", "Unknown", "U", 0, CONCERN, "age unknown"),
    ),
    not_asked="UNKNOWN",
    safety=False,
    ordered=False,
)

ACUITY: Final = Question(
    field="acuity",
    label="Acuity",
    ask_en="Can you talk with the person, and do they answer you? "
    "Do they see or hear things that are not there, or are they very drunk or high?",
    ask_es="¿Se puede hablar con la persona, y le contesta? "
    "¿Ve u oye cosas que no están, o está muy borracha o drogada?",
    hint="Low: can be talked to, agitated but answering. High: psychosis, severe intoxication. Unknown counts as high.",
    answers=(
        Answer("LOW", "Low", "L", 0, CLEAR, "can be talked to"),
        Answer("HIGH", "High", "H", 1, CONCERN, "high acuity"),
        Answer("UNKNOWN", "Unknown", "U", 1, CONCERN, "acuity unknown"),
    ),
    not_asked="UNKNOWN",
    safety=False,
)

CALLER_WANTS_POLICE: Final = Question(
    field="caller_wants_police",
    label="Caller wants police",
    ask_en="Do you want police officers to come?",
    ask_es="¿Quiere que vengan policías?",
    hint="The caller's own words. Not asked counts as yes.",
    answers=(
        Answer("NO", "No", "N", 0, CLEAR, "police not asked for"),
        Answer("YES", "Yes", "Y", 1, CONCERN, "the caller wants police"),
    ),
    not_asked="YES",
)

PREMISE_CAUTION: Final = Question(
    field="premise_caution",
    label="Premise caution",
    ask_en="Has there been violence at this address before that our crews should know about?",
    ask_es="¿Ha habido antes violencia en esta dirección que nuestro personal deba saber?",
    hint="Filled in from active cautions of class VIOLENCE at this unit, reviewed within 12 months. "
    "You may raise it, never lower it.",
    answers=(
        Answer("NO", "No", "N", 0, CLEAR, "no premise caution"),
        Answer("YES", "Yes", "Y", 1, CONCERN, "a violence caution on the premise"),
    ),
    not_asked="YES",
    of_caller=False,
)

QUESTIONS: Final = (
    WEAPON,
    VIOLENCE,
    MEDICAL,
    SELF_HARM,
    SCENE,
    CRIME,
    AGE,
    ACUITY,
    CALLER_WANTS_POLICE,
    PREMISE_CAUTION,
)
"""In the order they are asked."""


def questions_digest(questions: tuple[Question, ...]) -> str:
    """What tells two sets of questions apart: SHA-256, in hex, over every wording, answer and order."""
    text = json.dumps([asdict(question) for question in questions], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
