"""Database work of the live process: a few threads, one kept connection each, whatever the number of sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import Error, connection

from hearteam.observe.logs import first_line

P = ParamSpec("P")
T = TypeVar("T")

ANSWER_SECONDS = 20.0


class Unavailable(Exception):
    """The database did not answer. Nothing is lost by asking again later."""


class Threads:
    """Threads that ask the database. Only for what may be asked twice: reads, and marks that may repeat."""

    def __init__(self, number: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=number, thread_name_prefix=name)

    async def run(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of `question(..)`. Raises Unavailable when the database is down or silent."""
        answer = asyncio.get_running_loop().run_in_executor(self._pool, lambda: _ask(question, *args, **kwargs))
        try:
            # `asyncio.wait_for` of Python 3.11 loses a cancellation that comes with the answer: a stop would never end.
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError as error:
            raise Unavailable("the database is silent") from error

    def stop(self) -> None:
        """Take no more questions; those that wait are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _ask(question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A kept connection may have died since it was last used: then ask once more over a new one."""
    was_open = connection.connection is not None
    try:
        return question(*args, **kwargs)
    except Error as error:
        connection.close()
        if not was_open:
            raise Unavailable(first_line(error)) from error
    try:
        return question(*args, **kwargs)
    except Error as error:
        connection.close()
        raise Unavailable(first_line(error)) from error
