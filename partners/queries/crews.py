"""Who may sign on where: the units and people of one's own agency, and the roles each may ride in."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from hearteam.problems import NotAllowed, NotFound
from partners.access import Actor, Permission, crews_at
from partners.models import CrewMember, Person, Shift, Unit
from partners.queries.roster import shifts_at

ASHORE: Final = (Person.Role.DISPATCHER, Person.Role.SUPERVISOR)
"""Roles of people who ride on no unit."""

STANDS_IN: Final = {Person.Role.PARAMEDIC: (Person.Role.EMT,)}
"""What else somebody of this role is trained for."""

MOST_FOUND = 20


def rider(by: Actor) -> Person:
    """The person who signs on. Raises NotAllowed to who rides on no unit."""
    person = None
    if by.may(Permission.CREW_SIGN_ON) and by.person_id is not None:
        person = Person.objects.select_related("team__agency").filter(pk=by.person_id, active=True).first()
    if person is None or (person.team is None and by.unit_id is None):
        raise NotAllowed("Crews sign on, and you are on no team that rides.")
    return person


def agency_of(by: Actor, person: Person) -> int:
    """The id of the agency whose units the person may sign on to."""
    if person.team is not None:
        return person.team.agency_id
    return Unit.objects.values_list("team__agency_id", flat=True).get(pk=by.unit_id or 0)


def unit_to_board(by: Actor, person: Person, callsign: str) -> Unit:
    """A unit of the person's own agency. Raises NotFound."""
    units = Unit.objects.filter(active=True, temporary=False, team__agency=agency_of(by, person))
    unit = units.select_related("team__agency").filter(callsign=callsign.strip().upper()).first()
    if unit is None:
        raise NotFound(f"There is no unit {callsign[:16]} in your agency.")
    return unit


def shift_now(unit: Unit) -> Shift | None:
    """The unit's shift that runs now; the one begun last."""
    return shifts_at(Now()).filter(unit=unit).order_by("-starts_at").first()


def units_to_board(by: Actor, person: Person) -> list[Unit]:
    """Units of the agency that are on shift now, one's own first; `running[0]` is the shift, with its crew."""
    crew = CrewMember.objects.select_related("person").order_by("role", "pk")
    shifts = shifts_at(Now()).order_by("-starts_at").prefetch_related(Prefetch("crew", queryset=crew))
    units = Unit.objects.filter(active=True, temporary=False, team__agency=agency_of(by, person))
    found = list(units.select_related("team").prefetch_related(Prefetch("shifts", shifts, to_attr="running")))
    mine = {unit.pk: _is_aboard(unit, person) for unit in found}
    on_shift = [unit for unit in found if unit.running]
    return sorted(on_shift, key=lambda unit: (not mine[unit.pk], unit.team_id != person.team_id, unit.callsign))


def _is_aboard(unit: Any, person: Person) -> bool:
    return bool(unit.running) and any(member.person_id == person.pk for member in unit.running[0].crew.all())


def next_shift(person: Person) -> Shift | None:
    """The person's next shift on the roster that has not begun."""
    coming = Shift.objects.filter(crew__person=person, starts_at__gt=Now(), unit__active=True)
    return coming.select_related("unit").order_by("starts_at").first()


def people_found(by: Actor, person: Person, words: str) -> QuerySet[Person]:
    """People of the agency whose name has all these words, by name; everybody without a word."""
    people = Person.objects.filter(active=True, team__agency=agency_of(by, person)).exclude(role__in=ASHORE)
    for word in words.split()[:5]:
        people = people.filter(name__icontains=word)
    return people.order_by("name", "pk")[:MOST_FOUND]


def riding(people: list[int]) -> dict[int, str]:
    """Person id -> the call sign of the unit they are on board of now."""
    aboard = crews_at(timezone.now()).filter(person__in=people).order_by("shift__starts_at")
    return dict(aboard.values_list("person_id", "shift__unit__callsign"))


def roles_of(person: Person) -> list[str]:
    """The roles they may say they ride in; any other is the supervisor's to give."""
    return [person.role, *STANDS_IN.get(Person.Role(person.role), ())]


def person_row(person: Person, on: str = "") -> dict[str, Any]:
    """Somebody who can be on board; `on` is the unit they are on now."""
    return {
        "id": str(person.pk),
        "name": person.name,
        "role": person.role,
        "roles": roles_of(person),
        "languages": person.languages,
        "on": on,
    }
