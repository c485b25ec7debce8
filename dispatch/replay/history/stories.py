"""Stories: whole calls as the actions once wrote them, made ready to be told again a million times.

`stories.json` is written by the test that records them (`tests/replay/test_history.py`), so history has the rows and
events that the actions write today. A story is `{name, weight, steps, units, tables, events}`: `steps` are the least
and most seconds after the step before, `units` the team of each unit, `tables` the rows by model. Between guillemets
stands what differs from call to call:

| token | is |
|---|---|
| `id:<model>:<n>` | the id of the story's n-th row of that model |
| `t:<step>:<seconds>` | a moment, counted from a step |
| `unit:<n>`, `callsign:<n>` | the story's n-th unit |
| `user:desk`, `by:desk`, `user:crew`, `by:crew` | an account of the center or of a crew |
| `code:<model>:<code>`, `ruleset` | a row of a code table; the published ruleset |
| `number`, `place`, `hood`, `#lat`, `#lon`, `premise`, `caller`, `phone`, `person` | of this call |
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("stories.json")
TABLES = (
    "dispatch.call",
    "dispatch.callcontact",
    "dispatch.personincrisis",
    "dispatch.note",
    "dispatch.triageanswers",
    "dispatch.decision",
    "dispatch.recommendation",
    "dispatch.responseslot",
    "dispatch.assignment",
    "dispatch.alert",
    "dispatch.deadline",
    "dispatch.callintervention",
    "dispatch.welfarecheck",
    "dispatch.handoff",
    "partners.followup",
)
"""Models whose rows a story has."""

CODES = {
    "dispatch.calltype": "code",
    "dispatch.disposition": "apco",
    "dispatch.intervention": "code",
    "partners.team": "code",
}
"""Code tables that rows point to, and the field that names a row."""

_TOKEN = re.compile(r"«([^»]+)»")
_NUMBER = re.compile(r'"«#([^»]+)»"')


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a story: `after_us` microseconds from the start of a step."""

    name: str
    step: int
    after_us: int


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """`line` gives the columns after the version, `moment` when it happened, `audience` places among the units."""

    step: int
    moment: str
    line: str
    audience: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one model as lines for COPY, to be filled with `%`, and how many there are."""

    model: str
    columns: tuple[str, ...]
    lines: str
    count: int


@dataclass(frozen=True, slots=True)
class Story:
    """One story, ready to be told. `sent` are the places of the units that work on it; the others are only named."""

    name: str
    weight: int
    steps: tuple[tuple[float, float], ...]
    teams: tuple[str, ...]
    moments: tuple[Moment, ...]
    tables: tuple[Rows, ...]
    events: tuple[ToldEvent, ...]
    codes: frozenset[str]
    sent: frozenset[int]
    last_step: int


@cache
def stories() -> tuple[Story, ...]:
    """All stories of the file."""
    return tuple(_story(raw) for raw in json.loads(PATH.read_text(encoding="utf-8")))


def _story(raw: dict[str, Any]) -> Story:
    tables = tuple(_rows(model, rows) for model, rows in raw["tables"].items())
    events = tuple(_event(event) for event in raw["events"])
    names = set(_names([*(rows.lines for rows in tables), *(event.line for event in events)]))
    names |= {event.moment for event in events}
    return Story(
        name=raw["name"],
        weight=raw["weight"],
        steps=tuple((least, most) for least, most in raw["steps"]),
        teams=tuple(raw["units"]),
        moments=tuple(_moment(name) for name in sorted(names) if name.startswith("t:")),
        tables=tables,
        events=events,
        codes=frozenset(name for name in names if name.startswith("code:")),
        sent=frozenset(place for event in events for place in event.audience),
        last_step=max(event.step for event in events),
    )


def _names(templates: Iterable[str]) -> list[str]:
    return [name for template in templates for name in re.findall(r"%\(([^)]+)\)s", template)]


def _moment(name: str) -> Moment:
    _, step, after = name.split(":")
    return Moment(name, int(step), round(float(after) * 1_000_000))


def _rows(model: str, rows: Sequence[dict[str, Any]]) -> Rows:
    columns = tuple(rows[0])
    lines = "".join("\t".join(_column(row[name]) for name in columns) + "\n" for row in rows)
    return Rows(model, columns, lines, len(rows))


def _event(raw: dict[str, Any]) -> ToldEvent:
    moment = f"t:{raw['step']}:0"
    columns = [
        raw["type"], f"«{moment}»", raw["by"], raw["user"], "«id:dispatch.call:0»", raw["unit"], {"json": raw["data"]},
    ]  # fmt: skip
    return ToldEvent(raw["step"], moment, "\t".join(map(_column, columns)) + "\n", tuple(raw["audience"]))


def _column(value: Any) -> str:
    """A value as COPY reads it, its tokens as `%(name)s`."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return _array(value)
    text = value["json"] if isinstance(value, dict) else str(value)
    return _template(text)


def _array(values: Sequence[Any]) -> str:
    quoted = ",".join('"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return _template("{" + quoted + "}")


def _template(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("%", "%%")
    numbers = _NUMBER.sub(lambda found: f"%({found[1]})s", escaped)
    return _TOKEN.sub(lambda found: f"%({found[1].lstrip('#')})s", numbers)
