"""Tells stories one after the other: when each call came, who was sent, and every event in the order of its time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dispatch.replay.history import people
from dispatch.replay.history.stories import Story

US = 1_000_000
HOURS = (3, 2, 2, 1.5, 1.5, 2, 3, 4, 5, 5.5, 6, 6, 6, 6, 6, 6.5, 7, 7, 7, 6.5, 6, 5.5, 5, 4)
"""How much comes in which hour of the day, compared with one another."""

DRAWS = 3
"""A story whose teams have nobody free is drawn again so often; then one is told in which nobody is sent."""


@dataclass(slots=True)
class Fleet:
    """Units by team, and until when each has work."""

    teams: Mapping[str, Sequence[tuple[int, str]]]
    busy: dict[str, int] = field(default_factory=dict)

    def draw(self, rng: Random, story: Story, at_us: int) -> list[tuple[int, str]] | None:
        """A unit (id, call sign) for each of the story's; None where one that is sent is not free."""
        drawn: list[tuple[int, str]] = []
        for place, team in enumerate(story.teams):
            units = self.teams.get(team, ())
            known = {callsign for _, callsign in drawn}
            free = [unit for unit in units if unit[1] not in known and self.busy.get(unit[1], 0) <= at_us]
            if not free and place in story.sent:
                return None
            drawn.append(rng.choice(free or units or [(0, f"{team}0")]))
        return drawn

    def send(self, story: Story, units: Sequence[tuple[int, str]], until_us: int) -> None:
        for place in story.sent:
            self.busy[units[place][1]] = until_us


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is told: its rows by model, as lines for COPY."""

    received_us: int
    ended_us: int
    rows: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Event:
    """`line` lacks the version; `audience` are call signs."""

    line: str
    audience: tuple[str, ...]


@dataclass(slots=True)
class Teller:
    """`fixed` are the tokens that never change, `users` the accounts by side, `ids` the next free id of each model."""

    rng: Random
    stories: Sequence[Story]
    fleet: Fleet
    places: Sequence[tuple[int, people.InventedPlace]]
    users: Mapping[str, Sequence[tuple[int, str]]]
    fixed: Mapping[str, str | int]
    ids: dict[str, int]
    number: Callable[[int], str]
    told: dict[str, int] = field(default_factory=dict)
    _waiting: list[tuple[int, int, Event]] = field(default_factory=list)
    _order: int = 0

    def tell(self, received_us: int) -> Call:
        """The next call. Its events wait until it is their turn (`events_until`)."""
        story, units = self._cast(received_us)
        starts = [received_us]
        for least, most in story.steps[1:]:
            starts.append(starts[-1] + int(self.rng.uniform(least, most) * US))
        ended = starts[story.last_step]
        self.fleet.send(story, units, ended)
        values = self._values(story, units, starts)
        for event in story.events:
            self._order += 1
            audience = tuple(units[place][1] for place in event.audience)
            told = Event(event.line % values, audience)
            heapq.heappush(self._waiting, (starts[event.step], self._order, told))
        self.told[story.name] = self.told.get(story.name, 0) + 1
        return Call(received_us, ended, [(rows.model, rows.lines % values) for rows in story.tables])

    def events_until(self, moment_us: float) -> Iterator[Event]:
        """What happened up to then, in its order."""
        while self._waiting and self._waiting[0][0] <= moment_us:
            yield heapq.heappop(self._waiting)[2]

    def _cast(self, at_us: int) -> tuple[Story, list[tuple[int, str]]]:
        weights = [story.weight for story in self.stories]
        for _ in range(DRAWS):
            story = self.rng.choices(self.stories, weights)[0]
            units = self.fleet.draw(self.rng, story, at_us)
            if units is not None:
                return story, units
        story = next(story for story in self.stories if not story.sent)
        return story, self.fleet.draw(self.rng, story, at_us) or []

    def _values(self, story: Story, units: Sequence[tuple[int, str]], starts: Sequence[int]) -> dict[str, str | int]:
        values = dict(self.fixed)
        rng = self.rng
        premise, place = self.places[people.busy_place(rng, len(self.places))]
        for side, accounts in self.users.items():
            values[f"user:{side}"], values[f"by:{side}"] = rng.choice(accounts)
        for number, (unit_id, callsign) in enumerate(units):
            values[f"unit:{number}"], values[f"callsign:{number}"] = unit_id, callsign
        for rows in story.tables:
            first = self.ids[rows.model]
            self.ids[rows.model] = first + rows.count
            for row in range(rows.count):
                values[f"id:{rows.model}:{row}"] = first + row
        for moment in story.moments:
            values[moment.name] = written(starts[moment.step] + moment.after_us)
        values.update(
            number=self.number(starts[0]), place=place.address, hood=place.hood, lat=place.lat, lon=place.lon,
            premise=premise, caller=people.name(rng), phone=people.phone(rng), person=people.name(rng),
        )  # fmt: skip
        return values


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def written(at_us: int) -> str:
    """Microseconds since 1970 -> `2026-10-14T22:41:07.123456Z`."""
    return (EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def arrivals(rng: Random, *, count: int, starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[int]:
    """When `count` calls came, in order (microseconds since 1970): more by day than by night."""
    gap = (ends - starts).total_seconds() / count * sum(HOURS) / len(HOURS)
    at = (starts - EPOCH).total_seconds()
    for _ in range(count):
        hour = (EPOCH + timedelta(seconds=at)).astimezone(zone).hour
        at += rng.expovariate(1) * gap / HOURS[hour]
        yield int(at * US)
