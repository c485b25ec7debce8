"""One Web Push message: encrypted for the browser (RFC 8291), signed with our own key, posted to its service."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from dispatch.reach.endpoints import HTTPS_PORT, endpoint_problem, resolved
from dispatch.reach.keys import pems

TTL_S = 120
TIMEOUT_S = 5
TOKEN_LASTS_S = 3600


class Outcome(StrEnum):
    """What became of an attempt. LATER may go well another time; GONE never will; REFUSED not as it is."""

    SENT = "sent"
    LATER = "later"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`why` says what went wrong, without the address or the text."""

    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where and for whose keys."""

    endpoint: str
    p256dh: str
    auth: str


class _CheckedConnection(HTTPSConnection):
    """Connects to the address that was looked at, so that a name cannot mean another one a moment later."""

    def connect(self) -> None:
        plain = socket.create_connection((resolved(self.host, self.port), self.port), TIMEOUT_S)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def push_send(browser: Browser, payload: Mapping[str, Any]) -> Attempt:
    """Post the payload. Never raises for what the other side does; takes some seconds at most."""
    problem = endpoint_problem(browser.endpoint)
    if problem:
        return Attempt(Outcome.REFUSED, problem)
    try:
        body, headers = _message(browser, payload)
    except ValueError:
        return Attempt(Outcome.REFUSED, "the subscription's keys are broken")
    parts = urlsplit(browser.endpoint)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = _CheckedConnection(parts.hostname or "", parts.port or HTTPS_PORT, timeout=TIMEOUT_S)
    try:
        connection.request("POST", target or "/", body=body, headers=headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return Attempt(Outcome.LATER, f"the push service does not answer: {type(error).__name__}")
    finally:
        connection.close()
    return _outcome(status)


def _message(browser: Browser, payload: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    private, public = pems(settings.PUSH_KEY)
    # Loaded with the first message, as Apprise is in outlets.py.
    make = import_string("webpush.WebPush")
    web_push = make(private, public, subscriber=settings.PUSH_CONTACT, ttl=TTL_S, expiration=TOKEN_LASTS_S)
    keys = {"auth": browser.auth, "p256dh": browser.p256dh}
    subscription = import_string("webpush.WebPushSubscription").model_validate(
        {"endpoint": browser.endpoint, "keys": keys}
    )
    message = web_push.get(json.dumps(dict(payload)), subscription)
    headers = {
        "TTL": message.headers["ttl"],
        "Content-Encoding": message.headers["content-encoding"],
        "Authorization": message.headers["authorization"],
        "Content-Type": "application/octet-stream",
        "Urgency": "high",
    }
    return message.encrypted, headers


def _outcome(status: int) -> Attempt:
    if 200 <= status < 300:
        return Attempt(Outcome.SENT)
    if status in (404, 410):
        return Attempt(Outcome.GONE, "the browser has unsubscribed")
    why = f"the push service answered {status}"
    return Attempt(Outcome.LATER if status == 429 or status >= 500 else Outcome.REFUSED, why)
