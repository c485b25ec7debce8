"""What every API view shares: the actor, strict input, commands that act once."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.db import OperationalError
from django.utils.text import format_lazy
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.formatting import lazy_format
from rest_framework.views import APIView

from dispatch.actions.commands import body_hash, command_execute
from dispatch.actions.units import tablet_see
from dispatch.api.parsing import StrictJSONParser
from dispatch.models import Call
from dispatch.queries.call import call_detail
from hearteam.problems import CONTENT_TYPE, Malformed
from partners.access import Actor, actor_for

DEADLOCK = "40P01"
TRIES = 3
TIME_UNSURE = "time_unsure"
ANY_OR_JSON = ("*/*", "application/json")
AS_USER = "HTTP_HEARTEAM_USER"
"""The header HEARTeam-User: whom the page was made for. A tablet's page may outlive the session of its person."""


def is_unsure(body: Any) -> bool:
    """Whether a tablet says that it did not know the server's clock when it happened."""
    return isinstance(body, dict) and body.get(TIME_UNSURE) is True


class Fields(serializers.Serializer[Any]):
    """A body: unknown fields are refused, so that a misspelt one is not silently lost."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for field in cls._declared_fields.values():
            if not _has_fields_inside(field):
                _speak_to_each(field)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The declared fields, each a copy of its own, because it is told here whose it is.

        What the framework would do besides, make each anew from its arguments, takes most of a small body's time.
        """
        return {name: _own(field) for name, field in self._declared_fields.items()}

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        known = {*self.fields, TIME_UNSURE} if "occurred_at" in self.fields else set(self.fields)
        unknown = sorted(set(data) - known) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: ["There is no such field."] for name in unknown[:20]})
        return values


def _has_fields_inside(declared: Any) -> bool:
    return isinstance(declared, serializers.BaseSerializer) or hasattr(declared, "child")


def _speak_to_each(declared: Any) -> None:
    """The framework's lazy text is worked out once: in the language of whoever was wrong first, and two who are wrong
    at once may find it half done. A field's copies share its validators, so theirs is worked out for each.
    """
    for one in declared.validators:
        message = getattr(one, "message", None)
        if isinstance(message, lazy_format):
            text: Any = message.format_string
            one.message = format_lazy(text, *message.args, **message.kwargs)


def _own(declared: Any) -> Any:
    """A field for one serializer. One with fields inside keeps what it read: it is made anew as a whole."""
    if _has_fields_inside(declared):
        return copy.deepcopy(declared)
    field = object.__new__(type(declared))
    vars(field).update(vars(declared))
    return field


class Negotiation(DefaultContentNegotiation):
    """There is one renderer: who asks for anything, or for JSON, is not weighed."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """(renderer, media type), as the framework finds them."""
        asks = request.META.get("HTTP_ACCEPT", "*/*")
        if format_suffix or request.META.get("QUERY_STRING") or asks not in ANY_OR_JSON:
            return super().select_renderer(request, renderers, format_suffix)
        return renderers[0], renderers[0].media_type


class View(APIView):
    """Base of the API's views. `self.actor` is who asks."""

    content_negotiation_class = Negotiation
    parser_classes = [StrictJSONParser]
    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        made_for = request.META.get(AS_USER, "")
        if made_for and unquote(made_for) != request.user.get_username():
            raise NotAuthenticated("Somebody else is signed in on this device now.")
        self.actor = actor_for(request.user)
        if self.actor.unit_id is not None:
            tablet_see(self.actor.unit_id)

    def read(self, fields: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The validated body. Raises ValidationError (400)."""
        serializer = fields(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def command(self, run: Callable[[], tuple[int, Any]]) -> Response:
        """Run an action and answer; with an Idempotency-Key it acts once however often it is sent.

        A deadlock's victim is run again: it did nothing.
        """
        key = self.request.META.get("HTTP_IDEMPOTENCY_KEY", "")
        django_request = self.request._request
        for attempt in range(1, TRIES + 1):
            try:
                if not key:
                    return _response(run())
                digest = body_hash(django_request.method or "", django_request.path, self.same_body())
                return _response(command_execute(by=self.actor, key=key, digest=digest, run=run))
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", None) != DEADLOCK or attempt == TRIES:
                    raise
        raise AssertionError("unreachable")

    def call_answer(self, call: Call) -> dict[str, Any]:
        """The call as commands answer it. The answer is kept with the command, so clinical text is not in it."""
        return call_detail(self.actor, call, clinical=False)

    def same_body(self) -> bytes:
        """The body in one spelling, so that a client that orders its members anew still means the same command."""
        return json.dumps(self.request.data, sort_keys=True).encode()


def whole_in_query(request: Request, name: str, default: int, low: int, high: int) -> int:
    """A whole number of the address's query. Raises Malformed."""
    text = request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 18 or not low <= int(text) <= high:
        raise Malformed(f"{name} is wrong.", errors={name: [f"A whole number from {low} to {high}."]})
    return int(text)


def degrees_in_query(request: Request, name: str, most: int) -> float | None:
    """A coordinate of the address's query, None when it is not given. Raises Malformed."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= most:
        raise Malformed(f"{name} is wrong.", errors={name: [f"Degrees from -{most} to {most}."]})
    return degrees


def _response(answer: tuple[int, Any]) -> Response:
    status, body = answer
    if status >= 400:
        return Response(body, status=status, content_type=CONTENT_TYPE)
    return Response(body, status=status)
