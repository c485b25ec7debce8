"""`/api/positions/`, `/api/calls/{id}/take/` and `/api/handovers/`: workstations and the end of a shift."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import handovers, positions
from dispatch.api.calls import CallEnding
from dispatch.api.fields import Id, Text
from dispatch.api.views import Fields, View
from dispatch.models import Handover
from dispatch.queries import access
from dispatch.queries import positions as facts
from partners.access import Permission


class ClaimFields(Fields):
    name = Text(12)


class OpenFields(Fields):
    call = Id()


class OfferFields(Fields):
    to = Text(150, required=True)
    note = Text(handovers.LONGEST_NOTE)


class AnswerFields(Fields):
    answer = serializers.ChoiceField(choices=Handover.Answer.choices)


class Positions(View):
    @extend_schema(operation_id="positions_read", responses={200: dict})
    def get(self, request: Request) -> Response:
        """Who sits where with which call open, one's own position, and hand-overs from or to oneself."""
        access.require(self.actor, Permission.BOARD_READ, "read the positions")
        mine = facts.position_of(self.actor)
        return Response(
            {
                "positions": facts.position_rows(),
                "mine": mine.name if mine is not None else None,
                "handovers": facts.handover_rows(self.actor),
            }
        )


class PositionClaim(View):
    @extend_schema(request=ClaimFields, responses={200: dict})
    def post(self, request: Request) -> Response:
        """Sit down at a position: the named, one's own, or the first free one."""
        body = self.read(ClaimFields)

        def run() -> tuple[int, Any]:
            position = positions.position_claim(by=self.actor, name=body.get("name") or "")
            return 200, {"name": position.name, "holder": self.actor.name}

        return self.command(run)


class PositionOpen(View):
    @extend_schema(request=OpenFields, responses={204: None})
    def post(self, request: Request) -> Response:
        """Say which call is open on one's console; null for none."""
        access.require(self.actor, Permission.CALL_CHANGE, "say what is open")
        body = self.read(OpenFields)
        positions.position_open(by=self.actor, call_id=body.get("call"))
        return Response(status=204)


class CallTake(CallEnding):
    @extend_schema(request=Fields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Work the call from now on, at one's own position."""
        self.read(Fields)
        return self.changed(positions.call_take, call_id=call_id)


class ShiftEnd(View):
    @extend_schema(operation_id="handover_read", responses={200: dict})
    def get(self, request: Request) -> Response:
        """What one leaves behind, and who is there to take it."""
        access.require(self.actor, Permission.CALL_CHANGE, "hand calls over")
        return Response(facts.shift_end(self.actor))


class Handovers(View):
    @extend_schema(request=OfferFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Offer one's open calls to a colleague."""
        body = self.read(OfferFields)

        def run() -> tuple[int, Any]:
            offered = handovers.handover_offer(by=self.actor, to=body["to"], note=body.get("note") or "")
            return 201, facts.handover_row(facts.handover_for(self.actor, offered.pk))

        return self.command(run)


class HandoverAnswer(View):
    @extend_schema(request=AnswerFields, responses={200: dict})
    def post(self, request: Request, handover_id: str) -> Response:
        """Accept or decline what was offered to one, or withdraw what one offered."""
        body = self.read(AnswerFields)

        def run() -> tuple[int, Any]:
            handovers.handover_answer(by=self.actor, handover_id=handover_id, answer=body["answer"])
            return 200, facts.handover_row(facts.handover_for(self.actor, handover_id))

        return self.command(run)
