"""Texts with callers: from and to the gateway below `/api/intake/texts/`, from the desk below its call."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.intake import LONGEST_REFERENCE
from dispatch.actions.texting import (
    LONGEST_TEXT,
    REPORTED,
    WRITTEN,
    text_receive,
    text_send,
    text_state_set,
    texts_read,
)
from dispatch.api.fields import Moment, Number, Text
from dispatch.api.intake import IntakeView, bid_of
from dispatch.api.views import Fields, View, whole_in_query
from dispatch.intake.record import LONGEST, MOST_UNCERTAIN_M
from dispatch.models import Call
from dispatch.queries import access
from dispatch.queries.intake import text_row, texts_waiting
from partners.access import Permission

MOST_FETCHED = 100


class TextInFields(Fields):
    """A line the caller wrote; a place beside it where the network knows one."""

    number = Text(LONGEST["number"], required=True)
    text = Text(LONGEST_TEXT, required=True)
    reference = Text(LONGEST_REFERENCE)
    channel = serializers.ChoiceField(choices=[(channel.value, channel.label) for channel in WRITTEN], required=False)
    position = Text(LONGEST["position"])
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    uncertainty_m = Number(0, MOST_UNCERTAIN_M)
    occurred_at = Moment()


class TextStateFields(Fields):
    state = serializers.ChoiceField(choices=[(state.value, state.label) for state in REPORTED])


class TextOutFields(Fields):
    """Words of one's own, or an approved phrase in `language` (en or es)."""

    text = Text(LONGEST_TEXT)
    phrase = Text(24)
    language = Text(8)
    upto = Text(18)


class TextsReadFields(Fields):
    """`upto` is the id of the last line that was on the screen."""

    upto = Text(18)


class GatewayTexts(IntakeView):
    """`/api/intake/texts/`"""

    @extend_schema(responses={200: dict}, parameters=[OpenApiParameter("limit", int)])
    def get(self, request: Request) -> Response:
        """Texts to callers that this gateway has not reported on yet, oldest first."""
        access.require(self.actor, Permission.CALL_PREFILL, "fetch texts")
        limit = whole_in_query(request, "limit", 20, 1, MOST_FETCHED)
        return Response({"texts": texts_waiting(self.actor.user_id, limit)})

    @extend_schema(request=TextInFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A caller wrote. A number without an open call makes one, never to be called back by voice."""
        body = self.read(TextInFields)

        def run() -> tuple[int, Any]:
            message = text_receive(
                by=self.actor, number=body["number"], text=body["text"], reference=body.get("reference") or "",
                channel=body.get("channel") or Call.ContactChannel.TEXT, bid=bid_of(body),
                position=body.get("position") or "", occurred_at=body.get("occurred_at"),
            )  # fmt: skip
            return 201, {"id": str(message.pk), "call": str(message.call_id), "number": message.call.number}

        return self.command(run)


class GatewayTextState(View):
    """`/api/intake/texts/{id}/state/`"""

    @extend_schema(request=TextStateFields, responses={200: dict})
    def post(self, request: Request, message_id: str) -> Response:
        """What became of a text to a caller."""
        body = self.read(TextStateFields)

        def run() -> tuple[int, Any]:
            message = text_state_set(by=self.actor, message_id=message_id, state=body["state"])
            return 200, {"id": str(message.pk), "state": message.state}

        return self.command(run)


class CallTexts(View):
    """`/api/calls/{id}/texts/`"""

    @extend_schema(request=TextOutFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Write to the caller. `state` says whether there is a gateway to send it by."""
        body = self.read(TextOutFields)

        def run() -> tuple[int, Any]:
            return 201, text_row(text_send(by=self.actor, call_id=call_id, **body))

        return self.command(run)


class CallTextsRead(View):
    """`/api/calls/{id}/texts/read/`"""

    @extend_schema(request=TextsReadFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """What the caller wrote, up to the last line on the reader's screen, has been read."""
        body = self.read(TextsReadFields)

        def run() -> tuple[int, Any]:
            return 200, {"read": texts_read(by=self.actor, call_id=call_id, **body)}

        return self.command(run)
