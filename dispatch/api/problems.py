"""Every error of the API as RFC 9457 `application/problem+json`."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response

from hearteam.observe.context import request_id
from hearteam.observe.logs import first_line
from hearteam.problems import CONTENT_TYPE, Problem, problem

logger = logging.getLogger(__name__)
BUSY_DETAIL = "The database is busy or away. Nothing was changed; try again."


def problem_response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """A problem as an answer."""
    return Response(body, status=body["status"], content_type=CONTENT_TYPE, headers=headers)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's hook. What it does not know stays an exception (500, logged)."""
    if isinstance(error, Problem):
        return problem_response(error.as_dict())
    if isinstance(error, exceptions.ValidationError):
        body = problem(status.HTTP_400_BAD_REQUEST, "Some fields are not right.")
        return problem_response({**body, "errors": _flat(error.detail)})
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, OperationalError):
        logger.warning("answered 503: %s", first_line(error))
        return problem_response(
            {**problem(status.HTTP_503_SERVICE_UNAVAILABLE, BUSY_DETAIL), "request_id": request_id()},
            {"Retry-After": "1"},
        )
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    wait, how = getattr(error, "wait", None), getattr(error, "auth_header", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if how:
        headers["WWW-Authenticate"] = str(how)
    return problem_response(problem(error.status_code, _text(error.detail)), headers)


def _text(detail: Any) -> str:
    return str(detail) if not isinstance(detail, (list, dict)) else "; ".join(str(part) for part in detail)


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Nested field errors -> {"location.text": ["..."]}."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, part in detail.items():
            found |= _flat(part, f"{prefix}.{name}" if prefix else str(name))
        return found
    parts = detail if isinstance(detail, list) else [detail]
    if any(isinstance(part, dict) for part in parts):
        found = {}
        for number, part in enumerate(parts):
            found |= _flat(part, f"{prefix}.{number}") if part else {}
        return found
    return {prefix or "body": [str(part) for part in parts]}


@csrf_exempt
def not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """Any address below /api/ that is not one of ours."""
    body = problem(status.HTTP_404_NOT_FOUND, "There is no such address in this API.")
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)
