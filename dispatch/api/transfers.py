"""`/api/calls/{id}/transfers/` and `/api/transfers/{id}/`: callers handed to others."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import transfers
from dispatch.api.fields import Flag, Text
from dispatch.api.views import Fields, View
from dispatch.models import Transfer
from dispatch.queries.transfers import transfer_row


class OfferFields(Fields):
    """To whom: the code of a resource, or a name with its number."""

    resource = Text(16)
    name = Text(160)
    phone = Text(24)
    kind = serializers.ChoiceField(choices=Transfer.Kind.choices, required=False)
    consent = Flag()
    note = Text(200)


class CallTransfers(View):
    @extend_schema(request=OfferFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Offer the caller to a phone service or another center; the call stays ours until they accept."""
        body = self.read(OfferFields)

        def run() -> tuple[int, Any]:
            return 201, transfer_row(transfers.transfer_offer(by=self.actor, call_id=call_id, **body))

        return self.command(run)


class SettleFields(Fields):
    outcome = serializers.ChoiceField(choices=[(status.value, status.label) for status in transfers.SETTLED])
    taken_by = Text(120)
    note = Text(200)


class TransferOne(View):
    @extend_schema(request=SettleFields, responses={200: dict})
    def post(self, request: Request, transfer_id: str) -> Response:
        """Accepted (by whom, by name), declined or withdrawn."""
        body = self.read(SettleFields)

        def run() -> tuple[int, Any]:
            return 200, transfer_row(transfers.transfer_settle(by=self.actor, transfer_id=transfer_id, **body))

        return self.command(run)
