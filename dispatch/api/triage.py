"""`/api/calls/{id}/triage/`, recommendation, override, requests, hand-offs, scene, police."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import handoffs, recommendation, safety, slots, triage
from dispatch.api.alerts import alert_answer
from dispatch.api.calls import OptionalReasonFields
from dispatch.api.fields import Moment, TabletFields, Text, Whole
from dispatch.api.views import Fields, View
from dispatch.models import Handoff
from dispatch.queries import access
from dispatch.queries.decisions import decision_row
from dispatch.queries.recommendation import rank_units, recommendation_row
from hearteam.events.log import rfc3339
from partners.access import Permission


class TriageFields(Fields):
    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=True)
    source = Text(60)  # type: ignore[assignment]
    occurred_at = Moment()
    decision = Text(20)


class CallTriage(View):
    @extend_schema(request=TriageFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Replace all answers (a missing one was not asked) and get the decision.

        `decision` is the id of the decision the writer saw, "" for none; 409 with the newest `triage` when answers
        given since would be lowered. What its ruleset asked and the one that decides now does not ask is left out.
        """
        body = self.read(TriageFields)
        body["seen"] = body.pop("decision", None)
        if not body.get("source"):
            body.pop("source", None)

        def run() -> tuple[int, Any]:
            decision = triage.triage_answer(by=self.actor, call_id=call_id, **body)
            return 200, decision_row(decision)

        return self.command(run)


class CallRecommendation(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request, call_id: str) -> Response:
        """The units that can come for what the call still needs, in order, with reasons.

        Kept with the call when somebody reads it who triages or dispatches.
        """
        if self.actor.may(Permission.TRIAGE) or self.actor.may(Permission.DISPATCH):
            return Response(recommendation.recommendation_read(by=self.actor, call_id=call_id))
        call = access.call_for(self.actor, call_id)
        return Response(recommendation_row(call, rank_units(call)))


class OverrideFields(Fields):
    response = serializers.ListField(child=Text(16, required=True), min_length=1, max_length=10)
    reason = Text(200)


class CallOverride(View):
    @extend_schema(request=OverrideFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Choose another response: more protection freely, less with a supervisor's word and a reason."""
        body = self.read(OverrideFields)

        def run() -> tuple[int, Any]:
            decision = triage.response_override(
                by=self.actor, call_id=call_id, response=body["response"], reason=body.get("reason", "")
            )
            return 200, decision_row(decision)

        return self.command(run)


class SlotFields(Fields):
    role = Text(16, required=True)
    reason = Text(200)


class CallSlots(View):
    @extend_schema(request=SlotFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Ask for one more unit of a role."""
        body = self.read(SlotFields)

        def run() -> tuple[int, Any]:
            slot = slots.slot_request(by=self.actor, call_id=call_id, role=body["role"], reason=body.get("reason", ""))
            return 201, {"id": str(slot.pk), "role": slot.role, "status": slot.status, "source": slot.source}

        return self.command(run)


class HandoffSaid(Fields):
    contact = Text(120)
    clinician = Text(120)
    clinician_phone = Text(24)
    guardian = Text(120)
    guardian_phone = Text(24)
    school = Text(120)
    school_phone = Text(24)
    meeting_point = Text(160)
    note = Text(500)


class AssignmentHandoff(View):
    @extend_schema(request=HandoffSaid, responses={200: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """Complete or correct what is known of a crew that was reached by phone; what is left out stays."""
        body = self.read(HandoffSaid)

        def run() -> tuple[int, Any]:
            handoff = handoffs.handoff_amend(by=self.actor, assignment_id=assignment_id, **body)
            return 200, {"id": str(handoff.pk), **{name: getattr(handoff, name) for name in handoffs.SAID}}

        return self.command(run)


class HandoffFields(HandoffSaid):
    team = Text(16, required=True)
    outcome = serializers.ChoiceField(choices=Handoff.Outcome.choices)
    eta_minutes = Whole(0, 600)
    callback_minutes = Whole(1, 60)
    occurred_at = Moment()


class CallHandoffs(View):
    @extend_schema(request=HandoffFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Record a phone hand-off; an accepted one makes the temporary unit and its assignment.

        `calling` starts an attempt, which the outcome that follows completes; `call_back` says in how many minutes.
        """
        body = self.read(HandoffFields)

        def run() -> tuple[int, Any]:
            handoff = handoffs.handoff_record(by=self.actor, call_id=call_id, **body)
            row = handoff.assignment
            return 201, {
                "id": str(handoff.pk),
                "team": handoff.team.code,
                "outcome": handoff.outcome,
                "attempt": handoff.attempt,
                "phone": handoff.phone,
                "unit": row.unit.callsign if row else None,
                "assignment": str(row.pk) if row else None,
                "eta_minutes": handoff.eta_minutes,
                "callback_at": rfc3339(handoff.callback_at) if handoff.callback_at else None,
            }

        return self.command(run)


class SceneFields(TabletFields):
    source = Text(100)  # type: ignore[assignment]


class CallSceneSafe(View):
    @extend_schema(request=SceneFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """An officer, EMS, or the dispatcher on their word: civilians may enter."""
        body = self.read(SceneFields)

        def run() -> tuple[int, Any]:
            return 200, self.call_answer(safety.scene_mark_safe(by=self.actor, call_id=call_id, **body))

        return self.command(run)


class CallSceneUnsafe(View):
    @extend_schema(request=SceneFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Anyone: the scene is not safe; crews stage or withdraw."""
        body = self.read(SceneFields)
        body.pop("occurred_at", None)
        body.pop("time_unsure", None)

        def run() -> tuple[int, Any]:
            return 200, self.call_answer(safety.scene_mark_unsafe(by=self.actor, call_id=call_id, **body))

        return self.command(run)


class CallPolice(View):
    @extend_schema(request=OptionalReasonFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Request police now."""
        body = self.read(OptionalReasonFields)

        def run() -> tuple[int, Any]:
            return 201, alert_answer(safety.police_request(by=self.actor, call_id=call_id, **body))

        return self.command(run)
