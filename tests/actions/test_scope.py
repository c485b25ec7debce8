"""A crew whose team no longer serves the call is named to the dispatcher; it is neither released nor stopped by it."""

from __future__ import annotations

import pytest

from dispatch.actions import orders
from dispatch.models import Alert
from tests.actions.reading import again, fresh, open_alerts
from tests.actions.reading import slots as slots_of
from tests.stage import Stage


@pytest.mark.parametrize("steps", [[], ["ER"], ["ER", "OS"]])
def test_a_crew_on_a_call_that_turns_out_to_be_a_childs_is_named_and_stays(stage: Stage, steps: list[str]) -> None:
    call, assignment = stage.crt_at(*steps)
    decision = stage.triage(call, age="CHILD_3_17")
    assert decision.tier == 4
    alert = Alert.objects.get(call=call, kind="OUT_OF_SCOPE")
    assert (alert.level, alert.unit.callsign) == (2, "CRT1")
    assert alert.text == f"CRT1 does not serve what {call.number} is now: child 3-17"
    assert (again(assignment).cleared_at, again(assignment).order) == (None, "")
    assert ("WHEELER", "requested") in slots_of(call)


def test_it_is_named_once_and_no_more_when_the_age_was_a_mistake(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    stage.triage(call, age="CHILD_3_17")
    stage.triage(call, age="CHILD_3_17", acuity="HIGH")
    assert Alert.objects.filter(call=call, kind="OUT_OF_SCOPE").count() == 1
    stage.triage(call)
    assert "OUT_OF_SCOPE" not in {kind for kind, _ in open_alerts(call)}


def test_a_crew_under_an_order_is_not_named_beside_it(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, age="CHILD_3_17", weapon="IN_HAND")
    assert again(assignment).order == "STAGE"
    assert {kind for kind, unit in open_alerts(call) if unit == "CRT1"} == {"UPGRADE"}


def test_a_crew_that_is_cleared_needs_no_decision_any_more(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, age="CHILD_3_17")
    stage.step(assignment, "AV")
    assert "OUT_OF_SCOPE" not in {kind for kind, _ in open_alerts(call)}


def test_whether_it_goes_on_meanwhile_is_the_dispatchers_word(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.triage(call, age="CHILD_3_17")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="WHEELER comes")
    stage.triage(call, age="CHILD_3_17", acuity="HIGH")
    assert "OUT_OF_SCOPE" not in {kind for kind, _ in open_alerts(call)}
    orders.order_lift(by=stage.dispatcher, assignment_id=assignment.pk, reason="WHEELER is 40 min away")
    assert stage.step(assignment, "OS").status == "OS"
    assert fresh(call).tier == 3
