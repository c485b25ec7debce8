"""RFC 9457 `application/problem+json`, for answers that are given outside the API (limits, health, the front)."""

import json
from http import HTTPStatus

CONTENT_TYPE = "application/problem+json"


def problem(status: int, detail: str) -> dict[str, object]:
    """The members of a problem; its title is the status's own phrase."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_body(status: int, detail: str) -> bytes:
    return json.dumps(problem(status, detail)).encode()
