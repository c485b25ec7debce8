"""What must be true after any fault, found by comparing what clients know with what is stored."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from hearteam.embedded import processes
from tests.events.keyed import by_key
from tests.reliability.outside.desk import Client
from tests.reliability.outside.followers import Board, Follower
from tests.reliability.outside.machine import Machine
from tests.reliability.outside.recorder import Recorder, Sent

Marker = tuple[str, ...]
FINAL = (200, 201, 204, 409, 422)
"""Answers that are kept with their key."""
CAUGHT_UP_S = 20.0


def markers_of(kind: str, answer: Any, path: str, body: Any) -> list[Marker]:
    """The events that a command has exactly one of, by what the server answered."""
    call = path.split("/")[3]
    found: dict[str, list[Marker]] = {
        "call": [("call_received", str((answer or {}).get("id")) if isinstance(answer, dict) else "")],
        "triage": [("call_triaged", call)],
        "assignment": [("assignment_created", row["id"]) for row in answer] if kind == "assignment" else [],
        "status": [("assignment_status_changed", call, (body or {}).get("status", ""))],
        "note": [("note_added", (body or {}).get("text", ""))],
        "close": [("call_closed", call)],
        "emergency": [("emergency", str(answer.get("id")))] if kind == "emergency" else [],
        "seen": [("alert_acknowledged", call)],
        "over": [("alert_cleared", call)],
    }
    return found[kind]


def marker_of(event: dict[str, Any]) -> Marker | None:
    """The same of an event; None for what no client's command has asked for."""
    data, kind = event["data"], event["type"]
    by_call = {"call_received", "call_triaged", "call_closed"}
    if kind in by_call:
        return (kind, event["call"])
    if kind == "assignment_created":
        return (kind, data["assignment"])
    if kind == "assignment_status_changed" and data["status"] in ("ER", "OS"):
        return (kind, data["assignment"], data["status"])
    if kind == "note_added":
        return (kind, data["text"])
    if kind == "alert_raised" and data["kind"] == "EMERGENCY":
        return ("emergency", data["alert"])
    if kind in ("alert_acknowledged", "alert_cleared") and data["kind"] == "EMERGENCY":
        return (kind, data["alert"])
    return None


class Verdict:
    """Judges stretch after stretch: what was sent and logged since the last time. Clients must be at rest."""

    def __init__(self, machine: Machine, recorder: Recorder, reader: Client, after: int) -> None:
        self.machine, self.recorder, self.reader = machine, recorder, reader
        self.version = after
        self.undecided: list[Sent] = []
        self.on_calls: dict[str, set[str]] = {}
        self.alarms = 0
        self.commands = 0

    def judge(self, boards: list[Board], followers: list[Follower]) -> list[str]:
        """Everything that is wrong, in words; empty when all is well."""
        new = self.recorder.unjudged()
        sent = self.undecided + new
        self._nothing_is_under_way()
        events = self._events()
        wrong = self._gaps(events) + self._commands(sent, events) + self._units(events) + self._alarms()
        wrong += self._followers(boards, followers)
        self.recorder.judged += len(new)
        self.commands += len(new)
        return wrong

    def _nothing_is_under_way(self) -> None:
        """What somebody sent who did not wait for the answer is done or was never begun."""
        busy = "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'web-%%' AND state <> 'idle'"
        for _ in range(3):
            time.sleep(0.1)
            assert processes.wait_until(lambda: not self.machine.rows(busy), 40, 0.1), "a request never ends"

    def _events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while page := self.reader.get(f"/api/events/?after={self.version}&limit=1000")["events"]:
            found += page
            self.version = page[-1]["v"]
        return found

    def _gaps(self, events: list[dict[str, Any]]) -> list[str]:
        got = [event["v"] for event in events]
        first = self.version - len(got) + 1
        if got != list(range(first, first + len(got))):
            return [f"versions {got[:3]} .. {got[-3:]} have gaps"]
        return []

    def _commands(self, sent: list[Sent], events: list[dict[str, Any]]) -> list[str]:
        kept = {key: (status, answer) for key, status, answer in self._kept([command.key for command in sent])}
        wrong = []
        expected: Counter[Marker] = Counter()
        self.undecided = [command for command in sent if command.abandoned and command.key not in kept]
        for command in sent:
            stored = kept.get(command.key)
            if not command.abandoned:
                if command.status not in FINAL:
                    wrong.append(f"{command.kind} of {command.who} was answered {command.status} after {command.tries}")
                elif stored != (command.status, command.answer):
                    wrong.append(f"{command.kind} was answered {command.status}, and {stored} is stored")
            if stored is not None and stored[0] < 300:
                expected.update(markers_of(command.kind, stored[1], command.path, command.body))
        observed = Counter(marker for event in events if (marker := marker_of(event)))
        wrong += [f"missing: {marker} x {count}" for marker, count in (expected - observed).items()]
        wrong += [f"not asked for, or twice: {marker} x {count}" for marker, count in (observed - expected).items()]
        return wrong

    def _kept(self, keys: list[str]) -> list[tuple[Any, ...]]:
        return self.machine.rows("SELECT key, status, answer FROM dispatch_command WHERE key = ANY(%s)", [keys])

    def _units(self, events: list[dict[str, Any]]) -> list[str]:
        wrong = []
        for event in events:
            for row in event["data"]["changes"].get("calls", []):
                self.on_calls[row["id"]] = {one["unit"] for one in row["assignments"]}
                if row["status"] in ("closed", "cancelled", "merged"):
                    del self.on_calls[row["id"]]
            taken = Counter(unit for units in self.on_calls.values() for unit in units)
            wrong += [f"{unit} is on {count} calls at {event['v']}" for unit, count in taken.items() if count > 1]
        return wrong

    def _alarms(self) -> list[str]:
        """Each due time that fired has raised its alarm once, each alarm is told once, and none is left undone."""
        wrong = []
        left = "SELECT kind, call_id FROM dispatch_deadline WHERE fired_at IS NULL AND cancelled_at IS NULL"
        if not processes.wait_until(lambda: not self.machine.rows(f"{left} AND due_at < now()"), 10, 0.1):
            wrong.append(f"due and not fired: {self.machine.rows(f'{left} AND due_at < now()')[:5]}")
        pairs = self.machine.rows(
            "SELECT d.call_id, count(DISTINCT d.id), count(DISTINCT a.id) FROM dispatch_deadline d"
            " LEFT JOIN dispatch_alert a ON a.call_id = d.call_id AND a.kind = 'PENDING_OVERDUE'"
            " WHERE d.kind = 'PENDING' AND d.fired_at IS NOT NULL GROUP BY d.call_id"
        )
        self.alarms = len(pairs)
        wrong += [f"call {call}: {due} due times, {alerts} alarms" for call, due, alerts in pairs if due != alerts]
        told = self.machine.rows(
            "SELECT data->>'alert', count(*) FROM events_event WHERE type = 'alert_raised'"
            " AND at > now() - interval '5 min' GROUP BY 1 HAVING count(*) > 1"
        )
        return wrong + [f"alert {alert} was told {count} times" for alert, count in told]

    def _followers(self, boards: list[Board], followers: list[Follower]) -> list[str]:
        heads = {"fresh": self._fresh()}

        def caught_up() -> bool:
            heads["fresh"] = self._fresh()
            return all(board.version == heads["fresh"]["version"] for board in boards)

        wrong = []
        if not processes.wait_until(caught_up, CAUGHT_UP_S, 0.1):
            wrong.append(f"followers are at {[board.version for board in boards]}, head {heads['fresh']['version']}")
        fresh = comparable(heads["fresh"])
        for board in boards:
            if board.version == fresh["version"] and comparable(board.snapshot) != fresh:
                wrong.append(f"a follower's board differs: {difference(comparable(board.snapshot), fresh)}")
        for follower in [*boards, *followers]:
            wrong += [f"{follower.path}: {what}" for what in follower.wrong[:3]]
            if not isinstance(follower, Board) and not processes.wait_until(lambda f=follower: f.is_connected, 20, 0.1):
                wrong.append(f"{follower.path} never came back")
        return wrong

    def _fresh(self) -> Any:
        return self.reader.get("/api/board/")


def comparable(snapshot: Any) -> dict[str, Any]:
    """By key, and without when a waiting call is overdue: our own hand brought that forward, without an event."""
    found = by_key(snapshot)
    return found | {"calls": {key: {**row, "due_at": None} for key, row in found["calls"].items()}}


def difference(one: dict[str, Any], other: dict[str, Any]) -> str:
    """The first row that is not the same."""
    for kind in ("calls", "units", "alerts"):
        for key in one[kind].keys() | other[kind].keys():
            if one[kind].get(key) != other[kind].get(key):
                mine, its = one[kind].get(key) or {}, other[kind].get(key) or {}
                fields = [name for name in mine.keys() | its.keys() if mine.get(name) != its.get(name)]
                return f"{kind} {key}: " + ", ".join(f"{f} {mine.get(f)} is {its.get(f)}" for f in sorted(fields))
    return "no row differs"
