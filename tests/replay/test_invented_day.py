"""The invented day: a board in the middle of its day, colleagues who leave some to people, crews who yield to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from dispatch.actions.assignments import assignment_create
from dispatch.actions.calls import call_update
from dispatch.actions.orders import order_give
from dispatch.actions.triage import triage_answer
from dispatch.geo.areas import distance_m
from dispatch.models import Assignment, Call, WelfareCheck
from dispatch.replay.demo import colleagues as desk
from dispatch.replay.demo import day as demo_day
from dispatch.replay.demo import phones
from dispatch.replay.demo.colleagues import Colleagues, answers_for, invented_calls, take_in
from dispatch.replay.demo.crews import Crews
from dispatch.replay.demo.day import Day
from dispatch.replay.demo.invention import InventedCall, invent
from dispatch.replay.demo.opening import STAGES, open_the_day
from dispatch.replay.demo.presence import MANNED_FOR, desk_staffed
from dispatch.replay.placing import Placing
from partners.access import Actor, Role
from partners.models import ChannelCheck, Unit
from tests.factories import make_user
from tests.replay.checks import assert_civilians_waited_for_police, overlapping_assignments

pytestmark = pytest.mark.django_db
SCENE = {"text": "550 Main St", "lat": 41.7637, "lon": -72.6735}
BY = Actor.system("test")


class Clock:
    """The time everybody sees; it moves only when told to."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float, step: float, tick: Callable[[], Any]) -> None:
        """Let time pass in steps, with a tick after each."""
        for _ in range(round(seconds / step)):
            self.now += timedelta(seconds=step)
            tick()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def receive(situation: str = "", call_type: str = "OTHER", priority: int | None = 3, number: int = 1) -> Call:
    """An invented call downtown."""
    invented = InventedCall(
        situation=situation, location=SCENE, call_type=call_type, priority=priority, narrative="Made up.",
        caller={"name": "Ada Example", "phone": "860-555-0101"}, person=None,
    )  # fmt: skip
    return take_in(invented, str(number))


def sign_in(user: User) -> None:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.save()


def until(clock: Clock, tick: Callable[[], Any], holds: Callable[[], bool], *, minutes: float, step: float = 5) -> None:
    """Let time pass until something holds; fail when it does not within the minutes."""
    for _ in range(round(minutes * 60 / step)):
        if holds():
            return
        clock.now += timedelta(seconds=step)
        tick()
    assert holds(), f"not within {minutes} min"


def status_of(assignment: Assignment) -> str:
    assignment.refresh_from_db()
    return assignment.status


def send(call: Call, *units: str) -> list[Assignment]:
    for unit in Unit.objects.filter(callsign__in=units, team__agency__kind="CIVILIAN"):
        ChannelCheck.objects.create(unit=unit, kind="RADIO", at=timezone.now())
    return assignment_create(by=BY, call_id=call.pk, units=list(units))


def test_the_board_is_in_the_middle_of_its_day_at_once_and_only_once(center: None, clock: Clock) -> None:
    assert open_the_day(Random(3), Placing(), clock.now) == len(STAGES)
    statuses = set(invented_calls().values_list("status", flat=True))
    assert {"pending", "en_route", "on_scene"} <= statuses
    assert set(Assignment.objects.values_list("status", flat=True)) >= {"DP", "ER", "OS"}
    assert not Call.objects.filter(received_at__gt=clock.now).exists()
    assert overlapping_assignments() == []
    assert open_the_day(Random(3), Placing(), clock.now) == 0
    assert_civilians_waited_for_police()


def test_the_invented_day_is_worked_through_and_goes_on_after_a_restart(small_center: None, clock: Clock) -> None:
    day = Day(Random(7))
    day.begin()
    clock.pass_by(6 * 60, 15, day.tick)
    again = Day(Random(8))
    again.begin()
    before = set(Call.objects.values_list("pk", flat=True))
    ended = Call.objects.filter(status="closed", pk__in=before)
    until(clock, again.tick, ended.exists, minutes=90, step=30)
    assert invented_calls().count() <= demo_day.MOST_OPEN
    assert overlapping_assignments() == []
    assert_civilians_waited_for_police()


def test_no_call_comes_in_while_too_many_are_open(
    small_center: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_day, "MOST_OPEN", 2)
    for number in range(2):
        receive(number=number)
    day = Day(Random(1))
    for _ in range(50):
        day._maybe_receive(clock.now, 3600.0)
    assert Call.objects.count() == 2


def test_invented_calls_can_all_be_received_and_carry_their_situation(small_center: None) -> None:
    rng, placing = Random(5), Placing()
    for number in range(25):
        invented = invent(rng, placing)
        assert invented.caller["phone"].startswith("860-555-01")
        call = take_in(invented, str(number))
        assert call.lat is not None
        if invented.situation:
            assert answers_for(call) == desk.SITUATIONS[invented.situation].all_answers()


def test_colleagues_take_every_call_when_nobody_is_signed_in(small_center: None, clock: Clock) -> None:
    calls = [receive(number=number) for number in range(4)] + [receive("distress", "EDP", None, number=9)]
    work = Colleagues()
    clock.pass_by(300, 20, lambda: work.work(clock.now, desk_staffed=False))
    assert all(call.first_dispatched_at for call in Call.objects.filter(pk__in=[call.pk for call in calls]))


def test_with_a_person_at_a_desk_some_calls_are_left_for_a_while_but_never_a_p1(
    small_center: None, clock: Clock
) -> None:
    for number in range(6):
        receive(number=number, priority=3)
    grave = receive("in_progress", "SUICIDE", None, number=20)
    work = Colleagues()
    clock.pass_by(60, 10, lambda: work.work(clock.now, desk_staffed=True))
    grave.refresh_from_db()
    assert grave.priority == 1
    assert grave.first_dispatched_at is not None
    clock.pass_by(240, 20, lambda: work.work(clock.now, desk_staffed=True))
    left = Call.objects.filter(first_dispatched_at=None).count()
    assert 0 < left <= desk.MOST_LEFT
    clock.pass_by(360, 30, lambda: work.work(clock.now, desk_staffed=True))
    assert not Call.objects.filter(first_dispatched_at=None).exists(), "a call left too long is taken after all"


def test_colleagues_keep_off_calls_that_a_person_took_in(small_center: None, clock: Clock) -> None:
    call = receive()
    Call.objects.filter(pk=call.pk).update(source_reference="")
    work = Colleagues()
    clock.pass_by(900, 60, lambda: work.work(clock.now, desk_staffed=False))
    call.refresh_from_db()
    assert call.first_dispatched_at is None


def test_a_desk_counts_as_staffed_only_by_a_signed_in_person_who_works_there(small_center: None) -> None:
    sign_in(make_user("someone-responding", Role.RESPONDER))
    assert not desk_staffed(timezone.now())
    sign_in(make_user("someone-dispatching", Role.DISPATCHER))
    assert desk_staffed(timezone.now())
    assert not desk_staffed(timezone.now() + timedelta(days=2)), "a session that ran out"


def test_a_simulated_crew_acknowledges_drives_to_the_scene_works_and_clears(small_center: None, clock: Clock) -> None:
    call = receive()
    (assignment,) = send(call, "HPD1")
    Unit.objects.filter(callsign="HPD1").update(lat=41.7500, lon=-72.6735, fix_at=clock.now)
    crews = Crews()

    def tick() -> None:
        crews.work(clock.now)

    until(clock, tick, lambda: status_of(assignment) == "ER", minutes=1)
    clock.pass_by(30, 5, tick)
    unit = Unit.objects.get(callsign="HPD1")
    assert distance_m(unit.lat, unit.lon, SCENE["lat"], SCENE["lon"]) < 1450
    assert unit.heading in (0, 360)
    until(clock, tick, lambda: status_of(assignment) == "OS", minutes=6)
    until(clock, tick, lambda: status_of(assignment) == "AV", minutes=45, step=30)
    assert unit.tablet_seen_at is None or unit.tablet_seen_at < call.received_at, "nothing simulated marks a tablet"


def test_a_unit_whose_tablet_a_person_works_is_left_alone_until_it_goes_quiet(small_center: None, clock: Clock) -> None:
    (assignment,) = send(receive(), "HPD1")
    Unit.objects.filter(callsign="HPD1").update(tablet_seen_at=clock.now)
    crews = Crews()
    clock.pass_by(MANNED_FOR.total_seconds() - 20, 10, lambda: crews.work(clock.now))
    assert status_of(assignment) == "DP"
    until(clock, lambda: crews.work(clock.now), lambda: status_of(assignment) == "ER", minutes=2)


def test_a_civilian_crew_stages_until_the_officer_marked_the_scene_safe_and_keeps_its_checks(
    small_center: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.replay.demo.crews.seconds_around", lambda *drawn: 3600.0)
    call = receive("threats", "EDP", None)
    triage_answer(by=BY, call_id=call.pk, answers=answers_for(call))
    civilian, police = send(call, "CRMHC1", "HPD1")
    if civilian.unit.callsign != "CRMHC1":
        civilian, police = police, civilian
    Unit.objects.filter(callsign="CRMHC1").update(lat=SCENE["lat"], lon=SCENE["lon"], fix_at=clock.now)
    Unit.objects.filter(callsign="HPD1").update(lat=SCENE["lat"] + 0.02, lon=SCENE["lon"], fix_at=clock.now)
    crews = Crews()

    def tick() -> None:
        crews.work(clock.now)

    until(clock, tick, lambda: status_of(civilian) == "ST", minutes=2)
    until(clock, tick, lambda: status_of(police) == "OS", minutes=8)
    assert status_of(civilian) == "ST"
    until(clock, tick, lambda: status_of(civilian) == "OS", minutes=6)
    assert_civilians_waited_for_police()
    until(clock, tick, lambda: WelfareCheck.objects.filter(assignment=civilian).exists(), minutes=12, step=20)
    assert not WelfareCheck.objects.filter(assignment=civilian, late=True).exists()


def test_a_crew_answers_an_order_to_withdraw_and_goes_outside(small_center: None, clock: Clock) -> None:
    call = receive("distress", "EDP", None)
    triage_answer(by=BY, call_id=call.pk, answers=answers_for(call))
    (assignment,) = send(call, "CRT1")
    Unit.objects.filter(callsign="CRT1").update(lat=SCENE["lat"], lon=SCENE["lon"], fix_at=clock.now)
    crews = Crews()
    until(clock, lambda: crews.work(clock.now), lambda: status_of(assignment) == "OS", minutes=3)
    order_give(by=BY, assignment_id=assignment.pk, order="WITHDRAW", reason="Shouting inside")
    until(clock, lambda: crews.work(clock.now), lambda: status_of(assignment) == "ST", minutes=0.5)
    assert assignment.order_acknowledged_at is not None


def test_free_civilian_crews_keep_a_proven_channel_without_a_tablet(small_center: None, clock: Clock) -> None:
    crews = Crews()
    clock.pass_by(40 * 60, 60, lambda: crews.work(clock.now))
    for unit in Unit.objects.filter(team__agency__kind="CIVILIAN", active=True):
        newest = unit.channel_checks.order_by("-at").first()
        assert newest is not None
        assert clock.now - newest.at < timedelta(minutes=15)
        assert unit.tablet_seen_at is None


def a_mobile(day: Day) -> tuple[Call, str]:
    """The first call that is announced as a located mobile, and its reference."""
    for reference in (f"mobile-{number}" for number in range(50)):
        call = phones.bring("voice", reference, day.placing, position="D2")
        if call.phone_calls.get().class_of_service == "WPH2":
            return call, reference
        call.phone_calls.all().delete()
        call.delete()
    raise AssertionError("no mobile in fifty calls")


def test_a_call_by_phone_is_found_nearer_told_and_worked_as_any_other(small_center: None, clock: Clock) -> None:
    day = Day(Random(4))
    call, reference = a_mobile(day)
    assert call.call_type_id is None
    far = call.phone_calls.get().bids.get().uncertainty_m
    clock.pass_by(30, 2, lambda: day.phones.work(clock.now, desk_staffed=False))
    call.refresh_from_db()
    assert call.call_type is not None
    assert call.location_text == phones.invention_of(reference, day.placing).location["text"]
    assert call.phone_calls.get().bids.last().uncertainty_m < far
    until(clock, day.tick, lambda: Call.objects.get(pk=call.pk).first_dispatched_at is not None, minutes=12, step=20)


def test_who_writes_is_answered_writes_on_and_is_left_to_a_person_for_a_while(
    small_center: None, clock: Clock
) -> None:
    day = Day(Random(4))
    day.phones.begin()
    call = phones.bring("text", "writer-1", day.placing)
    clock.pass_by(60, 5, lambda: day.phones.work(clock.now, desk_staffed=True))
    assert not call.texts.filter(direction="OUT").exists(), "whoever sits at the desk answers first"

    def work() -> None:
        day.phones.work(clock.now, desk_staffed=False)

    until(clock, work, lambda: call.texts.filter(direction="IN").count() == 4, minutes=6)
    assert set(call.texts.filter(direction="OUT").values_list("state", flat=True)) <= {"QUEUED", "DELIVERED"}
    call.refresh_from_db()
    assert (call.never_voice_call, call.call_type_id is not None) == (True, True)


def test_what_a_person_typed_of_a_phoned_call_stays(small_center: None, clock: Clock) -> None:
    day = Day(Random(4))
    call, _ = a_mobile(day)
    call_update(by=BY, call_id=call.pk, version=None, fields={"location": {"text": "550 Main St"}})
    clock.pass_by(60, 5, lambda: day.phones.work(clock.now, desk_staffed=True))
    call.refresh_from_db()
    assert call.location_text == "550 Main St"
    assert call.call_type is not None
