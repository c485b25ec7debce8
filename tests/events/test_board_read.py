"""The board is read in a few statements however much is open."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from dispatch.models import Assignment
from tests.factories import make_caution, make_premise, make_unit
from tests.stage import Stage

MOST = 10


def read_board(stage: Stage) -> tuple[int, dict]:
    """(statements, body) of a read with a token, signing in included."""
    token = Token.objects.get_or_create(user=stage.cast.dispatcher)[0]
    client = APIClient(headers={"Authorization": f"Token {token.key}"})
    with CaptureQueriesContext(connection) as statements:
        answer = client.get("/api/board/")
    assert answer.status_code == 200
    return len([row for row in statements if "SAVEPOINT" not in row["sql"]]), answer.json()


@pytest.mark.parametrize("calls", [1, 60])
def test_the_board_costs_at_most_ten_statements(stage: Stage, calls: int) -> None:
    decided = stage.triaged_call(violence="THREATS")
    premise = make_premise()
    make_caution(premise, stage.cast.supervisor)
    for number in range(calls):
        call = stage.call(premise=premise, decision=decided.decision, tier=2)
        unit = make_unit(f"HPD{100 + number}", "HPD")
        now = call.received_at
        Assignment.objects.create(call=call, unit=unit, role="POLICE", status="ER", status_since=now, dispatched_at=now)
        call.slots.create(role="POLICE", status="requested", source="ruleset", requested_at=now)
    statements, body = read_board(stage)
    assert len(body["calls"]) == calls + 1
    assert statements <= MOST
