"""Whatever is sent, the answer is one of the contract's errors, nothing is half done, and the process goes on."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hearteam.events.log import rfc3339
from hearteam.wsgi import application
from tests.api.bodies import FULL, full, leaves, put
from tests.api.client import PROBLEM, Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, PLACE, Scene, call_with_units, head, make_scene, new_call, ok
from tests.api.test_permissions import TABLE


def test_every_post_is_tried() -> None:
    assert set(FULL) == {line.path for line in TABLE if line.method == "POST"}


@pytest.fixture
def scene(desk: Api) -> Scene:
    return make_scene(desk)


def kind(value: Any) -> str:
    names = ((bool, "flag"), ((int, float), "number"), (str, "text"), (list, "list"), (dict, "object"))
    return next(name for kinds, name in names if isinstance(value, kinds))


def test_a_value_of_another_type_is_malformed_in_every_field(desk: Api, scene: Scene) -> None:
    before, wrong = head(desk), []
    for route in FULL:
        for at in leaves(full(route)):
            for value in (True, 7, "zz", [7]):
                body = full(route)
                if kind(put(body, at, value)) == kind(value):
                    continue
                answer = desk.post(scene.address(route), body)
                if answer.status != 400 or not answer.body.get("errors"):
                    wrong.append(f"{route} {at} = {value!r}: {answer.status}")
    assert wrong == []
    assert head(desk) == before


def test_a_field_that_is_not_there_is_named(desk: Api, scene: Scene) -> None:
    for route in FULL:
        answer = ok(desk.post(scene.address(route), {**full(route), "lattitude": 1}), 400)
        assert "lattitude" in answer["errors"], route
    assert "location.lng" in ok(desk.post("/api/calls/", {"location": {**PLACE, "lng": 1}}), 400)["errors"]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False)
    | st.text() | st.sampled_from(["", "\x00", "²", "AV", "ER", "CRT1", "1", "9" * 30, "15", "x" * 5000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@how(
    max_examples=80, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(route=st.sampled_from(sorted(FULL)), data=st.data())
def test_no_body_makes_the_server_fail_or_do_half(route: str, data: st.DataObject, desk: Api, scene: Scene) -> None:
    body = full(route)
    ways = list(leaves(body))
    for at in data.draw(st.lists(st.sampled_from(ways), max_size=2)) if ways else []:
        try:
            put(body, at, data.draw(ANY_JSON))
        except (TypeError, KeyError, IndexError):
            continue
    undo, before = transaction.savepoint(), head(desk)
    try:
        answer = desk.post(scene.address(route), body)
        assert answer.status < 400 or head(desk) == before
    finally:
        transaction.savepoint_rollback(undo)


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b"7", b'"text"', b"\xff\xfe", b'{"location": {"text": "\xff"}}',
        b'\xef\xbb\xbf{"location": {"text": "MAIN ST"}}', b'{"location": {"text": "MAIN ST"}} x',
        b'{"location": {"text": "\\ud800"}}', b'{"location": {"text": "\\u0000"}}', b'{"location": {"text": "\x00"}}',
        b'{"location": {"lat": NaN, "lon": -72.68}}', b'{"location": {"lat": Infinity, "lon": -72.68}}',
        b'{"location": {"lat": 1e999, "lon": -72.68}}', b'{"location": {"lat": "nan", "lon": "nan"}}',
        b'{"location": {"text": "A"}, "location": {"text": "B"}}', b'{"location": {"text": "A", "text": "B"}}',
        b'{"priority": ' + b"9" * 5000 + b', "location": {"text": "A"}}', b"[" * 200_000, b'{"a":' * 200_000,
        b'{"location": ' + b"[" * 500 + b"]" * 500 + b"}", b'{"caller": ' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}",
        b"location=MAIN",
    ],
)  # fmt: skip
def test_a_body_that_is_not_a_call_is_malformed(desk: Api, body: bytes) -> None:
    ok(desk.send("POST", "/api/calls/", body), 400)
    assert ok(desk.get("/api/board/"))["calls"] == []


def test_deep_answers_are_malformed_at_any_depth(desk: Api) -> None:
    call = new_call(desk)["id"]
    for depth in (5, 13, 100, 300, 600, 900, 950, 990, 5000):
        body = b'{"answers": {"weapon": ' + b"[" * depth + b"]" * depth + b"}}"
        ok(desk.send("POST", f"/api/calls/{call}/triage/", body, key="deep"), 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a/b"]
)
def test_another_content_type_is_refused(desk: Api, content_type: str) -> None:
    ok(desk.send("POST", "/api/calls/", b'{"location": {"text": "MAIN ST"}}', content_type=content_type), 415)


BAD_IDS = ["0", "-1", "abc", "1e5", "1.0", "9" * 20, "9" * 5000, "²", "１", "\x00", " 1", "1\n", "None", "{}", "%31"]


@pytest.mark.parametrize("word", BAD_IDS)
def test_an_id_that_is_none_is_not_found(desk: Api, word: str) -> None:
    part = quote(word, safe="")
    for path in ("calls/{}/", "calls/{}/timeline/", "calls/{}/recommendation/"):
        ok(desk.get(f"/api/{path.format(part)}"), 404)
    for route in FULL:
        if "<" in route:
            whole = "/api/" + "".join(part if "<" in step else f"{step}/" for step in route.split("/")[:1])
            rest = route.split("/", 2)[2]
            ok(desk.post(f"{whole}{part}/{rest}", full(route)), 404)


@pytest.mark.parametrize("word", ["²", "1' OR '1", "9" * 20, "-1"])
def test_an_id_in_a_body_that_is_none_is_not_found(desk: Api, word: str) -> None:
    call = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": "x", "corrects": word}), 404)
    ok(desk.post(f"/api/calls/{call}/merge/", {"into": word}), 404)


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=" + "x" * 5000, "q=%E2%80%AE", "q=' OR 1=1", "q=\\", "q=&q=a"])
def test_a_search_for_anything_answers(desk: Api, query: str) -> None:
    ok(desk.get(f"/api/calls/?{quote(query, safe='=&%')}"))
    ok(desk.get(f"/api/locate/?{quote(query, safe='=&%')}"))
    ok(desk.get(f"/api/places/?{quote(query, safe='=&%')}"))


@pytest.mark.parametrize("limit", ["²", "-1", "0", "101", "9" * 5000, "x", ""])
def test_a_search_with_an_absurd_limit_is_malformed(desk: Api, limit: str) -> None:
    ok(desk.get("/api/calls/", limit=limit), 400)
    ok(desk.get("/api/places/", q="Park St", limit=limit), 400)


@pytest.mark.parametrize(
    "answers",
    [{"weapon": "SPOON"}, {"weapon": "none"}, {"mood": "LOW"}, {"weapon": None}, {"weapon": ["NONE"]}, {"": ""}],
)
def test_an_answer_that_was_not_offered_is_named(desk: Api, answers: dict[str, Any]) -> None:
    call = new_call(desk)["id"]
    body = ok(desk.post(f"/api/calls/{call}/triage/", {"answers": answers}), 400)
    assert any(next(iter(answers)) in name for name in body["errors"])
    assert ok(desk.get(f"/api/calls/{call}/"))["triage"] is None


@pytest.mark.parametrize(
    ("fix", "status"),
    [
        ({"lat": 0, "lon": 0}, 422), ({"speed_mps": 400}, 422), ({"lat": 91}, 400), ({"lon": -181}, 400),
        ({"heading": 361}, 400), ({"accuracy_m": -1}, 400), ({"fix_at": "yesterday"}, 400), ({"fix_at": None}, 400),
        ({"fix_at": "2126-01-01T00:00:00Z"}, 422), ({"fix_at": "1970-01-01T00:00:00Z"}, 422),
        ({"fix_at": "2026-11-22T12:00:00"}, 400),
    ],
)  # fmt: skip
def test_an_absurd_position_is_refused_and_the_old_one_kept(
    as_: As, desk: Api, fix: dict[str, Any], status: int
) -> None:
    before = ok(desk.get("/api/board/"))["presence"]["CRT1"]
    body = {**full("units/<callsign:callsign>/position/"), **fix}
    ok(as_("crt1_peer").post("/api/units/CRT1/position/", body), status)
    assert ok(desk.get("/api/board/"))["presence"]["CRT1"]["fix_at"] == before["fix_at"]


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2126-01-01T00:00:00Z", 422), ("0001-01-01T00:00:00Z", 400), ("1999-01-01T00:00:00Z", 422),
        ("0001-01-01T00:00:00+14:00", 400), ("9999-12-31T23:59:59-14:00", 400), ("2026-11-22T12:00:00", 400),
        ("2026-11-22", 400), ("2026-13-45T99:00:00Z", 400), (1763812800, 400), ("", 400),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_refused(desk: Api, at: Any, status: int) -> None:
    call, (assignment,) = call_with_units(desk, "CRT1")
    before = head(desk)
    for path, body in (
        (f"assignments/{assignment}/status/", {"status": "ER"}), (f"calls/{call}/notes/", {"text": "x"}),
        (f"calls/{call}/close/", {"disposition": "15"}), (f"calls/{call}/triage/", {"answers": CLEAR}),
    ):  # fmt: skip
        ok(desk.post(f"/api/{path}", {**body, "occurred_at": at}), status)
    assert head(desk) == before


def test_a_clock_that_is_a_little_ahead_is_forgiven(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    soon = rfc3339(timezone.now() + timezone.timedelta(seconds=20))
    done = ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER", "occurred_at": soon}))
    assert done["since"] < soon


def over_wsgi(body: bytes, token: str, path: str = "/api/calls/") -> tuple[str, Any]:
    """Status line and body as the real stack answers."""
    said: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": token, "SERVER_NAME": "testserver",
    }  # fmt: skip
    setup_testing_defaults(environ)
    environ |= {"wsgi.input": io.BytesIO(body), "HTTP_HOST": "testserver"}
    # The test's own transaction is on this connection: a request's end must not drop it.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        parts = application(environ, lambda line, headers, *_: said.extend([line, dict(headers)["Content-Type"]]))
        text = b"".join(parts)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
    assert said[1] == PROBLEM
    return said[0], json.loads(text)


def test_ten_megabytes_are_too_much_and_one_short_of_the_limit_is_read(desk: Api) -> None:
    token = desk.client.defaults["HTTP_AUTHORIZATION"]
    line, body = over_wsgi(b'{"narrative": "' + b"x" * 10_000_000 + b'"}', token)
    assert (line[:3], body["status"]) == ("413", 413)
    for app in ("traccar", "owntracks"):
        assert over_wsgi(b"{" + b" " * 10_000_000, "", f"/api/fixes/{app}/")[0][:3] == "413"
    start = b'{"location": {"text": "MAIN ST"}, "narrative": "'
    fitting = start + b"x" * (settings.REQUEST_BODY_LIMIT - len(start) - 2) + b'"}'
    line, body = over_wsgi(fitting, token)
    assert (line[:3], list(body["errors"])) == ("400", ["narrative"])
    assert ok(desk.get("/api/board/"))["calls"] == []
