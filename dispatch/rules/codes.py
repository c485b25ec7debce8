"""Exchange codes as data: APCO dispositions and call types, and the response plan for calls that are not triaged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a call ended: the APCO code, our name for it, and what it means."""

    code: str
    name: str
    description: str


DISPOSITIONS: Final = (
    Disposition("05", "settled_by_phone", "Settled by phone"),
    Disposition("10", "cancelled", "Cancelled"),
    Disposition("14", "unable_to_locate", "Unable to locate"),
    Disposition("15", "referred", "Referred to another agency or service"),
    Disposition("16", "transport", "Transported"),
    Disposition("18", "settled_by_contact", "Settled by contact on scene"),
    Disposition("22", "duplicate", "Duplicate of another call"),
    Disposition("33", "transported_by_police", "Transported by police"),
    Disposition("34", "transported_privately", "Transported by private vehicle"),
    Disposition("45", "transported_by_ems", "Transported by EMS"),
    Disposition("42", "refused", "Service refused"),
    Disposition("43", "released", "Released"),
)


def disposition(text: str) -> Disposition | None:
    """The disposition with this code ("15") or name ("referred", in any case); None when there is none."""
    wanted = text.strip().lower().replace(" ", "_")
    for row in DISPOSITIONS:
        if wanted in (row.code, row.name):
            return row
    return None


class AskTriage(StrEnum):
    """Whether a call of a type is asked the triage questions: most crisis calls do not arrive coded as such."""

    YES = "YES"
    MAYBE = "MAYBE"
    NO = "NO"


@dataclass(frozen=True, slots=True)
class Need:
    """How many units of a role (POLICE, EMS, FIRE) or team a call needs."""

    role: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class CallType:
    """A type of call. `urgent` is what it needs at P1 and P2 while not triaged, `routine` at P3 and P4.

    `adds_fire` adds FIRE to a triage decision; `is_overdose` sets the overdose situation for follow-up.
    """

    code: str
    name: str
    triage: AskTriage
    priority: int
    urgent: tuple[Need, ...]
    routine: tuple[Need, ...]
    adds_fire: bool = False
    is_overdose: bool = False


_ONE_CAR = (Need("POLICE"),)
_TWO_CARS = (Need("POLICE", 2),)
_CAR_AND_MEDIC = (Need("POLICE"), Need("EMS"))
_CARS_AND_MEDIC = (Need("POLICE", 2), Need("EMS"))
_RESCUE = (Need("POLICE"), Need("EMS"), Need("FIRE"))
_MEDIC = (Need("EMS"),)
_YES, _MAYBE, _NO = AskTriage.YES, AskTriage.MAYBE, AskTriage.NO

CALL_TYPES: Final = (
    CallType("MNTL", "Mental health, not violent", _YES, 3, _CAR_AND_MEDIC, _ONE_CAR),
    CallType("MTLV", "Mental health, violent", _YES, 1, _CARS_AND_MEDIC, _CAR_AND_MEDIC),
    CallType("EDP", "Emotionally disturbed person", _YES, 2, _CAR_AND_MEDIC, _ONE_CAR),
    CallType("SUICTHRT", "Suicide threat", _YES, 2, _CAR_AND_MEDIC, _CAR_AND_MEDIC),
    CallType("SUICIDE", "Suicide or attempt", _YES, 1, _CARS_AND_MEDIC, _CAR_AND_MEDIC),
    CallType("CITASST", "Citizen assist", _MAYBE, 4, _ONE_CAR, _ONE_CAR),
    CallType("OD", "Overdose", _MAYBE, 1, _RESCUE, _RESCUE, adds_fire=True, is_overdose=True),
    CallType("INTOX", "Intoxicated person", _MAYBE, 3, _CAR_AND_MEDIC, _ONE_CAR),
    CallType("WELFARE", "Check on welfare", _MAYBE, 3, _CAR_AND_MEDIC, _ONE_CAR),
    CallType("INDECENT", "Indecent exposure", _MAYBE, 3, _ONE_CAR, _ONE_CAR),
    CallType("TRESPASS", "Trespass", _MAYBE, 4, _ONE_CAR, _ONE_CAR),
    CallType("DVNA", "Domestic, not violent", _MAYBE, 2, _TWO_CARS, _ONE_CAR),
    CallType("DVA", "Domestic, violent", _NO, 1, _TWO_CARS, _TWO_CARS),
    CallType("WEAPON", "Weapon", _NO, 1, _TWO_CARS, _TWO_CARS),
    CallType("PERUNCON", "Person unconscious", _MAYBE, 1, _RESCUE, _MEDIC, adds_fire=True),
    CallType("PERMISS", "Missing person", _MAYBE, 3, _TWO_CARS, _ONE_CAR),
    CallType("HEIGHT", "Person at a height", _YES, 1, _RESCUE, _RESCUE, adds_fire=True),
    CallType("TRAFFIC", "Person in traffic", _YES, 1, _RESCUE, _RESCUE, adds_fire=True),
    CallType("WATER", "Person in or near water", _YES, 1, _RESCUE, _RESCUE, adds_fire=True),
    CallType("FIRE", "Fire", _NO, 1, _RESCUE, _RESCUE, adds_fire=True),
    CallType("MEDICAL", "Medical", _NO, 2, _MEDIC, _MEDIC),
    CallType("OTHER", "Other", _MAYBE, 3, _ONE_CAR, _ONE_CAR),
)
DEFAULT_CALL_TYPE: Final = "OTHER"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of a response plan: what a type of call needs at a priority while it is not triaged."""

    call_type: str
    priority: int
    needs: tuple[Need, ...]


def default_response_plan() -> tuple[PlanRow, ...]:
    """The plan a center starts from and edits: every call type at P1 to P4."""
    return tuple(
        PlanRow(row.code, priority, row.urgent if priority <= 2 else row.routine)
        for row in CALL_TYPES
        for priority in range(1, 5)
    )
