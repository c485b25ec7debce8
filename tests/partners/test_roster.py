"""Changes of the roster: told to the board at once, refused where they would put someone in two places."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.models import Assignment
from dispatch.queries.board import unit_rows
from hearteam.events.models import Event, EventAudience
from hearteam.problems import NotAllowed, Refused
from partners.access import Actor
from partners.actions import roster
from partners.actions.directory import directory_save
from partners.actions.transaction import roster_action
from partners.models import Contract, CrewMember, Facility, Person, Shift, Team, Unit
from tests.cast import Cast, make_cast
from tests.factories import make_call, make_person, make_shift, make_team, make_unit

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def by(cast: Cast) -> Actor:
    return cast.actor("supervisor")


def last_row() -> dict:
    return Event.objects.get(v=Event.objects.latest("v").v).data["changes"]["units"][0]


def assign(unit: Unit) -> Assignment:
    now = timezone.now()
    return Assignment.objects.create(
        call=make_call(), unit=unit, role="CRT", status="OS", status_since=now, dispatched_at=now
    )


def fresh_row(unit: Unit) -> dict:
    return {row["unit"]: row for row in unit_rows([unit.pk])}[unit.callsign]


def test_the_row_told_is_the_row_of_a_fresh_board(cast: Cast, by: Actor) -> None:
    cast.crt1.vehicle = "Van 7"
    roster.unit_save(by=by, unit=cast.crt1)
    assert last_row() == fresh_row(cast.crt1)
    assert len(last_row()["crew"]) == 2


def test_on_a_call_only_the_rosters_part_is_told_and_it_fits_the_fresh_row(cast: Cast, by: Actor) -> None:
    assign(cast.crt1)
    cast.crt1.cit_trained = True
    roster.unit_save(by=by, unit=cast.crt1)
    told, fresh = last_row(), fresh_row(cast.crt1)
    assert told["cit"] is True
    assert "status" not in told
    assert "call" not in told
    assert told.items() <= fresh.items()


def test_a_new_unit_comes_with_its_whole_row_and_its_tablet_hears_of_it(by: Actor) -> None:
    unit = roster.unit_save(by=by, unit=Unit(callsign="hpd99", team=make_team("HPD")))
    assert unit.callsign == "HPD99"
    assert last_row() == fresh_row(unit)
    assert last_row()["status"] == "OFF"
    assert EventAudience.objects.filter(unit="HPD99").count() == 1


def test_a_unit_taken_out_leaves_the_board(cast: Cast, by: Actor) -> None:
    cast.crt1.active = False
    roster.unit_save(by=by, unit=cast.crt1)
    assert last_row()["status"] == "GONE"
    assert "CRT1" not in {row["unit"] for row in unit_rows()}


def test_a_unit_on_a_call_cannot_be_taken_out_or_moved_to_another_team(cast: Cast, by: Actor) -> None:
    assign(cast.crt1)
    cast.crt1.active = False
    with pytest.raises(Refused, match="CRT1 is on a call"):
        roster.unit_save(by=by, unit=cast.crt1)
    unit = Unit.objects.get(callsign="CRT1")
    unit.team = make_team("CRMHC")
    with pytest.raises(Refused, match="cannot change teams"):
        roster.unit_save(by=by, unit=unit)
    assert Unit.objects.get(callsign="CRT1").active


def test_saving_the_roster_part_never_writes_over_status_or_position(cast: Cast, by: Actor) -> None:
    stale = Unit.objects.get(callsign="CRT1")
    Unit.objects.filter(callsign="CRT1").update(status="OO", lat=41.7)
    stale.vehicle = "Van 8"
    roster.unit_save(by=by, unit=stale)
    unit = Unit.objects.get(callsign="CRT1")
    assert (unit.vehicle, unit.status, unit.lat) == ("Van 8", "OO", 41.7)


@pytest.mark.parametrize("name", ["callsign", "team"])
def test_what_others_know_by_its_name_keeps_it(cast: Cast, by: Actor, name: str) -> None:
    with pytest.raises(Refused, match="keeps its name"):
        if name == "callsign":
            cast.crt1.callsign = "CRT9"
            roster.unit_save(by=by, unit=cast.crt1)
        else:
            team = Team.objects.get(code="CRT")
            team.code = "CRT9"
            roster.team_save(by=by, team=team)


def test_a_unit_has_one_shift_at_a_time(cast: Cast, by: Actor) -> None:
    shift = Shift(unit=cast.crt1, starts_at=timezone.now() + HOUR, ends_at=timezone.now() + 9 * HOUR)
    with pytest.raises(Refused, match="CRT1 has another shift"):
        roster.shift_save(by=by, shift=shift)


def test_a_shift_may_begin_when_the_one_before_ends(cast: Cast, by: Actor) -> None:
    change = timezone.now() + HOUR
    roster.shift_end(by=by, shift=cast.crt1.shifts.get(), ends_at=change)
    roster.shift_save(by=by, shift=Shift(unit=cast.crt1, starts_at=change))
    assert cast.crt1.shifts.count() == 2


def test_a_person_is_on_one_unit_at_a_time(cast: Cast, by: Actor) -> None:
    unit = make_unit("CRT2", on_shift=False)
    shift = Shift(unit=unit, starts_at=timezone.now())
    clara = Person.objects.get(user=cast.crt1_clinician)
    with pytest.raises(Refused, match="Clara Example is on CRT1"):
        roster.shift_save(by=by, shift=shift, crew=[(clara, clara.role)])
    assert not unit.shifts.exists()


def test_lengthening_a_shift_counts_its_crew(cast: Cast, by: Actor) -> None:
    now = timezone.now()
    clara = Person.objects.get(user=cast.crt1_clinician)
    unit = make_unit("CRT2", on_shift=False)
    earlier = make_shift(unit, starts_at=now - 9 * HOUR, ends_at=now - 2 * HOUR, crew=[clara])
    with pytest.raises(Refused, match="Clara Example"):
        roster.shift_end(by=by, shift=earlier, ends_at=now + HOUR)


def test_someone_no_longer_active_rides_on_nothing(cast: Cast, by: Actor) -> None:
    person = make_person(active=False)
    with pytest.raises(Refused, match="no longer active"):
        roster.crew_set(by=by, shift=cast.hpd1.shifts.get(), crew=[(person, "OFFICER")])
    assert CrewMember.objects.filter(shift__unit=cast.hpd1).count() == 1


def test_a_new_crew_shows_at_once(cast: Cast, by: Actor) -> None:
    person = make_person("Nils Example", role="CLINICIAN", languages=["en", "pl"])
    roster.crew_set(by=by, shift=cast.crmhc1.shifts.get(), crew=[(person, "CLINICIAN")])
    assert last_row()["crew"] == [{"name": "Nils Example", "role": "CLINICIAN", "languages": ["en", "pl"]}]
    assert last_row()["languages"] == ["en", "pl"]
    assert last_row() == fresh_row(cast.crmhc1)


def test_a_persons_new_language_shows_on_the_unit_they_ride_on(cast: Cast, by: Actor) -> None:
    clara = Person.objects.get(user=cast.crt1_clinician)
    clara.languages = ["en", "es", "pt"]
    roster.person_save(by=by, person=clara)
    assert last_row()["languages"] == ["en", "es", "pt"]


def test_an_ended_shift_takes_the_unit_off_shift(cast: Cast, by: Actor) -> None:
    roster.shift_end(by=by, shift=cast.crt1.shifts.get())
    assert last_row()["on_shift"] is False
    assert last_row()["crew"] == []


def test_a_shift_that_began_is_ended_and_never_deleted(cast: Cast, by: Actor) -> None:
    with pytest.raises(Refused, match="end it instead"):
        roster.shift_delete(by=by, shift=cast.crt1.shifts.get())
    unit = make_unit("CRT2", on_shift=False)
    later = make_shift(unit, starts_at=timezone.now() + HOUR)
    roster.shift_delete(by=by, shift=later)
    assert not unit.shifts.exists()


def test_changes_made_together_are_one_event_a_unit(cast: Cast, by: Actor) -> None:
    before = Event.objects.count()
    with roster_action(by):
        roster.unit_save(by=by, unit=cast.crt1)
        roster.shift_end(by=by, shift=cast.crt1.shifts.get())
    assert Event.objects.count() == before + 1


def test_what_is_refused_leaves_nothing_behind(cast: Cast, by: Actor) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused), roster_action(by):
        roster.person_save(by=by, person=Person(name="Half Done", role="OFFICER"))
        roster.shift_save(by=by, shift=Shift(unit=cast.crt1, starts_at=timezone.now()))
    assert not Person.objects.filter(name="Half Done").exists()
    assert Event.objects.count() == before


def test_a_row_that_makes_no_sense_is_refused_by_field(by: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        roster.person_save(by=by, person=Person(name="", role="WIZARD"))
    assert set(refusal.value.errors) == {"name", "role"}


@pytest.mark.parametrize(
    "who", ["dispatcher", "calltaker", "auditor", "officer", "clinical_lead", "crt1_clinician", "stranger"]
)
def test_only_supervisors_change_the_roster(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        roster.unit_save(by=cast.actor(who), unit=cast.crt1)
    with pytest.raises(NotAllowed):
        directory_save(by=cast.actor(who), row=Facility(name="Somewhere", kind="CLINIC"))
    assert not Facility.objects.exists()


def test_dated_data_is_checked_and_kept(by: Actor) -> None:
    team = make_team("CRT")
    with pytest.raises(Refused):
        directory_save(by=by, row=Contract(team=team, starts_on="2026-07-01", ends_on="2026-06-30"))
    directory_save(by=by, row=Contract(team=team, starts_on="2026-07-01", ends_on="2027-06-30"))
    assert team.contracts.filter(ends_on__year=2027).exists()
