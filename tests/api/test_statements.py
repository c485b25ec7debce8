"""How many SQL statements a hot command may take: what it takes now, so that growth is noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.client import Answer, Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, PLACE, call_with_units, new_call, ok, send_units, triage


def statements(run: Callable[[], Answer]) -> int:
    """Of one successful request, left out savepoints and the limits of timers, which are read once a second."""
    with CaptureQueriesContext(connection) as captured:
        assert run().status < 300
    said = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in said if "SAVEPOINT" not in sql and 'FROM "dispatch_timerlimits"' not in sql])


@pytest.fixture
def call(desk: Api) -> str:
    call, _ = call_with_units(desk, "CRT1")
    return call


def test_receiving(desk: Api) -> None:
    new_call(desk)
    body = {"location": PLACE, "caller": {"name": "Ada Example"}, "narrative": "Pacing", "type": "EDP"}
    assert statements(lambda: desk.post("/api/calls/", body, key="k")) <= 31


def test_triage(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, {"weapon": "NONE"})
    path = f"/api/calls/{call}/triage/"
    assert statements(lambda: desk.post(path, {"answers": CLEAR}, key="k")) <= 45


def test_sending(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    path = f"/api/calls/{call}/assignments/"
    assert statements(lambda: desk.post(path, {"units": ["CRT1"]}, key="k")) <= 36


def test_a_crews_step(as_: As, desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    crew, path = as_("crt1_peer"), f"/api/assignments/{assignment}/status/"
    assert statements(lambda: crew.post(path, {"status": "ER"}, key="k")) <= 25


def test_a_note(desk: Api, call: str) -> None:
    path = f"/api/calls/{call}/notes/"
    assert statements(lambda: desk.post(path, {"text": "Calm"}, key="k")) <= 11


def test_closing(desk: Api, call: str) -> None:
    path = f"/api/calls/{call}/close/"
    assert statements(lambda: desk.post(path, {"disposition": "15"}, key="k")) <= 49


def test_reading_a_call_takes_as_many_however_much_happened(desk: Api, call: str) -> None:
    before = statements(lambda: desk.get(f"/api/calls/{call}/"))
    assert before <= 11
    send_units(desk, call, "HPD1", "EMS1")
    for number in range(5):
        ok(desk.post(f"/api/calls/{call}/notes/", {"text": f"Note {number}"}), 201)
    assert statements(lambda: desk.get(f"/api/calls/{call}/")) <= before


def test_ranking(desk: Api, call: str) -> None:
    assert statements(lambda: desk.get(f"/api/calls/{call}/recommendation/")) <= 11


def test_the_board_takes_as_many_however_many_calls_are_open(desk: Api) -> None:
    before = statements(lambda: desk.get("/api/board/"))
    for _ in range(5):
        new_call(desk)
    assert statements(lambda: desk.get("/api/board/")) <= before <= 8
