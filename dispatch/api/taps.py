"""`/api/taps/`: what a tablet kept while it was offline, in one request."""

from __future__ import annotations

import json
import logging
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.commands import LONGEST_KEY
from dispatch.api import assignments, calls, field, triage, units
from dispatch.api.fields import Text
from dispatch.api.views import Fields, View
from hearteam.observe.requests import count
from hearteam.problems import problem

logger = logging.getLogger(__name__)

MOST_TAPS = 100
TAPPED = frozenset(
    {
        assignments.AssignmentStatus,
        assignments.AssignmentAcknowledge,
        assignments.AssignmentWelfare,
        calls.CallNotes,
        calls.CallInterventions,
        field.CallAsks,
        field.CallCalled,
        field.FieldCalls,
        triage.CallTriage,
        triage.CallSceneSafe,
        triage.CallSceneUnsafe,
        triage.CallPolice,
        units.UnitStatus,
        units.UnitEmergency,
    }
)
"""What a crew does from its page. Nothing else is reached by a list."""


class TapFields(Fields):
    key = Text(LONGEST_KEY, required=True)
    path = Text(200, required=True)
    body = serializers.DictField()


class TapsFields(Fields):
    taps = serializers.ListField(child=TapFields(), min_length=1, max_length=MOST_TAPS)


class Taps(View):
    @extend_schema(request=TapsFields, responses={200: dict})
    def post(self, request: Request) -> Response:
        """Commands of a crew in the order in which they were tapped, each with its own Idempotency-Key.

        Answers `{answers: [{key, status, answer}]}` in the same order: each as if it had been sent alone. A refused one
        does not stop the rest; the list ends early where the same command may succeed later (429, 5xx), because what
        follows may build on it.
        """
        answers = []
        for tap in self.read(TapsFields)["taps"]:
            status, answer = _alone(request._request, tap)
            answers.append({"key": tap["key"], "status": status, "answer": answer})
            if status == 429 or status >= 500:
                break
        return Response({"answers": answers})


def _alone(outer: HttpRequest, tap: dict[str, Any]) -> tuple[int, Any]:
    """The status and the JSON that this tap gets by itself."""
    try:
        match = resolve(tap["path"])
    except Resolver404:
        match = None
    if match is None or getattr(match.func, "cls", None) not in TAPPED:
        return 404, problem(404, "There is no such address for a crew's taps.")
    try:
        answer = match.func(_request(outer, tap), *match.args, **match.kwargs)
    except Exception:
        logger.exception("a tap on %s failed", match.route)
        count("POST", match.route, 500)
        return 500, problem(500, "The server failed at this.")
    count("POST", match.route, answer.status_code)
    return answer.status_code, answer.data


def _request(outer: HttpRequest, tap: dict[str, Any]) -> HttpRequest:
    """As the tablet would have sent it by itself; who asks, and that it is not forged, was found out for the list."""
    body = json.dumps(tap["body"]).encode()
    environ = {
        **outer.META,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": tap["path"].encode().decode("latin-1"),  # as WSGI has it
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_IDEMPOTENCY_KEY": tap["key"],
        "wsgi.input": BytesIO(body),
    }
    request = WSGIRequest(environ)
    request.user = outer.user
    request.session = outer.session
    request.csrf_processing_done = True  # type: ignore[attr-defined]
    return request
