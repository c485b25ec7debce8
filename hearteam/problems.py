"""The errors of the contract: raised anywhere, answered as RFC 9457 `application/problem+json`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

CONTENT_TYPE = "application/problem+json"


def problem(status: int, detail: str) -> dict[str, object]:
    """The members of a problem that has only a status; its title is the status's own phrase."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_body(status: int, detail: str) -> bytes:
    """The same as JSON, for answers given where there is no Django (the front, the limit on bodies)."""
    return json.dumps(problem(status, detail)).encode()


class Problem(Exception):
    """`status`, `title`, `detail`, `errors` {field: [messages]} and extra members such as the current `version`."""

    status = 500
    title = "Internal error"

    def __init__(self, detail: str, *, errors: dict[str, list[str]] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.extra = extra

    def as_dict(self) -> dict[str, Any]:
        """The problem as its JSON body."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = self.errors
        return {**body, **self.extra}


class Malformed(Problem):
    """400: the request cannot be understood."""

    status = 400
    title = "Malformed request"


class NotAllowed(Problem):
    """403: you may know of it, but not do this."""

    status = 403
    title = "Not allowed"


class NotFound(Problem):
    """404: it does not exist, or you may not know that it does."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    """409: somebody else was first; `extra` names the current version or holder."""

    status = 409
    title = "Conflict"


class Refused(Problem):
    """422: a rule of the domain forbids it; `detail` says which, in words for the person who asked."""

    status = 422
    title = "Refused by a rule"
