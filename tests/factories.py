"""Plain functions that make what a test needs, ready for use: a unit is on shift, available, at its station, reachable.

All write rows directly (no events): they set the stage, and actions under test act on it. Every name is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from dispatch.models import Call, CallContact, CallType, Premise, PremiseCaution, TimersWatch
from partners.access import Role
from partners.models import Agency, ChannelCheck, Contract, CrewMember, Person, ServiceHours, Shift, Team, Unit

_number = count(1)

CIVILIAN_TEAMS: dict[str, dict[str, Any]] = {
    "CRT": {"ages": ["ADULT"], "min_crew_roles": ["CLINICIAN", "PEER"], "arrival_target_minutes": 10},
    "CRMHC": {"ages": ["ADULT"], "min_crew_roles": ["CLINICIAN"], "arrival_target_minutes": 10},
    "WHEELER": {"ages": ["CHILD_3_17"], "dedicated_phone": "860-555-0117", "arrival_target_minutes": 45},
}
PUBLIC_SAFETY_TEAMS = {"HPD": "POLICE", "HFD": "FIRE", "EMS": "EMS"}
CREW_ROLES = {
    "CRT": ["CLINICIAN", "PEER"], "CRMHC": ["CLINICIAN"], "HPD": ["OFFICER"], "HFD": ["FIREFIGHTER"],
    "EMS": ["PARAMEDIC", "EMT"],
}  # fmt: skip
CITY_CENTER = (41.7637, -72.6851)


def timers_at_work() -> None:
    """The sign of life of the timers, good for as long as any test takes."""
    TimersWatch.objects.update_or_create(name="timers", defaults={"at": timezone.now() + timedelta(hours=1)})


def make_user(username: str, *roles: Role, **fields: Any) -> User:
    """A user in the groups of these roles; the password is the username."""
    user = User.objects.create_user(username=username, password=username, **fields)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return user


def make_agency(code: str, kind: str = Agency.Kind.CIVILIAN) -> Agency:
    """The agency with this code."""
    return Agency.objects.get_or_create(code=code, defaults={"name": code, "kind": kind})[0]


def make_team(code: str, *, round_the_clock: bool = True, channel: str = "", **fields: Any) -> Team:
    """The team with this code: one of the programme's own, or any other civilian one.

    With a contract in force and, unless told otherwise, hours round the clock (by phone for WHEELER).
    """
    found = Team.objects.filter(code=code).first()
    if found is not None:
        return found
    role = PUBLIC_SAFETY_TEAMS.get(code, code)
    kind = role if code in PUBLIC_SAFETY_TEAMS else Agency.Kind.CIVILIAN
    fields = {**CIVILIAN_TEAMS.get(code, {}), **fields}
    team = Team.objects.create(agency=make_agency(code, kind), code=code, name=code, role=role, **fields)
    if code not in PUBLIC_SAFETY_TEAMS:
        make_contract(team)
        if round_the_clock:
            make_hours(team, channel=channel or ("PHONE" if team.dedicated_phone else "TABLET"))
    return team


def make_contract(team: Team, starts_on: date = date(2020, 1, 1), ends_on: date | None = None) -> Contract:
    """A contract, open-ended by default."""
    return Contract.objects.create(team=team, starts_on=starts_on, ends_on=ends_on)


def make_hours(
    team: Team,
    *,
    opens: time = time(0),
    closes: time = time(0),
    days: Sequence[int] = range(7),
    channel: str = "TABLET",
) -> None:
    """The same hours on these weekdays (0 is Monday); round the clock, all days, by default."""
    for weekday in days:
        ServiceHours.objects.create(
            team=team, weekday=weekday, opens=opens, closes=closes, channel=channel, valid_from=date(2020, 1, 1)
        )


def make_person(name: str = "", *, role: str = Person.Role.OFFICER, user: User | None = None, **fields: Any) -> Person:
    """A person who can be on a crew."""
    return Person.objects.create(name=name or f"Person {next(_number)} Example", role=role, user=user, **fields)


def make_unit(
    callsign: str = "", team: str = "CRT", *, on_shift: bool = True, crew: Sequence[Person] | None = None,
    reachable: bool = True, at: tuple[float, float] = CITY_CENTER, **fields: Any,
) -> Unit:  # fmt: skip
    """A unit of a team: on an open-ended shift since an hour ago with the crew its team needs, available, positioned.

    `reachable`: its tablet was seen just now and a radio check is logged (the proven channel of invariant 12).
    """
    now = timezone.now()
    unit = Unit.objects.create(
        callsign=callsign or f"{team}{next(_number)}",
        team=make_team(team),
        **{
            "status": Unit.Status.AV, "status_since": now, "lat": at[0], "lon": at[1], "fix_at": now,
            "station_lat": at[0], "station_lon": at[1], "tablet_seen_at": now if reachable else None, **fields,
        },
    )  # fmt: skip
    if reachable:
        ChannelCheck.objects.create(unit=unit, kind=ChannelCheck.Kind.RADIO, at=now)
    if on_shift:
        make_shift(unit, crew=crew)
    return unit


def make_shift(
    unit: Unit,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    crew: Sequence[Person] | None = None,
) -> Shift:
    """A shift of the unit since an hour ago, with this crew or with the roles its team needs."""
    starts_at = starts_at or timezone.now() - timedelta(hours=1)
    shift = Shift.objects.create(unit=unit, starts_at=starts_at, ends_at=ends_at, announced_start=True)
    if crew is None:
        crew = [make_person(role=role, team=unit.team) for role in CREW_ROLES.get(unit.team.code, ["CLINICIAN"])]
    for person in crew:
        CrewMember.objects.create(shift=shift, person=person, role=person.role)
    return shift


def make_call_type(code: str = "EDP", **fields: Any) -> CallType:
    """The call type with this code."""
    defaults = {"name": code, "apco": code, "asks_triage": "YES", "default_priority": 2, **fields}
    return CallType.objects.get_or_create(code=code, defaults=defaults)[0]


def make_call(
    *, at: tuple[float, float] = CITY_CENTER, received_at: datetime | None = None, premise: Premise | None = None,
    **fields: Any,
) -> Call:  # fmt: skip
    """A pending call downtown, with its caller. Without more the questions are asked on it as its type says."""
    received_at = received_at or timezone.now()
    if fields.get("call_type") is not None:
        fields = {"asks_triage": fields["call_type"].asks_triage, **fields}
    call = Call.objects.create(
        number=f"26-9{next(_number):05}",
        received_at=received_at,
        premise=premise,
        **{
            "lat": at[0], "lon": at[1], "location_text": "550 MAIN ST", "neighborhood": "DOWNTOWN", "town": "Hartford",
            "in_city": True, **fields,
        },
    )  # fmt: skip
    CallContact.objects.create(call=call, name="Pat Example", phone="860-555-0100", at=received_at)
    return call


def make_premise(address: str = "550 MAIN ST", **fields: Any) -> Premise:
    """A known place."""
    return Premise.objects.create(key=address, address=address, **fields)


def make_caution(premise: Premise, author: User, caution_class: str = "VIOLENCE", **fields: Any) -> PremiseCaution:
    """A caution reviewed today for the whole premise."""
    return PremiseCaution.objects.create(
        premise=premise,
        caution_class=caution_class,
        author=author,
        **{
            "text": "Weapon seen on an earlier call",
            "source": "officer",
            "reviewed_on": timezone.localdate(),
            **fields,
        },
    )
