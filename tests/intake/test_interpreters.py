"""An interpreter on a call: which line, and each step with its time."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.models import InterpreterLine, InterpreterUse
from dispatch.rules.languages import language_code
from tests.api.client import Answer, Api
from tests.api.stage import new_call, ok


def step(desk: Api, call: str, name: str, **more: Any) -> Answer:
    return desk.post(f"/api/calls/{call}/interpreter/", {"step": name, **more})


def on_row(desk: Api) -> Any:
    return ok(desk.get("/api/board/"))["calls"][0]["interpreter"]


def test_each_step_is_stamped_shown_on_the_row_and_in_the_timeline(desk: Api) -> None:
    call = new_call(desk)["id"]
    asked = ok(step(desk, call, "requested", language="Spanish", whose="PERSON"))
    assert (asked["language"], asked["whose"], asked["line_phone"]) == ("es", "PERSON", "860-555-0191")
    assert on_row(desk)["state"] == "requested"
    joined = ok(step(desk, call, "joined", interpreter="4711"))
    assert joined["joined_at"] >= asked["requested_at"]
    assert (on_row(desk)["state"], on_row(desk)["language"]) == ("joined", "es")
    ok(step(desk, call, "ended"))
    assert on_row(desk) is None
    events = ok(desk.get(f"/api/calls/{call}/timeline/"))["events"]
    told = {event["type"]: event["data"] for event in events if event["type"].startswith("interpreter")}
    assert told["interpreter_joined"]["interpreter"] == "4711"
    assert set(told) == {"interpreter_requested", "interpreter_joined", "interpreter_ended"}


def test_a_language_without_a_line_of_its_own_gets_the_one_for_all_others(desk: Api) -> None:
    call = new_call(desk)["id"]
    assert ok(step(desk, call, "requested", language="so"))["line_name"] == "Language line"
    InterpreterLine.objects.update(active=False)
    other = new_call(desk)["id"]
    assert ok(step(desk, other, "requested", language="so"))["line_phone"] == ""


def test_asked_twice_is_one_request_and_another_language_waits_for_the_first_to_end(desk: Api) -> None:
    call = new_call(desk)["id"]
    first = ok(step(desk, call, "requested", language="es"))["id"]
    assert ok(step(desk, call, "requested", language="español"))["id"] == first
    ok(step(desk, call, "requested", language="pl"), 409)
    ok(step(desk, call, "ended"))
    ok(step(desk, call, "requested", language="pl"))


def test_the_languages_of_caller_and_person_stay_as_they_were_told(desk: Api) -> None:
    call = new_call(desk, caller={"name": "Ada Example", "language": "en"}, person={"language": "pt"})["id"]
    ok(step(desk, call, "requested", language="es"))
    seen = ok(desk.get(f"/api/calls/{call}/"))
    assert (seen["caller"]["language"], seen["person"]["language"]) == ("en", "pt")


@pytest.mark.parametrize(("body", "status"), [
    ({"step": "joined"}, 422), ({"step": "ended"}, 422), ({"step": "requested"}, 400), ({"step": "gone"}, 400),
    ({"step": "requested", "language": "no such tongue"}, 400),
    ({"step": "requested", "language": "es", "whose": "ALL"}, 400),
])  # fmt: skip
def test_a_step_that_cannot_be_is_refused(desk: Api, body: dict[str, Any], status: int) -> None:
    call = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/interpreter/", body), status)
    assert on_row(desk) is None


def test_languages_are_known_by_code_and_by_name() -> None:
    assert [language_code(word) for word in ("ES", "  spanish ", "Kreyòl", "ASL", "zz")] == [
        "es",
        "es",
        "ht",
        "ase",
        "zz",
    ]


def test_nobody_waits_for_an_interpreter_on_a_call_that_was_closed(desk: Api) -> None:
    call = new_call(desk)["id"]
    ok(step(desk, call, "requested", language="es"))
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "05"}))
    assert not InterpreterUse.objects.filter(ended_at__isnull=True).exists()
    ok(desk.post("/api/undo/"))
    assert on_row(desk)["state"] == "requested"
