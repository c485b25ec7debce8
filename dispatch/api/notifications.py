"""`/api/notifications/`: by which channels the person who asks is reached."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import channels
from dispatch.api.fields import Flag, Text
from dispatch.api.views import Fields, View
from dispatch.models import NotificationChannel
from dispatch.queries.reaching import channel_row, own_channels, session_hash


def language_of(request: Request) -> str:
    """The language that this person's pages are in."""
    return (get_language() or "en").split("-")[0]


def channel_answer(channel: NotificationChannel) -> dict[str, Any]:
    """The channel as its owner sees it now."""
    return channel_row(NotificationChannel.objects.prefetch_related("subscriptions").get(pk=channel.pk))


class KeyFields(Fields):
    p256dh = Text(120, required=True)
    auth = Text(60, required=True)


class SubscribeFields(Fields):
    endpoint = Text(1000, required=True)
    keys = KeyFields(required=True)


class EndpointFields(Fields):
    endpoint = Text(1000, required=True)


class ChannelFields(Fields):
    kind = Text(5, required=True)
    address = Text(254, required=True)


class CodeFields(Fields):
    code = Text(12, required=True)


class QuietFields(Fields):
    quiet = Flag()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "quiet" not in attrs:
            raise serializers.ValidationError({"quiet": ["This field is required."]})
        return attrs


class Notifications(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """One's own channels, what is set up here, and what was sent lately."""
        channels.require_worker(self.actor)
        return Response(own_channels(self.actor))


class PushSubscriptions(View):
    @extend_schema(request=SubscribeFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """This browser shall be told."""
        body = self.read(SubscribeFields)

        def run() -> tuple[int, Any]:
            channel = channels.push_subscribe(
                by=self.actor,
                endpoint=body["endpoint"],
                p256dh=body["keys"]["p256dh"],
                auth=body["keys"]["auth"],
                user_agent=request.headers.get("User-Agent", ""),
                session=session_hash(getattr(request, "session", None)),
                language=language_of(request),
            )
            return 201, channel_answer(channel)

        return self.command(run)


class PushForget(View):
    @extend_schema(request=EndpointFields, responses={204: None})
    def post(self, request: Request) -> Response:
        """This browser shall be told no more."""
        body = self.read(EndpointFields)

        def run() -> tuple[int, Any]:
            channels.push_unsubscribe(by=self.actor, endpoint=body["endpoint"])
            return 204, None

        return self.command(run)


class Channels(View):
    @extend_schema(request=ChannelFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Another address; its code is on its way."""
        body = self.read(ChannelFields)

        def run() -> tuple[int, Any]:
            channel = channels.channel_add(
                by=self.actor, kind=body["kind"], address=body["address"], language=language_of(request)
            )
            return 201, channel_answer(channel)

        return self.command(run)


class ChannelVerify(View):
    @extend_schema(request=CodeFields, responses={200: dict})
    def post(self, request: Request, channel_id: str) -> Response:
        """The code came through. Not a command with a key: every wrong code must count, the right one is good twice."""
        body = self.read(CodeFields)
        return Response(
            channel_answer(channels.channel_verify(by=self.actor, channel_id=channel_id, code=body["code"]))
        )


class ChannelQuiet(View):
    @extend_schema(request=QuietFields, responses={200: dict})
    def post(self, request: Request, channel_id: str) -> Response:
        """Kept and not used, or used again."""
        body = self.read(QuietFields)

        def run() -> tuple[int, Any]:
            channel = channels.channel_quiet(by=self.actor, channel_id=channel_id, quiet=body["quiet"])
            return 200, channel_answer(channel)

        return self.command(run)


class ChannelTest(View):
    @extend_schema(request=Fields, responses={202: dict})
    def post(self, request: Request, channel_id: str) -> Response:
        """Send a test message there."""
        self.read(Fields)

        def run() -> tuple[int, Any]:
            return 202, channel_answer(channels.channel_test(by=self.actor, channel_id=channel_id))

        return self.command(run)


class ChannelRemove(View):
    @extend_schema(request=Fields, responses={204: None})
    def post(self, request: Request, channel_id: str) -> Response:
        """Forget it."""
        self.read(Fields)

        def run() -> tuple[int, Any]:
            channels.channel_remove(by=self.actor, channel_id=channel_id)
            return 204, None

        return self.command(run)
