"""The rows a follower keeps: what the board shows of a call, a unit and an alert.

The snapshot (`GET /api/board/`) is made of these, and every event carries the rows it changed, so that
snapshot + events == fresh snapshot by merging rows. Times are RFC 3339 UTC strings; ids are opaque strings.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

STRICT = ConfigDict(extra="forbid")

AssignmentStatus = Literal["DP", "ER", "ST", "OS", "TR", "AD", "AV"]
UnitStatus = Literal["AV", "BK", "OO", "OFF", "DP", "ER", "ST", "OS", "TR", "AD", "GONE"]
CallStatus = Literal[
    "pending", "dispatched", "en_route", "on_scene", "transporting", "held", "closed", "cancelled", "merged"
]
SlotStatus = Literal["requested", "assigned", "declined", "unfilled", "cancelled"]
Order = Literal["STAGE", "WITHDRAW"]


@with_config(STRICT)
class LocationRow(TypedDict):
    """Where. `in_city` is null while nobody knows; `uncertainty_m` is a radius in metres."""

    text: str
    lat: float | None
    lon: float | None
    unit: str
    source: str
    uncertainty_m: int | None
    neighborhood: str
    town: str
    in_city: bool | None
    verified: bool


@with_config(STRICT)
class SlotRow(TypedDict):
    """One role of the response and who fills it. `asked_from` is the unit on the call whose crew asked for it."""

    id: str
    role: str
    status: SlotStatus
    unit: str | None
    source: str
    asked_from: str | None


@with_config(STRICT)
class TransferRow(TypedDict):
    """A transfer that was offered, or accepted and waits for the call to be closed."""

    id: str
    to: str
    phone: str
    kind: Literal["LINE", "CENTER"]
    status: Literal["offered", "accepted"]
    offered_at: str
    taken_by: str


@with_config(STRICT)
class StackedRow(TypedDict):
    """A busy unit that the call waits for; of the calls that wait for it, it takes the one with the lowest `place`."""

    unit: str
    place: int


@with_config(STRICT)
class AssignmentRow(TypedDict):
    """One unit on the call now.

    `order` is a standing order the crew has (`order_acknowledged_at`) or has not yet answered.
    """

    id: str
    unit: str
    team: str
    role: str
    status: AssignmentStatus
    since: str
    acknowledged_at: str | None
    joins: bool
    order: Order | None
    order_at: str | None
    order_acknowledged_at: str | None
    eta_at: str | None
    welfare_due_at: str | None
    silent_since: str | None
    destination: str


@with_config(STRICT)
class InterpreterRow(TypedDict):
    """The interpreter that was asked for or is on the line; `at` is since when."""

    language: str
    whose: Literal["CALLER", "PERSON"]
    state: Literal["requested", "joined"]
    at: str


@with_config(STRICT)
class CallRow(TypedDict, total=False):
    """A call as the board shows it. Nothing here names the caller or the person.

    `behavioural` is until the first answer whether the questions are asked: YES, UNKNOWN for offered, NO.
    `reported_type` is the type in the center's own words, where it came in with them. `answering` is the position its
    phone rings at and `class_of_service` what kind of phone that is; `unread_texts` counts the caller's.
    `position` is the workstation that works the call; empty while none does.
    """

    id: str
    number: str
    status: CallStatus
    priority: int
    tier: int | None
    rule: str
    ruleset: str
    provisional: bool
    behavioural: Literal["YES", "NO", "UNKNOWN"]
    type: str
    type_name: str
    reported_type: str
    origin: str
    channel: str
    never_voice_call: bool
    language: str
    location: LocationRow
    answering: str
    class_of_service: str
    unread_texts: int
    interpreter: InterpreterRow | None
    hazards: list[str]
    response: list[str]
    joins: list[str]
    overridden: bool
    slots: list[SlotRow]
    assignments: list[AssignmentRow]
    received_at: str
    dispatched_at: str | None
    on_scene_at: str | None
    due_at: str | None
    hold_until: str | None
    scheduled_for: str | None
    transfer: TransferRow | None
    stacked_on: list[StackedRow]
    callback_at: str | None
    scene_safe_at: str | None
    scene_safe_by: str
    scene_unsafe_at: str | None
    disposition: str
    merged_into: str | None
    position: str
    pace: int
    version: int


@with_config(STRICT)
class CrewRow(TypedDict):
    """One person on board."""

    name: str
    role: str
    languages: list[str]


@with_config(STRICT)
class UnitRow(TypedDict, total=False):
    """A unit as the board shows it. `status` is the active assignment's, else the unit's own; GONE leaves the board.

    `signed_on_at` is since when its crew says that it is on board; null while `crew` is the roster's plan. `short_of`
    are the roles its team asks for that nobody on board has, `missing` the equipment that its crew did not find.
    """

    unit: str
    team: str
    agency: str
    kind: Literal["POLICE", "FIRE", "EMS", "CIVILIAN"]
    status: UnitStatus
    since: str
    reason: str
    until: str | None
    temporary: bool
    phone: str
    on_shift: bool
    shift_ends_at: str | None
    vehicle: str
    signed_on_at: str | None
    short_of: list[str]
    missing: list[str]
    crew: list[CrewRow]
    languages: list[str]
    cit: bool
    call: str | None
    call_number: str | None
    assignment: str | None
    order: Order | None
    order_acknowledged_at: str | None
    eta_at: str | None
    welfare_due_at: str | None
    silent_since: str | None


@with_config(STRICT)
class AlertRow(TypedDict, total=False):
    """An alert until it is cleared. `what_to_do` are the card's lines for an L1.

    `sounded_at` is when it last began to sound, `acknowledged_after_s` how long after that somebody saw it.
    """

    id: str
    kind: str
    level: Literal[1, 2, 3]
    call: str | None
    call_number: str | None
    unit: str | None
    text: str
    what_to_do: list[str]
    raised_at: str
    sounded_at: str
    acknowledged_at: str | None
    acknowledged_by: str
    acknowledged_after_s: float | None
    escalated_at: str | None
    cleared_at: str | None
