"""Who is on board, on shift and in service. Each change that the board shows is told at once by `roster_changed`.

Rows are given as changed, unsaved model instances. All raise Refused for a rule of the roster, NotAllowed to others
than supervisors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from hearteam.problems import Refused
from partners.access import Actor
from partners.actions.transaction import lock_units, roster_action
from partners.models import Agency, CrewMember, Person, Shift, Team, Unit
from partners.queries.roster import engaged_unit_ids, loses_its_button, shift_conflict, shifts_at


def cleaned(row: Model) -> None:
    """Check a row by its model's own rules. Raises Refused naming the fields."""
    try:
        row.full_clean()
    except ValidationError as error:
        errors = error.message_dict
        raise Refused("; ".join(text for texts in errors.values() for text in texts), errors=errors) from error


def agency_save(*, by: Actor, agency: Agency) -> Agency:
    """Add or change an agency. Its code stays: the board names units by it."""
    with roster_action(by) as work:
        cleaned(agency)
        _code_stays(agency, "code")
        agency.save()
        work.units_changed(_active_units(team__agency=agency), "agency changed")
    return agency


def team_save(*, by: Actor, team: Team) -> Team:
    """Add or change a team. Its code stays: rulesets and rosters name it."""
    with roster_action(by) as work:
        cleaned(team)
        _code_stays(team, "code")
        team.save()
        work.units_changed(_active_units(team=team), "team changed")
    return team


def unit_save(*, by: Actor, unit: Unit) -> Unit:
    """Add or change a unit. On a call it can neither leave the roster nor change teams; its call sign stays."""
    with roster_action(by) as work:
        if unit.pk is None:
            unit.status_since = unit.status_since or timezone.now()
        unit.callsign = unit.callsign.strip().upper()
        cleaned(unit)
        _code_stays(unit, "callsign")
        before = _locked_unit(unit)
        if before is not None and engaged_unit_ids([before.pk]):
            if not unit.active and before.active:
                raise Refused(f"{unit.callsign} is on a call: clear it first.")
            if unit.team_id != before.team_id:
                raise Refused(f"{unit.callsign} is on a call: it cannot change teams now.")
        unit.save(update_fields=None if before is None else UNIT_ROSTER_FIELDS)
        work.units_changed([unit.pk], "unit changed" if before else "unit added")
    return unit


UNIT_ROSTER_FIELDS = (
    "team", "vehicle", "cit_trained", "phone", "active", "station_lat", "station_lon",
)  # fmt: skip
"""What the roster writes of a unit: status, position and tablet are dispatch's."""


def person_save(*, by: Actor, person: Person) -> Person:
    """Add or change a person; the units they are on board of now show it."""
    with roster_action(by) as work:
        cleaned(person)
        person.save()
        on_board = shifts_at(timezone.now()).filter(crew__person=person).values_list("unit_id", flat=True)
        work.units_changed(on_board, "crew changed")
    return person


def shift_save(*, by: Actor, shift: Shift, crew: Sequence[tuple[Person, str]] | None = None) -> Shift:
    """Add or change a shift; with `crew`, (person, role) pairs, also set who is on board.

    Refused when the unit, or one of the crew, has another shift at that time.
    """
    with roster_action(by) as work:
        cleaned(shift)
        lock_units([shift.unit_id])
        people = [member.person_id for member in shift.crew.all()] if shift.pk and crew is None else []
        _no_overlap(shift, people)
        now = timezone.now()
        shift.announced_start = shift.starts_at <= now
        shift.announced_end = shift.ends_at is not None and shift.ends_at <= now
        before = Shift.objects.filter(pk=shift.pk).select_related("unit").first()
        if before is not None and (before.unit_id != shift.unit_id or shift.starts_at > now >= before.starts_at):
            _keep_buttons(before, [member.person for member in before.crew.select_related("person")], have_left=False)
        shift.save()
        if before is not None:
            work.units_changed([before.unit_id], "shift changed")
        work.units_changed([shift.unit_id], "shift changed" if before else "shift added")
        if crew is not None:
            crew_set(by=by, shift=shift, crew=crew)
    return shift


def shift_end(*, by: Actor, shift: Shift, ends_at: datetime | None = None) -> Shift:
    """End a shift now or at a time."""
    shift.ends_at = ends_at or timezone.now()
    return shift_save(by=by, shift=shift)


def shift_delete(*, by: Actor, shift: Shift) -> None:
    """Take back a shift that has not begun; one that has is ended instead, so that the past stays as it was."""
    with roster_action(by) as work:
        if shift.starts_at <= timezone.now():
            raise Refused("The shift has begun: end it instead.")
        work.units_changed([shift.unit_id], "shift taken back")
        shift.delete()


def crew_set(*, by: Actor, shift: Shift, crew: Sequence[tuple[Person, str]], have_left: bool = False) -> None:
    """Set who is on board in a shift. Of a unit on a call nobody is taken off unless they `have_left` it."""
    with roster_action(by) as work:
        kept = {person.pk for person, _ in crew}
        dropped = shift.crew.select_related("person").exclude(person__in=kept)
        _keep_buttons(shift, [member.person for member in dropped], have_left)
        _no_overlap(shift, [person.pk for person, _ in crew])
        shift.crew.all().delete()
        members = [CrewMember(shift=shift, person=person, role=role) for person, role in crew]
        for member in members:
            _may_ride(member)
        CrewMember.objects.bulk_create(members)
        work.units_changed([shift.unit_id], "crew changed")


def crew_member_save(*, by: Actor, member: CrewMember, have_left: bool = False) -> CrewMember:
    """Put a person on board for a shift, or change their role in it; `have_left` as in `crew_set`."""
    with roster_action(by) as work:
        cleaned(member)
        before = CrewMember.objects.select_related("person").filter(pk=member.pk).exclude(person=member.person)
        _keep_buttons(member.shift, [row.person for row in before], have_left)
        _may_ride(member)
        _no_overlap(member.shift, [member.person_id])
        member.save()
        work.units_changed([member.shift.unit_id], "crew changed")
    return member


def crew_member_delete(*, by: Actor, member: CrewMember, have_left: bool = False) -> None:
    """Take a person off a shift; `have_left` as in `crew_set`."""
    with roster_action(by) as work:
        _keep_buttons(member.shift, [member.person], have_left)
        work.units_changed([member.shift.unit_id], "crew changed")
        member.delete()


def _keep_buttons(shift: Shift, people: Sequence[Person], have_left: bool) -> None:
    """Who is inside with a crew on a call keeps the emergency button: only that they left is a reason to take it."""
    lost = loses_its_button(shift, people)
    if lost and not have_left:
        raise Refused(lost, rule="NEEDS_CONFIRMATION")


def _active_units(**of: Model) -> list[int]:
    return list(Unit.objects.filter(active=True, **of).values_list("pk", flat=True))


def _locked_unit(unit: Unit) -> Unit | None:
    if unit.pk is None:
        return None
    return Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def _code_stays(row: Model, name: str) -> None:
    """Refuse to rename what others know by its name."""
    if row.pk is None:
        return
    before = type(row)._default_manager.filter(pk=row.pk).values_list(name, flat=True).first()
    if before is not None and before != getattr(row, name):
        raise Refused(f"{before} keeps its name: add a new one instead.", errors={name: ["This cannot be changed."]})


def _no_overlap(shift: Shift, person_ids: Sequence[int]) -> None:
    conflict = shift_conflict(shift, person_ids)
    if conflict:
        raise Refused(conflict)


def _may_ride(member: CrewMember) -> None:
    if not member.person.active:
        raise Refused(f"{member.person.name} is no longer active.")
