"""The socket that `benchmarks.screen` puts in `live`'s place: frames of the true shape, at a rate that no
test machine's own commands reach. Run by uvicorn; `SCREEN_BOARD` names the file with the board the page starts from,
`SCREEN_RATE` says events a second.

The rows are the server's own (`GET /api/board/`), multiplied; an event carries the rows it changed, whole, as
the server sends them.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Receive = Callable[[], Awaitable[Row]]
Send = Callable[[Row], Awaitable[None]]
HEARTBEAT_S = 5.0
POSITIONS_A_SECOND = 20
STEPS = {"DP": "ER", "ER": "OS", "OS": "DP"}
CALL_STATUS = {"DP": "dispatched", "ER": "en_route", "OS": "on_scene"}
SEED = 7


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def multiplied(board: Row, calls: int, units: int) -> Row:
    """A board of that many calls and units out of a small one; every fifth call is served, by a unit of its own."""
    chance = random.Random(SEED)
    crews = [{**copy.deepcopy(board["units"][n % len(board["units"])]), "unit": f"BCH{n + 1}"} for n in range(units)]
    waiting = next(call for call in board["calls"] if not call["assignments"])
    served = next(call for call in board["calls"] if call["assignments"])
    rows = list(board["calls"])
    for n in range(calls - len(rows)):
        row = copy.deepcopy(served if n % 5 == 0 and n // 5 < units else waiting)
        began = datetime.fromtimestamp(time.time() - chance.uniform(0, 3600), UTC).isoformat().replace("+00:00", "Z")
        row |= {"id": str(900_000 + n), "number": f"26-{900_000 + n}", "received_at": began, "priority": 1 + n % 4}
        row["location"] |= {"text": f"{n + 1} Example St", "lat": 41.72 + chance.random() * 0.08}
        row["location"]["lon"] = -72.72 + chance.random() * 0.08
        if row["assignments"]:
            join(row, crews[n // 5])
        rows.append(row)
    return {**board, "calls": rows, "units": crews}


def join(call: Row, unit: Row) -> None:
    """Make it the unit on the call, in both rows."""
    (assignment, *_) = call["assignments"]
    assignment |= {"id": f"9{call['id']}", "unit": unit["unit"], "status": "DP", "since": call["received_at"]}
    call["assignments"] = [assignment]
    shown = {"call": call["id"], "call_number": call["number"], "assignment": assignment["id"]}
    unit |= {**shown, "status": "DP", "since": call["received_at"], "on_shift": True}


class Traffic:
    """What happens on that board, one event after another."""

    def __init__(self, board: Row) -> None:
        self.version: int = board["version"]
        self.calls = [call for call in board["calls"] if call["id"].startswith("9")]
        self.served = [call for call in self.calls if call["assignments"]]
        self.waiting = [call for call in self.calls if not call["assignments"]]
        self.units = {unit["unit"]: unit for unit in board["units"]}
        self.alert: Row | None = None
        self.chance = random.Random(SEED)
        self.made = 0

    def next_event(self) -> str:
        """The next frame. Of fifty about 31 are steps of crews, 17 changes of calls; a call ends, and one comes."""
        self.made += 1
        if self.made % 250 == 0:
            return self.alerts()
        if self.made % 50 == 10:
            return self.ends()
        if self.made % 50 == 11:
            return self.comes()
        return self.steps() if self.chance.random() < 0.65 else self.changes()

    def frame(self, kind: str, changes: Row, **named: str) -> str:
        self.version += 1
        data = {"changes": changes}
        return json.dumps({"v": self.version, "type": kind, "at": now(), "by": "bench", **named, "data": data})

    def steps(self) -> str:
        call = self.chance.choice(self.served)
        (assignment,) = call["assignments"]
        unit = self.units[assignment["unit"]]
        status = STEPS[assignment["status"]]
        assignment |= {"status": status, "since": now()}
        unit |= {"status": status, "since": assignment["since"]}
        call |= {"status": CALL_STATUS[status], "version": call["version"] + 1}
        named = {"call": call["id"], "unit": unit["unit"]}
        changed = {"calls": [call], "units": [unit]}
        return self.frame("assignment_status_changed", changed, **named)

    def changes(self) -> str:
        call = self.chance.choice(self.waiting)
        call |= {"priority": self.chance.randint(1, 4), "version": call["version"] + 1}
        return self.frame("call_updated", {"calls": [call]}, call=call["id"])

    def ends(self) -> str:
        call = self.waiting.pop(0)
        gone = {**call, "status": "closed", "disposition": "10", "version": call["version"] + 1}
        return self.frame("call_closed", {"calls": [gone]}, call=call["id"])

    def comes(self) -> str:
        new = 950_000 + self.made
        call = copy.deepcopy(self.waiting[0])
        call |= {"id": str(new), "number": f"26-{new}", "received_at": now(), "version": 1}
        self.waiting.append(call)
        return self.frame("call_received", {"calls": [call]}, call=call["id"])

    def alerts(self) -> str:
        if self.alert:
            gone, self.alert = {**self.alert, "cleared_at": now()}, None
            return self.frame("alert_cleared", {"alerts": [gone]}, call=gone["call"])
        call = self.chance.choice(self.waiting)
        self.alert = {
            "id": str(self.made), "kind": "PENDING_OVERDUE", "level": 2, "call": call["id"],
            "call_number": call["number"], "unit": None, "text": f"{call['number']} waits too long",
            "what_to_do": [], "raised_at": now(),
            "acknowledged_at": None, "acknowledged_by": "", "escalated_at": None, "cleared_at": None,
        }  # fmt: skip
        return self.frame("alert_raised", {"alerts": [self.alert]}, call=call["id"])

    def position(self) -> str:
        """A moving unit's fix: ephemeral, without a version."""
        unit = f"BCH{self.chance.randint(1, len(self.units))}"
        place = {"lat": 41.72 + self.chance.random() * 0.08, "lon": -72.72 + self.chance.random() * 0.08}
        return json.dumps({"type": "position", "unit": unit, **place, "fix_at": now(), "heading": 90, "speed_mps": 9})

    def heartbeat(self) -> str:
        return json.dumps({"type": "heartbeat", "head": self.version, "at": now()})


async def send_frames(traffic: Traffic, send: Send) -> None:
    """Events evenly at the rate, positions beside them, a heartbeat every five seconds."""
    rate = float(os.environ["SCREEN_RATE"])
    began = time.monotonic()
    sent = places = beats = 0
    while True:
        passed = time.monotonic() - began
        due: list[str] = []
        if passed >= beats * HEARTBEAT_S:
            beats += 1
            due.append(traffic.heartbeat())
        while sent < passed * rate:
            sent += 1
            due.append(traffic.next_event())
        while places < passed * POSITIONS_A_SECOND:
            places += 1
            due.append(traffic.position())
        for text in due:
            await send({"type": "websocket.send", "text": text})
        await asyncio.sleep(1 / rate)


TRAFFIC: list[Traffic] = []


async def application(scope: Row, receive: Receive, send: Send) -> None:
    """`/ws/board/` of the one page that is measured."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    if not TRAFFIC:
        TRAFFIC.append(Traffic(json.loads(Path(os.environ["SCREEN_BOARD"]).read_text())))
    playing = asyncio.create_task(send_frames(TRAFFIC[0], send))
    while (await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": '{"type":"pong"}'})
    playing.cancel()
