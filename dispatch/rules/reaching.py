"""Who is told of what, by which of their channels, and who is next when nobody answers. Pure.

Push comes first: it costs nothing and is there at once. E-mail comes last: nobody reads it on the way to a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ChannelKind(StrEnum):
    """How a person is reached."""

    PUSH = "PUSH"
    SMS = "SMS"
    VOICE = "VOICE"
    EMAIL = "EMAIL"


class NoticeKind(StrEnum):
    """What somebody is told of."""

    DISPATCH = "DISPATCH"
    ORDER = "ORDER"
    CANCELLED = "CANCELLED"
    WELFARE = "WELFARE"
    ALERT = "ALERT"
    TEST = "TEST"
    VERIFY = "VERIFY"


ORDER_OF_CHANNELS: Final = (ChannelKind.PUSH, ChannelKind.SMS, ChannelKind.VOICE, ChannelKind.EMAIL)
ANSWERED: Final = frozenset({NoticeKind.DISPATCH, NoticeKind.ORDER, NoticeKind.ALERT})
"""What must be acknowledged: these have a ladder."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person and their usable channels (id -> kind)."""

    user_id: int
    channels: Mapping[int, ChannelKind]

    def nth(self, number: int) -> list[int]:
        """Their channel number `number` from 0, in the order they are tried; empty when they have fewer."""
        ordered = sorted(self.channels, key=lambda pk: (ORDER_OF_CHANNELS.index(self.channels[pk]), pk))
        return ordered[number : number + 1]


Rung = tuple[int, ...]
"""Ids of the channels that are used at once."""


def ladder(kind: NoticeKind, crew: Sequence[Reachable], supervisors: Sequence[Reachable]) -> tuple[Rung, ...]:
    """What is tried at first, and after each time that nobody answered.

    A dispatch or an order: the whole crew; the next channel of the first who can be reached; those of the others; the
    supervisor on duty. A red alert: the supervisors on duty, then their next channels. Of the rest, only the first.
    """
    if kind is NoticeKind.ALERT:
        return tuple(_rung(person.nth(number) for person in supervisors) for number in range(3))
    first = _rung(person.nth(0) for person in crew)
    if kind not in ANSWERED:
        return (first,)
    reached = [person for person in crew if person.channels]
    lead, others = reached[:1], reached[1:]
    later = [*(person.nth(1) for person in others), *(person.nth(2) for person in lead)]
    return (
        first,
        _rung(person.nth(1) for person in lead),
        _rung(later),
        _rung(person.nth(0) for person in supervisors),
    )


def next_step(rungs: Sequence[Rung], after: int) -> int | None:
    """The next rung after this one on which there is anybody; None when there is none left."""
    return next((step for step in range(after + 1, len(rungs)) if rungs[step]), None)


def _rung(parts: Iterable[Sequence[int]]) -> Rung:
    return tuple(dict.fromkeys(pk for part in parts for pk in part))
