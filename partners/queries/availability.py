"""Which civilian teams can be sent to a call now; if one cannot, why, in a code that audits count and in a sentence.

Source of the rule: a team is available with a contract in force, in hours, the place inside its area, and a unit on
shift that is AV or already on this call; reached by phone: its channel in hours and no hand-off for this call failed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DateTimeField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.models import Agency, Contract, CrewMember, ServiceException, ServiceHours, Team, Unit
from partners.queries.hours import Exceptional, Weekly, open_channels, opens_later
from partners.queries.roster import shifts_of

Hours = tuple[list[Weekly], list[Exceptional]]
TODAY, YESTERDAY = (Parameter(name, DateField()) for name in ("today", "yesterday"))


class Unavailable(StrEnum):
    """Why a team cannot be sent. NO_UNIT: none on shift with a full crew; BUSY: all are on calls or on a break."""

    NO_CONTRACT = "NO_CONTRACT"
    OFF_HOURS = "OFF_HOURS"
    OUT_OF_AREA = "OUT_OF_AREA"
    NO_UNIT = "NO_UNIT"
    BUSY = "BUSY"
    HANDOFF_FAILED = "HANDOFF_FAILED"


@dataclass(frozen=True, slots=True)
class TeamAvailability:
    """`code` and `reason` (words for people) are None when available; `channel` is how to reach it then.

    `units_free` are the call signs that are AV or already on this call; empty for a team reached by phone.
    """

    available: bool
    code: Unavailable | None = None
    reason: str | None = None
    channel: str | None = None
    units_free: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where help is wanted, as far as known: `neighborhood` is empty and `in_city` None while it is not."""

    neighborhood: str = ""
    in_city: bool | None = None


@dataclass(frozen=True, slots=True)
class Engaged:
    """What dispatch knows of the units and this call.

    `busy_unit_ids` are on other calls, `on_call_unit_ids` on this one, `failed_handoff_teams` the codes of teams that
    did not take this call by phone, `declined_teams` those that said no to it, however they were asked.
    """

    busy_unit_ids: Collection[int] = ()
    on_call_unit_ids: Collection[int] = ()
    failed_handoff_teams: Collection[str] = ()
    declined_teams: Collection[str] = ()


def team_availability(*, at: datetime, place: Place, engaged: Engaged) -> dict[str, TeamAvailability]:
    """Team code -> availability of every active civilian team. Four statements."""
    today = timezone.localdate(at)
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    teams = _teams.all(today=today)
    hours: dict[int, Hours] = {team.pk: ([], []) for team in teams}
    for row in _service_hours.all(**days):
        hours[row.team_id][0].append(_weekly(row))
    for row in _exceptions.all(**days):
        hours[row.team_id][1].append(_exceptional(row))
    units: dict[int, list[Unit]] = {}
    for unit in _units_on_shift(at, engaged):
        units.setdefault(unit.team_id, []).append(unit)
    return {team.code: _one(team, at, place, engaged, units.get(team.pk, []), hours=hours[team.pk]) for team in teams}


def _civilian(rows: QuerySet[Any], team: str = "") -> QuerySet[Any]:
    """Those of active civilian teams; `team` leads to the team."""
    return rows.filter(**{f"{team}active": True, f"{team}agency__kind": Agency.Kind.CIVILIAN})


_teams = Prepared(
    lambda: _civilian(Team.objects.all()).annotate(
        has_contract=Exists(Contract.objects.filter(_in_force(TODAY), team=OuterRef("pk")))
    )
)
_service_hours = Prepared(lambda: _civilian(ServiceHours.objects.filter(_valid_about(TODAY, YESTERDAY)), "team__"))
_exceptions = Prepared(lambda: _civilian(ServiceException.objects.filter(Q(date=TODAY) | Q(date=YESTERDAY)), "team__"))


def team_channels(team: Team, at: datetime) -> tuple[str, ...]:
    """The channels a team is in hours on, without regard to contract, area or units."""
    hours = [_weekly(row) for row in team.hours.all()], [_exceptional(row) for row in team.exceptions.all()]
    return open_channels(at, timezone.get_default_timezone(), *hours)


def _weekly(row: ServiceHours) -> Weekly:
    return Weekly(row.weekday, row.opens, row.closes, row.channel, row.valid_from, row.valid_until)


def _exceptional(row: ServiceException) -> Exceptional:
    return Exceptional(row.date, row.closed, row.opens, row.closes, row.channel)


def _off_hours(hours: Hours, at: datetime) -> str:
    """That a team is off hours, and until when where it opens on the same date."""
    zone = timezone.get_default_timezone()
    begins = opens_later(at, zone, *hours)
    return f"off hours until {begins.astimezone(zone):%H:%M}" if begins else "off hours"


def not_by_phone(team: Team, at: datetime) -> str:
    """Why a team cannot be handed a call by phone at that moment, whatever the call; empty when it can."""
    if not Contract.objects.filter(_in_force(timezone.localdate(at)), team=team).exists():
        return "no contract in force"
    channels = team_channels(team, at)
    if not channels:
        return "off hours"
    return "" if "PHONE" in channels else "it is not reached by phone"


def _in_force(day: date | Parameter) -> Q:
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def _valid_about(today: Parameter, yesterday: Parameter) -> Q:
    """Valid today or yesterday: a service day may end after midnight."""
    ends = Q(valid_until__isnull=True) | Q(valid_until__gte=yesterday)
    return ends & Q(valid_from__lte=today)


def _units_on_shift(at: datetime, engaged: Engaged) -> list[Unit]:
    """Civilian units whose crew is complete for their team, and whatever is on this call already."""
    return [
        unit
        for unit in _units.all(at=at, on_call=list(engaged.on_call_unit_ids))
        if unit.pk in engaged.on_call_unit_ids or set(unit.team.min_crew_roles) <= set(unit.crew_roles)
    ]


def _units_with_crews() -> QuerySet[Any]:
    at = Parameter("at", DateTimeField())
    running = shifts_of(OuterRef(OuterRef("pk")), at).values("pk")
    crew = CrewMember.objects.filter(shift__in=running).order_by("role").values("role")
    return (
        Unit.objects.filter(active=True, team__agency__kind=Agency.Kind.CIVILIAN)
        .filter(Exists(shifts_of(OuterRef("pk"), at)) | Q(pk=AnyOf("on_call")))
        .annotate(crew_roles=ArraySubquery(crew))
        .select_related("team")
        .order_by("callsign")
    )


_units = Prepared(_units_with_crews)


def _one(
    team: Any, at: datetime, place: Place, engaged: Engaged, units: list[Unit], *, hours: Hours
) -> TeamAvailability:
    if not team.has_contract:
        return TeamAvailability(False, Unavailable.NO_CONTRACT, "no contract in force")
    channels = open_channels(at, timezone.get_default_timezone(), *hours)
    if not channels:
        return TeamAvailability(False, Unavailable.OFF_HOURS, _off_hours(hours, at))
    outside = _outside(team, place)
    if outside:
        return TeamAvailability(False, Unavailable.OUT_OF_AREA, outside)
    return _reached_by(team, channels, engaged, units)


def _outside(team: Team, place: Place) -> str:
    """Why the place is not in the team's area; empty when it is. A team with an area needs to know the place."""
    if place.in_city is False:
        return "outside the city"
    if team.area and not place.neighborhood:
        return "serves some neighbourhoods only, and the place is not known"
    if team.area and place.neighborhood.upper() not in {name.upper() for name in team.area}:
        return f"does not serve {place.neighborhood}"
    return ""


def _reached_by(team: Team, channels: tuple[str, ...], engaged: Engaged, units: list[Unit]) -> TeamAvailability:
    free = tuple(unit.callsign for unit in units if _is_free(unit, engaged))
    if team.code in engaged.declined_teams and not any(unit.pk in engaged.on_call_unit_ids for unit in units):
        return TeamAvailability(False, Unavailable.BUSY, "declined this call")
    on_board = [channel for channel in channels if channel != "PHONE"]
    if free and (on_board or any(unit.pk in engaged.on_call_unit_ids for unit in units)):
        return TeamAvailability(True, channel=channels[0], units_free=free)
    if "PHONE" in channels:
        if team.code in engaged.failed_handoff_teams:
            return TeamAvailability(False, Unavailable.HANDOFF_FAILED, "the phone hand-off of this call failed")
        return TeamAvailability(True, channel="PHONE")
    if units:
        return TeamAvailability(False, Unavailable.BUSY, "all units are on calls or on a break")
    return TeamAvailability(False, Unavailable.NO_UNIT, "no unit on shift")


def _is_free(unit: Unit, engaged: Engaged) -> bool:
    if unit.pk in engaged.on_call_unit_ids:
        return True
    return unit.status == Unit.Status.AV and unit.pk not in engaged.busy_unit_ids
