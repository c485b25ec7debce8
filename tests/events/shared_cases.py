"""The cases as data for followers in other languages: `cases.json`, without ids and times of the run that wrote it.

What varies from run to run is replaced by its rank: the first id of its kind becomes "1", the earliest moment the first
second of a fixed day. Only the rows that the events touch are kept, and one of each kind that they do not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.events.cases import CASES, Case
from tests.events.keyed import KEYS
from tests.events.verify import Verified, verify_action
from tests.stage import Stage, rolled_back

FILE = Path(__file__).with_name("cases.json")
DAY = datetime(2026, 1, 5, 12)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
NUMBER = re.compile(r"\b\d\d-\d{6}\b")
PERSON = re.compile(r"\bPerson \d+\b")
ID_FIELDS = {
    "calls": {"id": "call", "merged_into": "call"},
    "units": {"call": "call", "assignment": "assignment"},
    "alerts": {"id": "alert", "call": "call"},
    "slots": {"id": "slot"},
    "assignments": {"id": "assignment"},
}
"""List of rows -> its fields that are ids, and whose."""


def shared_cases(stage: Stage) -> list[dict[str, Any]]:
    """`[{name, snapshot, events, expected}]`, the same on every run."""
    return [_shared(stage, case) for case in CASES]


def _shared(stage: Stage, case: Case) -> dict[str, Any]:
    with rolled_back():
        steps = case.steps(stage)
        next(steps)
        verified = verify_action(lambda: next(steps, None))
    base = verified.before["version"]
    events = [
        {"v": e["v"] - base, "type": e["type"], "at": e["at"], "by": e["by"], "data": {"changes": e["data"]["changes"]}}
        for e in verified.events
    ]
    rows = {
        "name": case.name,
        "snapshot": _kept(verified.before, verified, version=0),
        "events": events,
        "expected": _kept(verified.after, verified, version=len(events)),
    }
    return dict(json.loads(_ranked(json.dumps(_renumbered(rows, {})))))


def _kept(snapshot: Mapping[str, Any], verified: Verified, version: int) -> dict[str, Any]:
    """The snapshot with the touched rows, and the first untouched one."""
    kept: dict[str, Any] = {"version": version, "at": verified.after["at"]}
    for kind, key in KEYS.items():
        touched = {row[key] for event in verified.events for row in event["data"]["changes"].get(kind, [])}
        others = sorted(row[key] for row in verified.before[kind] if row[key] not in touched)
        kept[kind] = [row for row in snapshot[kind] if row[key] in touched | set(others[:1])]
    return kept


def _renumbered(value: Any, seen: dict[tuple[str, str], str], kind: str = "") -> Any:
    if isinstance(value, list):
        return [_renumbered(item, seen, kind) for item in value]
    if not isinstance(value, dict):
        return value
    ids = ID_FIELDS.get(kind, {})
    return {
        name: _rank_of(ids[name], item, seen) if name in ids and item else _renumbered(item, seen, name)
        for name, item in value.items()
    }


def _rank_of(whose: str, found: str, seen: dict[tuple[str, str], str]) -> str:
    of_kind = sum(1 for known, _ in seen if known == whose)
    return seen.setdefault((whose, found), str(of_kind + 1))


def _ranked(text: str) -> str:
    moments = {found: rank for rank, found in enumerate(sorted(set(MOMENT.findall(text))))}
    text = MOMENT.sub(lambda match: f"{(DAY + timedelta(seconds=moments[match[0]])).isoformat()}Z", text)
    text = _replaced(text, NUMBER, lambda rank: f"26-{rank:06}")
    return _replaced(text, PERSON, lambda rank: f"Person {rank}")


def _replaced(text: str, pattern: re.Pattern[str], name: Callable[[int], str]) -> str:
    ranks: dict[str, int] = {}
    return pattern.sub(lambda match: name(ranks.setdefault(match[0], len(ranks) + 1)), text)


def shape(value: Any) -> Any:
    """A value with its leaves replaced by the names of their types, and lists by the shapes in them."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    return type(value).__name__


def written(cases: list[dict[str, Any]]) -> str:
    """The file's text: one case a line."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    return f"[\n{lines}\n]\n"
