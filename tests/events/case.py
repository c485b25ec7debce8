"""What a case of an event type is: up to its `yield` it sets the scene, after it stands what is verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tests.stage import Stage

Steps = Iterator[None]


@dataclass(frozen=True, slots=True)
class Case:
    """`covers`: the event types that it must bring about."""

    name: str
    covers: tuple[str, ...]
    steps: Callable[[Stage], Steps]


CASES: list[Case] = []


def case(*covers: str) -> Callable[[Callable[[Stage], Steps]], Callable[[Stage], Steps]]:
    def register(steps: Callable[[Stage], Steps]) -> Callable[[Stage], Steps]:
        CASES.append(Case(steps.__name__.replace("_", " "), covers, steps))
        return steps

    return register


def in_minutes(minutes: float) -> timezone.datetime:
    return timezone.now() + timedelta(minutes=minutes)
