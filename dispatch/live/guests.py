"""The third audience: those who hold a crew's link follow one call, and are told only that their page has changed.

No event reaches them and no version of the log: what is counted there would tell them of what they may not see. A
guest is told a short hash of all that its page shows, when that becomes another one and with each heartbeat, so that it
notices whatever it missed; the page itself it asks of `web`, with the rights of its link.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from dispatch.live.database import Threads, Unavailable
from dispatch.live.outbox import Outbox
from dispatch.live.protocol import push_of
from dispatch.live.refusal import refuse
from dispatch.queries.guest_links import guest_versions, link_for_ticket, link_version
from hearteam.problems import NotAllowed, NotFound, Problem

MOST_SOCKETS = 12
"""Of one link in one process: more than it has devices, so that a page that reconnects is not refused."""

OVER = 4403
GARBAGE = 4400
CALL = re.compile(r'"call":"(\d+)"')
HEAD = 400
"""Characters: an event names its call before its data."""


@dataclass(eq=False, slots=True)
class Guest:
    """One socket: of which link, of which call, and the version of its page that it was last told."""

    outbox: Outbox
    link: int
    call: str
    told: str


class Guests:
    """All guests of one process. Every method but `look` runs on the event loop and returns at once."""

    def __init__(self) -> None:
        self.in_doubt = asyncio.Event()
        self._by_call: defaultdict[str, set[Guest]] = defaultdict(set)

    def join(self, guest: Guest) -> None:
        """From now on it is told. What changed since its version was read is looked for at once."""
        self._by_call[guest.call].add(guest)
        self.in_doubt.set()

    def leave(self, guest: Guest) -> None:
        """Its socket is gone."""
        self._by_call[guest.call].discard(guest)
        if not self._by_call[guest.call]:
            del self._by_call[guest.call]

    def all(self) -> list[Guest]:
        """Every guest of this process."""
        return [guest for guests in self._by_call.values() for guest in guests]

    def sockets(self, link: int) -> int:
        """How many this link has."""
        return Counter(guest.link for guest in self.all())[link]

    def see(self, frame: str) -> None:
        """An event that is on its way to the board: if it is of a guest's call, its page may have changed."""
        if self._by_call and (call := CALL.search(frame, 0, HEAD)) and call[1] in self._by_call:
            self.in_doubt.set()

    async def look(self, threads: Threads) -> None:
        """Tell those whose page has changed, and close the sockets of links that are over. Raises Unavailable."""
        guests = self.all()
        if not guests:
            return
        versions = await threads.run(guest_versions, sorted({guest.link for guest in guests}))
        for guest in guests:
            version = versions.get(guest.link)
            if version is None:
                guest.outbox.close(OVER, "this link is over")
            elif version != guest.told:
                guest.told = version
                guest.outbox.put(told("changed", version))

    def beat(self) -> None:
        """Each hears again at what version its page is."""
        for guest in self.all():
            guest.outbox.put(told("heartbeat", guest.told))


def told(kind: str, version: str) -> str:
    """The frame that a guest gets."""
    return json.dumps({"type": kind, "version": version}, separators=(",", ":"))


class GuestConsumer(AsyncWebsocketConsumer):
    """`/ws/guest/?ticket=`: the ticket stands in the page, so only a device on which the link was opened has one.

    It is no cookie that a browser sends by itself, hence no foreign page can use it and no Origin is asked for.
    """

    channel_layer_alias = None

    def __init__(self, guests: Guests, threads: Threads) -> None:
        super().__init__()
        self.guests = guests
        self.threads = threads
        self.guest: Guest | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.guest:
                self.guests.leave(self.guest)
                self.guest.outbox.stop()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does, without its hop to a thread. A guest says nothing."""
        if message["type"] == "websocket.connect":
            await self.connect()
        elif message["type"] == "websocket.receive":
            if self.guest:
                self.guest.outbox.close(GARBAGE, "nothing is understood here")
        else:
            raise StopConsumer

    async def connect(self) -> None:
        """Refuse before the upgrade, or begin with the page's version."""
        try:
            link, call, version = await self.threads.run(admit, ticket_of(self.scope))
            if self.guests.sockets(link) >= MOST_SOCKETS:
                raise NotAllowed("This link is open too often.")
        except Problem as problem:
            await refuse(self.scope, self.base_send, problem.status, problem.detail)
            raise StopConsumer from problem
        except Unavailable as error:
            await refuse(self.scope, self.base_send, 503, "The database does not answer. Try again in a moment.")
            raise StopConsumer from error
        await self.accept()
        self.guest = Guest(Outbox(self.base_send, push_of(self.scope)), link, call, version)
        self.guests.join(self.guest)
        self.guest.outbox.begin()
        self.guest.outbox.put(told("heartbeat", version))


def admit(ticket: str) -> tuple[int, str, str]:
    """(link, call, version of its page). Raises NotAllowed for no ticket of ours, and for a link that is over."""
    try:
        link = link_for_ticket(ticket)
    except NotFound as error:
        raise NotAllowed("There is no such link.") from error
    version = link_version(link)
    if version is None:
        raise NotAllowed("This link is over.")
    return link.pk, str(link.call_id), version


def ticket_of(scope: dict[str, Any]) -> str:
    return parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
