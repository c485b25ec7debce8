"""Records whole calls, made by the same actions a person uses, as stories that history is generated from.

    recorder = Recorder(stage)
    with recorder.step(30, 90):
        call = call_receive(..)

What differs from call to call (ids, times, the place, people, units) becomes a token between guillemets; the form is
described in `dispatch/replay/history/stories.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, JSONField, Model
from django.utils import timezone

from dispatch.models import Call
from dispatch.replay.history.stories import CODES, TABLES
from hearteam.events.models import Event, EventAudience
from partners.models import Unit
from tests.stage import Stage

PLACE = {"text": "4242 STORYTELLERS WAY", "lat": 41.765743, "lon": -72.674322}
CALLER, CALLERS_PHONE, PERSON = "Calla Recorded", "8605550142", "Perry Recorded"
WORDS = {
    PLACE["text"]: "place", CALLER: "caller", CALLERS_PHONE: "phone", PERSON: "person",
}  # fmt: skip
DESK = ("calltaker", "dispatcher", "dispatcher-2", "supervisor", "stage")
FIRST_ID = 700_000_000_000
IDS_A_TABLE = 1_000_000_000
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
SAME_MOMENT_S = 5.0


def models_recorded() -> list[type[Model]]:
    return [apps.get_model(name) for name in TABLES]


class Recorder:
    """One story. Made before its first step: ids are moved out of each other's way."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.began: list[datetime] = []
        self.steps: list[list[float]] = []
        self.seen: dict[datetime, tuple[int, float]] = {}
        self.steps_of_events: dict[int, int] = {}
        self.ids: dict[str, str] = {}
        self.units: dict[str, int] = {}
        self.number = ""
        for place, model in enumerate(models_recorded()):
            self._move_ids(model, FIRST_ID + place * IDS_A_TABLE)

    @staticmethod
    def _move_ids(model: type[Model], first: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, first])

    @contextmanager
    def step(self, least_s: float, most_s: float) -> Iterator[None]:
        """What happens next, so many seconds after the step before."""
        self.steps.append([least_s, most_s])
        self.began.append(timezone.now())
        yield
        self._look()

    def _look(self) -> None:
        """Name what is new: its ids, and the moments that this step brought."""
        for model in models_recorded():
            for place, row in enumerate(model.objects.filter(pk__gt=FIRST_ID).order_by("pk")):
                self.ids.setdefault(str(row.pk), f"id:{model._meta.label_lower}:{place}")
        call = Call.objects.filter(pk__gt=FIRST_ID).order_by("pk").first()
        self.number = call.number if call else ""
        for event in self._events():
            self.steps_of_events.setdefault(event.v, len(self.steps) - 1)
            self._moments(event.data)
            self._moment(event.at)
        for model in models_recorded():
            for row in model.objects.filter(pk__gt=FIRST_ID).values():
                self._moments(row)

    def _events(self) -> list[Event]:
        return list(Event.objects.filter(call_id__gt=FIRST_ID).order_by("v"))

    def _moments(self, value: Any) -> None:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                self._moments(one)
        elif isinstance(value, datetime):
            self._moment(value)
        elif isinstance(value, str) and MOMENT.fullmatch(value):
            self._moment(datetime.fromisoformat(value))

    def _moment(self, moment: datetime) -> None:
        after = (moment - self.began[-1]).total_seconds()
        after = 0.0 if 0 <= after < SAME_MOMENT_S else round(after, 1)
        self.seen.setdefault(moment, (len(self.steps) - 1, after))

    def story(self, name: str, weight: int) -> dict[str, Any]:
        """What is kept of it. `weight`: how often it is told, in a hundred calls."""
        tables = {}
        for model in models_recorded():
            rows = [self._row(model, row) for row in model.objects.filter(pk__gt=FIRST_ID).order_by("pk")]
            if rows:
                tables[model._meta.label_lower] = rows
        events = [self._event(event) for event in self._events()]
        return {
            "name": name,
            "weight": weight,
            "steps": self.steps,
            "units": [self._team_of(callsign) for callsign in self.units],
            "tables": tables,
            "events": events,
        }

    def _team_of(self, callsign: str) -> str:
        return Unit.objects.values_list("team__code", flat=True).get(callsign=callsign)

    def _row(self, model: type[Model], row: Any) -> dict[str, Any]:
        return {field.column: self._column(field, getattr(row, field.attname)) for field in model._meta.concrete_fields}

    def _column(self, field: Any, value: Any) -> Any:
        if value is None:
            return None
        if field.primary_key or (isinstance(field, ForeignKey) and str(value) in self.ids):
            return f"«{self.ids[str(value)]}»"
        if isinstance(field, ForeignKey):
            return f"«{self._reference(field.related_model, value)}»"
        if isinstance(field, JSONField):
            return {"json": json.dumps(self._told(value), ensure_ascii=False, separators=(",", ":"))}
        return self._told(value, field.column)

    def _reference(self, model: type[Model], pk: Any) -> str:
        label = model._meta.label_lower
        row = model.objects.get(pk=pk)
        if label == "partners.unit":
            return f"unit:{self._unit(row.callsign)}"
        if label == "auth.user":
            return f"user:{self._side(row.username)}"
        if label == "dispatch.premise":
            return "premise"
        if label == "dispatch.ruleset":
            return "ruleset"
        return f"code:{label}:{getattr(row, CODES[label])}"

    def _side(self, username: str) -> str:
        return "desk" if username in DESK else "crew"

    def _unit(self, callsign: str) -> int:
        return self.units.setdefault(callsign, len(self.units))

    def _event(self, event: Event) -> dict[str, Any]:
        audience = EventAudience.objects.filter(event=event).order_by("unit").values_list("unit", flat=True)
        system = event.by_user_id is None
        return {
            "step": self.steps_of_events[event.v],
            "type": event.type,
            "by": event.by if system else f"«by:{self._side(event.by)}»",
            "user": None if system else f"«user:{self._side(event.by)}»",
            "unit": f"«callsign:{self._unit(event.unit)}»" if event.unit else "",
            "data": json.dumps(self._told(event.data), ensure_ascii=False, separators=(",", ":")),
            "audience": [self._unit(unit) for unit in audience],
        }

    def _told(self, value: Any, key: str = "") -> Any:
        """The value with tokens for what differs."""
        if isinstance(value, dict):
            return {name: self._told(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._told(one) for one in value]
        if isinstance(value, datetime):
            return self._time(value)
        if isinstance(value, float) and value in (PLACE["lat"], PLACE["lon"]):
            return "«#lat»" if value == PLACE["lat"] else "«#lon»"
        if key == "neighborhood":
            return "«hood»"
        return self._text(value) if isinstance(value, str) and value else value

    def _text(self, value: str) -> str:
        if MOMENT.fullmatch(value):
            return self._time(datetime.fromisoformat(value))
        if value in self.ids:
            return f"«{self.ids[value]}»"
        for word, token in {**WORDS, self.number: "number"}.items():
            value = value.replace(str(word), f"«{token}»") if word else value
        return re.sub(
            r"\b(CRT1|CRT2|CRMHC1|HPD1|HPD2|EMS1|HFD1)\b", lambda found: f"«callsign:{self._unit(found[0])}»", value
        )

    def _time(self, moment: datetime) -> str:
        step, after = self.seen[moment]
        return f"«t:{step}:{after:g}»"
