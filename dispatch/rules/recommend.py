"""Which units to send: facts about units in, units in order with reasons out. Pure; distances are great circles.

Units of a role are ordered by the seconds until they arrive, corrected by what is worth waiting for or costs time:
the person's language, a voice check that is still needed. Near-equal units take turns by workload.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from dispatch.rules.codes import Need
from dispatch.rules.ruleset import PUBLIC_SAFETY, Preference, TeamAvailability, Unavailable, is_civilian
from dispatch.rules.safety import NO_CHANNEL, Channel, channel_proven
from dispatch.rules.timers import DEFAULT_TIMERS, TimerSettings

EARTH_RADIUS_M: Final = 6_371_008.8
AVAILABLE: Final = "AV"


@dataclass(frozen=True, slots=True)
class Place:
    """A position in degrees."""

    lat: float
    lon: float


class PositionSource(StrEnum):
    """Where a unit's position comes from."""

    FIX = "FIX"
    STATION = "STATION"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a unit is, how old that knowledge is in seconds (0 for its station), and its radius in metres."""

    place: Place
    source: PositionSource
    age_s: float = 0.0
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class CrewMember:
    """What matters of one person on a unit: roles (CLINICIAN, PEER, OFFICER ..), language codes, CIT training."""

    roles: frozenset[str]
    languages: frozenset[str] = frozenset()
    cit_trained: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """The facts about one unit.

    `serves` are the roles and team codes it can fill, `team` how its team is called (CRT, HPD ..). `status` is the
    unit's two- or three-letter status; `ages` the ages it may serve, None for any; `crew_needs` the crew roles a
    complete crew has. `workload` counts its calls today.
    """

    callsign: str
    team: str
    serves: frozenset[str]
    status: str = AVAILABLE
    on_this_call: bool = False
    on_call: str | None = None
    on_shift: bool = True
    in_emergency: bool = False
    in_hours: bool = True
    contract_in_force: bool = True
    in_area: bool = True
    ages: frozenset[str] | None = None
    position: Position | None = None
    crew: tuple[CrewMember, ...] = ()
    crew_needs: frozenset[str] = frozenset()
    workload: int = 0
    channel: Channel = NO_CHANNEL


@dataclass(frozen=True, slots=True)
class Request:
    """What a call needs. `age` is the answer to the age question, `language` the person's language code."""

    needs: tuple[Need, ...]
    place: Place | None = None
    age: str | None = None
    language: str | None = None
    prefer: tuple[Preference, ...] = ()


@dataclass(frozen=True, slots=True)
class RankSettings:
    """Speeds and worths: what is worth how many seconds of a later arrival."""

    speed_mps: float = 8.9
    street_factor: float = 1.35
    fix_usable_s: float = 600.0
    fix_fresh_s: float = 60.0
    fix_coarse_m: float = 2_000.0
    language_worth_s: float = 300.0
    language_worth_public_safety_s: float = 60.0  # who comes because of danger comes first by nearness
    voice_check_costs_s: float = 120.0
    near_equal_s: float = 60.0


DEFAULT_RANKING: Final = RankSettings()
ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit that can come. `pick` marks those that fill the needs; `check_first` that a voice check comes first."""

    callsign: str
    team: str
    role: str
    eta_s: int | None
    distance_m: int | None
    reasons: tuple[str, ...]
    pick: bool = False
    on_this_call: bool = False
    check_first: bool = False


@dataclass(frozen=True, slots=True)
class Excluded:
    """A unit of a needed role that cannot come, and why."""

    callsign: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Units in order, picks of all needs first; units left out; roles for which too few units are free."""

    units: tuple[RankedUnit, ...]
    excluded: tuple[Excluded, ...]
    short_of: tuple[Need, ...]


def distance_m(one: Place, other: Place) -> float:
    """Great-circle distance in metres."""
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat_2 - lat_1) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def rank(
    request: Request,
    candidates: Sequence[Candidate],
    settings: RankSettings = DEFAULT_RANKING,
    timers: TimerSettings = DEFAULT_TIMERS,
) -> Recommendation:
    """Order the units that can come for each need; a unit fills one need only."""
    picks: list[RankedUnit] = []
    others: list[RankedUnit] = []
    excluded: list[Excluded] = []
    short_of: list[Need] = []
    placed: set[str] = set()
    for need in request.needs:
        ranked: list[tuple[tuple[float | str, ...], RankedUnit]] = []
        for unit in candidates:
            if need.role not in unit.serves or unit.callsign in placed:
                continue
            reason = why_not(unit, request)
            if reason is None:
                ranked.append(_ranked(unit, need.role, request, settings, timers))
            else:
                excluded.append(Excluded(unit.callsign, need.role, reason))
        ordered = [row for _, row in sorted(ranked, key=lambda row: row[0])]
        picks += [replace(row, pick=True) for row in ordered[: need.count]]
        placed |= {row.callsign for row in ordered[: need.count]}
        others += ordered[need.count :]
        if len(ordered) < need.count:
            short_of.append(Need(need.role, need.count - len(ordered)))
    rest = tuple(row for row in others if row.callsign not in placed)
    return Recommendation((*picks, *rest), tuple(excluded), tuple(short_of))


def why_not(unit: Candidate, request: Request) -> str | None:
    """Why a unit cannot come, in words; None when it can. Being on this call already counts as available."""
    if unit.on_this_call:
        return None
    obstacles = (
        (
            request.age is not None and unit.ages is not None and request.age not in unit.ages,
            "not in scope for this age",
        ),
        (not unit.contract_in_force, "no contract in force"),
        (not unit.in_hours, "off hours"),
        (not unit.in_area, "the place is outside its area"),
        (not unit.on_shift, "not on shift"),
        (unit.in_emergency, "its emergency is open"),
        (unit.on_call is not None, f"on call {unit.on_call}"),
        (unit.status != AVAILABLE, f"status {unit.status}"),
    )
    return next((reason for stands, reason in obstacles if stands), None)


def _ranked(
    unit: Candidate, role: str, request: Request, settings: RankSettings, timers: TimerSettings
) -> tuple[tuple[float | str, ...], RankedUnit]:
    """The sort key of a unit for a role, and its row."""
    metres = _street_metres(unit, request, settings)
    eta = None if metres is None else metres / settings.speed_mps
    wants_cit = role == "POLICE" and Preference.CIT in request.prefer
    lacks_cit = wants_cit and not any(member.cit_trained for member in unit.crew)
    missing = unit.crew_needs.difference(*(member.roles for member in unit.crew))
    speaks = _speaks(unit, request.language)
    check_first = is_civilian(role) and not unit.on_this_call and not channel_proven(unit.channel, timers)
    score = math.inf if eta is None else eta
    worth = settings.language_worth_public_safety_s if role in PUBLIC_SAFETY else settings.language_worth_s
    score -= worth if speaks else 0.0
    score += settings.voice_check_costs_s if check_first else 0.0
    turn = score if math.isinf(score) else score // settings.near_equal_s
    key = (not unit.on_this_call, bool(missing), lacks_cit, turn, unit.workload, score, unit.callsign)
    reasons = [
        "already on this call" if unit.on_this_call else "",
        f"{eta / 60:.0f} min away" if eta is not None else "no position",
        _position_text(unit.position, settings),
        f"speaks {request.language}" if speaks else "",
        "CIT-trained" if wants_cit and not lacks_cit else "",
        f"no {' and no '.join(sorted(missing)).lower()} on the crew" if missing else "",
        "radio or phone check first" if check_first else "",
        f"{unit.workload} call{'' if unit.workload == 1 else 's'} today" if unit.workload else "",
    ]
    row = RankedUnit(
        callsign=unit.callsign,
        team=unit.team,
        role=role,
        eta_s=None if eta is None else round(eta),
        distance_m=None if metres is None else round(metres),
        reasons=tuple(text for text in reasons if text),
        on_this_call=unit.on_this_call,
        check_first=check_first,
    )
    return key, row


def _street_metres(unit: Candidate, request: Request, settings: RankSettings) -> float | None:
    position = unit.position
    if position is None or request.place is None or position.age_s > settings.fix_usable_s:
        return None
    return distance_m(position.place, request.place) * settings.street_factor


def _position_text(position: Position | None, settings: RankSettings) -> str:
    if position is None:
        return ""
    if position.source is PositionSource.STATION:
        return "from its station"
    if position.age_s > settings.fix_fresh_s:
        return f"position {position.age_s / 60:.0f} min old"
    return f"position good to {position.accuracy_m:.0f} m" if position.accuracy_m > settings.fix_coarse_m else ""


def _speaks(unit: Candidate, language: str | None) -> bool:
    """Whether somebody on the crew speaks a language that is not everybody's anyway."""
    return language not in (None, ENGLISH) and any(language in member.languages for member in unit.crew)


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """The facts about a team for one call. `by_phone`: it is reached by phone and has no fixed roster.

    For such a team `in_hours` speaks of its channel, and `handoff_failed` is whether one failed for this call.
    `free_in_min` is when a busy unit is expected free, where that is known.
    """

    code: str
    contract_in_force: bool
    in_hours: bool
    in_area: bool
    by_phone: bool = False
    handoff_failed: bool = False
    free_in_min: int | None = None


def team_availability(team: TeamFacts, units: Sequence[Candidate] = ()) -> TeamAvailability:
    """Whether a team can be sent to this call: the programme's definition of an available team.

    `units` are the team's units in scope; one counts when it is on shift and AV or already on this call.
    """
    obstacles = (
        (not team.contract_in_force, Unavailable.NO_CONTRACT, "no contract in force"),
        (not team.in_hours, Unavailable.OFF_HOURS, "off hours"),
        (not team.in_area, Unavailable.OUT_OF_AREA, "the place is outside its area"),
        (team.by_phone and team.handoff_failed, Unavailable.HANDOFF_FAILED, "hand-off failed"),
    )
    for stands, code, reason in obstacles:
        if stands:
            return TeamAvailability(False, code, reason)
    return TeamAvailability(True) if team.by_phone else _roster_availability(team, units)


def _roster_availability(team: TeamFacts, units: Sequence[Candidate]) -> TeamAvailability:
    if any(unit.on_this_call or (unit.on_shift and _is_free(unit)) for unit in units):
        return TeamAvailability(True)
    on_shift = [unit for unit in units if unit.on_shift]
    if any(unit.on_call is not None for unit in on_shift):
        return TeamAvailability(False, Unavailable.BUSY, "all units are on calls", team.free_in_min)
    reason = "no unit in service" if on_shift else "no unit on shift"
    return TeamAvailability(False, Unavailable.NO_UNIT, reason)


def _is_free(unit: Candidate) -> bool:
    return unit.status == AVAILABLE and unit.on_call is None
