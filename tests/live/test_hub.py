"""What the hub does when the log under it is not the one it knew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from dispatch.live.admission import Admission
from dispatch.live.hub import RESYNC, Follower, Hub
from dispatch.live.outbox import Outbox
from hearteam.events.history import Message
from tests.live.turns import settled


async def nothing() -> AsyncIterator[str]:
    for text in ():
        yield text


async def told(hub: Hub, *steps: Any, unit: str = "") -> list[str]:
    """What a follower is told while these steps are taken."""
    heard: list[str] = []

    async def hear(message: dict[str, Any]) -> None:
        heard.append(message["text"])

    follower = Follower(Outbox(hear), Admission(user_id=1, unit=unit), has=0)
    hub.join(follower)
    follower.outbox.start(nothing())
    for step in steps:
        step()
    await settled(follower.outbox)
    follower.outbox.stop()
    return heard


def hub_at(head: int) -> Hub:
    hub = Hub()
    hub.see_head(head, 0)
    return hub


def test_an_older_copy_of_the_database_makes_everybody_start_anew() -> None:
    hub = hub_at(10)
    heard = asyncio.run(told(hub, lambda: hub.see_head(4, 10), lambda: hub.offer(Message(5, '{"v":5}'))))
    assert heard == [RESYNC, '{"v":5}']


def test_a_head_read_before_an_event_arrived_is_no_older_copy() -> None:
    hub = hub_at(10)
    heard = asyncio.run(told(hub, lambda: hub.offer(Message(11, '{"v":11}')), lambda: hub.see_head(10, 10)))
    assert heard == ['{"v":11}']


def test_nothing_is_passed_on_out_of_order_and_the_log_is_asked() -> None:
    hub = hub_at(10)
    heard = asyncio.run(
        told(hub, lambda: hub.offer(Message(12, '{"v":12}')), lambda: hub.offer(Message(10, '{"v":10}')))
    )
    assert heard == []
    assert hub.behind.is_set()


def test_before_the_head_is_known_nothing_is_passed_on() -> None:
    hub = Hub()
    assert asyncio.run(told(hub, lambda: hub.offer(Message(1, '{"v":1}')))) == []


def test_a_unit_hears_of_others_events_nothing_at_all() -> None:
    hub = hub_at(0)
    steps = [
        lambda: hub.offer(Message(1, '{"v":1}', {"HPD1": 0})),
        lambda: hub.offer(Message(2, '{"v":2}', {"CRT1": 0})),
    ]
    assert asyncio.run(told(hub, *steps, unit="CRT1")) == ['{"v":2,"prev":0}']
