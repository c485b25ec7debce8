"""The outermost middleware: an id for each request, its figures, and one line in the log.

The line names the route, never the address: an address can hold a phone number that was searched for, or a key.
"""

from __future__ import annotations

import functools
import logging
import re
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject

from hearteam.observe import metrics
from hearteam.observe.context import HEADER, Doing, doing, new_id, sane
from hearteam.problems import CONTENT_TYPE, problem

logger = logging.getLogger("hearteam.request")

SLOW_S: Final = 1.0
METHODS: Final = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"}
COMMANDING: Final = {"POST", "PATCH", "PUT", "DELETE"}
ANSWERS: Final = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    422: "refused",
    429: "too_many",
    503: "busy",
}
API: Final = "api/"
NO_ROUTE: Final = "none"


class Observe:
    """Django middleware; first in the list, so that it times all of it and gives even an early refusal its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.headers.get(HEADER, "") if settings.TRUST_PROXY else ""
        began = time.perf_counter()
        with doing(Doing(request=sane(said) if said else new_id())) as what:
            response = self.get_response(request)
            if response.status_code == 500 and request.path.startswith(f"/{API}"):
                body = {**problem(500, "The server failed at this."), "request_id": what.request}
                response = JsonResponse(body, status=500, content_type=CONTENT_TYPE)
            response.headers[HEADER] = what.request
            if not request.path.startswith(settings.STATIC_URL):
                what.user = user_id(request)
                tell(request, response, what, time.perf_counter() - began)
        return response


def tell(request: HttpRequest, response: HttpResponse, what: Doing, seconds: float) -> None:
    """Count a request and log it: commands always, reads when they fail or are slow."""
    method = request.method if request.method in METHODS else "other"
    route = request.resolver_match.route if request.resolver_match else NO_ROUTE
    name = route_label(route)
    status = response.status_code
    metrics.requests.labels(method, name, str(status)).inc()
    metrics.request_seconds.labels(name).observe(seconds)
    is_command = method in COMMANDING and route.startswith(API)
    fields = {"method": method, "route": name, "status": status, "ms": round(seconds * 1000, 1)}
    if is_command:
        fields |= count(method or "", route, status, replayed=what.replayed)
    if route in ("healthz", "readyz", "metrics"):
        level = logging.DEBUG
    elif status >= 500 or seconds > SLOW_S:
        level = logging.WARNING
    else:
        level = logging.INFO if is_command else logging.DEBUG
    logger.log(level, "%s %s %s %s ms", method, name, status, fields["ms"], extra={"fields": fields})


def count(method: str, route: str, status: int, *, replayed: bool = False) -> dict[str, str]:
    """Count a command, also one of many in a request; returns what a log line says of it."""
    command, answer = command_label(method, route), "replayed" if replayed else answer_of(status)
    metrics.commands.labels(command, answer).inc()
    return {"command": command, "answer": answer}


def answer_of(status: int) -> str:
    """What became of a command, by its status."""
    return "ok" if status < 400 else ANSWERS.get(status, "failed")


@functools.lru_cache(512)
def route_label(route: str) -> str:
    """A route as a label: the administration's many pages are one, patterns of the last resort another."""
    if route.startswith("admin/"):
        return "admin/"
    return f"{route.partition('^')[0]}..." if "^" in route else route or "/"


@functools.lru_cache(512)
def command_label(method: str, route: str) -> str:
    """`POST`, `api/calls/<str:call_id>/triage/` -> `POST calls/triage`."""
    words = re.sub(r"<[^>]+>/?", "", route_label(route).removeprefix(API)).strip("/")
    return f"{method} {words}"


def user_id(request: HttpRequest) -> int | None:
    """Who asked, where that is known already: a log line is no reason to ask the database."""
    user = getattr(request, "_cached_user", None) or getattr(request, "user", None)
    if user is None or isinstance(user, SimpleLazyObject):
        return None
    return user.pk if user.is_authenticated else None
