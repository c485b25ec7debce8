"""Invariant 9: more protection is free for anyone, less needs a supervisor and a reason, and none breaks 2-6."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions.holds import call_hold
from dispatch.actions.triage import response_override
from dispatch.models import Call, Decision
from hearteam.problems import Malformed
from partners.access import Actor
from tests.actions.reading import again, fresh, open_alerts, refused, slots, waiting_deadlines
from tests.stage import Stage


def override(by: Actor, call, *response: str, reason: str = "because") -> Decision:
    return response_override(by=by, call_id=call.pk, response=list(response), reason=reason)


@pytest.mark.parametrize("who", ["calltaker", "dispatcher", "crt1_clinician", "supervisor"])
def test_anyone_adds_police_and_ems(stage: Stage, who: str) -> None:
    call, _ = stage.crt_at("ER")
    decision = override(stage.cast.actor(who), call, "POLICE", "EMS", "CRT")
    assert (decision.override_direction, decision.tier, fresh(call).tier) == ("UP", 2, 2)
    assert {("POLICE", "requested"), ("EMS", "requested")} <= set(slots(call))
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)


def test_the_rulesets_own_result_stays_beside_the_override(stage: Stage) -> None:
    call = stage.triaged_call()
    decision = override(stage.dispatcher, call, "POLICE", "CRT")
    assert (decision.ruled_response, decision.ruled_tier, decision.rule) == (["CRT"], 4, "R8")
    assert decision.overridden_by.username == "dispatcher"


def test_ems_left_out_needs_a_supervisor_and_a_reason(stage: Stage) -> None:
    call = stage.triaged_call(self_harm="UNKNOWN")
    assert fresh(call).decision.response == ["POLICE", "EMS", "CRMHC"]
    refused(lambda: override(stage.dispatcher, call, "POLICE", "CRMHC"), invariant=9, rule="NEEDS_SUPERVISOR")
    refused(lambda: override(stage.supervisor, call, "POLICE", "CRMHC", reason=" "), rule="NEEDS_REASON")
    assert override(stage.supervisor, call, "POLICE", "CRMHC").override_direction == "DOWN"


@pytest.mark.parametrize(
    ("answers", "response", "invariant"),
    [
        ({"violence": "UNKNOWN"}, ["CRMHC"], 2),
        ({"caller_wants_police": "YES"}, ["CRT"], 2),
        ({"weapon": "IN_HAND"}, ["POLICE"], 3),
        ({"weapon": "IN_HAND"}, ["POLICE", "EMS", "CRT"], 3),
        ({"weapon": "IN_HAND"}, ["POLICE", "EMS", "CRMHC"], 3),
        ({"violence": "THREATS"}, ["POLICE", "CRT"], 4),
        ({}, ["WHEELER"], 5),
        ({"age": "CHILD_3_17"}, ["CRMHC"], 5),
        ({"medical": "URGENT"}, ["POLICE"], 3),
        ({}, [], 1),
    ],
)
def test_no_override_breaks_a_safety_invariant_not_even_a_supervisors(
    stage: Stage, answers: dict[str, str], response: list[str], invariant: int
) -> None:
    call = stage.triaged_call(**answers)
    refused(lambda: override(stage.supervisor, call, *response), invariant=invariant)


def test_another_team_than_the_rules_is_a_supervisors_choice(stage: Stage) -> None:
    call = stage.triaged_call(acuity="HIGH")
    refused(lambda: override(stage.dispatcher, call, "CRT"), rule="NEEDS_SUPERVISOR")
    refused(lambda: stage.send(call, "CRT1"), rule="NEEDS_SUPERVISOR")
    override(stage.supervisor, call, "CRT")
    assert stage.send(call, "CRT1")


def test_what_was_raised_by_hand_stays_asked_for_after_another_triage(stage: Stage) -> None:
    call = stage.triaged_call()
    override(stage.dispatcher, call, "POLICE", "CRT")
    stage.triage(call, acuity="HIGH")
    assert ("POLICE", "requested") in slots(call)


def test_dropping_the_rules_team_without_police_or_ems_is_a_supervisors_choice_with_a_reason(stage: Stage) -> None:
    call = stage.triaged_call()
    refused(lambda: override(stage.cast.actor("calltaker"), call, "FIRE"), invariant=9, rule="NEEDS_SUPERVISOR")
    refused(lambda: override(stage.supervisor, call, "FIRE", reason=""), invariant=9, rule="NEEDS_REASON")
    assert override(stage.supervisor, call, "FIRE").response == ["FIRE"]


@pytest.mark.parametrize(("steps", "order"), [(["ER"], "STAGE"), (["ER", "OS"], "WITHDRAW")])
def test_police_brought_in_by_hand_turn_crews_round(stage: Stage, steps: list[str], order: str) -> None:
    call, crew = stage.crt_at(*steps)
    override(stage.crew, call, "POLICE", "CRT", reason="he has gone for the kitchen")
    assert (again(crew).order, fresh(call).priority) == (order, 1)
    assert ("UPGRADE", "CRT1") in open_alerts(call)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)


def test_an_override_clears_no_unit(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    override(stage.dispatcher, call, "POLICE")
    assert call.assignments.filter(cleared_at__isnull=True).count() == 1


def test_there_must_be_a_decision_and_known_roles(stage: Stage) -> None:
    refused(lambda: override(stage.supervisor, stage.call(), "POLICE"))
    with pytest.raises(Malformed):
        override(stage.supervisor, stage.triaged_call(), "POLICE", "NAVY")


@pytest.mark.parametrize(
    ("response", "status"), [(["POLICE", "CRT"], "pending"), (["EMS", "CRT"], "pending"), (["CRT"], "held")]
)
def test_more_protection_chosen_by_hand_ends_a_hold(stage: Stage, response: list[str], status: str) -> None:
    call = stage.triaged_call()
    until = timezone.now() + timedelta(minutes=20)
    call_hold(by=stage.dispatcher, call_id=call.pk, until=until, reason="waits for CRT")
    override(stage.dispatcher, call, *response)
    assert fresh(call).status == status
    assert ("PENDING" in waiting_deadlines(call)) == (status == "pending")


def test_a_graver_tier_brings_its_priority_and_a_priority_somebody_fixed_stays(stage: Stage) -> None:
    call = stage.triaged_call()
    assert fresh(call).priority == 3
    override(stage.dispatcher, call, "POLICE", "CRT")
    assert (fresh(call).tier, fresh(call).priority) == (2, 2)
    fixed = stage.triaged_call()
    Call.objects.filter(pk=fixed.pk).update(priority=1, priority_fixed=True)
    override(stage.dispatcher, fixed, "POLICE", "CRT")
    assert fresh(fixed).priority == 1
