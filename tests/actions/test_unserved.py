"""Not triaged, ineligible, and eligible but not served are three things; the last has a reason that is audited."""

from __future__ import annotations

from datetime import date, time

import pytest

from dispatch.actions import endings, handoffs, triage
from dispatch.models import Call
from partners.models import Contract, ServiceHours, Shift
from tests.actions.reading import fresh, unit
from tests.factories import make_hours, make_team
from tests.stage import Stage


def close(stage: Stage, call: Call, disposition: str = "18") -> tuple[str, str]:
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition=disposition)
    ended = fresh(call)
    return ended.unserved_team, ended.unserved_reason


def no_contract() -> None:
    Contract.objects.filter(team__code="CRT").update(ends_on=date(2020, 1, 2))


def off_hours() -> None:
    ServiceHours.objects.filter(team__code="CRT").delete()
    make_hours(make_team("CRT"), opens=time(0), closes=time(0, 1), days=[])


def no_unit() -> None:
    Shift.objects.filter(unit__team__code="CRT").delete()


def other_neighborhood() -> None:
    team = make_team("CRT")
    team.area = ["SOUTH END"]
    team.save()


@pytest.mark.parametrize(
    ("why", "code"),
    [(no_contract, "NO_CONTRACT"), (off_hours, "OFF_HOURS"), (no_unit, "NO_UNIT"), (other_neighborhood, "OUT_OF_AREA")],
)
def test_the_team_the_rule_wanted_first_could_not_come(stage: Stage, why, code: str) -> None:
    why()
    call = stage.triaged_call()
    assert close(stage, call) == ("CRT", code)


def test_nobody_refused_nobody_came(stage: Stage) -> None:
    assert close(stage, stage.triaged_call(), "42") == ("CRT", "REFUSED")


def test_a_cancelled_call(stage: Stage) -> None:
    call = stage.triaged_call()
    endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="caller is fine")
    assert (fresh(call).unserved_team, fresh(call).unserved_reason) == ("CRT", "CANCELLED")


def test_a_team_overridden_away(stage: Stage) -> None:
    call = stage.triaged_call()
    triage.response_override(by=stage.supervisor, call_id=call.pk, response=["POLICE"], reason="asked for by police")
    assert close(stage, call) == ("CRT", "OVERRIDDEN")


def test_a_hand_off_that_failed(stage: Stage) -> None:
    call = stage.triaged_call(age="CHILD_3_17")
    handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="declined")
    assert close(stage, call) == ("WHEELER", "HANDOFF_FAILED")


def test_served_ineligible_and_untriaged_calls_have_no_reason(stage: Stage) -> None:
    served, _ = stage.crt_at("OS")
    for call in (served, stage.triaged_call(weapon="IN_HAND"), stage.call()):
        assert close(stage, call) == ("", "")


def test_another_team_that_came_served_the_call(stage: Stage) -> None:
    for callsign in ("CRT1", "CRT2"):
        unit(callsign).shifts.all().delete()
    call = stage.triaged_call()
    (assignment,) = stage.send(call, "CRMHC1")
    stage.step(assignment, "OS")
    assert close(stage, call) == ("", "")


def test_a_unit_that_never_arrived_served_nobody(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    assert close(stage, call) == ("CRT", "NO_UNIT")
