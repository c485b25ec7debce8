"""People at work: dispatchers with whole calls, crews on their tablets, calls that nobody answers in time."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.reliability.outside.desk import Client, Gate
from tests.reliability.outside.machine import Machine
from tests.reliability.outside.recorder import Recorder

CLEAR = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
PLACE = {"text": "550 MAIN ST", "lat": 41.7637, "lon": -72.6851}
DESKS = ("dispatcher", "dispatcher-2", "supervisor")
TABLETS = ("responder-CRT1", "responder-CRMHC1")
POOL = [f"HPD{n}" for n in range(2, 9)] + [f"EMS{n}" for n in range(1, 6)]
"""Fewer units than are wanted at once at times: then two want the same one."""
PAUSE_S = 0.15
SLOW_PAUSE_S = 1.0


class Load:
    """`start`, `hold` while things are compared, `go_on`, `stop`. Whoever fails stops and is told of by `check`."""

    def __init__(self, machine: Machine, recorder: Recorder, seed: int) -> None:
        self.machine, self.recorder = machine, recorder
        self.gate = Gate()
        self.failed: list[BaseException] = []
        self.pause_s = PAUSE_S
        self._stopping = threading.Event()
        self.tokens = machine.users()
        work = [(who, self.one_call) for who in DESKS] + [(who, self.one_press) for who in TABLETS]
        work.append(("supervisor-2", self.one_call_left_waiting))
        self._threads = []
        for who, what in work:
            arguments = [self.client(who), what, random.Random(f"{seed}{who}")]
            self._threads.append(threading.Thread(target=self._work, args=arguments, daemon=True))

    def client(self, who: str) -> Client:
        return Client(who, self.tokens[who], self.machine.web, self.recorder)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def hold(self) -> None:
        """Everybody has ended their command, and none begins one."""
        self.gate.close()
        self.check()

    def go_on(self) -> None:
        self.gate.open()

    def stop(self) -> None:
        self._stopping.set()
        self.gate.open()
        for thread in self._threads:
            thread.join(120)

    def check(self) -> None:
        if self.failed:
            raise self.failed[0]

    def _work(self, client: Client, what: Callable[[Client, random.Random], None], draw: random.Random) -> None:
        while not self._stopping.is_set():
            try:
                what(client, draw)
            except BaseException as error:  # told of by `check`
                self.failed.append(error)
                return

    def _send(self, client: Client, kind: str, path: str, body: Any, *fine: int) -> Any:
        with self.gate:
            sent = client.post(kind, path, body)
        assert sent.status in fine, f"{kind} {path} {body}: {sent.status} {sent.answer}"
        self._stopping.wait(self.pause_s)
        return sent.answer if sent.status < 300 else None

    def one_call(self, client: Client, draw: random.Random) -> None:
        """From its first word to its disposition: some twelve commands."""
        call = self._send(client, "call", "/api/calls/", {"location": PLACE}, 201)["id"]
        at = f"/api/calls/{call}"
        self._send(client, "triage", f"{at}/triage/", {"answers": CLEAR}, 200)
        sent = []
        for unit in draw.sample(POOL, 3):
            sent += self._send(client, "assignment", f"{at}/assignments/", {"units": [unit]}, 201, 409) or []
        for status in ("ER", "OS"):
            for row in sent:
                self._send(client, "status", f"/api/assignments/{row['id']}/status/", {"status": status}, 200)
            self._note(client, at, draw)
        with self.gate:
            client.get(f"{at}/")
        self._send(client, "close", f"{at}/close/", {"disposition": "18"}, 200)

    def _note(self, client: Client, at: str, draw: random.Random) -> None:
        text = f"Said {draw.getrandbits(64):x}"
        if draw.random() < 0.2:
            with self.gate:
                client.post_and_vanish("note", f"{at}/notes/", {"text": text})
        self._send(client, "note", f"{at}/notes/", {"text": f"{text} once"}, 201)

    def one_press(self, client: Client, draw: random.Random) -> None:
        """A crew presses its emergency button; the desk sees it, and that it is over."""
        unit = client.who.rpartition("-")[2]
        alert = self._send(client, "emergency", f"/api/units/{unit}/emergency/", {}, 201)["id"]
        desk = self.client(draw.choice(DESKS))
        self._send(desk, "seen", f"/api/alerts/{alert}/acknowledge/", {}, 200)
        self._send(desk, "over", f"/api/alerts/{alert}/clear/", {"reason": "Crew is well"}, 200, 204)
        self._stopping.wait(draw.uniform(0.5, 1.5))

    def one_call_left_waiting(self, client: Client, draw: random.Random) -> None:
        """Nobody sends a unit, and its time is soon over: one alarm."""
        call = self._send(client, "call", "/api/calls/", {"location": PLACE}, 201)["id"]
        self.fall_due(call, draw.uniform(0.0, 2.0))
        self._stopping.wait(draw.uniform(2.0, 4.0))
        self._send(client, "close", f"/api/calls/{call}/close/", {"disposition": "18"}, 200)

    def fall_due(self, call: str, seconds: float) -> None:
        """Bring forward the time by which somebody had to be sent; while the database is away, once it is back."""
        deadline = time.monotonic() + 90
        while True:
            try:
                with self.gate:
                    self.machine.rows(
                        "UPDATE dispatch_deadline SET due_at = now() + %s * interval '1 s'"
                        " WHERE call_id = %s AND kind = 'PENDING' AND fired_at IS NULL AND cancelled_at IS NULL",
                        [seconds, call],
                    )
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
