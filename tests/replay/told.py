"""The calls that history is made of, played on the stage: name, how often in a hundred calls, and what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.assignments import assignment_acknowledge
from dispatch.actions.calls import call_receive, contact_add
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.endings import call_cancel, call_close
from dispatch.actions.handoffs import handoff_record
from dispatch.actions.interventions import intervention_record
from dispatch.actions.notes import note_add
from dispatch.actions.recommendation import recommendation_make
from dispatch.actions.safety import scene_mark_safe, welfare_pass
from dispatch.models import Alert, Assignment, Call, Deadline
from partners.access import Actor
from partners.models import FollowUp
from tests.replay.recording import CALLER, CALLERS_PHONE, PERSON, PLACE, Recorder
from tests.stage import Stage


@dataclass(slots=True)
class Told:
    """A call as it is recorded, step by step."""

    stage: Stage
    recorder: Recorder
    call: Call | None = None

    @property
    def pk(self) -> int:
        assert self.call is not None
        return self.call.pk

    def receive(self, kind: str, narrative: str, **more: Any) -> None:
        with self.recorder.step(0, 0):
            self.call = call_receive(
                by=self.stage.cast.actor("calltaker"),
                location=PLACE,
                caller={"name": CALLER, "phone": CALLERS_PHONE, "relationship": "neighbor"},
                call_type=kind,
                narrative=narrative,
                **more,
            )

    def triage(self, **answers: str) -> None:
        with self.recorder.step(20, 75):
            self.stage.triage(Call.objects.get(pk=self.pk), **answers)

    def send(self, *units: str, least: float = 15, most: float = 90) -> list[Assignment]:
        with self.recorder.step(least, most):
            recommendation_make(by=self.stage.dispatcher, call_id=self.pk)
            return self.stage.send(Call.objects.get(pk=self.pk), *units)

    def drive(self, sent: list[Assignment], *, by: Actor | None = None) -> None:
        """Acknowledged and on the way."""
        with self.recorder.step(5, 40):
            for one in sent:
                assignment_acknowledge(by=by or self.stage.dispatcher, assignment_id=one.pk)
        self.each(sent, "ER", least=10, most=60)

    def each(self, sent: list[Assignment], status: str, *, least: float, most: float, **more: Any) -> None:
        for place, one in enumerate(sent):
            with self.recorder.step(least, most) if place == 0 else self.recorder.step(2, 60):
                self.stage.step(one, status, **more)

    def note(self, text: str, *, by: Actor | None = None) -> None:
        with self.recorder.step(20, 240):
            note_add(by=by or self.stage.dispatcher, call_id=self.pk, text=text)

    def radio(self, *texts: str) -> None:
        """What is said while units work."""
        for text in texts:
            with self.recorder.step(15, 120):
                note_add(by=self.stage.dispatcher, call_id=self.pk, text=text, kind="RADIO")

    def close(self, disposition: str, outcome: str = "") -> None:
        with self.recorder.step(10, 180):
            call_close(by=self.stage.dispatcher, call_id=self.pk, disposition=disposition, outcome=outcome)

    def overdue(self) -> None:
        """Nobody was sent in time: the call's due time passes, and the alert is seen."""
        with self.recorder.step(60, 90):
            Deadline.objects.filter(call=self.pk, kind="PENDING").update(due_at=timezone.now())
            deadlines_fire(timezone.now())
        with self.recorder.step(5, 25):
            alert_acknowledge(by=self.stage.dispatcher, alert_id=Alert.objects.get(call=self.pk).pk)


def team_sees_somebody(told: Told) -> None:
    stage = told.stage
    person = {"name": PERSON, "apparent_age": "40s", "clothing": "grey coat", "is_caller": False}
    told.receive("EDP", "Pacing and talking loudly in front of the house for an hour.", person=person)
    told.triage()
    sent = told.send("CRT1")
    told.drive(sent, by=stage.crew)
    told.each(sent, "OS", least=240, most=900)
    told.note("Sitting on the steps, talks with the peer.", by=stage.crew)
    with told.recorder.step(300, 700):
        welfare_pass(by=stage.crew, assignment_id=sent[0].pk)
    with told.recorder.step(120, 900):
        intervention_record(by=stage.crew, call_id=told.pk, codes=["DE_ESCALATION"])
    told.each(sent, "AV", least=60, most=600)
    told.close("15", "Goes to stay with a sister tonight.")
    with told.recorder.step(86_400, 172_800):
        FollowUp.objects.filter(call=told.pk).update(status="DONE", done_at=timezone.now())


def officer_and_team(told: Told) -> None:
    stage = told.stage
    told.receive("EDP", "Shouting at passers-by, holds something in the hand.")
    told.triage(violence="THREATS")
    sent = told.send("HPD1", "CRMHC1")
    told.drive(sent)
    told.each(sent[:1], "OS", least=180, most=600)
    told.each(sent[1:], "ST", least=60, most=300)
    with told.recorder.step(60, 300):
        scene_mark_safe(by=stage.cast.actor("hpd1_officer"), call_id=told.pk, source="HPD1")
    told.each(sent[1:], "OS", least=20, most=120)
    told.note("It was an umbrella. Calm now.")
    told.each(sent[:1], "AV", least=120, most=400)
    with told.recorder.step(200, 500):
        welfare_pass(by=stage.cast.actor("crmhc1_clinician"), assignment_id=sent[1].pk)
    told.each(sent[1:], "AV", least=300, most=1200)
    told.close("15", "Connected with the drop-in center.")


def two_cars(told: Told) -> None:
    told.receive("DVA", "Loud argument upstairs, something was thrown.")
    sent = told.send("HPD1", "HPD2")
    told.drive(sent)
    told.each(sent, "OS", least=120, most=480)
    told.radio("Second floor, rear door.", "Two adults, apart.", "No weapon seen.", "Code four.")
    told.note("Both parties apart, no injuries.")
    told.radio("One party leaves for the night.", "Report taken.", "Clearing in five.")
    told.each(sent, "AV", least=300, most=1500)
    told.close("15")


def one_car_late(told: Told) -> None:
    told.receive("TRESPASS", "Somebody sleeps in the hallway and will not leave.")
    told.overdue()
    with told.recorder.step(30, 200):
        contact_add(
            by=told.stage.dispatcher, call_id=told.pk, contact={"name": "Super Intendent", "phone": "8605550161"}
        )
    sent = told.send("HPD1", least=60, most=600)
    told.drive(sent)
    told.each(sent, "OS", least=240, most=900)
    told.radio("One male, awake.", "Name run, nothing.", "Says he waits for a friend.", "Agrees to leave.")
    told.radio("Offered a ride to the shelter.", "Declined.", "Walking north.", "Hallway is clear.")
    told.each(sent, "AV", least=240, most=900)
    told.close("15")


def medic_transports(told: Told) -> None:
    told.receive("MEDICAL", "Chest pain, sixty, awake and breathing.")
    sent = told.send("EMS1")
    told.drive(sent)
    told.each(sent, "OS", least=180, most=540)
    told.radio("At the patient.", "Alert, pressure is fine.", "Stair chair needed.", "Ready to go.", "One rides along.")
    told.note("Taken to the hospital.")
    told.each(sent, "TR", least=480, most=1200, destination="Hospital")
    told.each(sent, "AD", least=300, most=900)
    told.radio("In room four.", "Cleaning up.")
    told.each(sent, "AV", least=300, most=1200)
    told.close("45")


def handed_over_in_vain(told: Told) -> None:
    told.receive("EDP", "My son has locked himself in and does not answer.")
    told.triage(age="CHILD_3_17")
    for outcome in ("no_answer", "no_answer"):
        with told.recorder.step(30, 120):
            handoff_record(by=told.stage.dispatcher, call_id=told.pk, team="WHEELER", outcome=outcome)
    sent = told.send("HPD1")
    told.drive(sent)
    told.each(sent, "OS", least=180, most=600)
    told.each(sent, "AV", least=600, most=1800)
    told.close("15", "Talked through the door, the mother stays.")


def never_mind(told: Told) -> None:
    told.receive("CITASST", "Wants somebody to look at a parked car.")
    told.note("Called again: the owner came.")
    with told.recorder.step(30, 400):
        call_cancel(by=told.stage.dispatcher, call_id=told.pk, reason="No longer needed")


def told_on_the_phone(told: Told) -> None:
    told.receive("WELFARE", "Has not seen the neighbor since Sunday.")
    told.triage()
    told.note("Reached by phone: is at her daughter's.")
    told.close("14", "Everybody is well.")


TOLD: tuple[tuple[int, Callable[[Told], None]], ...] = (
    (6, team_sees_somebody),
    (5, officer_and_team),
    (24, two_cars),
    (28, one_car_late),
    (20, medic_transports),
    (3, handed_over_in_vain),
    (8, never_mind),
    (6, told_on_the_phone),
)
"""How often each is told in a hundred calls. Invented; no study says so."""
