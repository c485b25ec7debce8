"""Clients that send commands as the console does: one key through all tries, the next address when one is silent."""

from __future__ import annotations

import http.client
import itertools
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.reliability.outside.recorder import REFUSED, Recorder, Sent

TIMEOUT_S = 8.0
WAITS_S = (0.3, 0.8, 2.0)
"""As `api.js`, which goes on to 8 s between tries: a fault is over sooner here."""
GIVE_UP_S = 90.0


class GaveUp(AssertionError):
    """A command that nobody answered for longer than any fault lasts."""


class Client:
    """One person with a token. `ports`: where web processes listen."""

    def __init__(self, who: str, token: str, ports: list[int], recorder: Recorder) -> None:
        self.who, self.token, self.recorder = who, token, recorder
        self._next = itertools.cycle(ports)
        self.ports = ports

    def get(self, path: str) -> Any:
        """A reading, tried until it is answered."""
        return self._until_answered(lambda port: self._once(port, "GET", path, None, ""), None)

    def post(self, kind: str, path: str, body: Any = None) -> Sent:
        """A command, tried under its key until it is answered. Raises GaveUp."""
        sent = self.recorder.begin(kind, uuid.uuid4().hex, self.who, path, body)
        self._until_answered(lambda port: self._once(port, "POST", path, body or {}, sent.key), sent)
        return sent

    def post_once(self, kind: str, path: str, body: Any, port: int) -> bool:
        """A command to this process, never repeated; whether it was answered."""
        sent = self.recorder.begin(kind, uuid.uuid4().hex, self.who, path, body)
        try:
            sent.status, sent.answer = self._once(port, "POST", path, body, sent.key)
        except (OSError, http.client.HTTPException):
            pass
        sent.abandoned, sent.ended = sent.status is None or sent.status >= 500, time.monotonic()
        return not sent.abandoned

    def post_and_vanish(self, kind: str, path: str, body: Any) -> Sent:
        """Send it and be gone before there can be an answer."""
        sent = self.recorder.begin(kind, uuid.uuid4().hex, self.who, path, body)
        sent.abandoned = True
        data = json.dumps(body).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in self._headers(sent.key, data).items())
        try:
            with socket.create_connection(("127.0.0.1", next(self._next)), timeout=2) as connection:
                connection.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode() + data)
        except OSError:
            pass
        sent.ended = time.monotonic()
        return sent

    def _until_answered(self, ask: Callable[[int], tuple[int, Any]], sent: Sent | None) -> Any:
        began, port, wait = time.monotonic(), next(self._next), 0
        while True:
            said = self._try(ask, port)
            if sent is not None:
                sent.tries.append(said if isinstance(said, str) else str(said[0]))
            if not isinstance(said, str) and said[0] < 500 and said[0] != 429:
                if sent is not None:
                    (sent.status, sent.answer), sent.ended = said, time.monotonic()
                return said[1]
            if time.monotonic() - began > GIVE_UP_S:
                raise GaveUp(f"{sent.kind if sent else 'a reading'} of {self.who}: {(sent and sent.tries) or said}")
            port = next(self._next)
            # Where nobody listens another process is asked at once, as a proxy does.
            if said != REFUSED or (wait and len(self.ports) > 1):
                time.sleep(WAITS_S[min(wait, len(WAITS_S) - 1)])
            wait += 1

    @staticmethod
    def _try(ask: Callable[[int], tuple[int, Any]], port: int) -> tuple[int, Any] | str:
        try:
            return ask(port)
        except ConnectionRefusedError:
            return REFUSED
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__

    def _once(self, port: int, method: str, path: str, body: Any, key: str) -> tuple[int, Any]:
        data = json.dumps(body).encode() if body is not None else b""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, data, self._headers(key, data))
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text else None
        except json.JSONDecodeError:
            return response.status, None
        finally:
            connection.close()

    def _headers(self, key: str, data: bytes) -> dict[str, str]:
        found = {"Authorization": f"Token {self.token}", "Content-Type": "application/json", "Connection": "close"}
        return found | ({"Idempotency-Key": key, "Content-Length": str(len(data))} if key else {})


class Gate:
    """Lets all clients stop between two commands, so that what they know can be compared with what is stored."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._changed = threading.Condition()
        self._inside = 0

    def __enter__(self) -> None:
        while True:
            self._open.wait()
            with self._changed:
                if self._open.is_set():
                    self._inside += 1
                    return

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Nobody begins anything; returns when everybody has ended what they were at."""
        self._open.clear()
        with self._changed:
            assert self._changed.wait_for(lambda: self._inside == 0, GIVE_UP_S + 30), "a client never ended its command"

    def open(self) -> None:
        self._open.set()
