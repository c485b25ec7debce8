"""Simulated crews: acknowledge, drive, stage, go in when it is safe, work, transport, clear; answer checks and orders.

A crew's next step follows from its assignment's status and since when it holds, nothing else; chance is seeded with
the assignment. A unit whose tablet a person works is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db.models import Max

from dispatch.actions.assignments import assignment_acknowledge, assignment_status_set
from dispatch.actions.safety import scene_mark_safe, welfare_pass
from dispatch.actions.units import channel_check
from dispatch.models import Assignment
from dispatch.queries.scene import police_in_response
from dispatch.replay.demo.presence import manned
from dispatch.replay.demo.travel import Point, drive, is_there, stand
from dispatch.replay.draws import seconds_around, seeded
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.safety import ems_stages
from hearteam.problems import Problem
from partners.access import Actor
from partners.models import ChannelCheck, Facility, Unit

ACKNOWLEDGES_S = (7, 25)
ANSWERS_ORDER_S = (5, 14)
LOOKS_S = (50, 150)
GOES_IN_S = (15, 45)
WORKS_MEDIAN_S = {"POLICE": 13 * 60, "EMS": 12 * 60, "FIRE": 10 * 60}
CIVILIAN_WORKS_MEDIAN_S = 22 * 60
TRANSPORT_SHARE = {"EMS": 0.55, "POLICE": 0.0, "FIRE": 0.0}
CIVILIAN_TRANSPORT_SHARE = 0.2
HANDS_OVER_S = (240, 720)
DRIVES_BLIND_S = (240, 480)
"""How long a crew without any position takes (one reached by phone)."""

CHECK_AHEAD = timedelta(seconds=40)
CHANNEL_LASTS = timedelta(minutes=12)


def crew_of(unit: Unit) -> Actor:
    """The simulated crew as an actor."""
    return Actor.system(f"crew {unit.callsign}")


class Crews:
    """Does what is due on every active assignment of real pace, and keeps idle units in place and reachable."""

    def __init__(self) -> None:
        self.refused: Callable[[Assignment, Problem], None] = lambda assignment, problem: None

    def work(self, now: datetime) -> None:
        """One round over all crews."""
        active = Assignment.objects.filter(cleared_at__isnull=True, call__pace=1)
        rows = list(active.select_related("unit__team__agency", "call__decision__answers").order_by("pk"))
        facilities = list(Facility.objects.filter(active=True, lat__isnull=False).exclude(kind=Facility.Kind.HOME))
        for row in rows:
            if manned(row.unit, now):
                continue
            try:
                self._step(row, rows, facilities, now)
            except Problem as problem:
                self.refused(row, problem)
        self._idle([row.unit_id for row in rows], now)

    def _step(self, row: Assignment, rows: Sequence[Assignment], facilities: Sequence[Facility], now: datetime) -> None:
        rng = seeded("crew", row.pk, row.status, row.status_since.isoformat())
        age = (now - row.status_since).total_seconds()
        if row.order and row.order_acknowledged_at is None:
            self._answer_order(row, now, rng)
            return
        if row.welfare_due_at is not None and row.welfare_due_at - now < CHECK_AHEAD:
            welfare_pass(by=crew_of(row.unit), assignment_id=row.pk)
        steps: dict[str, Callable[[], None]] = {
            "DP": partial(self._acknowledge, row, age, rng),
            "ER": partial(self._drive_there, row, age, now, rng),
            "ST": partial(self._wait_outside, row, age, rng),
            "OS": partial(self._work_inside, row, rows, facilities, age, rng),
            "TR": partial(self._bring, row, facilities, age, now, rng),
            "AD": partial(self._hand_over, row, age, rng),
        }
        steps[row.status]()

    def _set(self, row: Assignment, status: str, destination: str = "") -> None:
        assignment_status_set(by=crew_of(row.unit), assignment_id=row.pk, status=status, destination=destination)

    def _answer_order(self, row: Assignment, now: datetime, rng: Random) -> None:
        if row.order_at is None or (now - row.order_at).total_seconds() < rng.uniform(*ANSWERS_ORDER_S):
            return
        assignment_acknowledge(by=crew_of(row.unit), assignment_id=row.pk)
        if row.order == Assignment.Order.WITHDRAW and row.status == Assignment.Status.OS:
            self._set(row, "ST")

    def _acknowledge(self, row: Assignment, age: float, rng: Random) -> None:
        if age < rng.uniform(*ACKNOWLEDGES_S):
            return
        if row.acknowledged_at is None:
            assignment_acknowledge(by=crew_of(row.unit), assignment_id=row.pk)
        else:
            self._set(row, "ER")

    def _drive_there(self, row: Assignment, age: float, now: datetime, rng: Random) -> None:
        scene = _scene(row)
        if scene is None or row.unit.temporary:
            arrives = row.eta_at <= now if row.eta_at else age >= rng.uniform(*DRIVES_BLIND_S)
        else:
            drive(crew_of(row.unit), row.unit, scene, now, urgent=row.call.priority == 1)
            arrives = is_there(row.unit, scene)
        if arrives:
            self._set(row, "ST" if _must_stage(row) else "OS")

    def _wait_outside(self, row: Assignment, age: float, rng: Random) -> None:
        if not row.order and not _must_stage(row) and age >= rng.uniform(*GOES_IN_S):
            self._set(row, "OS")

    def _work_inside(
        self, row: Assignment, rows: Sequence[Assignment], facilities: Sequence[Facility], age: float, rng: Random
    ) -> None:
        if row.role == "POLICE" and row.call.scene_safe_at is None and _others_wait_for_police(row, rows):
            if age >= rng.uniform(*LOOKS_S):
                scene_mark_safe(by=crew_of(row.unit), call_id=row.call_id, source=row.unit.callsign)
            return
        median = WORKS_MEDIAN_S.get(row.role, CIVILIAN_WORKS_MEDIAN_S)
        if age < min(max(seconds_around(rng, median, 0.4), 180), 3 * median):
            return
        share = TRANSPORT_SHARE.get(row.role, CIVILIAN_TRANSPORT_SHARE)
        may = not row.unit.team.civilian or row.unit.team.may_transport
        place = _destination(row, facilities, rng)
        if may and place is not None and rng.random() < share:
            self._set(row, "TR", destination=place.name)
        else:
            self._set(row, "AV")

    def _bring(self, row: Assignment, facilities: Sequence[Facility], age: float, now: datetime, rng: Random) -> None:
        place = next((facility for facility in facilities if facility.name == row.destination), None)
        if place is None or place.lat is None or place.lon is None:
            arrives = age >= rng.uniform(*DRIVES_BLIND_S)
        else:
            target = Point(place.lat, place.lon)
            drive(crew_of(row.unit), row.unit, target, now)
            arrives = is_there(row.unit, target)
        if arrives:
            self._set(row, "AD")

    def _hand_over(self, row: Assignment, age: float, rng: Random) -> None:
        if age >= rng.uniform(*HANDS_OVER_S):
            self._set(row, "AV")

    def _idle(self, busy: list[int], now: datetime) -> None:
        """Free units drive home and keep their position known; civilian ones answer a radio check now and then."""
        free = Unit.objects.filter(active=True, temporary=False, status=Unit.Status.AV).exclude(pk__in=busy)
        for unit in free.select_related("team__agency").annotate(checked_at=Max("channel_checks__at")):
            if manned(unit, now):
                continue
            home = _home(unit)
            if home is not None and not is_there(unit, home):
                drive(crew_of(unit), unit, home, now)
            else:
                stand(crew_of(unit), unit, now)
            checked = unit.checked_at
            if unit.team.civilian and (checked is None or now - checked > CHANNEL_LASTS):
                channel_check(by=crew_of(unit), callsign=unit.callsign, kind=ChannelCheck.Kind.RADIO)


def _scene(row: Assignment) -> Point | None:
    if row.call.lat is None or row.call.lon is None:
        return None
    return Point(row.call.lat, row.call.lon)


def _home(unit: Unit) -> Point | None:
    if unit.station_lat is None or unit.station_lon is None:
        return None
    return Point(unit.station_lat, unit.station_lon)


def _must_stage(row: Assignment) -> bool:
    """What a crew knows: under an order; a civilian where police come; EMS where it is unsafe for police alone."""
    call = row.call
    if call.scene_safe_at is not None:
        return False
    if row.order or row.joins:
        return True
    if row.unit.team.civilian:
        return police_in_response(call)
    answers = call.decision.answers if call.decision is not None else None
    return (
        row.role == "EMS"
        and answers is not None
        and ems_stages({"weapon": answers.weapon, "violence": answers.violence})
    )


def _others_wait_for_police(row: Assignment, rows: Sequence[Assignment]) -> bool:
    """Somebody stages already, or a civilian team is part of the response."""
    decision = row.call.decision
    expected = decision is not None and any(is_civilian(role) for role in decision.response)
    return expected or any(other.call_id == row.call_id and other.status == "ST" for other in rows)


def _destination(row: Assignment, facilities: Sequence[Facility], rng: Random) -> Facility | None:
    """A hospital for EMS, any place of care for a civilian team."""
    wanted = [
        facility for facility in facilities
        if row.unit.team.civilian or facility.kind == Facility.Kind.HOSPITAL
    ]  # fmt: skip
    return rng.choice(wanted) if wanted else None
