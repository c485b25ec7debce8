"""A live process that is told to stop stops, whatever it is waiting for."""

from __future__ import annotations

import asyncio
import threading

import pytest

from dispatch.live.database import Threads
from tests.live.turns import turn


@pytest.mark.parametrize("turns", range(5))
def test_a_question_is_given_up_also_in_the_moment_in_which_it_is_answered(turns: int) -> None:
    """`turns` of the event loop after the answer came, the asker is cancelled: it has ended before, or ends so."""

    async def ask_and_cancel() -> bool:
        threads, may_answer = Threads(1, "asked"), threading.Event()
        asker = asyncio.create_task(threads.run(may_answer.wait))
        await turn()
        may_answer.set()
        threads._pool.submit(lambda: None).result()
        for _ in range(turns):
            await turn()
        had_ended = asker.done()
        asker.cancel()
        await asyncio.wait([asker])
        threads.stop()
        return had_ended or asker.cancelled()

    assert asyncio.run(ask_and_cancel())
