"""What a test of the event loop waits for: a turn of it, or the end of what an outbox has under way. No time passes."""

from __future__ import annotations

import asyncio

from dispatch.live.outbox import Outbox


async def turn() -> None:
    """Everything that is ready on the event loop goes one step."""
    await asyncio.sleep(0)


async def settled(outbox: Outbox) -> None:
    """What it writes, and its goodbye, have ended."""
    while under_way := [task for task in (outbox._writer, outbox._goodbye) if task and not task.done()]:
        await asyncio.wait(under_way)
