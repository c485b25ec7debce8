"""A triage may name the decision it was made on; a stale one takes no danger back."""

from __future__ import annotations

from tests.api.client import Api
from tests.api.stage import CLEAR, new_call, ok, triage


def test_a_stale_set_of_answers_is_a_conflict_that_brings_the_newest(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    newest = triage(desk, call, {**CLEAR, "weapon": "IN_HAND"})
    path = f"/api/calls/{call}/triage/"
    answer = ok(desk.post(path, {"answers": CLEAR, "decision": ""}, key="stale"), 409)
    assert answer["triage"]["decision"]["id"] == newest["id"]
    assert answer["triage"]["answers"]["weapon"] == "IN_HAND"
    assert ok(desk.post(path, {"answers": CLEAR, "decision": newest["id"]}, key="seen"))["tier"] == 4
    triage(desk, call, {**CLEAR, "weapon": "IN_HAND"})
    ok(desk.post(path, {"answers": CLEAR}, key="unnamed"))
