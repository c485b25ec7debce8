"""A client of the API that holds every answer to the contract's conventions, whatever a test is about."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.test import Client
from rest_framework.authtoken.models import Token

PROBLEM = "application/problem+json"
STARTS_LIKE_A_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")
RFC_3339_UTC = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
IDS = {"id", "call", "assignment", "merged_into", "into", "alert", "corrects", "handoff", "decision", "note"}
WORDS = {"text", "narrative", "reason", "reasons", "note"}
"""Members that a person wrote: they may look like anything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is the parsed JSON (None for an empty one). Each answer has a `request_id` of its own."""

    status: int
    body: Any
    headers: dict[str, str]
    request_id: str = field(default="", compare=False)

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Api:
    """Requests as one person, by token unless told otherwise. Nobody: `Api(None)`."""

    def __init__(self, user: User | None = None, *, client: Client | None = None) -> None:
        token = {"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}"} if user else {}
        self.client = client or Client(raise_request_exception=False, enforce_csrf_checks=True, headers=token)

    def get(self, path: str, **query: Any) -> Answer:
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Answer:
        return self.send("POST", path, {} if body is None else body, key=key)

    def patch(self, path: str, body: Any, *, key: str = "") -> Answer:
        return self.send("PATCH", path, body, key=key)

    def send(
        self, method: str, path: str, body: Any = b"", *, key: str = "", content_type: str = "application/json"
    ) -> Answer:
        """`body` goes out as it is when it is bytes, else as JSON."""
        headers = {"Idempotency-Key": key} if key else {}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = self.client.generic(method, path, data, content_type=content_type, headers=headers)
        return checked(response)


def checked(response: Any) -> Answer:
    """The answer, after the checks that hold for all."""
    status, kind = response.status_code, response.headers.get("Content-Type", "")
    assert status < 500, f"{status}: {response.content[:500]!r}"
    body = json.loads(response.content) if response.content else None
    if status >= 400:
        assert kind == PROBLEM
        assert {"type", "title", "status", "detail"} <= set(body)
        assert body["status"] == status
        assert isinstance(body["title"], str)
        assert body["title"]
        for messages in body.get("errors", {}).values():
            assert messages
            assert all(isinstance(message, str) for message in messages)
    elif status == 204:
        assert body is None
    else:
        assert kind == "application/json"
    check_members(body)
    headers = dict(response.headers)
    request_id = headers.pop("X-Request-ID")
    return Answer(status, body, headers, request_id)


def check_members(value: Any, name: str = "") -> None:
    """Ids are opaque strings, and every time is RFC 3339 in UTC, written with a Z."""
    if isinstance(value, dict):
        for member, part in value.items():
            check_members(part, member)
    elif isinstance(value, list):
        for part in value:
            check_members(part, name)
    elif name in IDS:
        assert value is None or isinstance(value, str), f"{name} is {value!r}, not a string"
    elif isinstance(value, str) and name not in WORDS and STARTS_LIKE_A_TIME.match(value):
        assert RFC_3339_UTC.match(value), f"{name} is {value!r}"
