"""Two people change one thing at the same moment: the order may be either, the outcome is whole in both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction

from dispatch.models import Assignment, Call, Command, Handoff
from hearteam.events.models import Event
from tests.api.client import Api
from tests.api.stage import CHILD, CLEAR, PLACE, call_with_units, head, new_call, ok, send_units, triage
from tests.cast import Cast
from tests.live.process import until
from tests.reliability.racing import Racers, city, desk, racers, transactional_db

__all__ = ["city", "desk", "transactional_db"]
ROUNDS = 8


@pytest.fixture
def two() -> Iterator[Racers]:
    with racers(2) as them:
        yield them


@pytest.fixture
def other(city: Cast) -> Api:
    """Another dispatcher."""
    return Api(city.dispatcher2)


@pytest.fixture(autouse=True)
def units_proven_and_free(desk: Api) -> None:
    for row in ok(desk.get("/api/board/"))["units"]:
        if row["assignment"]:
            ok(desk.post(f"/api/assignments/{row['assignment']}/status/", {"status": "AV"}))
        ok(desk.post(f"/api/units/{row['unit']}/check/", {"kind": "RADIO"}), 201)


def active_of(call: str) -> list[Assignment]:
    return list(Assignment.objects.filter(call_id=call, cleared_at__isnull=True))


def test_of_two_changes_of_one_version_one_is_told_the_new_version(desk: Api, other: Api, two: Racers) -> None:
    for _ in range(ROUNDS):
        call = new_call(desk)
        path = f"/api/calls/{call['id']}/"
        body = {"version": call["version"]}
        answers = two.race(
            [partial(desk.patch, path, {**body, "priority": 1}), partial(other.patch, path, {**body, "priority": 4})]
        )
        assert sorted(answer.status for answer in answers) == [200, 409]
        won, lost = sorted(answers, key=lambda answer: answer.status)
        assert lost["version"] == won["version"]
        assert ok(desk.get(path))["priority"] == won["priority"]


def test_a_call_closed_while_a_unit_is_sent_keeps_no_unit(desk: Api, other: Api, two: Racers) -> None:
    for _ in range(ROUNDS):
        call = new_call(desk)["id"]
        closed, sent = two.race(
            [
                partial(desk.post, f"/api/calls/{call}/close/", {"disposition": "18"}),
                partial(other.post, f"/api/calls/{call}/assignments/", {"units": ["HPD1"]}),
            ]
        )
        assert (closed.status, sent.status in (201, 422)) == (200, True)
        assert active_of(call) == []


def test_a_call_merged_while_a_unit_is_sent_keeps_it_or_gets_none(desk: Api, other: Api, two: Racers) -> None:
    for _ in range(ROUNDS):
        call, into = new_call(desk)["id"], new_call(desk)["id"]
        merged, sent = two.race(
            [
                partial(desk.post, f"/api/calls/{call}/merge/", {"into": into}),
                partial(other.post, f"/api/calls/{call}/assignments/", {"units": ["HPD1"]}),
            ]
        )
        assert sorted([merged.status, sent.status]) in ([200, 422], [201, 422]), (merged.body, sent.body)
        assert len(active_of(call)) == (0 if merged.status == 200 else 1)
        if sent.status == 201:
            ok(desk.post(f"/api/assignments/{sent.body[0]['id']}/status/", {"status": "AV"}))


def test_two_calls_merged_into_each_other_leave_one_open(desk: Api, other: Api, two: Racers) -> None:
    for _ in range(ROUNDS):
        first, second = new_call(desk)["id"], new_call(desk)["id"]
        answers = two.race(
            [
                partial(desk.post, f"/api/calls/{first}/merge/", {"into": second}),
                partial(other.post, f"/api/calls/{second}/merge/", {"into": first}),
            ]
        )
        assert sorted(answer.status for answer in answers) == [200, 422]
        assert sorted(Call.objects.filter(pk__in=[first, second]).values_list("status", flat=True)) == [
            "merged", "pending",
        ]  # fmt: skip


def test_units_named_in_opposite_orders_do_not_block_each_other(desk: Api, other: Api, two: Racers) -> None:
    for _ in range(ROUNDS):
        first, second = new_call(desk)["id"], new_call(desk)["id"]
        answers = two.race(
            [
                partial(desk.post, f"/api/calls/{first}/assignments/", {"units": ["HPD1", "HPD2"]}),
                partial(other.post, f"/api/calls/{second}/assignments/", {"units": ["HPD2", "HPD1"]}),
            ]
        )
        assert sorted(answer.status for answer in answers) == [201, 409]
        (sent,) = [answer.body for answer in answers if answer.status == 201]
        assert len(sent) == 2
        ok(desk.post(f"/api/calls/{sent[0]['call']}/close/", {"disposition": "18"}))


def test_two_accepted_handoffs_never_share_a_temporary_unit(desk: Api, other: Api, two: Racers) -> None:
    body = {"team": "WHEELER", "outcome": "accepted", "eta_minutes": 20}
    for same in (True, False) * (ROUNDS // 2):
        first = new_call(desk)["id"]
        second = first if same else new_call(desk)["id"]
        for call in {first, second}:
            triage(desk, call, CHILD)
        answers = two.race(
            [
                partial(desk.post, f"/api/calls/{first}/handoffs/", body),
                partial(other.post, f"/api/calls/{second}/handoffs/", body),
            ]
        )
        assert [answer.status for answer in answers] == [201, 201]
        assert len({answer["unit"] for answer in answers}) == 2
        for call in {first, second}:
            ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    assert Handoff.objects.filter(assignment__isnull=False).count() == 2 * ROUNDS


def test_the_same_command_twice_at_once_acts_once(desk: Api, two: Racers) -> None:
    for number in range(ROUNDS):
        before = Call.objects.count()
        run = partial(desk.post, "/api/calls/", {"location": PLACE}, key=f"once-{number}")
        first, second = two.race([run, run])
        assert first.status == second.status == 201
        assert first.body == second.body
        assert Call.objects.count() == before + 1


def test_a_steps_report_and_a_close_at_once_end_the_assignment_once(desk: Api, city: Cast, two: Racers) -> None:
    crew = Api(city.crt1_clinician)
    for _ in range(ROUNDS):
        call, (assignment,) = call_with_units(desk, "CRT1")
        closed, _ = two.race(
            [
                partial(desk.post, f"/api/calls/{call}/close/", {"disposition": "18"}),
                partial(crew.post, f"/api/assignments/{assignment}/status/", {"status": "ER"}),
            ]
        )
        assert closed.status == 200
        row = Assignment.objects.get(pk=assignment)
        assert (row.status, row.cleared_at is not None) == ("AV", True)
        (last,) = Event.objects.filter(unit="CRT1").order_by("-v")[:1]
        assert last.data["changes"]["units"][0]["status"] == "AV"


def test_everybody_at_once_on_one_call_blocks_nobody(desk: Api, city: Cast) -> None:
    """Triage, status, note, ranking, alert and emergency all touch the same rows in their own order."""
    call, (assignment,) = call_with_units(desk, "CRT1")
    send_units(desk, call, "HPD1")
    crew, officer, other = Api(city.crt1_clinician), Api(city.hpd1_officer), Api(city.dispatcher2)
    alert = ok(crew.post("/api/units/CRT1/emergency/"), 201)["id"]
    runs: list[Any] = [
        partial(desk.post, f"/api/calls/{call}/triage/", {"answers": {**CLEAR, "weapon": "IN_HAND"}}),
        partial(other.post, f"/api/calls/{call}/triage/", {"answers": CLEAR}),
        partial(crew.post, f"/api/assignments/{assignment}/acknowledge/"),
        partial(officer.post, f"/api/calls/{call}/scene-safe/", {}),
        partial(crew.post, f"/api/calls/{call}/notes/", {"text": "Here"}),
        partial(desk.get, f"/api/calls/{call}/recommendation/"),
        partial(other.post, f"/api/alerts/{alert}/acknowledge/"),
        partial(crew.post, "/api/units/CRT1/emergency/"),
        partial(desk.post, "/api/units/CRT1/check/", {"kind": "RADIO"}),
        partial(officer.post, f"/api/calls/{call}/police/", {}),
    ]
    with racers(len(runs)) as them:
        for _ in range(ROUNDS):
            statuses = [answer.status for answer in them.race(runs)]
            assert set(statuses) <= {200, 201}, statuses
    versions = list(Event.objects.order_by("v").values_list("v", flat=True))
    assert versions == list(range(versions[0], versions[0] + len(versions)))
    board = {row["id"]: row for row in ok(desk.get("/api/board/"))["calls"]}
    last = Event.objects.filter(call_id=call, data__changes__has_key="calls").order_by("-v").first()
    assert last is not None
    told = next(row for row in last.data["changes"]["calls"] if row["id"] == call)
    assert told == board[call], "the last event shows what a fresh board shows"


def cut_waiting(admin: Any) -> bool:
    """End the connections that wait for a lock; whether there was one."""
    with admin.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchall())


def test_a_command_whose_connection_dies_leaves_nothing_and_may_be_sent_again(desk: Api, city: Cast) -> None:
    call = new_call(desk)["id"]
    before = head(desk)
    path, body = f"/api/calls/{call}/notes/", {"text": "Once"}

    def send() -> int:
        response = Api(city.dispatcher).client.post(
            path, body, content_type="application/json", headers={"Idempotency-Key": "dies"}
        )
        return int(response.status_code)

    admin = psycopg2.connect(**connection.get_connection_params())
    admin.autocommit = True  # within a transaction the view of what waits would not change
    with closing(admin), racers(1) as one:
        with transaction.atomic():
            Call.objects.select_for_update().get(pk=call)
            cut = one.pool.submit(one._go, send)
            until(partial(cut_waiting, admin), "the command waits for the call")
        assert cut.result(30) == 503
    assert not Command.objects.filter(key="dies").exists()
    assert head(desk) == before
    ok(desk.post(path, body, key="dies"), 201)
    ok(desk.post(path, body, key="dies"), 201)
    assert [note["text"] for note in ok(desk.get(f"/api/calls/{call}/"))["notes"]] == ["Once"]
