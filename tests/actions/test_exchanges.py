"""Units that change places and units taken for graver calls: whole or not at all, and no crew is left unprotected."""

from __future__ import annotations

import pytest

from dispatch.actions import exchanges, orders, safety
from dispatch.models import Assignment, Call
from hearteam.problems import NotAllowed
from partners.access import Actor
from partners.models import ChannelCheck, Unit
from tests.actions.reading import again, events_of, fresh, open_alerts, refused, slots, waiting_deadlines
from tests.factories import make_unit
from tests.stage import Stage


def swap(stage: Stage, one: str, two: str, **more: str) -> list[Assignment]:
    return exchanges.unit_swap(by=stage.dispatcher, callsign=one, other=two, **more)


def preempt(stage: Stage, unit: str, call: Call, reason: str = "", *, by: Actor | None = None) -> Assignment:
    return exchanges.unit_preempt(by=by or stage.dispatcher, callsign=unit, call_id=call.pk, reason=reason)


def on(call: Call) -> set[str]:
    return set(call.assignments.filter(cleared_at__isnull=True).values_list("unit__callsign", flat=True))


def test_two_units_take_each_others_calls(stage: Stage) -> None:
    first, second = stage.triaged_call(), stage.triaged_call()
    stage.send(first, "CRT1")
    stage.send(second, "CRT2")
    swap(stage, "CRT1", "CRT2")
    assert (on(first), on(second)) == ({"CRT2"}, {"CRT1"})
    assert slots(first) == slots(second) == [("CRT", "assigned")]
    assert "units_exchanged" in events_of(first) and "units_exchanged" in events_of(second)
    assert {"ACKNOWLEDGE"} <= waiting_deadlines(first)


def test_a_free_unit_takes_anothers_place_with_the_order_that_stands_for_it(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting heard")
    (taken,) = swap(stage, "CRT2", "CRT1")
    assert on(call) == {"CRT2"}
    taken.refresh_from_db()
    assert (taken.order, taken.order_reason) == ("STAGE", "shouting heard")
    assert "ORDER_ACKNOWLEDGE" in waiting_deadlines(call)
    refused(lambda: stage.step(taken, "OS"), invariant=10)


def test_an_exchange_is_refused_whole_when_one_side_may_not_go(stage: Stage) -> None:
    first, second = stage.triaged_call(), stage.triaged_call()
    stage.send(first, "CRT1")
    stage.send(second, "CRT2")
    Unit.objects.filter(callsign="CRT2").update(tablet_seen_at=None)
    ChannelCheck.objects.filter(unit__callsign="CRT2").delete()
    refused(lambda: swap(stage, "CRT1", "CRT2"), invariant=12)
    assert (on(first), on(second)) == ({"CRT1"}, {"CRT2"})


def test_who_does_not_change_places(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    refused(lambda: swap(stage, "CRT1", "HPD1"), rule="IMPOSSIBLE")
    refused(lambda: swap(stage, "HPD1", "HPD2"), rule="IMPOSSIBLE")
    stage.send(call, "CRT2")
    assert "the same call" in refused(lambda: swap(stage, "CRT1", "CRT2"))
    make_unit("CRT3", "CRT")
    stage.step(assignment, "OS")
    assert "on scene" in refused(lambda: swap(stage, "CRT3", "CRT1"), rule="SAFETY")
    safety.unit_emergency(by=stage.dispatcher, callsign="CRT2")
    refused(lambda: swap(stage, "CRT3", "CRT2"), rule="SAFETY")


def test_police_who_change_places_bring_no_word_that_the_scene_is_safe(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    _, clinician = stage.send(call, "HPD1", "CRMHC1")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="HPD1 by radio")
    swap(stage, "HPD1", "HPD2")
    assert fresh(call).scene_safe_at is None
    refused(lambda: stage.step(clinician, "OS"), invariant=14)
    assert slots(call).count(("POLICE", "assigned")) == 1
    assert ("POLICE", "requested") not in slots(call)


def test_a_unit_is_taken_for_a_graver_call_and_the_left_one_waits_again_with_an_alert(stage: Stage) -> None:
    left, _ = stage.crt_at("ER")
    graver = stage.triaged_call()
    Call.objects.filter(pk=graver.pk).update(priority=2)
    preempt(stage, "CRT1", graver)
    assert (on(left), on(graver)) == (set(), {"CRT1"})
    assert fresh(left).status == "pending"
    assert slots(left) == [("CRT", "requested")]
    assert ("PREEMPTED", "CRT1") in open_alerts(left)
    assert "PENDING" in waiting_deadlines(left)
    assert "unit_preempted" in events_of(left)
    stage.send(left, "CRT2")
    assert open_alerts(left) == set()


def test_a_call_that_a_unit_had_reached_asks_for_its_role_again(stage: Stage) -> None:
    left = stage.call(priority=3, asks_triage="NO")
    (assignment,) = stage.send(left, "HPD1")
    stage.step(assignment, "OS")
    preempt(stage, "HPD1", stage.call(priority=1))
    assert slots(left) == [("POLICE", "requested")]
    assert left.slots.get().requested_by == "dispatcher"
    assert fresh(left).status == "pending"


def test_as_grave_needs_a_reason_and_less_grave_is_refused(stage: Stage) -> None:
    stage.crt_at("ER")
    same, less = stage.triaged_call(), stage.triaged_call()
    Call.objects.filter(pk=less.pk).update(priority=4)
    refused(lambda: preempt(stage, "CRT1", same), rule="NEEDS_REASON")
    refused(lambda: preempt(stage, "CRT1", less, "because"), rule="SAFETY")
    preempt(stage, "CRT1", same, "a minute away")
    assert on(same) == {"CRT1"}


def test_a_crew_with_somebody_leaves_on_a_supervisors_word_only(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER", "OS")
    graver = stage.triaged_call()
    Call.objects.filter(pk=graver.pk).update(priority=1)
    refused(lambda: preempt(stage, "CRT1", graver, "graver"), rule="NEEDS_SUPERVISOR")
    safety.unit_emergency(by=stage.dispatcher, callsign="CRT1")
    refused(lambda: preempt(stage, "CRT1", graver, "graver", by=stage.supervisor), rule="SAFETY")
    assert Assignment.objects.get(pk=assignment.pk).cleared_at is None


def _police_and_a_clinician(stage: Stage) -> tuple[Call, Assignment, Assignment]:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    stage.step(police, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)
    return call, police, clinician


def test_the_last_police_stay_with_civilians_inside(stage: Stage) -> None:
    call, _, clinician = _police_and_a_clinician(stage)
    stage.step(clinician, "OS")
    grave = stage.call(priority=1)
    refused(lambda: preempt(stage, "HPD1", grave, "shots", by=stage.supervisor), rule="SAFETY")
    (second,) = stage.send(call, "HPD2")
    refused(lambda: preempt(stage, "HPD1", grave, "shots"), rule="SAFETY")
    stage.step(second, "OS")
    preempt(stage, "HPD1", grave, "shots")
    assert on(call) == {"HPD2", "CRMHC1"}


def test_police_do_not_change_places_while_civilians_are_inside_on_their_word(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    _, clinician = stage.send(call, "HPD1", "CRMHC1")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="HPD1 by radio")
    stage.step(clinician, "OS")
    refused(lambda: swap(stage, "HPD1", "HPD2"), rule="SAFETY")
    assert fresh(call).scene_safe_at is not None


def test_civilians_inside_withdraw_when_the_word_goes_with_police_that_are_taken_away(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    _, second, clinician = stage.send(call, "HPD1", "HPD2", "CRMHC1")
    stage.step(second, "OS")
    safety.scene_mark_safe(by=stage.dispatcher, call_id=call.pk, source="HPD1 by radio")
    stage.step(clinician, "OS")
    preempt(stage, "HPD1", stage.call(priority=1), "shots")
    assert fresh(call).scene_safe_at is None
    assert (again(clinician).order, ("UPGRADE", "CRMHC1") in open_alerts(call)) == ("WITHDRAW", True)


def test_police_taken_from_a_crew_on_its_way_are_asked_for_again_and_it_may_not_go_in(stage: Stage) -> None:
    call, _, clinician = _police_and_a_clinician(stage)
    preempt(stage, "HPD1", stage.call(priority=1), "shots")
    assert fresh(call).scene_safe_at is None
    assert slots(call).count(("POLICE", "requested")) == 1
    assert "POLICE_UNASSIGNED" in waiting_deadlines(call)
    refused(lambda: stage.step(clinician, "OS"), invariant=14)


def test_a_civilian_is_taken_to_no_call_that_it_does_not_serve(stage: Stage) -> None:
    left, _ = stage.crt_at("ER")
    child = stage.triaged_call(age="CHILD_3_17")
    Call.objects.filter(pk=child.pk).update(priority=1)
    refused(lambda: preempt(stage, "CRT1", child, "near"), invariant=5)
    refused(lambda: preempt(stage, "CRT1", stage.call(priority=1), "near"), invariant=2)
    assert on(left) == {"CRT1"}


def test_who_is_free_or_with_somebody_in_the_car_is_not_pre_empted(stage: Stage) -> None:
    grave = stage.call(priority=1)
    assert "on no call" in refused(lambda: preempt(stage, "HPD1", grave))
    (assignment,) = stage.send(stage.call(priority=3), "HPD1")
    stage.step(assignment, "OS")
    stage.step(assignment, "TR", destination="Hartford Hospital")
    refused(lambda: preempt(stage, "HPD1", grave, "x", by=stage.supervisor), rule="SAFETY")


def test_only_who_dispatches_changes_units(stage: Stage) -> None:
    stage.crt_at("ER")
    for who in ("calltaker", "auditor", "crt1_clinician"):
        with pytest.raises(NotAllowed):
            exchanges.unit_swap(by=stage.cast.actor(who), callsign="CRT1", other="CRT2")
