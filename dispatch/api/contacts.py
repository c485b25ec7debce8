"""`/api/calls/{id}/contacts/`: everybody who called about the same event."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import calls
from dispatch.api.fields import CallerFields
from dispatch.api.views import View
from dispatch.queries.call import contact_row


class ContactFields(CallerFields):
    """Somebody who called; a name or a number at least."""

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Nobody can be called back whose name and number are both unknown."""
        if not values.get("name") and not values.get("phone"):
            raise serializers.ValidationError({"phone": ["Give a name or a number."]})
        return values


class CallContacts(View):
    @extend_schema(request=ContactFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Somebody else called: kept beside the first caller."""
        contact = self.read(ContactFields)

        def run() -> tuple[int, Any]:
            row = calls.contact_add(by=self.actor, call_id=call_id, contact=contact)
            return 201, {"call": str(row.call_id), **contact_row(row)}

        return self.command(run)
