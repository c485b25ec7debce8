"""Holding, cancelling, merging and reopening calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import endings, holds, safety
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.slots import slot_request
from dispatch.models import Call
from dispatch.rules.ruleset_file import load_default_ruleset
from hearteam.problems import Malformed, NotAllowed
from tests.actions.reading import events_of, fresh, open_alerts, refused, slots, unit, waiting_deadlines
from tests.stage import Stage, publish_ruleset


def hold(stage: Stage, call: Call, minutes: int = 10) -> Call:
    until = timezone.now() + timedelta(minutes=minutes)
    return holds.call_hold(by=stage.dispatcher, call_id=call.pk, until=until, reason="waits for CRT")


def test_a_held_call_is_not_overdue_while_it_waits_on_purpose(stage: Stage) -> None:
    call = stage.triaged_call()
    deadlines_fire(timezone.now() + timedelta(minutes=11))
    assert ("PENDING_OVERDUE", "") in open_alerts(call)
    hold(stage, call, 20)
    assert open_alerts(call) == set()
    assert "PENDING" not in waiting_deadlines(call)


def test_a_hold_ends_by_the_clock_by_hand_or_by_sending_a_unit(stage: Stage) -> None:
    by_clock, by_hand, by_unit = (hold(stage, stage.triaged_call()) for _ in range(3))
    holds.call_resume(by=stage.dispatcher, call_id=by_hand.pk)
    stage.send(by_unit, "CRT1")
    deadlines_fire(timezone.now() + timedelta(minutes=10, seconds=1))
    assert [fresh(call).status for call in (by_clock, by_hand, by_unit)] == ["pending", "pending", "dispatched"]
    assert open_alerts(by_clock) == {("PENDING_OVERDUE", "")}
    assert fresh(by_unit).hold_until is None
    refused(lambda: holds.call_resume(by=stage.dispatcher, call_id=by_unit.pk))


def test_a_call_that_units_are_on_cannot_be_held(stage: Stage) -> None:
    call, _ = stage.crt_at()
    refused(lambda: hold(stage, call), rule="IMPOSSIBLE")


def test_a_hold_needs_a_reason_and_a_time_to_come(stage: Stage) -> None:
    call = stage.call()
    with pytest.raises(Malformed):
        hold(stage, call, -1)
    with pytest.raises(Malformed):
        holds.call_hold(by=stage.dispatcher, call_id=call.pk, until=timezone.now() + timedelta(minutes=1), reason=" ")


def test_cancelling_turns_units_back(stage: Stage) -> None:
    call, _ = stage.crt_at("ER")
    endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="the brother called back: all well")
    cancelled = fresh(call)
    assert (cancelled.status, cancelled.disposition.apco) == ("cancelled", "10")
    assert not call.assignments.filter(cleared_at__isnull=True).exists()
    assert slots(call) == [("CRT", "unfilled")]
    assert waiting_deadlines(call) == set()


def test_a_call_that_a_unit_reached_is_closed_not_cancelled_also_after_it_left(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    refused(lambda: endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="over"))
    stage.step(assignment, "AV")
    refused(lambda: endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="over"))


def test_a_reopened_call_is_worked_again_from_the_start(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="he came back")
    reopened = fresh(call)
    assert (reopened.status, reopened.disposition, reopened.closed_at) == ("pending", None, None)
    assert ("CRMHC", "requested") in slots(call)
    assert stage.send(call, "HPD1")


def test_an_earlier_word_does_not_make_a_reopened_scene_safe(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="he came back")
    _, clinician = stage.send(call, "HPD1", "CRMHC1")
    refused(lambda: stage.step(clinician, "OS"), invariant=14)


def test_an_open_call_is_not_reopened_and_reopening_needs_a_reason(stage: Stage) -> None:
    call = stage.call()
    refused(lambda: endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="x"))
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="05")
    with pytest.raises(Malformed):
        endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="")


def test_a_merged_call_ends_and_the_other_names_it(stage: Stage) -> None:
    call, into = stage.call(), stage.triaged_call()
    endings.call_merge(by=stage.dispatcher, call_id=str(call.pk), into_id=str(into.pk), reason="two callers")
    merged = fresh(call)
    assert (merged.status, merged.merged_into_id, merged.disposition.apco) == ("merged", into.pk, "22")
    assert call.number in into.notes.get().text
    assert "note_added" in events_of(into)
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="not the same after all")
    assert fresh(call).merged_into is None


def test_what_cannot_be_merged(stage: Stage) -> None:
    call, _ = stage.crt_at()
    other, closed = stage.call(), stage.call()
    endings.call_close(by=stage.dispatcher, call_id=closed.pk, disposition="05")

    def merge(one: Call, into: Call) -> None:
        endings.call_merge(by=stage.dispatcher, call_id=one.pk, into_id=into.pk, reason="")

    assert "Units are on" in refused(lambda: merge(call, other))
    refused(lambda: merge(other, other))
    refused(lambda: merge(other, closed))
    refused(lambda: merge(closed, other))


@pytest.mark.parametrize("who", ["calltaker", "auditor", "officer", "crt1_clinician", "stranger"])
def test_only_those_who_dispatch_end_calls(stage: Stage, who: str) -> None:
    call = stage.call()
    with pytest.raises(NotAllowed):
        endings.call_close(by=stage.cast.actor(who), call_id=call.pk, disposition="05")


def test_a_held_call_with_new_danger_waits_no_longer(stage: Stage) -> None:
    call = stage.triaged_call()
    hold(stage, call)
    stage.triage(call, violence="THREATS")
    assert (fresh(call).status, fresh(call).hold_until) == ("pending", None)
    assert waiting_deadlines(call) >= {"PENDING"}
    assert "HOLD" not in waiting_deadlines(call)


def test_a_held_call_triaged_without_danger_stays_held(stage: Stage) -> None:
    untriaged, triaged = stage.call(), stage.triaged_call()
    for call in (untriaged, triaged):
        hold(stage, call)
        stage.triage(call)
        assert fresh(call).status == "held"


def test_a_call_with_danger_is_held_by_a_supervisor_only(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    refused(lambda: hold(stage, call), rule="NEEDS_SUPERVISOR")
    until = timezone.now() + timedelta(minutes=5)
    holds.call_hold(by=stage.supervisor, call_id=call.pk, until=until, reason="staged elsewhere")
    assert fresh(call).status == "held"


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_a_call_does_not_end_before_it_began(stage: Stage, end: str) -> None:
    call = stage.call()
    long_ago = timezone.now() - timedelta(hours=2)
    if end == "close":
        endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18", occurred_at=long_ago)
    else:
        endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="Twice", occurred_at=long_ago)
    assert fresh(call).closed_at == call.received_at


def test_a_call_does_not_end_before_its_unit_arrived(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    endings.call_close(
        by=stage.dispatcher, call_id=call.pk, disposition="18", occurred_at=timezone.now() - timedelta(hours=2)
    )
    assert fresh(call).closed_at == fresh(call).first_on_scene_at


@pytest.mark.parametrize("how", ["asked", "decided"])
def test_a_call_that_police_are_waited_for_on_is_held_on_a_supervisors_word_only(stage: Stage, how: str) -> None:
    for callsign in ("CRT1", "CRT2", "CRMHC1") if how == "decided" else ():
        unit(callsign).shifts.all().delete()
    call = stage.triaged_call(acuity="LOW" if how == "asked" else "HIGH")
    if how == "asked":
        safety.police_request(by=stage.dispatcher, call_id=call.pk, reason="he has a gun")
    assert call.tier > 2
    assert "Police are waited for" in refused(lambda: hold(stage, call), rule="NEEDS_SUPERVISOR")
    assert fresh(call).status == "pending"
    until = timezone.now() + timedelta(minutes=10)
    assert holds.call_hold(by=stage.supervisor, call_id=call.pk, until=until, reason="known caller").status == "held"


def test_a_busy_team_may_be_waited_for_though_police_would_stand_in(stage: Stage) -> None:
    for callsign in ("CRT1", "CRT2"):
        stage.send(stage.triaged_call(), callsign)
    stage.send(stage.triaged_call(acuity="HIGH"), "CRMHC1")
    call = stage.triaged_call()
    assert call.decision.response == ["POLICE"]
    assert hold(stage, call).status == "held"


def test_a_danger_is_not_left_waiting_for_a_busy_team_whatever_a_ruleset_offers(stage: Stage) -> None:
    table = load_default_ruleset()
    offered = next(rule for rule in table.rules if rule.code == "R8").outcomes[0].alternatives
    rules = tuple(
        replace(rule, outcomes=tuple(replace(row, tier=4, alternatives=offered) for row in rule.outcomes))
        if rule.code == "R5"
        else rule
        for rule in table.rules
    )
    publish_ruleset(replace(table, version=2, rules=rules))
    for callsign in ("CRT1", "CRT2"):
        stage.send(stage.triaged_call(), callsign)
    stage.send(stage.triaged_call(acuity="HIGH"), "CRMHC1")
    call = stage.triaged_call(violence="THREATS")
    data = call.decision.data
    assert (call.tier, data["is_fallback"], data["alternatives"][0]["kind"]) == (4, True, "HOLD")
    assert "Police are waited for" in refused(lambda: hold(stage, call), rule="NEEDS_SUPERVISOR")


def test_police_asked_for_take_a_held_call_back_to_those_that_wait(stage: Stage) -> None:
    by_key, by_slot = hold(stage, stage.triaged_call()), hold(stage, stage.triaged_call())
    safety.police_request(by=stage.dispatcher, call_id=by_key.pk)
    slot_request(by=stage.dispatcher, call_id=by_slot.pk, role="POLICE")
    assert [fresh(call).status for call in (by_key, by_slot)] == ["pending", "pending"]
    assert "PENDING" in waiting_deadlines(by_slot)
