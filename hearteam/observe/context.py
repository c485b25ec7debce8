"""What is being done just now in this thread or task: the ids that each log line of it carries."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Final

SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
HEADER: Final = "X-Request-ID"
REQUEST: Final = "request_id"
"""The header of a task that carries the id on."""


@dataclass(slots=True)
class Doing:
    """Ids only. `request` joins the lines of one request, its tasks and the answer that the client got."""

    request: str = ""
    user: int | None = None
    call: int | None = None
    unit: str = ""
    replayed: bool = False

    def ids(self) -> dict[str, str | int]:
        """The ids that are known, by name."""
        said = {"request": self.request, "user": self.user, "call": self.call, "unit": self.unit}
        return {name: value for name, value in said.items() if value}


_current: ContextVar[Doing | None] = ContextVar("doing", default=None)


def new_id() -> str:
    return secrets.token_hex(8)


def sane(text: str) -> str:
    """`text` when it can be an id of a request, else a new one: what others say goes into logs and headers."""
    return text if SANE.fullmatch(text) else new_id()


def current() -> Doing | None:
    return _current.get()


def request_id() -> str:
    """The id of the request being answered; empty outside of one."""
    doing = _current.get()
    return doing.request if doing else ""


def begin(what: Doing) -> Token[Doing | None]:
    """`doing` for where a block cannot stand around the work; `end` with what it returns."""
    return _current.set(what)


def end(token: Token[Doing | None]) -> None:
    _current.reset(token)


@contextmanager
def doing(what: Doing) -> Iterator[Doing]:
    """Everything logged within the block carries these ids."""
    token = _current.set(what)
    try:
        yield what
    finally:
        _current.reset(token)


def note(*, call: int | None = None, unit: str = "", replayed: bool = False) -> None:
    """Learn more of what is being done; the first call and unit named stay."""
    if (what := _current.get()) is None:
        return
    what.call = what.call or call
    what.unit = what.unit or unit
    what.replayed = what.replayed or replayed
