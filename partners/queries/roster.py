"""The roster as the board shows it, and what a change of it must not break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Now
from django.utils import timezone

from hearteam.events.log import rfc3339
from hearteam.events.rows import CrewRow, UnitRow
from hearteam.prepared import Parameter
from partners.models import CrewMember, Person, Shift, Unit


def shifts_at(at: datetime | Now | Parameter) -> QuerySet[Shift]:
    """Shifts that run at a moment."""
    return Shift.objects.filter(starts_at__lte=at).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))


SHIFT_ROW = JSONObject(ends_at="ends_at", signed_on_at="signed_on_at", vehicle="vehicle", missing="missing")
NO_SHIFT: Final[dict[str, Any]] = {"ends_at": None, "signed_on_at": None, "vehicle": "", "missing": []}
"""What a unit's row says of its shift, and of none."""


def shifts_of(unit: OuterRef, at: datetime | Now | Parameter) -> QuerySet[Shift]:
    """Shifts of an outer query's unit that run at a moment, the newest first.

    From inside a subquery of a subquery the unit is OuterRef(OuterRef("pk")): ask for it anew, as an OuterRef that is
    already in a query resolves to whatever query that one becomes part of.
    """
    return shifts_at(at).filter(unit=unit).order_by("-starts_at")


def engaged_unit_ids(unit_ids: Iterable[int]) -> set[int]:
    """Which of these units are on a call now (`assignments` is dispatch's relation to a unit)."""
    on_a_call = Unit.objects.filter(
        pk__in=list(unit_ids), assignments__isnull=False, assignments__cleared_at__isnull=True
    )
    return set(on_a_call.values_list("pk", flat=True))


def loses_its_button(shift: Shift, people: Iterable[Person]) -> str:
    """Why these people cannot simply be taken off a shift, in a sentence: its unit is out on a call. Empty when they
    can.
    """
    names = ", ".join(person.name for person in people)
    if not names or shift.starts_at > timezone.now() or not engaged_unit_ids([shift.unit_id]):
        return ""
    callsign = shift.unit.callsign
    return f"{callsign} is on a call: {names} would lose the emergency button. Confirm that they have left the unit."


def overlapping_shifts(shift: Shift, *, person_ids: Sequence[int] | None = None) -> QuerySet[Shift]:
    """Other shifts that share time with this one: of its unit, or with one of these people. Meeting ends do not."""
    shifts = Shift.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=shift.starts_at)).exclude(pk=shift.pk)
    if shift.ends_at is not None:
        shifts = shifts.filter(starts_at__lt=shift.ends_at)
    of_whom = Q(unit_id=shift.unit_id) if person_ids is None else Q(crew__person_id__in=list(person_ids))
    return shifts.filter(of_whom).select_related("unit").distinct().order_by("starts_at")


def shift_conflict(shift: Shift, person_ids: Sequence[int] = ()) -> str:
    """Why this unit, or one of these people, cannot be on this shift, in a sentence; empty when they can."""
    other = overlapping_shifts(shift).first()
    if other is not None:
        return f"{other.unit.callsign} has another shift from {_local(other.starts_at)}."
    taken = overlapping_shifts(shift, person_ids=person_ids).first() if person_ids else None
    if taken is not None:
        person = taken.crew.filter(person_id__in=person_ids).select_related("person")[0].person
        return f"{person.name} is on {taken.unit.callsign} from {_local(taken.starts_at)}."
    return ""


def _local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def with_roster(units: QuerySet[Unit]) -> QuerySet[Any]:
    """These units with what `roster_part` reads: agency, `shift_row`, `crew_rows`."""
    shifts = shifts_of(OuterRef("pk"), Now())
    newest = shifts_of(OuterRef(OuterRef("pk")), Now()).values("pk")[:1]
    crew = (
        CrewMember.objects.filter(shift=Subquery(newest))
        .order_by("role", "pk")
        .values(
            row=JSONObject(name="person__name", role="role", languages="person__languages", cit="person__cit_trained")
        )
    )
    return units.select_related("team__agency").annotate(
        shift_row=Subquery(shifts.values(row=SHIFT_ROW)[:1]), crew_rows=ArraySubquery(crew)
    )


def unit_roster_rows(unit_ids: Sequence[int]) -> list[tuple[int, UnitRow]]:
    """(unit id, its row) by id. Two statements.

    On a call a unit's status, call and order are dispatch's to tell: the row has the roster's part only, to be merged.
    On none it is whole, so that a unit new to a follower is complete. A unit out of the roster is GONE.
    """
    units = with_roster(Unit.objects.filter(pk__in=unit_ids))
    engaged = engaged_unit_ids(unit_ids)
    return [(unit.pk, _row(unit, unit.pk in engaged)) for unit in units.order_by("pk")]


def _row(unit: Any, is_engaged: bool) -> UnitRow:
    row = roster_part(unit)
    if not unit.active:
        row["status"] = "GONE"
    if not is_engaged:
        row |= idle_part(unit)
    return row


def roster_part(unit: Any) -> UnitRow:
    """What the roster says of a unit (of `with_roster`): who it is, its shift, its crew."""
    shift = unit.shift_row or NO_SHIFT
    crew: list[CrewRow] = [
        {"name": member["name"], "role": member["role"], "languages": member["languages"]} for member in unit.crew_rows
    ]
    return {
        "unit": unit.callsign,
        "team": unit.team.code,
        "agency": unit.team.agency.code,
        "kind": unit.team.agency.kind,
        "temporary": unit.temporary,
        "phone": unit.phone,
        "on_shift": unit.shift_row is not None or unit.temporary,
        "shift_ends_at": _z(shift["ends_at"]),
        "vehicle": shift["vehicle"] or unit.vehicle,
        "signed_on_at": _z(shift["signed_on_at"]),
        "short_of": short_of(unit),
        "missing": shift["missing"],
        "crew": crew,
        "languages": sorted({code for member in crew for code in member["languages"]}),
        "cit": unit.cit_trained or any(member["cit"] for member in unit.crew_rows),
    }


def idle_part(unit: Any) -> UnitRow:
    """The rest of the row of a unit that is on no call."""
    return {
        "status": unit.status if unit.active else "GONE",
        "since": rfc3339(unit.status_since),
        "reason": unit.status_reason,
        "until": _z(unit.status_until),
        "call": None,
        "call_number": None,
        "assignment": None,
        "order": None,
        "order_acknowledged_at": None,
        "eta_at": None,
        "welfare_due_at": None,
        "silent_since": None,
    }


def short_of(unit: Any) -> list[str]:
    """The roles that the unit's team asks for and nobody on board has; none while it is on no shift. `shift_row` and
    `crew_rows` are annotations. A temporary unit's crew is its team's affair.
    """
    if unit.temporary or unit.shift_row is None:
        return []
    return sorted(set(unit.team.min_crew_roles) - {member["role"] for member in unit.crew_rows})


def _z(moment: datetime | str | None) -> str | None:
    """The database writes the times in an object as text."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return None if moment is None else rfc3339(moment)
