"""Calls that wait for a unit, units that change places or are taken for graver calls, and answers to requests."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import exchanges, slot_answers, stacking
from dispatch.api.assignments import assignment_answer
from dispatch.api.calls import CallEnding
from dispatch.api.fields import Flag, Text
from dispatch.api.views import Fields, View
from dispatch.models import ResponseSlot
from dispatch.queries.access import call_for


class StackFields(Fields):
    unit = Text(16, required=True)
    first = Flag()


class CallStack(View):
    @extend_schema(request=StackFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Let the call wait for a busy unit, last or first on its list."""
        body = self.read(StackFields)

        def run() -> tuple[int, Any]:
            stacking.stack_add(by=self.actor, callsign=body["unit"], call_id=call_id, first=body.get("first", False))
            return 200, self.call_answer(call_for(self.actor, call_id))

        return self.command(run)


class UnstackFields(Fields):
    unit = Text(16, required=True)
    reason = Text(100)


class CallUnstack(CallEnding):
    @extend_schema(request=UnstackFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """The call waits for the unit no longer."""
        body = self.read(UnstackFields)
        return self.changed(
            stacking.stack_remove, call_id=call_id, callsign=body["unit"], reason=body.get("reason", "")
        )


class PreemptFields(Fields):
    unit = Text(16, required=True)
    reason = Text(200)


class CallPreempt(View):
    @extend_schema(request=PreemptFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Take a unit from its call for this graver one."""
        body = self.read(PreemptFields)

        def run() -> tuple[int, Any]:
            row = exchanges.unit_preempt(
                by=self.actor, callsign=body["unit"], call_id=call_id, reason=body.get("reason", "")
            )
            return 201, assignment_answer(row)

        return self.command(run)


class SwapFields(Fields):
    other = Text(16, required=True)
    reason = Text(200)


class UnitSwap(View):
    @extend_schema(request=SwapFields, responses={201: list})
    def post(self, request: Request, callsign: str) -> Response:
        """Two units take each other's places; a free one takes the other's."""
        body = self.read(SwapFields)

        def run() -> tuple[int, Any]:
            created = exchanges.unit_swap(
                by=self.actor, callsign=callsign, other=body["other"], reason=body.get("reason", "")
            )
            return 201, [assignment_answer(row) for row in created]

        return self.command(run)


ANSWERS = [(status.value, status.label) for status in (*ResponseSlot.WAITED_FOR, ResponseSlot.Status.DECLINED)]


class SlotFields(Fields):
    status = serializers.ChoiceField(choices=ANSWERS)
    reason = Text(200)


class SlotOne(View):
    @extend_schema(request=SlotFields, responses={200: dict})
    def post(self, request: Request, slot_id: str) -> Response:
        """A requested role is declined, cannot be filled, or is asked for again."""
        body = self.read(SlotFields)

        def run() -> tuple[int, Any]:
            slot = slot_answers.slot_answer(by=self.actor, slot_id=slot_id, **body)
            return 200, {"id": str(slot.pk), "role": slot.role, "status": slot.status, "source": slot.source}

        return self.command(run)
