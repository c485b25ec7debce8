"""`verify_action`: whatever an action does, the old snapshot and its events give a fresh snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from dispatch.board import KINDS, apply
from dispatch.models import Assignment
from dispatch.queries import board
from dispatch.queries.kept_board import KeptRows
from hearteam.events import log
from hearteam.events.models import EventAudience
from hearteam.events.types import EVENT_TYPES, Changes
from partners.models import Unit
from tests.events.keyed import by_key

Frame = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verified:
    """What an action did: the board before, its events, the board after."""

    before: dict[str, Any]
    events: list[Frame]
    after: dict[str, Any]

    @property
    def types(self) -> list[str]:
        """The types of its events, in order."""
        return [event["type"] for event in self.events]

    def of(self, kind: str) -> list[Frame]:
        """Its events of one type."""
        return [event for event in self.events if event["type"] == kind]


def verify_action(act: Callable[[], object]) -> Verified:
    """Run it; old snapshot + emitted events == fresh snapshot, and each event has exactly the fields of its class."""
    before = board.snapshot()
    act()
    events = log.events_after(before["version"], 1000)
    after = board.snapshot()
    for event in events:
        data = dict(event["data"])
        Changes.model_validate(data.pop("changes"))
        EVENT_TYPES[event["type"]].model_validate(data)
    check_audience(events)
    assert [event["v"] for event in events] == list(range(before["version"] + 1, after["version"] + 1))
    assert by_key(reduce(apply, events, before)) == by_key(after)
    kept = KeptRows.read(before).after((event["v"], event["data"]) for event in events)
    assert json.loads(b"{%s}" % kept.joined) == json.loads(json.dumps({kind: after[kind] for kind in KINDS}))
    return Verified(before, events, after)


def check_audience(events: list[Frame]) -> None:
    """An event goes to the tablets of units that are or were on its call and to its own unit's, to no other; an alert
    to its own unit's only. Clinical notes go to no police, notes for police to nobody else.
    """
    audiences = EventAudience.objects.filter(event_id__in=[event["v"] for event in events]).values_list(
        "event_id", "unit"
    )
    for event in events:
        told = {unit for v, unit in audiences if v == event["v"]}
        own = {event["unit"]} if event.get("unit") else set()
        on_call = set(
            Assignment.objects.filter(call_id=event.get("call") or 0).values_list("unit__callsign", flat=True)
        )
        assert told <= (own if event["type"].startswith("alert_") else own | on_call), event["type"]
        police = set(
            Unit.objects.filter(callsign__in=told, team__agency__kind="POLICE").values_list("callsign", flat=True)
        )
        audience = event["data"].get("audience")
        assert audience != "CLINICAL" or not police
        assert audience != "POLICE" or police == told
