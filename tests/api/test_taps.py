"""What a tablet kept offline: a list, each tap as if it came alone, placed when it happened as far as that is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.models import Assignment
from hearteam.events.log import rfc3339
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import call_with_units, ok


@pytest.fixture
def crew(as_: As) -> Api:
    return as_("crt1_peer")


@pytest.fixture
def sent(desk: Api) -> tuple[str, str]:
    """(call, assignment) that CRT1 was sent to twenty minutes ago."""
    call, (assignment,) = call_with_units(desk, "CRT1")
    earlier = timezone.now() - timedelta(minutes=20)
    Assignment.objects.filter(pk=assignment).update(dispatched_at=earlier, status_since=earlier)
    return call, assignment


def ago(**how_long: float) -> str:
    return rfc3339(timezone.now() - timedelta(**how_long))


def step(assignment: str, status: str, key: str = "", **body: Any) -> dict[str, Any]:
    path = f"/api/assignments/{assignment}/status/"
    return {"key": key or f"key-{status}", "path": path, "body": {"status": status, **body}}


def send(api: Api, *taps: dict[str, Any]) -> list[tuple[int, Any]]:
    answers = ok(api.post("/api/taps/", {"taps": list(taps)})).body["answers"]
    assert [one["key"] for one in answers] == [tap["key"] for tap in taps[: len(answers)]]
    return [(one["status"], one["answer"]) for one in answers]


def events(desk: Api, call: str, kind: str) -> list[dict[str, Any]]:
    found = ok(desk.get(f"/api/calls/{call}/timeline/")).body["events"]
    return [event["data"] for event in found if event["type"] == kind]


def test_a_list_is_applied_in_order_and_once_also_when_it_comes_again(
    crew: Api, desk: Api, sent: tuple[str, str]
) -> None:
    call, assignment = sent
    taps = [
        step(assignment, "ER", occurred_at=ago(minutes=15)),
        {"key": "n", "path": f"/api/calls/{call}/notes/", "body": {"text": "Gate code 4", "audience": "ALL"}},
        step(assignment, "OS", occurred_at=ago(minutes=10)),
        {"key": "w", "path": f"/api/assignments/{assignment}/welfare/", "body": {"occurred_at": ago(minutes=1)}},
    ]
    first = send(crew, *taps)
    assert [status for status, _ in first] == [200, 201, 200, 200]
    assert send(crew, *taps) == first
    steps = events(desk, call, "assignment_status_changed")
    assert [(one["status"], one["occurred_at"], one["late"]) for one in steps] == [
        ("ER", taps[0]["body"]["occurred_at"], True),
        ("OS", taps[2]["body"]["occurred_at"], True),
    ]
    assert len(events(desk, call, "note_added")) == len(events(desk, call, "welfare_check_passed")) == 1


def test_a_tap_sent_alone_and_then_in_a_list_is_the_same_command(crew: Api, desk: Api, sent: tuple[str, str]) -> None:
    call, assignment = sent
    tap = step(assignment, "ER", occurred_at=ago(minutes=3))
    alone = ok(crew.post(tap["path"], tap["body"], key=tap["key"])).body
    assert send(crew, tap) == [(200, alone)]
    assert len(events(desk, call, "assignment_status_changed")) == 1


def test_a_refused_tap_says_why_and_does_not_stop_the_rest(crew: Api, sent: tuple[str, str]) -> None:
    _, assignment = sent
    answers = send(
        crew,
        step(assignment, "AD"),
        {"key": "x", "path": "/api/board/", "body": {}},
        {"key": "y", "path": "/api/units/CRMHC1/status/", "body": {"status": "BK"}},
        step(assignment, "ER", "bad", color="red"),
        step(assignment, "ER"),
    )
    assert [status for status, _ in answers] == [422, 404, 404, 400, 200]
    assert "cannot become" in answers[0][1]["detail"]


def test_where_the_server_fails_the_list_ends_because_the_next_may_build_on_it(
    crew: Api, sent: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, assignment = sent

    def fail(**_: Any) -> None:
        raise RuntimeError("away")

    monkeypatch.setattr("dispatch.actions.safety.welfare_pass", fail)
    path = f"/api/assignments/{assignment}/welfare/"
    assert [status for status, _ in send(crew, {"key": "w", "path": path, "body": {}}, step(assignment, "ER"))] == [500]


def test_a_page_made_for_somebody_else_is_signed_out(crew: Api, as_: As, cast: Any) -> None:
    mine = {"HEARTeam-User": cast.crt1_peer.username}
    assert crew.client.get("/api/unit/", headers=mine).status_code == 200
    assert as_("crt1_clinician").client.get("/api/unit/", headers=mine).status_code == 401


def test_the_other_tablet_told_of_the_step_before_and_nothing_is_changed(
    crew: Api, as_: As, desk: Api, sent: tuple[str, str]
) -> None:
    call, assignment = sent
    one, other = ago(minutes=12), ago(minutes=11)
    send(crew, step(assignment, "ER", occurred_at=one), step(assignment, "OS", occurred_at=ago(minutes=5)))
    late = send(
        as_("crt1_clinician"),
        step(assignment, "ER", occurred_at=other),
        step(assignment, "OS", occurred_at=ago(minutes=4)),
    )
    assert [(status, answer["already"], answer["status"]) for status, answer in late] == [
        (200, True, "OS"),
        (200, True, "OS"),
    ]
    assert [one["status"] for one in events(desk, call, "assignment_status_changed")] == ["ER", "OS"]


def test_a_step_back_that_is_told_of_now_is_refused_as_ever(crew: Api, sent: tuple[str, str]) -> None:
    _, assignment = sent
    send(crew, step(assignment, "ER"), step(assignment, "OS"))
    ((status, _),) = send(crew, step(assignment, "ER", "back", occurred_at=ago(seconds=0)))
    assert status == 422


@pytest.mark.parametrize(
    ("told", "earliest", "latest"),
    [
        pytest.param({"hours": -30}, 0, 1, id="a clock in the future: now"),
        pytest.param({"days": 400}, 20, 21, id="a clock long past: when the unit was sent"),
        pytest.param({"minutes": 5}, 5, 6, id="possible: as told"),
    ],
)
def test_a_tablet_that_never_heard_the_server_is_taken_within_what_is_possible_and_marked(
    told: dict[str, float], earliest: int, latest: int, crew: Api, desk: Api, sent: tuple[str, str]
) -> None:
    call, assignment = sent
    send(crew, step(assignment, "ER", occurred_at=ago(**told), time_unsure=True))
    (event,) = events(desk, call, "assignment_status_changed")
    age = timezone.now() - datetime.fromisoformat(event["occurred_at"])
    assert timedelta(minutes=earliest) <= age < timedelta(minutes=latest)
    assert event["time_unsure"] is True


def test_the_same_clock_without_the_mark_is_refused_with_the_reason(crew: Api, sent: tuple[str, str]) -> None:
    _, assignment = sent
    ((status, answer),) = send(crew, step(assignment, "ER", occurred_at=ago(hours=-3)))
    assert status == 422
    assert "check the device's clock" in answer["detail"]


def test_an_emergency_from_a_dead_spot_says_how_long_ago_and_no_clock_refuses_it(crew: Api, desk: Api) -> None:
    path = "/api/units/CRT1/emergency/"
    body = {"occurred_at": ago(minutes=7), "time_unsure": True}
    ((status, alert),) = send(crew, {"key": "e", "path": path, "body": body})
    assert status == 201
    assert alert["text"].endswith(": pressed 7 min before it was heard")
    ok(desk.post(f"/api/alerts/{alert['id']}/clear/", {"reason": "Answered"}))
    wrong = {"occurred_at": ago(days=-900), "time_unsure": True}
    ((status, alert),) = send(crew, {"key": "f", "path": path, "body": wrong})
    assert status == 201
    assert "before it was heard" not in alert["text"]


def test_a_tap_from_nobody_knows_when_acknowledges_no_order(crew: Api, desk: Api, sent: tuple[str, str]) -> None:
    call, assignment = sent
    send(crew, step(assignment, "ER"))
    ok(desk.post(f"/api/assignments/{assignment}/order/", {"order": "STAGE", "reason": "Shots"}))
    send(crew, step(assignment, "ST", occurred_at=ago(seconds=0), time_unsure=True))
    assert events(desk, call, "order_acknowledged") == []
