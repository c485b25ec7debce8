"""`/api/calls/{id}/legal-hold/`: keeping all of a call's record for a court or an inquiry."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.retention import legal_hold_lift, legal_hold_place
from dispatch.api.fields import Flag, Text
from dispatch.api.views import Fields, View
from dispatch.queries import access


class LegalHoldFields(Fields):
    """`held`: place a hold, or lift it."""

    held = Flag()
    reason = Text(200, required=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "held" not in attrs:
            raise serializers.ValidationError({"held": ["Say true or false."]})
        return attrs


class CallLegalHold(View):
    @extend_schema(request=LegalHoldFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Place or lift a legal hold; a supervisor's to do."""
        body = self.read(LegalHoldFields)
        access.call_for(self.actor, call_id)
        change = legal_hold_place if body["held"] else legal_hold_lift

        def run() -> tuple[int, Any]:
            change(by=self.actor, call_id=call_id, reason=body["reason"])
            return 200, self.call_answer(access.call_for(self.actor, call_id))

        return self.command(run)
