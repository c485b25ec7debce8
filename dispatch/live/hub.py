"""The hub of one live process: every event reaches every follower of this process once, in order.

Redis says quickly that something happened, PostgreSQL says what. The hub knows the version it has `delivered`:
1. A message with the next version is passed on at once.
2. One at or before `delivered` is a repetition and dropped.
3. One further ahead means that something was lost or overtaken: it is dropped too, and whoever follows the log
   (feeds.py, woken by `behind`, and once a second in any case) reads everything after `delivered` and offers it here.
So whatever happens to Redis, to this process or to the order of publications, nothing is lost, doubled or turned round.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dispatch.live.admission import Admission
from dispatch.live.guests import Guests
from dispatch.live.outbox import Outbox
from hearteam.events.history import Message
from hearteam.events.log import rfc3339
from hearteam.observe import metrics

RESYNC = '{"type":"resync"}'
ROSTER_CHANGED = '"type":"roster_changed"'


def heartbeat(head: int, at: datetime, timers_at: datetime | None = None) -> str:
    """The frame that says we live, what is the newest version, and to boards when the timers last had nothing left
    undone.
    """
    frame = {"type": "heartbeat", "head": head, "at": rfc3339(at)}
    if timers_at is not None:
        frame["timers_at"] = rfc3339(timers_at)
    return json.dumps(frame, separators=(",", ":"))


def with_prev(frame: str, prev: int) -> str:
    """An encoded event as a unit's tablet gets it: with the version of the unit's event before it."""
    return f'{frame[:-1]},"prev":{prev}}}'


@dataclass(eq=False, slots=True)
class Follower:
    """One socket. It gets no event up to `has`: the client has those, or gets them by replay.

    `console`: somebody sits at a position with it.
    """

    outbox: Outbox
    admission: Admission
    has: int
    console: bool = False

    @property
    def unit(self) -> str:
        """The call sign whose events it follows; empty for the board."""
        return self.admission.unit


class Hub:
    """All followers of this process. Every method runs on the event loop and returns at once."""

    def __init__(self) -> None:
        self.delivered = 0
        self.head = 0
        self.timers_at = timezone.now()
        self.ready = asyncio.Event()
        self.behind = asyncio.Event()
        self.standing_in_doubt = asyncio.Event()
        self.guests = Guests()
        self._boards: set[Follower] = set()
        self._units: defaultdict[str, set[Follower]] = defaultdict(set)
        self._unit_heads: dict[str, int] = {}
        self._positions: dict[str, str] = {}

    def join(self, follower: Follower) -> int:
        """From now on it gets everything after the version returned (and after what it has)."""
        (self._units[follower.unit] if follower.unit else self._boards).add(follower)
        return self.delivered

    def leave(self, follower: Follower) -> None:
        """Its socket is gone."""
        self._boards.discard(follower)
        if follower.unit in self._units:
            self._units[follower.unit].discard(follower)
            if not self._units[follower.unit]:
                del self._units[follower.unit]
                self._unit_heads.pop(follower.unit, None)

    def followers(self) -> list[Follower]:
        """Every socket of this process."""
        return [*self._boards, *(follower for crew in self._units.values() for follower in crew)]

    def backlog(self) -> int:
        """Frames that wait for the slowest."""
        return max((follower.outbox.backlog for follower in self.followers()), default=0)

    def units(self) -> list[str]:
        """Call signs of the tablets connected here."""
        return sorted(self._units)

    def consoles(self) -> list[int]:
        """Ids of the users whose consoles are connected here."""
        return sorted({follower.admission.user_id for follower in self._boards if follower.console})

    def learn_unit_head(self, unit: str, v: int) -> None:
        """The newest version of a unit that was just joined, as the log has it; heartbeats say it from now on."""
        if unit in self._units:
            self._unit_heads[unit] = max(v, self._unit_heads.get(unit, 0))

    def see_head(self, head: int, delivered_before: int) -> None:
        """The log's newest version, as read after `delivered_before` had been delivered.

        A head before that means another database, or an older copy of it: everyone starts anew.
        """
        if not self.ready.is_set():
            self.delivered = head
            self.ready.set()
        elif head < delivered_before:
            self.start_anew(head)
        self.head = head

    def start_anew(self, delivered: int) -> None:
        """What followers know does not continue: tell them to fetch a snapshot, and go on after `delivered`."""
        self.delivered = self.head = delivered
        self._unit_heads = dict.fromkeys(self._units, 0)
        for follower in self.followers():
            follower.has = 0
            follower.outbox.put(RESYNC)
            metrics.resyncs.labels("log_changed").inc()

    def offer(self, message: Message) -> None:
        """Pass an event on if it is the next one."""
        if not self.ready.is_set() or message.v > self.delivered + 1:
            metrics.hub_gaps.inc()
            self.behind.set()
        elif message.v == self.delivered + 1:
            self._deliver(message)

    def _deliver(self, message: Message) -> None:
        self.delivered = message.v
        self._put(self._boards, message.v, message.frame)
        for unit, prev in message.units.items():
            if unit in self._units:
                self._unit_heads[unit] = message.v
                self._put(self._units[unit], message.v, with_prev(message.frame, prev))
        self.guests.see(message.frame)
        if message.frame.find(ROSTER_CHANGED, 0, 64) > 0:
            self.standing_in_doubt.set()

    @staticmethod
    def _put(followers: Iterable[Follower], v: int, text: str) -> None:
        for follower in followers:
            if v > follower.has:
                follower.outbox.put(text)

    def beat(self, now: datetime) -> None:
        """Heartbeat to everyone, also while the log cannot be read: then with the last head known."""
        board = heartbeat(max(self.head, self.delivered), now, self.timers_at)
        for follower in self._boards:
            follower.outbox.put(board)
        for unit, crew in self._units.items():
            if unit in self._unit_heads:
                text = heartbeat(self._unit_heads[unit], now)
                for follower in crew:
                    follower.outbox.put(text)
        self.guests.beat()

    def take_position(self, unit: str, text: str) -> None:
        """Keep a unit's newest position for the next flush."""
        self._positions[unit] = text

    def flush_positions(self) -> None:
        """To the boards, one frame a unit."""
        for text in self._positions.values():
            for follower in self._boards:
                follower.outbox.put_ephemeral(text)
        self._positions = {}

    def end_session(self, session: str, code: int, reason: str) -> None:
        """Close the sockets that came in with this session (its key's SHA-256)."""
        for follower in self.followers():
            if session and follower.admission.session_digest == session:
                follower.outbox.close(code, reason)
