"""The invented people and units of a demo: everybody on an open-ended shift, available, spread over the city."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from dispatch.models import Area
from partners.access import Actor, Role
from partners.actions.accounts import account_ensure, token_of
from partners.actions.directory import directory_save
from partners.actions.roster import person_save, shift_save, unit_save
from partners.actions.transaction import roster_action
from partners.models import Contract, Person, ServiceHours, Shift, Team, Unit

BY = Actor.system("demo")
SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """How someone signs in. `password` is None when it was kept, as only its hash is known here."""

    username: str
    password: str | None
    token: str


def demo_load(*, plan: Mapping[str, Any], passwords: Mapping[str, str]) -> dict[str, Account]:
    """Add what is missing of the demo (see reference/demo.yaml); `passwords` are set for the users they name.

    What is there already stays as it is, so that a second start keeps the day as it was.
    """
    with roster_action(BY):
        teams = {team.code: team for team in Team.objects.all()}
        for code, channel in plan["hours"].items():
            _open_round_the_clock(teams[code], channel)
        users = {
            who: account_ensure(
                by=BY, username=who, roles=[Role(role) for role in row["roles"]], password=passwords.get(who)
            )
            for who, row in plan["users"].items()
        }
        _add_people(plan, users, teams)
        _add_units(plan, teams)
        for who, row in plan["programs"].items():
            users[who] = account_ensure(by=BY, username=who, roles=[Role(role) for role in row["roles"]])
        return {who: Account(who, passwords.get(who), token_of(by=BY, user=user)) for who, user in users.items()}


def _open_round_the_clock(team: Team, channel: str) -> None:
    """Only where a supervisor has entered nothing yet."""
    if not team.contracts.exists():
        directory_save(by=BY, row=Contract(team=team, starts_on=SINCE, note="Demo"))
    if not team.hours.exists():
        for weekday in range(7):
            hours = ServiceHours(
                team=team, weekday=weekday, opens=time(0), closes=time(0), channel=channel, valid_from=SINCE
            )
            directory_save(by=BY, row=hours)


def _add_people(plan: Mapping[str, Any], users: Mapping[str, User], teams: Mapping[str, Team]) -> None:
    known = set(Person.objects.filter(user__in=users.values()).values_list("user__username", flat=True))
    for who, row in plan["users"].items():
        if who not in known:
            person = Person(
                name=row["name"],
                user=users[who],
                role=row["role"],
                team=teams.get(row.get("team", "")),
                languages=row.get("languages", ["en"]),
            )
            person_save(by=BY, person=person)


def _add_units(plan: Mapping[str, Any], teams: Mapping[str, Team]) -> None:
    known = set(Unit.objects.values_list("callsign", flat=True))
    signed_in = {
        row["unit"]: Person.objects.get(user__username=who) for who, row in plan["users"].items() if "unit" in row
    }
    names = _names(plan)
    languages = itertools.cycle(plan["languages"])
    stations = itertools.cycle(_stations())
    for row in plan["roster"]:
        for number in range(1, row["units"] + 1):
            callsign, station = f"{row['team']}{number}", next(stations)
            if callsign in known:
                continue
            is_cit = bool(row.get("cit_every")) and (number - 1) % row["cit_every"] == 0
            unit = _add_unit(callsign, teams[row["team"]], station, is_cit)
            crew = [signed_in[callsign]] if callsign in signed_in else []
            for role in row["crew"][len(crew) :]:
                spoken = ["en", *filter(None, [next(languages)])]
                person = Person(name=next(names), role=role, team=unit.team, languages=spoken, cit_trained=is_cit)
                crew.append(person_save(by=BY, person=person))
            shift = Shift(unit=unit, starts_at=timezone.now())
            shift_save(by=BY, shift=shift, crew=[(person, person.role) for person in crew])


def _add_unit(callsign: str, team: Team, station: tuple[float, float], is_cit: bool) -> Unit:
    now = timezone.now()
    lat, lon = station
    return unit_save(
        by=BY,
        unit=Unit(
            callsign=callsign,
            team=team,
            cit_trained=is_cit,
            status=Unit.Status.AV,
            status_since=now,
            lat=lat,
            lon=lon,
            fix_at=now,
            station_lat=lat,
            station_lon=lon,
        ),
    )


def _stations() -> list[tuple[float, float]]:
    """The middle of each neighbourhood, in an order that spreads one service's units over the city."""
    centers = Area.objects.filter(kind=Area.Kind.NEIGHBORHOOD).order_by("name")
    return list(centers.values_list("center_lat", "center_lon"))


def _names(plan: Mapping[str, Any]) -> Iterator[str]:
    return (f"{first} {last}" for last in plan["last_names"] for first in plan["first_names"])
