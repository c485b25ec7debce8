"""The response plan of a call type without triage, beside what a triage of such a call decides."""

from __future__ import annotations

from dispatch.actions import calls
from dispatch.actions.calls import call_receive
from dispatch.models import Call
from tests.actions.reading import fresh, slots
from tests.stage import Stage

PLACE = {"text": "", "lat": 41.76, "lon": -72.68}
PLANNED = [("POLICE", "requested"), ("POLICE", "requested")]


def _set_type(stage: Stage, call: Call, code: str) -> None:
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=fresh(call).version, fields={"type": code})


def test_clear_answers_do_not_call_off_the_police_of_the_plan(stage: Stage) -> None:
    call = call_receive(by=stage.dispatcher, location=PLACE, call_type="DVA")
    assert slots(call) == PLANNED
    assert stage.triage(call).response == ["CRT"]
    assert slots(call) == [("CRT", "requested"), *PLANNED]
    stage.triage(call, violence="THREATS")
    assert slots(call)[-2:] == PLANNED


def test_a_triaged_call_that_becomes_another_type_gets_its_plan_beside(stage: Stage) -> None:
    call = stage.triaged_call()
    _set_type(stage, call, "DVA")
    assert slots(call) == [("CRT", "requested"), *PLANNED]
    _set_type(stage, call, "DVA")
    assert slots(call) == [("CRT", "requested"), *PLANNED]


def test_police_asked_for_already_count_for_the_plan(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1")
    _set_type(stage, call, "DVA")
    assert [row for row in slots(call) if row[0] == "POLICE"] == [("POLICE", "assigned"), ("POLICE", "requested")]
