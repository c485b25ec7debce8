"""The verdict on faults finds what is missing, doubled, half done, out of order, or on two calls."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.reliability.outside.desk import Client
from tests.reliability.outside.machine import Machine
from tests.reliability.outside.recorder import Recorder, Sent
from tests.reliability.outside.verdict import Verdict

STORED = (201, {"id": "9"})


class Store:
    """What is stored with the keys of commands."""

    def __init__(self, kept: dict[str, tuple[int, Any]]) -> None:
        self.kept = kept

    def rows(self, statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
        return [(key, *answer) for key, answer in self.kept.items()]


def verdict(**kept: tuple[int, Any]) -> Verdict:
    return Verdict(cast(Machine, Store(kept)), Recorder(), cast(Client, None), 0)


def note(key: str, *, status: int | None = 201, abandoned: bool = False) -> Sent:
    answer = STORED[1] if status == 201 else None
    path, body = "/api/calls/1/notes/", {"text": f"Note {key}"}
    return Sent("note", key, "dispatcher", path, body, 0.0, status=status, answer=answer, abandoned=abandoned)


def told(v: int, key: str) -> dict[str, Any]:
    return {"v": v, "type": "note_added", "call": "1", "data": {"text": f"Note {key}", "changes": {}}}


def on_call(v: int, call: str, *units: str) -> dict[str, Any]:
    row = {"id": call, "status": "dispatched", "assignments": [{"unit": unit} for unit in units]}
    return {"v": v, "type": "call_updated", "call": call, "data": {"changes": {"calls": [row]}}}


def test_what_was_acknowledged_and_told_once_is_well() -> None:
    assert verdict(a=STORED)._commands([note("a")], [told(1, "a")]) == []


@pytest.mark.parametrize(
    ("kept", "sent", "events", "found"),
    [
        ({"a": STORED}, [note("a")], [], "missing"),
        ({"a": STORED}, [note("a")], [told(1, "a"), told(2, "a")], "twice"),
        ({}, [note("a")], [told(1, "a")], "None is stored"),
        ({"a": (201, {"id": "8"})}, [note("a")], [told(1, "a")], "is stored"),
        ({}, [note("a", status=503)], [], "was answered 503"),
        ({}, [note("a", status=None)], [], "was answered None"),
        ({}, [note("a", status=None, abandoned=True)], [told(1, "a")], "not asked for"),
        ({"a": STORED}, [note("a", status=None, abandoned=True)], [], "missing"),
    ],
    ids=["lost", "done twice", "not kept", "another answer", "failed", "unanswered", "half, told", "half, kept"],
)
def test_what_is_wrong_with_a_command_is_found(
    kept: dict[str, tuple[int, Any]], sent: list[Sent], events: list[dict[str, Any]], found: str
) -> None:
    assert any(found in line for line in verdict(**kept)._commands(sent, events))


def test_who_vanished_may_have_been_heard_or_not() -> None:
    gone = note("a", status=None, abandoned=True)
    assert verdict()._commands([gone], []) == []
    assert verdict(a=STORED)._commands([gone], [told(1, "a")]) == []


def test_a_gap_and_a_repetition_are_found() -> None:
    for versions in ([1, 3], [1, 1, 2], [2, 1]):
        judge = verdict()
        judge.version = versions[-1]
        assert judge._gaps([told(v, "a") for v in versions])
    judge = verdict()
    judge.version = 3
    assert judge._gaps([told(v, "a") for v in (1, 2, 3)]) == []


def test_a_unit_on_two_calls_is_found_also_when_it_is_soon_over() -> None:
    events = [on_call(1, "1", "HPD1"), on_call(2, "2", "HPD1"), on_call(3, "1")]
    assert verdict()._units(events) == ["HPD1 is on 2 calls at 2"]
    assert verdict()._units([events[0], events[2], events[1]]) == []
