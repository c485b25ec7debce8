"""What was asked for is answered by name: nobody can come, the team declines, or it is asked again."""

from __future__ import annotations

import pytest

from dispatch.actions import calls, endings, slot_answers
from dispatch.models import Call, ResponseSlot
from dispatch.queries.call import call_detail
from hearteam.problems import Malformed
from tests.actions.reading import fresh, refused, slots, waiting_deadlines
from tests.stage import Stage


def answer(stage: Stage, call: Call, role: str, status: str, reason: str = "all out") -> ResponseSlot:
    slot = call.slots.filter(role=role).last()
    assert slot is not None
    return slot_answers.slot_answer(by=stage.dispatcher, slot_id=slot.pk, status=status, reason=reason)


def test_a_team_that_declines_is_not_recommended_again_until_it_is_asked_again(stage: Stage) -> None:
    call = stage.triaged_call()
    answer(stage, call, "CRT", "declined")
    assert fresh(call).decision.response == ["CRMHC"]
    (declined, wanted) = call_detail(stage.dispatcher, fresh(call))["response_slots"]
    assert (declined["status"], declined["answered_by"], declined["answer"]) == ("declined", "dispatcher", "all out")
    assert (wanted["role"], wanted["status"], wanted["requested_by"]) == ("CRMHC", "requested", "dispatcher")
    slot_answers.slot_answer(by=stage.dispatcher, slot_id=declined["id"], status="requested")
    assert fresh(call).decision.response == ["CRT"]
    assert slots(call) == [("CRT", "requested")]


def test_police_are_never_crossed_off_and_stay_asked_for_while_nobody_can_come(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    refused(lambda: answer(stage, call, "POLICE", "declined"), rule="SAFETY")
    answer(stage, call, "POLICE", "unfilled")
    assert ("POLICE", "unfilled") in slots(call)
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)
    refused(lambda: stage.send(call, "CRMHC1"), invariant=2)
    stage.send(call, "HPD1")
    assert ("POLICE", "assigned") in slots(call)


def test_an_answer_needs_a_reason_and_something_that_waits(stage: Stage) -> None:
    call = stage.triaged_call()
    with pytest.raises(Malformed):
        answer(stage, call, "CRT", "declined", " ")
    stage.send(call, "CRT1")
    refused(lambda: answer(stage, call, "CRT", "unfilled"))


def test_a_merged_call_that_is_reopened_is_unmerged_and_the_other_says_so(stage: Stage) -> None:
    call, into = stage.call(), stage.call()
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="same")
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="another street")
    assert fresh(call).status == "pending"
    assert f"{call.number} is a call of its own again" in into.notes.last().text


def test_a_caller_who_was_added_to_the_other_call_is_not_copied_by_the_merge(stage: Stage) -> None:
    call, into = stage.call(), stage.call()
    into.contacts.update(name="Ana Diaz", phone="860-555-0111")
    caller = {"name": "Pat Example", "phone": "860-555-0100"}
    calls.contact_add(by=stage.dispatcher, call_id=into.pk, contact=caller)
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="same")
    assert [contact.name for contact in into.contacts.all()] == ["Ana Diaz", "Pat Example"]
