"""Whether a civilian team can come to a call, and why not."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import CrewMember, ServiceException, Unit
from partners.queries.availability import Engaged, Place, TeamAvailability, Unavailable, team_availability
from tests.factories import make_contract, make_hours, make_person, make_shift, make_team, make_unit

pytestmark = pytest.mark.django_db

DOWNTOWN = Place("DOWNTOWN", True)


def availability(code: str, *, at: datetime | None = None, place: Place = DOWNTOWN, **engaged) -> TeamAvailability:
    return team_availability(at=at or timezone.now(), place=place, engaged=Engaged(**engaged))[code]


def why_not(code: str, **how) -> str | None:
    found = availability(code, **how)
    assert found.available is (found.code is None)
    assert bool(found.reason) is not found.available
    return found.code


def test_a_team_with_a_unit_free_is_available_by_tablet() -> None:
    make_unit("CRT1")
    assert availability("CRT") == TeamAvailability(True, channel="TABLET", units_free=("CRT1",))


def test_public_safety_is_not_asked_after() -> None:
    make_unit("HPD1", "HPD")
    assert team_availability(at=timezone.now(), place=DOWNTOWN, engaged=Engaged()) == {}


@pytest.mark.parametrize("status", ["BK", "OO", "OFF"])
def test_a_unit_that_is_not_av_does_not_count(status: str) -> None:
    make_unit("CRT1", status=status)
    assert why_not("CRT") == Unavailable.BUSY


def test_a_unit_on_another_call_does_not_count_and_one_on_this_call_does() -> None:
    unit = make_unit("CRT1")
    assert why_not("CRT", busy_unit_ids=[unit.pk]) == Unavailable.BUSY
    assert why_not("CRT", on_call_unit_ids=[unit.pk]) is None


def test_no_unit_on_shift_is_told_apart_from_all_busy() -> None:
    unit = make_unit("CRT1", on_shift=False)
    assert why_not("CRT") == Unavailable.NO_UNIT
    now = timezone.now()
    make_shift(unit, starts_at=now - timedelta(hours=8), ends_at=now - timedelta(hours=1))
    assert why_not("CRT") == Unavailable.NO_UNIT
    assert why_not("CRT", at=now - timedelta(hours=2)) is None


def test_a_crew_without_a_role_the_team_needs_does_not_count() -> None:
    unit = make_unit("CRT1")
    CrewMember.objects.filter(shift__unit=unit, role="PEER").delete()
    assert why_not("CRT") == Unavailable.NO_UNIT


def test_the_crew_counted_is_the_units_own_and_of_the_running_shift() -> None:
    now = timezone.now()
    lone = make_unit("CRT1", crew=[make_person(role="CLINICIAN")])
    make_shift(lone, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    other = make_unit("CRT2", status=Unit.Status.OO)
    assert CrewMember.objects.filter(shift__unit=other).count() == 2
    assert why_not("CRT") == Unavailable.BUSY
    Unit.objects.filter(pk=other.pk).update(active=False)
    assert why_not("CRT") == Unavailable.NO_UNIT


def test_a_contract_is_in_force_through_its_last_day_in_the_centers_zone() -> None:
    make_unit("CRT1")
    team = make_team("CRT")
    team.contracts.all().delete()
    assert why_not("CRT") == Unavailable.NO_CONTRACT
    last_evening = timezone.make_aware(datetime(2026, 6, 30, 23, 30))
    make_contract(team, date(2026, 1, 1), date(2026, 6, 30))
    shift = team.units.get().shifts.get()
    shift.starts_at = last_evening - timedelta(days=1)
    shift.save()
    assert why_not("CRT", at=last_evening) is None
    assert why_not("CRT", at=last_evening + timedelta(hours=1)) == Unavailable.NO_CONTRACT


def test_off_hours_and_exceptions_are_read_in_the_centers_zone() -> None:
    team = make_team("CRT", round_the_clock=False)
    make_hours(team, opens=time(8), closes=time(22))
    unit = make_unit("CRT1", on_shift=False)
    noon = timezone.make_aware(datetime(2026, 10, 14, 12))
    make_shift(unit, starts_at=noon - timedelta(days=3))
    assert why_not("CRT", at=noon) is None
    assert why_not("CRT", at=noon + timedelta(hours=11)) == Unavailable.OFF_HOURS
    assert availability("CRT", at=noon + timedelta(hours=11)).reason == "off hours"
    assert availability("CRT", at=noon - timedelta(hours=6)).reason == "off hours until 08:00"
    ServiceException.objects.create(team=team, date=date(2026, 10, 14), closed=True, reason="Training day")
    assert why_not("CRT", at=noon) == Unavailable.OFF_HOURS


def test_a_team_with_an_area_serves_it_and_nothing_else() -> None:
    make_team("CRT", area=["FROG HOLLOW", "DOWNTOWN"])
    make_unit("CRT1")
    assert why_not("CRT", place=Place("Downtown", True)) is None
    assert why_not("CRT", place=Place("WEST END", True)) == Unavailable.OUT_OF_AREA
    assert why_not("CRT", place=Place("", None)) == Unavailable.OUT_OF_AREA


def test_a_team_of_the_whole_city_comes_unless_the_place_is_known_to_be_outside() -> None:
    make_unit("CRT1")
    assert why_not("CRT", place=Place("", None)) is None
    assert why_not("CRT", place=Place("", False)) == Unavailable.OUT_OF_AREA


def test_a_team_reached_by_phone_needs_no_unit_and_no_failed_hand_off() -> None:
    make_team("WHEELER")
    assert availability("WHEELER") == TeamAvailability(True, channel="PHONE")
    assert why_not("WHEELER", failed_handoff_teams={"WHEELER"}) == Unavailable.HANDOFF_FAILED


def test_a_temporary_unit_on_this_call_counts_though_it_has_no_shift() -> None:
    unit = make_unit("WHEELER1", "WHEELER", on_shift=False, temporary=True)
    found = availability("WHEELER", on_call_unit_ids=[unit.pk], failed_handoff_teams={"WHEELER"})
    assert found.available
    assert found.units_free == ("WHEELER1",)


def test_after_hours_a_tablet_team_is_reached_by_phone() -> None:
    team = make_team("CRMHC", round_the_clock=False)
    make_hours(team, opens=time(8), closes=time(20))
    make_hours(team, opens=time(20), closes=time(8), channel="PHONE")
    unit = make_unit("CRMHC1", "CRMHC", on_shift=False)
    noon = timezone.make_aware(datetime(2026, 10, 14, 12))
    make_shift(unit, starts_at=noon - timedelta(days=3))
    assert availability("CRMHC", at=noon).channel == "TABLET"
    assert availability("CRMHC", at=noon + timedelta(hours=10)).channel == "PHONE"


def test_an_inactive_team_is_not_there() -> None:
    make_team("CRT", active=False)
    assert team_availability(at=timezone.now(), place=DOWNTOWN, engaged=Engaged()) == {}


def test_it_costs_four_statements_however_many_teams_and_units() -> None:
    for number in range(4):
        make_unit(f"CRT{number}")
        make_unit(f"CRMHC{number}", "CRMHC")
    make_team("WHEELER")
    with CaptureQueriesContext(connection) as statements:
        team_availability(at=timezone.now(), place=DOWNTOWN, engaged=Engaged())
    assert len(statements) == 4
