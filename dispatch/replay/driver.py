"""Drives recorded incidents through the same actions a person uses: received, triaged, dispatched, worked, closed.

Every step happens at its recorded moment (given as `occurred_at`). When no eligible unit is free the dispatch waits,
in order of priority and time, and everything after it shifts by the wait. A replay of the same file goes on where an
earlier one stopped: each call carries its row's reference, and what is already done is read from the call itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from dispatch.actions.assignments import assignment_create
from dispatch.actions.calls import call_receive
from dispatch.actions.endings import call_close
from dispatch.actions.handoffs import handoff_record
from dispatch.actions.interventions import intervention_record
from dispatch.actions.recommendation import recommendation_make
from dispatch.actions.slots import slot_request
from dispatch.actions.triage import triage_answer
from dispatch.actions.units import channel_check
from dispatch.models import Assignment, Call, CallType, Recommendation
from dispatch.queries.decisions import answers_of
from dispatch.replay.clock import ReplayClock
from dispatch.replay.crews import Crews
from dispatch.replay.draws import weighted
from dispatch.replay.laying import GIVES_UP_AFTER, working_between
from dispatch.replay.placing import Placing
from dispatch.replay.records import RecordedIncident, Service
from dispatch.replay.scenarios import draw_situation
from dispatch.replay.session import Recording
from dispatch.replay.stage import IncidentRun, Stage
from dispatch.rules.vocabulary import type_of_service
from hearteam.problems import Conflict, Problem
from partners.access import Actor

SYSTEM = Actor.system("replay")
TRIAGE_TAKES_S = (40, 75)
LOOKS_AGAIN_EVERY = timedelta(minutes=1)
HANDOFF_WEIGHTS = {
    ("accepted",): 85, ("no_answer", "accepted"): 8, ("no_answer", "no_answer"): 4, ("declined",): 3,
}  # fmt: skip
"""Assumption: the phone of a mobile crisis team is answered at once most of the time."""

BETWEEN_ATTEMPTS = timedelta(seconds=60)
PHONE = "PHONE"


class Replay:
    """One run over the incidents of one or more recordings."""

    def __init__(
        self, recordings: Sequence[Recording], *, speed: int, seed: int, clock: ReplayClock | None = None
    ) -> None:
        self.stage = Stage(by=SYSTEM, seed=seed, speed=speed)
        self.runs = [
            IncidentRun(incident, recording.references[incident.reference], recording.shift)
            for recording in recordings
            for incident in recording.incidents
        ]
        self.clock = clock or ReplayClock(start=min(run.received_at for run in self.runs), speed=speed)
        self.crews = Crews(self.stage)
        self.placing = Placing()
        self.types = set(CallType.objects.filter(active=True).values_list("code", flat=True))
        self.waiting: list[IncidentRun] = []

    def run(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Until every incident has ended, or until `stopped` says so."""
        self._take_up()
        while not stopped():
            due = self.stage.agenda.next_at()
            if due is None:
                return
            if not self.clock.reached(due):
                if all(run.ended for run in self.runs):
                    return  # what is left is the giving up of calls that were served
                self.clock.nap(due)
                continue
            moment, step = self.stage.agenda.take()
            step(moment)

    def _take_up(self) -> None:
        """Put every incident's next step on the agenda, by how far an earlier run brought it."""
        known = {
            call.source_reference: call
            for call in Call.objects.filter(source_reference__in=[run.reference for run in self.runs])
        }
        for run in self.runs:
            call = known.get(run.reference)
            if call is None:
                self.stage.agenda.add(run.received_at, partial(self._receive, run))
            elif call.open:
                self._go_on(run, call)
            else:
                run.call_id, run.ended = call.pk, True

    def _go_on(self, run: IncidentRun, call: Call) -> None:
        run.call_id = call.pk
        if call.first_dispatched_at is None:
            self._plan_answering(run, triaged=call.decision_id is not None)
            return
        run.sent = True
        run.wait = max(call.first_dispatched_at - run.planned_dispatch, timedelta(0))
        active = call.assignments.filter(cleared_at__isnull=True).select_related("unit__team__agency", "call")
        for number, assignment in enumerate(active.order_by("pk")):
            self.crews.follow(run, assignment, first=number == 0)
        self.stage.agenda.add(run.clears_at, partial(self._close, run))

    def _receive(self, run: IncidentRun, at: datetime) -> None:
        incident = run.incident
        situation = draw_situation(self.stage.seed, incident.call_type, incident.reference)
        narrative = f"{incident.problem}. {situation.told}" if incident.behavioural else incident.problem
        code = self._type_of(incident)

        def receive() -> None:
            call = call_receive(
                by=SYSTEM, location=self.placing.location_of(incident, self.stage.seed), origin=incident.origin,
                channel=incident.channel, call_type=code, reported_type=incident.problem, agency=incident.service.value,
                priority=None if incident.behavioural else incident.priority, narrative=narrative, received_at=at,
                pace=self.stage.speed, source_reference=run.reference,
            )  # fmt: skip
            run.call_id = call.pk

        if self.stage.attempt(run, "receive", receive) is not None:
            run.ended = True
            return
        if incident.service == Service.FIRE and code != "FIRE":
            request = partial(
                slot_request, by=SYSTEM, call_id=run.call_id, role="FIRE", reason="Recorded by the fire service"
            )
            self.stage.attempt(run, "request", request)
        self._plan_answering(run, triaged=False)

    def _type_of(self, incident: RecordedIncident) -> str:
        if incident.call_type in self.types:
            return incident.call_type
        code = type_of_service(incident.problem, incident.service.value)
        return code if code in self.types else ""

    def _plan_answering(self, run: IncidentRun, *, triaged: bool) -> None:
        dispatch_at = run.planned_dispatch
        if run.incident.behavioural and not triaged:
            takes = timedelta(seconds=self.stage.chance(run, "triage").uniform(*TRIAGE_TAKES_S))
            self.stage.agenda.add(min(run.received_at + takes, dispatch_at), partial(self._triage, run))
        self.stage.agenda.add(dispatch_at, partial(self._dispatch, run))
        self.stage.agenda.add(dispatch_at + GIVES_UP_AFTER, partial(self._give_up, run))

    def _triage(self, run: IncidentRun, at: datetime) -> None:
        situation = draw_situation(self.stage.seed, run.incident.call_type, run.incident.reference)
        self._answer(run, situation.all_answers(), at)

    def _answer(self, run: IncidentRun, answers: dict[str, str], at: datetime) -> None:
        given = partial(triage_answer, by=SYSTEM, call_id=run.call_id, answers=answers, occurred_at=at)
        self.stage.attempt(run, "triage", given)

    def _dispatch(self, run: IncidentRun, at: datetime) -> None:
        """Send what is free of what is still needed; wait for the rest."""
        if run.ended or run.call_id is None:
            return
        call = Call.objects.select_related("decision__answers").get(pk=run.call_id)
        if not call.open:
            run.ended = True
            return
        proposal = recommendation_make(by=SYSTEM, call_id=call.pk)
        if proposal is None:
            return
        if self._fall_back(run, call, proposal, at):
            return
        self._send(run, call, self._free_picks(run, proposal, at), at)
        self._hand_off(run, call, at)
        still = self._still_needed(call, proposal if not run.sent else None)
        run.missing = still
        if still and run not in self.waiting:
            self.waiting.append(run)
            self._look_again_later(at)
        elif not still and run in self.waiting:
            self.waiting.remove(run)

    def _fall_back(self, run: IncidentRun, call: Call, proposal: Recommendation, at: datetime) -> bool:
        """The civilian team of the decision was taken meanwhile: decide again, once, as a dispatcher would."""
        decision = call.decision
        if decision is None or run.decided_again:
            return False
        gone = [
            role for role in proposal.short_of
            if decision.availability.get(role, {}).get("channel", PHONE) != PHONE
        ]  # fmt: skip
        if not gone:
            return False
        run.decided_again = True
        self._answer(run, {name: value for name, value in answers_of(decision.answers).items() if value}, at)
        self._dispatch(run, at)
        return True

    def _free_picks(self, run: IncidentRun, proposal: Recommendation, at: datetime) -> list[str]:
        """The proposed units, without any that has other work by the stored times while this call will last."""
        picks = [row for row in proposal.units if row["pick"] and not row["on_this_call"]]
        ends = max(run.clears_at + (at - run.planned_dispatch) - run.wait, at)
        busy = working_between([row["unit"] for row in picks], at, ends)
        free = [row for row in picks if row["unit"] not in busy]
        for row in free:
            if row["check_first"]:
                channel_check(by=SYSTEM, callsign=row["unit"], kind="RADIO")
        return [row["unit"] for row in free]

    def _send(self, run: IncidentRun, call: Call, units: list[str], at: datetime) -> None:
        if not units:
            return
        created: list[Assignment] = []

        def send(wanted: list[str]) -> Problem | None:
            return self.stage.attempt(
                run, "dispatch",
                lambda: created.extend(assignment_create(by=SYSTEM, call_id=call.pk, units=wanted, occurred_at=at)),
            )  # fmt: skip

        if isinstance(send(units), Conflict) and len(units) > 1:
            for unit in units:
                send([unit])
        self._sent(run, created, at)

    def _sent(self, run: IncidentRun, created: list[Assignment], at: datetime) -> None:
        if not created:
            return
        run.wait = max(run.wait, at - run.planned_dispatch)
        first = not run.sent
        run.sent = True
        ordered = sorted(created, key=lambda row: (row.role != run.incident.service, row.pk))
        for number, assignment in enumerate(ordered):
            self.crews.follow(run, assignment, first=first and number == 0)
        self.stage.agenda.add(run.clears_at, partial(self._close, run))

    def _hand_off(self, run: IncidentRun, call: Call, at: datetime) -> None:
        """Call the team of the decision that is reached by phone, with a minute between attempts."""
        decision = Call.objects.select_related("decision").get(pk=call.pk).decision
        if decision is None or run.handoffs:
            return
        on_call = set(call.assignments.filter(cleared_at__isnull=True).values_list("role", flat=True))
        for team in decision.response:
            if decision.availability.get(team, {}).get("channel") == PHONE and team not in on_call:
                run.handoffs = list(weighted(self.stage.chance(run, "hand-off"), HANDOFF_WEIGHTS))
                self._phone(run, team, 0, at)
                return

    def _phone(self, run: IncidentRun, team: str, attempt: int, at: datetime) -> None:
        if run.ended or attempt >= len(run.handoffs):
            return
        outcome = run.handoffs[attempt]
        accepted = outcome == "accepted"
        made: list[Assignment] = []

        def record() -> None:
            handoff = handoff_record(
                by=SYSTEM, call_id=run.call_id or 0, team=team, outcome=outcome, occurred_at=at,
                contact="Intake Example" if accepted else "", eta_minutes=30 if accepted else None,
            )  # fmt: skip
            if handoff.assignment is not None:
                made.append(handoff.assignment)

        self.stage.attempt(run, "hand-off", record)
        self._sent(run, made, at)
        if attempt + 1 < len(run.handoffs):
            self.stage.agenda.add(at + BETWEEN_ATTEMPTS, partial(self._phone, run, team, attempt + 1))
        elif not made:
            self.stage.agenda.add(at, partial(self._dispatch, run))

    def _still_needed(self, call: Call, proposal: Recommendation | None) -> set[str]:
        """Roles no unit was free for: requested slots, and while nobody was sent what the proposal is short of."""
        decision = Call.objects.select_related("decision").get(pk=call.pk).decision
        states = decision.availability if decision else {}
        slots = call.slots.filter(status="requested").exclude(source="join").values_list("role", flat=True)
        roles = {*slots, *(proposal.short_of if proposal else ())}
        return {role for role in roles if states.get(role, {}).get("channel") != PHONE}

    def _look_again_later(self, at: datetime) -> None:
        """People free units too, whenever they like; with a running clock the list is looked at every minute."""
        if self.clock.speed:
            self.stage.agenda.add(at + LOOKS_AGAIN_EVERY, self._look_again)

    def _look_again(self, at: datetime) -> None:
        self._serve_waiting(None, at)
        if self.waiting:
            self._look_again_later(at)

    def _serve_waiting(self, freed: set[str] | None, at: datetime) -> None:
        """Give freed units to those waiting, the gravest and oldest first."""
        self.waiting = [run for run in self.waiting if not run.ended]
        for run in sorted(self.waiting, key=lambda run: (run.incident.priority, run.received_at)):
            if freed is None or run.missing & freed:
                self._dispatch(run, at)

    def _give_up(self, run: IncidentRun, at: datetime) -> None:
        if not run.ended and not run.sent:
            self._end(run, "05", "No unit could be sent.", at)

    def _close(self, run: IncidentRun, at: datetime) -> None:
        if run.ended:
            return
        if at < run.clears_at:
            self.stage.agenda.add(run.clears_at, partial(self._close, run))
            return
        here = list(
            Assignment.objects.filter(call_id=run.call_id).select_related("unit__team__agency").order_by("pk")
        )  # fmt: skip
        civilians = [row for row in here if row.unit.team.civilian and row.on_scene_at is not None]
        if civilians and self.stage.interventions:
            rng = self.stage.chance(run, "services")
            codes = rng.sample(self.stage.interventions, k=min(rng.randint(1, 3), len(self.stage.interventions)))
            record = partial(intervention_record, by=SYSTEM, call_id=run.call_id, codes=codes, occurred_at=at)
            self.stage.attempt(run, "services", record)
        self._end(run, self._disposition(run, here), "Resolved on scene" if civilians else "", at)
        self._serve_waiting({row.role for row in here}, at)

    def _disposition(self, run: IncidentRun, here: list[Assignment]) -> str:
        if any(row.role == "EMS" and row.transporting_at for row in here):
            return "45"
        return "16" if any(row.transporting_at for row in here) else run.incident.disposition

    def _end(self, run: IncidentRun, disposition: str, outcome: str, at: datetime) -> None:
        close = partial(
            call_close, by=SYSTEM, call_id=run.call_id, disposition=disposition, outcome=outcome, occurred_at=at
        )  # fmt: skip
        self.stage.attempt(run, "close", close)
        run.ended = True
