"""Twelve dispatchers send one unit to twelve calls at the same moment: one wins, the others are told by which call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db.models import Count

from dispatch.models import Assignment
from tests.api.client import Answer, Api
from tests.api.stage import CLEAR, new_call, ok, triage
from tests.cast import Cast
from tests.reliability.racing import OverHttp, Racers, city, desk, racers, transactional_db, web_process

__all__ = ["city", "desk", "transactional_db"]

CALLS = 12
PROVEN_EVERY = 100
"""Rounds after which the unit's channel is proven again: a logged check holds for fifteen minutes."""


def open_calls(desk: Api) -> list[str]:
    calls = [new_call(desk)["id"] for _ in range(CALLS)]
    for call in calls:
        triage(desk, call, CLEAR)
    return calls


def one_round(desk: Api, them: Racers, calls: list[str]) -> None:
    send = partial(desk.post, body={"units": ["CRT1"]})
    runs: list[Callable[[], Answer]] = [partial(send, f"/api/calls/{call}/assignments/") for call in calls]
    answers = them.race(runs)
    assert sorted(answer.status for answer in answers) == [201] + [409] * (CALLS - 1)
    (won,) = [answer.body[0] for answer in answers if answer.status == 201]
    assert won["call"] == calls[[answer.status for answer in answers].index(201)]
    for answer in answers:
        if answer.status == 409:
            assert (answer["holder"]["unit"], answer["holder"]["call"]) == ("CRT1", won["call"])
            assert answer["holder"]["call_number"] in answer["detail"]
    active = Assignment.objects.filter(unit__callsign="CRT1", cleared_at__isnull=True)
    assert [str(row.pk) for row in active] == [won["id"]]
    ok(desk.post(f"/api/assignments/{won['id']}/status/", {"status": "AV"}))


def rounds(desk: Api, number: int) -> None:
    calls, before = open_calls(desk), Assignment.objects.count()
    with racers(CALLS) as them:
        for count in range(number):
            if count % PROVEN_EVERY == 0:
                ok(desk.post("/api/units/CRT1/check/", {"kind": "RADIO"}), 201)
            one_round(desk, them, calls)
    assert Assignment.objects.count() == before + number, "a loser left something behind"
    twice = Assignment.objects.filter(cleared_at__isnull=True).values("unit").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()


def test_one_of_twelve_gets_the_unit_fifty_times(desk: Api) -> None:
    rounds(desk, 50)


def test_one_of_twelve_gets_the_unit_in_two_web_processes(city: Cast) -> None:
    with web_process() as port:
        rounds(OverHttp(city.dispatcher, port), 10)


@pytest.mark.reliability
def test_one_of_twelve_gets_the_unit_a_thousand_times(city: Cast) -> None:
    with web_process() as port:
        rounds(OverHttp(city.dispatcher, port), 1000)
