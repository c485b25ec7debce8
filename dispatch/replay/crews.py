"""What assigned crews do in a replay: drive, stage, go in when it is safe, answer welfare checks, transport.

The first unit of a call keeps the recorded times; further ones take seeded shares of them. Nothing is bypassed: where
police are in the response a civilian crew stages until an officer on the call marked the scene safe, as it would.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from dispatch.actions.assignments import assignment_acknowledge, assignment_status_set
from dispatch.actions.fixes import unit_position_set
from dispatch.actions.safety import scene_mark_safe, welfare_pass
from dispatch.models import Assignment, Call
from dispatch.replay.stage import IncidentRun, Stage
from hearteam.problems import Problem, Refused
from partners.models import Facility

FIRST_LOOK_S = (90, 300)
"""How long an officer looks before calling a scene safe."""

GOES_IN_AFTER_S = (30, 90)
CHECK_EVERY = timedelta(minutes=9)
"""Crews say they are well a minute before the first check of 10 minutes would fall due, and keep that rhythm."""

MINUTES_ASKED = 15
TRANSPORT_SHARE = {"EMS": 0.6, "POLICE": 0.0, "FIRE": 0.0}
CIVILIAN_TRANSPORT_SHARE = 0.15
SHORTEST_TRANSPORT = timedelta(minutes=20)
WAITING, ON_THE_WAY, INSIDE = ("DP", "ER"), "ER", ("OS", "ST", "TR")


class Crews:
    """Moves the crews of all calls along the agenda."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def follow(self, run: IncidentRun, assignment: Assignment, *, first: bool) -> None:
        """Put the crew's next steps on the agenda, from where it stands now."""
        incident, at = run.incident, assignment.dispatched_at
        rng = self.stage.chance(run, assignment.unit.callsign, "pace")
        share = 1.0 if first else rng.uniform(0.9, 1.5)
        turnout = run.span(incident.dispatched_at, incident.en_route_at) * share
        drive = run.span(incident.en_route_at or incident.dispatched_at, incident.arrived_at) * share
        if not first:
            drive = max(drive, timedelta(seconds=rng.uniform(60, 240)))
        if assignment.status == Assignment.Status.DP:
            self._at(run, assignment, at + turnout, self._en_route)
        if assignment.status in WAITING and incident.arrived_at is not None:
            self._at(run, assignment, at + turnout + drive, self._arrive)
        elif assignment.status == Assignment.Status.ST:
            self._at(run, assignment, assignment.status_since, self._go_in)
        elif assignment.status == Assignment.Status.OS:
            self._at(run, assignment, assignment.status_since, self._settle)

    def _at(self, run: IncidentRun, assignment: Assignment, moment: datetime, step: object) -> None:
        self.stage.agenda.add(moment, partial(step, run, assignment.pk))  # type: ignore[arg-type]

    def _active(self, run: IncidentRun, assignment_id: int) -> Assignment | None:
        """The assignment while it lasts; a step for one that was cleared meanwhile is void."""
        if run.ended:
            return None
        found = Assignment.objects.select_related("unit__team__agency", "call").filter(pk=assignment_id)
        return found.filter(cleared_at__isnull=True).first()

    def _set(
        self, run: IncidentRun, assignment: Assignment, status: str, at: datetime, destination: str = ""
    ) -> Problem | None:
        return self.stage.attempt(
            run, f"status {status}",
            partial(
                assignment_status_set, by=self.stage.by, assignment_id=assignment.pk, status=status, occurred_at=at,
                destination=destination,
            ),
        )  # fmt: skip

    def _en_route(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.status != Assignment.Status.DP:
            return
        if assignment.order:
            self._acknowledge(run, assignment, at)
        self._set(run, assignment, "ER", at)

    def _acknowledge(self, run: IncidentRun, assignment: Assignment, at: datetime) -> None:
        acknowledge = partial(
            assignment_acknowledge, by=self.stage.by, assignment_id=assignment.pk, occurred_at=at
        )  # fmt: skip
        self.stage.attempt(run, "acknowledge", acknowledge)

    def _arrive(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.status not in WAITING:
            return
        self._be_there(assignment)
        if assignment.call.scene_safe_at is None and self._must_stage(run, assignment):
            self._set(run, assignment, "ST", at)
            self._check_later(run, assignment, at)
        elif self._set(run, assignment, "OS", at) is None:
            self._settle(run, assignment_id, at)

    def _must_stage(self, run: IncidentRun, assignment: Assignment) -> bool:
        """Civilians where police come; EMS where it is unsafe for police alone. Asked of the call, not remembered."""
        if assignment.order:
            return True
        decision = assignment.call.decision
        if decision is None or "POLICE" not in decision.response:
            return False
        answers = decision.answers
        unsafe_for_police = answers.weapon == "IN_HAND" or answers.violence == "ACTIVE"
        return assignment.unit.team.civilian or (assignment.role == "EMS" and unsafe_for_police)

    def _settle(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        """Just gone in: an officer looks around, civilians keep their checks, some will take the person along."""
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.status != Assignment.Status.OS:
            return
        rng = self.stage.chance(run, assignment.unit.callsign, "scene")
        if assignment.role == "POLICE" and run.incident.behavioural and assignment.call.scene_safe_at is None:
            self._at(run, assignment, at + timedelta(seconds=rng.uniform(*FIRST_LOOK_S)), self._mark_safe)
        if assignment.unit.team.civilian:
            self._check_later(run, assignment, at)
        left = run.clears_at - at
        share = TRANSPORT_SHARE.get(assignment.role, CIVILIAN_TRANSPORT_SHARE)
        may = not assignment.unit.team.civilian or assignment.unit.team.may_transport
        if may and left >= SHORTEST_TRANSPORT and rng.random() < share:
            self._at(run, assignment, at + left * 0.45, self._transport)

    def _mark_safe(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.call.scene_safe_at is not None:
            return
        mark = partial(
            scene_mark_safe, by=self.stage.by, call_id=assignment.call_id, source=assignment.unit.callsign,
            occurred_at=at,
        )  # fmt: skip
        if self.stage.attempt(run, "scene safe", mark) is not None:
            return
        rng = self.stage.chance(run, "goes in")
        for waiting in Assignment.objects.filter(call_id=assignment.call_id, status="ST").order_by("pk"):
            self._at(run, waiting, at + timedelta(seconds=rng.uniform(*GOES_IN_AFTER_S)), self._go_in)

    def _go_in(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.status != "ST" or assignment.call.scene_safe_at is None:
            return
        if self._set(run, assignment, "OS", at) is None:
            self._settle(run, assignment_id, at)

    def _check_later(self, run: IncidentRun, assignment: Assignment, at: datetime) -> None:
        if assignment.unit.team.civilian and at + CHECK_EVERY < run.clears_at:
            self._at(run, assignment, at + CHECK_EVERY, self._well)

    def _well(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.status not in INSIDE:
            return
        said = partial(
            welfare_pass, by=self.stage.by, assignment_id=assignment_id, occurred_at=at, minutes=MINUTES_ASKED
        )
        self.stage.attempt(run, "welfare check", said)
        self._check_later(run, assignment, at)

    def _transport(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is None or assignment.status != Assignment.Status.OS:
            return
        place = self._destination(run, assignment)
        if place is None or self._set(run, assignment, "TR", at, destination=place.name) is not None:
            return
        self._at(run, assignment, at + (run.clears_at - at) * 0.4, self._at_destination)

    def _at_destination(self, run: IncidentRun, assignment_id: int, at: datetime) -> None:
        assignment = self._active(run, assignment_id)
        if assignment is not None and assignment.status == Assignment.Status.TR:
            self._set(run, assignment, "AD", at)

    def _destination(self, run: IncidentRun, assignment: Assignment) -> Facility | None:
        places = self.stage.care_places if assignment.unit.team.civilian else self.stage.hospitals
        places = places or self.stage.hospitals
        return self.stage.chance(run, assignment.unit.callsign, "to").choice(places) if places else None

    def _be_there(self, assignment: Assignment) -> None:
        """The unit's newest position is the scene: the next recommendation counts the way from there."""
        call: Call = assignment.call
        if call.lat is None or call.lon is None:
            return
        try:
            unit_position_set(
                by=self.stage.by, callsign=assignment.unit.callsign, lat=call.lat, lon=call.lon, fix_at=timezone.now()
            )
        except Refused:
            return
