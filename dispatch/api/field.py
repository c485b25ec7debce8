"""What crews do on their own word: `/api/calls/{id}/asks/`, `/api/calls/{id}/called/`, `/api/field/calls/`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import field, notes
from dispatch.api.calls import LONGEST_TYPE
from dispatch.api.fields import LocationFields, TabletFields, Text, Whole
from dispatch.api.views import View
from dispatch.models import Handoff

CALLED = (Handoff.Outcome.ACCEPTED, Handoff.Outcome.NO_ANSWER, Handoff.Outcome.DECLINED)


class AskFields(TabletFields):
    role = Text(16, required=True)
    reason = Text(200)


class CallAsks(View):
    @extend_schema(request=AskFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """A crew on the call asks for one more role. Asked again while it waits, it is the same request."""
        body = self.read(AskFields)

        def run() -> tuple[int, Any]:
            slot = field.field_ask(by=self.actor, call_id=call_id, **body)
            unit = slot.asked_from.callsign if slot.asked_from else None
            return 201, {"id": str(slot.pk), "role": slot.role, "status": slot.status, "asked_from": unit}

        return self.command(run)


class CalledFields(TabletFields):
    team = Text(16, required=True)
    outcome = serializers.ChoiceField(choices=CALLED)
    contact = Text(120)
    clinician = Text(120)
    eta_minutes = Whole(0, 600)
    note = Text(400)


class CallCalled(View):
    @extend_schema(request=CalledFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """A crew on the call rang a team that is reached by phone; an accepted hand-off makes the temporary unit."""
        body = self.read(CalledFields)

        def run() -> tuple[int, Any]:
            handoff = field.field_handoff(by=self.actor, call_id=call_id, **body)
            unit = handoff.assignment.unit.callsign if handoff.assignment else None
            return 201, {"id": str(handoff.pk), "team": handoff.team.code, "outcome": handoff.outcome, "unit": unit}

        return self.command(run)


class FieldCallFields(TabletFields):
    location = LocationFields()
    type = Text(LONGEST_TYPE)
    narrative = Text(notes.LONGEST_NOTE)
    answers = serializers.DictField(child=Text(20), required=False)


class FieldCalls(View):
    @extend_schema(request=FieldCallFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A police, fire or EMS crew starts a call where it is, and is on scene of it."""
        body = self.read(FieldCallFields)
        body["call_type"] = body.pop("type", "")

        def run() -> tuple[int, Any]:
            return 201, self.call_answer(field.field_call_start(by=self.actor, **body))

        return self.command(run)
