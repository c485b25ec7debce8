"""A crew says itself who is on board, in which vehicle and with what equipment; and hands over when its shift ends.

What it says is what ranking, scope and the gates read: the roster's crew of that shift becomes the one that is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dispatch.actions.transaction import Work, action
from dispatch.actions.units import unit_status_set
from dispatch.rules.languages import LANGUAGES
from hearteam.events import types
from hearteam.events.broadcast import publish_control
from hearteam.problems import Malformed, NotAllowed, Refused
from partners.access import Actor, crews_at
from partners.actions.transaction import lock_units
from partners.models import CrewMember, Person, Shift, Unit
from partners.queries import crews
from partners.queries.roster import loses_its_button

MOST_ON_BOARD = 8
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Aboard:
    """One of a crew: the person's id, the role (their own while empty), their languages where they are told anew."""

    person: str
    role: str = ""
    languages: tuple[str, ...] | None = None


def crew_sign_on(
    *,
    by: Actor,
    callsign: str,
    crew: Sequence[Aboard] | None = None,
    vehicle: str = "",
    missing: Sequence[str] | None = None,
    have_left: bool = False,
) -> Unit:
    """Sign on to a unit of one's agency that is on shift; a unit that was off duty becomes available.

    `crew` is everybody on board from now on, and only oneself is added without it. Refused: no shift, a role somebody
    is not trained for, a colleague who is on another unit (they sign on themselves), somebody taken off while the unit
    is on a call unless they `have_left` it. Whoever signs on leaves the unit they were on.
    """
    me = crews.rider(by)
    unit = crews.unit_to_board(by, me, callsign)
    with action(by) as work:
        lock_units({unit.pk, *_other_units(me, unit)})
        unit.refresh_from_db(fields=["status", "active"])
        shift = _running(unit)
        before = {member.person_id: member for member in shift.crew.select_related("person")}
        wanted = _wanted(by, me, unit, before, crew)
        _leave_other_units(work, me, unit)
        left = [member for pk, member in before.items() if pk not in wanted]
        if me.pk not in before and any(member.signed_on_at for member in left):
            raise NotAllowed(f"{unit.callsign} has its crew: join it, or they say that somebody left.")
        _take_off(shift, left, have_left)
        _put_on(shift, wanted, before, said={me.pk} if crew is None else set(wanted))
        started = shift.signed_on_at is None
        _say(shift, unit, vehicle, missing)
        work.emit(_signed_on(shift, unit, left, started=started), unit=unit)
        if started and unit.status == Unit.Status.OFF and me.pk in wanted:
            aboard = replace(by, unit=unit.callsign, unit_id=unit.pk, kind=unit.team.agency.kind)
            unit_status_set(by=aboard, callsign=unit.callsign, status=Unit.Status.AV)
        _standing_changed()
        return unit


def _running(unit: Unit) -> Shift:
    shift = crews.shift_now(unit)
    if shift is None:
        raise Refused(f"{unit.callsign} is not on shift: a supervisor puts it on the roster.", rule="OFF_SHIFT")
    return shift


def _other_units(me: Person, unit: Unit) -> set[int]:
    return set(_elsewhere(me, unit).values_list("unit_id", flat=True))


def _elsewhere(person: Person, unit: Unit) -> QuerySet[Shift]:
    """The shifts on other units that the person is on now, also one that is over whose unit is still out on a call."""
    aboard = crews_at(timezone.now()).filter(person=person).exclude(shift__unit=unit)
    return Shift.objects.filter(pk__in=aboard.values("shift"))


def _wanted(
    by: Actor, me: Person, unit: Unit, before: dict[int, CrewMember], crew: Sequence[Aboard] | None
) -> dict[int, tuple[Person, str]]:
    """Person id -> the person and the role, of everybody who is to be on board."""
    if crew is None:
        staying = {pk: (member.person, member.role) for pk, member in before.items()}
        return staying if me.pk in staying else {**staying, me.pk: (me, me.role)}
    known = {str(one.pk): one for one in _people(by, me, unit, crew, before)}
    wanted = {}
    for one in crew:
        person = known.get(one.person)
        if person is None:
            raise Refused("Somebody named is not of your agency, or no longer active.", rule="NOT_KNOWN")
        had = before.get(person.pk)
        wanted[person.pk] = (person, _role(person, one, had))
        if had is None and person.pk != me.pk:
            _free_to_ride(person, unit)
        _speaks(person, one)
    if me.pk not in wanted and me.pk not in before:
        raise NotAllowed(f"You are not on board of {unit.callsign}.")
    if not wanted:
        raise Refused("Nobody would be on board: hand over instead.")
    return wanted


def _people(
    by: Actor, me: Person, unit: Unit, crew: Sequence[Aboard], before: dict[int, CrewMember]
) -> Sequence[Person]:
    if len({one.person for one in crew}) != len(crew) or len(crew) > MOST_ON_BOARD:
        raise Malformed("Name each person once.", errors={"crew": [f"At most {MOST_ON_BOARD} people, each once."]})
    ids = [int(one.person) for one in crew if one.person.isascii() and one.person.isdigit() and len(one.person) < 19]
    aboard = Person.objects.filter(pk__in=[pk for pk in ids if pk in before])
    agency = Person.objects.filter(pk__in=ids, active=True, team__agency=crews.agency_of(by, me))
    return [*(aboard | agency).exclude(role__in=crews.ASHORE).order_by("pk")]


def _role(person: Person, one: Aboard, had: CrewMember | None) -> str:
    """Their own role, one they are trained for, or the one the roster gave them for this shift."""
    role = one.role or (had.role if had else person.role)
    if role in crews.roles_of(person) or (had is not None and role == had.role):
        return role
    if role not in Person.Role.values:
        raise Malformed("There is no such role.", errors={"crew": [f"Must be one of {', '.join(Person.Role.values)}."]})
    ridden, own = (Person.Role(name).label.lower() for name in (role, person.role))
    raise Refused(f"{person.name} is no {ridden} here but {own}: a supervisor changes that.", rule="ROLE")


def _free_to_ride(person: Person, unit: Unit) -> None:
    other = _elsewhere(person, unit).select_related("unit").first()
    if other is not None:
        raise Refused(
            f"{person.name} is on {other.unit.callsign}: they sign on from their own device.", rule="ELSEWHERE"
        )


def _speaks(person: Person, one: Aboard) -> None:
    if one.languages is None or list(one.languages) == person.languages:
        return
    unknown = [code for code in one.languages if code not in LANGUAGES]
    if unknown:
        raise Malformed("There is no such language.", errors={"crew": [f"{unknown[0][:8]} is no language known here."]})
    person.languages = list(dict.fromkeys(one.languages))
    person.save(update_fields=["languages"])


def _leave_other_units(work: Work, me: Person, unit: Unit) -> None:
    for shift in _elsewhere(me, unit).select_related("unit"):
        lost = loses_its_button(shift, [me])
        if lost:
            raise Refused(f"You are on {shift.unit.callsign}, which is on a call.", rule="ELSEWHERE")
        shift.crew.filter(person=me).delete()
        work.emit(types.RosterChanged(reason="crew changed"), unit=shift.unit)


def _take_off(shift: Shift, left: Sequence[CrewMember], have_left: bool) -> None:
    lost = loses_its_button(shift, [member.person for member in left])
    if lost and not have_left:
        raise Refused(lost, rule="NEEDS_CONFIRMATION")
    shift.crew.filter(pk__in=[member.pk for member in left]).delete()


def _put_on(
    shift: Shift, wanted: dict[int, tuple[Person, str]], before: dict[int, CrewMember], *, said: set[int]
) -> None:
    """`said`: of whom it was said now that they are there."""
    now = timezone.now()
    for pk, (person, role) in wanted.items():
        member = before.get(pk) or CrewMember(shift=shift, person=person)
        member.role = role
        if pk in said:
            member.signed_on_at = member.signed_on_at or now
        member.save()


def _say(shift: Shift, unit: Unit, vehicle: str, missing: Sequence[str] | None) -> None:
    shift.signed_on_at = shift.signed_on_at or timezone.now()
    shift.vehicle = vehicle.strip() or shift.vehicle or unit.vehicle
    if missing is not None:
        shift.missing = _of_its_equipment(unit, missing)
    shift.save(update_fields=["signed_on_at", "vehicle", "missing"])


def _of_its_equipment(unit: Unit, missing: Sequence[str]) -> list[str]:
    unknown = [name for name in missing if name not in unit.team.equipment]
    if unknown:
        raise Malformed("This is not checked.", errors={"missing": [f"{unknown[0][:60]} is not on the team's list."]})
    return [name for name in unit.team.equipment if name in missing]


def _signed_on(shift: Shift, unit: Unit, left: Sequence[CrewMember], *, started: bool) -> types.CrewSignedOn:
    members = shift.crew.select_related("person").order_by("role", "pk")
    return types.CrewSignedOn(
        started=started,
        vehicle=shift.vehicle,
        crew=[f"{member.person.name}, {member.role}" for member in members],
        left=[f"{member.person.name}, {member.role}" for member in left],
        missing=shift.missing,
    )


def _standing_changed() -> None:
    """Who may follow the unit is new: the live processes look at once."""
    transaction.on_commit(lambda: publish_control({"kind": "standing_changed"}), robust=True)


def crew_sign_off(*, by: Actor, note: str = "", missing: Sequence[str] | None = None) -> Unit:
    """The unit's shift is over for this crew: it is off duty, and `note` and `missing` are left for the next one.

    What waited for the unit waits for nobody, which the dispatcher is told. A conflict while it is on a call.
    """
    crews.rider(by)
    if by.unit_id is None:
        raise NotAllowed("You are on no unit now.")
    with action(by) as work:
        unit = Unit.objects.select_related("team").get(pk=by.unit_id)
        told = None if missing is None else _of_its_equipment(unit, missing)
        unit_status_set(by=by, callsign=unit.callsign, status=Unit.Status.OFF)
        shift = crews.shift_now(unit)
        if shift is not None:
            shift.signed_on_at = None
            shift.missing = shift.missing if told is None else told
            shift.save(update_fields=["signed_on_at", "missing"])
            shift.crew.update(signed_on_at=None)
            told = shift.missing
        work.emit(types.CrewSignedOff(note=note.strip()[:LONGEST_NOTE], missing=told or []), unit=unit)
        return unit
