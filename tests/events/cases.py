"""Cases for every event type: up to its `yield` a case sets the scene, after it stands what is verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from dispatch.actions import (
    alerts,
    assignments,
    calls,
    clearing,
    command_aliases,
    endings,
    exchanges,
    handoffs,
    handovers,
    holds,
    intake,
    interpreters,
    interventions,
    notes,
    orders,
    positions,
    rulesets,
    safety,
    scheduling,
    slot_answers,
    slots,
    stacking,
    texting,
    timer_limits,
    transfers,
    triage,
    units,
    unmerging,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.recommendation import recommendation_make
from dispatch.actions.undo import undo_last
from dispatch.intake.record import Bid, PhoneRecord
from dispatch.models import Alert, CommandAlias, PhoneCall, TimerLimits
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.timer_limits import DEFAULTS
from partners.access import Actor
from partners.actions import roster
from partners.models import Unit
from tests.factories import make_person, make_shift, make_team, make_unit
from tests.stage import SYSTEM, Stage

Steps = Iterator[None]


@dataclass(frozen=True, slots=True)
class Case:
    """`covers`: the event types that it must bring about."""

    name: str
    covers: tuple[str, ...]
    steps: Callable[[Stage], Steps]


CASES: list[Case] = []


def case(*covers: str) -> Callable[[Callable[[Stage], Steps]], Callable[[Stage], Steps]]:
    def register(steps: Callable[[Stage], Steps]) -> Callable[[Stage], Steps]:
        CASES.append(Case(steps.__name__.replace("_", " "), covers, steps))
        return steps

    return register


def in_minutes(minutes: float) -> timezone.datetime:
    return timezone.now() + timedelta(minutes=minutes)


@case("call_received", "note_added")
def a_call_is_received_with_a_narrative(stage: Stage) -> Steps:
    yield
    calls.call_receive(
        by=stage.dispatcher,
        location={"text": "550 Main St", "lat": 41.7637, "lon": -72.6734},
        caller={"name": "Ada Example", "phone": "860-555-0101"},
        call_type="MNTL",
        narrative="Brother is pacing.",
    )


@case("call_received", "slots_changed")
def a_call_that_is_not_behavioural_gets_the_slots_of_its_plan(stage: Stage) -> Steps:
    yield
    calls.call_receive(by=stage.dispatcher, location={"text": "550 Main St"}, call_type="FIRE")


@case("call_updated", "slots_changed")
def a_call_changes_type_and_priority(stage: Stage) -> Steps:
    call = stage.call()
    yield
    calls.call_update(
        by=stage.dispatcher, call_id=call.pk, version=call.version, fields={"type": "MEDICAL", "priority": 1}
    )


@case("call_triaged", "slots_changed", "recommendation_made")
def a_call_is_triaged(stage: Stage) -> Steps:
    call = stage.call()
    yield
    stage.triage(call)


@case("call_triaged", "order_given", "alert_raised", "police_requested")
def more_danger_with_a_crew_on_scene(stage: Stage) -> Steps:
    call, _ = stage.crt_at("ER", "OS")
    yield
    stage.triage(call, weapon="IN_HAND")


@case("response_overridden")
def a_response_is_raised(stage: Stage) -> Steps:
    call = stage.triaged_call()
    yield
    triage.response_override(
        by=stage.dispatcher, call_id=call.pk, response=["POLICE", "CRT"], reason="caller is afraid"
    )


@case("recommendation_made")
def units_are_ranked_anew(stage: Stage) -> Steps:
    call = stage.triaged_call()
    units.unit_status_set(by=stage.dispatcher, callsign="CRT1", status="BK")
    yield
    recommendation_make(by=stage.dispatcher, call_id=call.pk)


@case("slots_changed")
def one_more_unit_is_asked_for(stage: Stage) -> Steps:
    call = stage.call()
    yield
    slots.slot_request(by=stage.dispatcher, call_id=call.pk, role="EMS")


@case("call_held")
def a_call_is_held(stage: Stage) -> Steps:
    call = stage.call()
    yield
    holds.call_hold(by=stage.dispatcher, call_id=call.pk, until=in_minutes(10), reason="waits for CRT")


@case("call_scheduled")
def a_call_is_to_be_worked_later(stage: Stage) -> Steps:
    call = stage.triaged_call()
    yield
    scheduling.call_schedule(by=stage.dispatcher, call_id=call.pk, at=in_minutes(60), reason="clinic opens then")


@case("call_resumed", "alert_raised")
def a_scheduled_calls_time_has_come(stage: Stage) -> Steps:
    call = stage.triaged_call()
    scheduling.call_schedule(by=stage.dispatcher, call_id=call.pk, at=in_minutes(60), reason="clinic opens then")
    yield
    deadlines_fire(in_minutes(61))


@case("call_stacked")
def a_call_waits_for_a_busy_unit(stage: Stage) -> Steps:
    stage.crt_at("OS")
    call = stage.triaged_call()
    yield
    stacking.stack_add(by=stage.dispatcher, callsign="CRT1", call_id=call.pk)


@case("call_unstacked", "alert_raised", "alert_cleared", "assignment_created")
def a_unit_clears_and_takes_what_waits_for_it(stage: Stage) -> Steps:
    _, assignment = stage.crt_at("OS")
    call = stage.triaged_call()
    stacking.stack_add(by=stage.dispatcher, callsign="CRT1", call_id=call.pk)
    yield
    stage.step(assignment, "AV")
    stage.send(call, "CRT1")


@case("transfer_offered")
def a_caller_is_offered_to_a_crisis_line(stage: Stage) -> Steps:
    call = stage.triaged_call()
    yield
    transfers.transfer_offer(by=stage.dispatcher, call_id=call.pk, name="2-1-1", phone="211", consent=True)


@case("transfer_settled", "alert_raised", "alert_cleared")
def a_crisis_line_takes_the_caller_late(stage: Stage) -> Steps:
    call = stage.triaged_call()
    offer = transfers.transfer_offer(by=stage.dispatcher, call_id=call.pk, name="2-1-1", phone="211", consent=True)
    yield
    deadlines_fire(in_minutes(16))
    transfers.transfer_settle(by=stage.dispatcher, transfer_id=offer.pk, outcome="accepted", taken_by="Ana")


@case("units_exchanged", "assignment_created", "assignment_status_changed")
def two_units_change_places(stage: Stage) -> Steps:
    stage.crt_at("ER")
    stage.send(stage.triaged_call(), "CRT2")
    yield
    exchanges.unit_swap(by=stage.dispatcher, callsign="CRT1", other="CRT2")


@case("unit_preempted", "alert_raised", "assignment_created")
def a_unit_is_taken_for_a_graver_call(stage: Stage) -> Steps:
    stage.send(stage.call(priority=3), "HPD1")
    graver = stage.call(priority=1)
    yield
    exchanges.unit_preempt(by=stage.dispatcher, callsign="HPD1", call_id=graver.pk, reason="shots")


@case("slots_changed", "call_triaged")
def a_team_declines(stage: Stage) -> Steps:
    call = stage.triaged_call()
    yield
    slot = call.slots.get()
    slot_answers.slot_answer(by=stage.dispatcher, slot_id=slot.pk, status="declined", reason="all out")


@case("call_resumed")
def a_held_call_goes_on(stage: Stage) -> Steps:
    call = stage.call()
    holds.call_hold(by=stage.dispatcher, call_id=call.pk, until=in_minutes(10), reason="waits for CRT")
    yield
    holds.call_resume(by=stage.dispatcher, call_id=call.pk, reason="CRT is free")


@case("call_resumed", "alert_raised")
def the_time_of_a_hold_is_over(stage: Stage) -> Steps:
    call = stage.call()
    holds.call_hold(by=stage.dispatcher, call_id=call.pk, until=in_minutes(10), reason="waits for CRT")
    yield
    deadlines_fire(in_minutes(11))


@case("call_merged", "note_added")
def a_call_is_merged_into_another(stage: Stage) -> Steps:
    call, into = stage.call(), stage.triaged_call()
    yield
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="the same event")


@case("call_unmerged", "note_added", "callback_set", "alert_raised")
def a_merged_call_is_a_call_of_its_own_again(stage: Stage) -> Steps:
    call, into = stage.triaged_call(violence="THREATS"), stage.triaged_call()
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=in_minutes(10))
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="the same event")
    yield
    unmerging.call_unmerge(by=stage.dispatcher, call_id=call.pk, reason="another street")


@case("call_cancelled", "assignment_status_changed")
def a_call_is_cancelled_with_a_unit_on_its_way(stage: Stage) -> Steps:
    call, _ = stage.crt_at("ER")
    yield
    endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="caller is fine")


@case("call_closed", "assignment_status_changed", "alert_cleared")
def a_call_is_closed_with_units_and_alerts(stage: Stage) -> Steps:
    call, _ = stage.crt_at("ER", "OS")
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    stage.send(call, "HPD1")
    deadlines_fire(in_minutes(1.1))
    yield
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15", outcome="referred", note="All well.")


@case("call_reopened")
def a_closed_call_is_reopened(stage: Stage) -> Steps:
    call, _ = stage.crt_at("OS")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    yield
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="caller rang again")


@case("call_unserved", "call_closed")
def an_eligible_call_is_closed_unserved(stage: Stage) -> Steps:
    call = stage.triaged_call()
    yield
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="05")


@case("note_added")
def a_hazard_shows_on_the_row(stage: Stage) -> Steps:
    call = stage.call()
    yield
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Dog in the yard", kind="HAZARD")


@case("note_added")
def a_crews_clinical_note(stage: Stage) -> Steps:
    call, _ = stage.crt_at("OS")
    yield
    notes.note_add(by=stage.crew, call_id=call.pk, text="Sleeps badly since the move.")


@case("contact_added")
def another_caller_about_the_same(stage: Stage) -> Steps:
    call = stage.call()
    yield
    calls.contact_add(by=stage.dispatcher, call_id=call.pk, contact={"name": "Bo Example", "relationship": "neighbor"})


@case("callback_set")
def a_call_back_is_promised(stage: Stage) -> Steps:
    call = stage.call()
    yield
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=in_minutes(15))


@case("callback_set", "alert_cleared")
def a_late_call_back_was_made(stage: Stage) -> Steps:
    call = stage.call()
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=in_minutes(15))
    deadlines_fire(in_minutes(16))
    yield
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=None)


@case("assignment_created")
def two_units_are_sent(stage: Stage) -> Steps:
    call = stage.triaged_call(violence="THREATS")
    yield
    stage.send(call, "HPD1", "CRMHC1")


@case("assignment_created", "order_given")
def a_team_that_joins_is_sent_to_stage(stage: Stage) -> Steps:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    yield
    stage.send(call, "CRMHC1")


@case("assignment_acknowledged", "alert_cleared")
def a_crew_acknowledges_its_dispatch_late(stage: Stage) -> Steps:
    _, assignment = stage.crt_at()
    deadlines_fire(in_minutes(1.1))
    yield
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk, minutes=6)


@case("assignment_status_changed")
def a_unit_goes_through_all_its_statuses(stage: Stage) -> Steps:
    _, assignment = stage.crt_at()
    yield
    stage.step(assignment, "ER", "ST", "OS")
    stage.step(assignment, "TR", destination="Hartford Hospital")
    stage.step(assignment, "AD", "AV")


@case("order_given", "alert_raised", "scene_marked_unsafe")
def the_scene_is_not_safe(stage: Stage) -> Steps:
    call, _ = stage.crt_at("ER")
    yield
    safety.scene_mark_unsafe(by=stage.dispatcher, call_id=call.pk, source="a neighbor")


@case("order_given")
def a_dispatcher_orders_a_crew_to_stage(stage: Stage) -> Steps:
    _, assignment = stage.crt_at("ER")
    yield
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting heard")


@case("order_acknowledged")
def a_crew_acknowledges_its_order(stage: Stage) -> Steps:
    _, assignment = stage.crt_at("ER")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting heard")
    yield
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)


@case("scene_marked_safe", "order_lifted", "alert_cleared")
def an_officer_marks_the_scene_safe(stage: Stage) -> Steps:
    call, _ = stage.crt_at("ER")
    stage.triage(call, violence="THREATS")
    stage.send(call, "HPD1")
    yield
    safety.scene_mark_safe(by=stage.officer, call_id=call.pk)


@case("welfare_check_passed", "alert_cleared")
def a_late_welfare_check_is_answered(stage: Stage) -> Steps:
    _, assignment = stage.crt_at("OS")
    deadlines_fire(in_minutes(12.5))
    yield
    safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk)


@case("alert_raised", "alert_cleared", "police_requested")
def nobody_answers_the_welfare_check(stage: Stage) -> Steps:
    stage.crt_at("OS")
    yield
    deadlines_fire(in_minutes(13.5))


@case("channel_checked")
def a_radio_check_is_logged(stage: Stage) -> Steps:
    yield
    units.channel_check(by=stage.dispatcher, callsign="CRT1", kind="RADIO")


@case("handoff_recorded", "assignment_created", "assignment_status_changed")
def a_phone_hand_off_is_accepted(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    yield
    handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted", clinician="Cy Example", eta_minutes=20
    )


@case("handoff_recorded", "alert_raised", "call_triaged")
def a_phone_hand_off_is_declined(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    yield
    handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="declined")


@case("assignment_status_changed")
def a_temporary_unit_is_gone_once_cleared(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    handoff = handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted")
    assert handoff.assignment is not None
    yield
    stage.step(handoff.assignment, "AV")


@case("intervention_recorded")
def services_on_scene_are_coded(stage: Stage) -> Steps:
    call, _ = stage.crt_at("OS")
    yield
    interventions.intervention_record(by=stage.crew, call_id=call.pk, codes=["DE_ESCALATION"])


@case("police_requested", "alert_raised")
def a_crew_asks_for_police(stage: Stage) -> Steps:
    call, _ = stage.crt_at("OS")
    yield
    safety.police_request(by=stage.crew, call_id=call.pk, reason="he has a knife")


@case("unit_status_changed")
def a_unit_takes_a_break(stage: Stage) -> Steps:
    yield
    units.unit_status_set(by=stage.crew, callsign="CRT1", status="BK", minutes=20)


@case("unit_status_changed")
def a_break_is_over(stage: Stage) -> Steps:
    units.unit_status_set(by=stage.crew, callsign="CRT1", status="BK", minutes=20)
    yield
    deadlines_fire(in_minutes(21))


@case("roster_changed")
def a_unit_on_a_call_gets_another_vehicle(stage: Stage) -> Steps:
    stage.crt_at("OS")
    unit = Unit.objects.get(callsign="CRT1")
    unit.cit_trained = True
    yield
    roster.unit_save(by=stage.supervisor, unit=unit)


@case("roster_changed")
def a_new_unit_joins_the_roster_and_another_leaves(stage: Stage) -> Steps:
    gone = make_unit("HPD9", "HPD")
    gone.active = False
    now = timezone.now()
    yield
    roster.unit_save(by=stage.supervisor, unit=Unit(callsign="HPD8", team=make_team("HPD"), status_since=now))
    roster.unit_save(by=stage.supervisor, unit=gone)


@case("roster_changed")
def a_shift_ends_and_another_crew_comes(stage: Stage) -> Steps:
    shift = stage.crt2.shifts.get()
    unit = make_unit("CRT3", "CRT", on_shift=False)
    later = make_shift(unit, starts_at=in_minutes(-1), ends_at=in_minutes(60), crew=[])
    person = make_person("Nia Example", role="PEER", languages=["pt"])
    yield
    roster.shift_end(by=stage.supervisor, shift=shift)
    roster.crew_set(by=stage.supervisor, shift=later, crew=[(person, "PEER")])


@case("alert_raised")
def a_crew_in_an_emergency(stage: Stage) -> Steps:
    stage.crt_at("OS")
    yield
    safety.unit_emergency(by=stage.crew, callsign="CRT1", reason="held at the door")


@case("alert_escalated")
def nobody_acknowledges_an_emergency(stage: Stage) -> Steps:
    safety.unit_emergency(by=stage.crew, callsign="CRT1")
    yield
    deadlines_fire(in_minutes(0.6))


@case("alert_acknowledged")
def an_emergency_is_acknowledged(stage: Stage) -> Steps:
    stage.crt_at("OS")
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    yield
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)


@case("alert_cleared")
def an_emergency_is_cleared_by_word(stage: Stage) -> Steps:
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    yield
    clearing.alert_clear(by=stage.dispatcher, alert_id=alert.pk, reason="Pressed by mistake, heard by radio")


@case("alert_raised")
def a_waiting_call_is_overdue(stage: Stage) -> Steps:
    calls.call_receive(by=stage.dispatcher, location={"text": "550 Main St"}, priority=1)
    yield
    deadlines_fire(in_minutes(1.1))
    assert Alert.objects.filter(kind="PENDING_OVERDUE", cleared_at__isnull=True).exists()


@case("action_undone", "assignment_status_changed")
def a_dispatcher_takes_a_dispatch_back(stage: Stage) -> Steps:
    call = stage.triaged_call()
    stage.send(call, "CRT1")
    yield
    undo_last(by=stage.dispatcher)


@case("action_undone")
def a_dispatcher_takes_an_acknowledgement_back(stage: Stage) -> Steps:
    alert = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    alerts.alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    yield
    undo_last(by=stage.dispatcher)


@case("position_claimed")
def somebody_sits_down_at_a_position(stage: Stage) -> Steps:
    yield
    positions.position_claim(by=stage.dispatcher, name="D2")


@case("position_released")
def somebody_leaves_their_position(stage: Stage) -> Steps:
    positions.position_claim(by=stage.dispatcher, name="D2")
    yield
    positions.position_release(by=stage.dispatcher)


@case("call_taken", "position_claimed")
def a_call_is_taken_over(stage: Stage) -> Steps:
    call = stage.call()
    yield
    positions.call_take(by=stage.dispatcher, call_id=call.pk)


@case("handover_offered")
def a_shift_is_handed_over(stage: Stage) -> Steps:
    positions.call_take(by=stage.dispatcher, call_id=stage.call().pk)
    yield
    handovers.handover_offer(by=stage.dispatcher, to="supervisor", note="Good night")


@case("handover_answered", "call_taken")
def a_colleague_takes_a_shift_over(stage: Stage) -> Steps:
    positions.call_take(by=stage.dispatcher, call_id=stage.call().pk)
    offered = handovers.handover_offer(by=stage.dispatcher, to="supervisor")
    yield
    handovers.handover_answer(by=stage.supervisor, handover_id=offered.pk, answer="accepted")


@case("alert_raised")
def nobody_is_at_a_position_with_calls(stage: Stage) -> Steps:
    positions.call_take(by=stage.dispatcher, call_id=stage.call().pk)
    yield
    positions.positions_tell(in_minutes(2))


@case("ruleset_published")
def another_ruleset_is_published(stage: Stage) -> Steps:
    row = rulesets.ruleset_import(by=SYSTEM, ruleset=replace(load_default_ruleset(), version=2))
    rulesets.ruleset_check(by=SYSTEM, ruleset_id=row.pk)
    rulesets.ruleset_approve(by=stage.supervisor, ruleset_id=row.pk)
    yield
    rulesets.ruleset_publish(by=stage.supervisor, ruleset_id=row.pk)


@case("timer_limits_changed")
def other_time_limits_are_set(stage: Stage) -> Steps:
    yield
    limits = TimerLimits(**{**DEFAULTS, "triage_s": 120}, reason="Longer questions")
    timer_limits.timer_limits_set(by=stage.supervisor, limits=limits, seen=None)


@case("command_alias_changed")
def a_word_stands_for_a_command(stage: Stage) -> Steps:
    yield
    command_aliases.command_alias_save(by=stage.supervisor, alias=CommandAlias(word="ENROUTE", verb="ER"))


PHONE = Actor.system("phone system")


def a_phoned_call(**record: Any) -> PhoneCall:
    made = PhoneRecord(reference="1", number="860-555-0142", class_of_service="WPH2", position="D2", **record)
    return intake.intake_receive(by=PHONE, record=made)


@case("call_received", "call_prefilled")
def a_phone_system_announces_a_call(stage: Stage) -> Steps:
    yield
    a_phoned_call(bid=Bid(41.7637, -72.6734, 300))


@case("location_bid_received", "call_updated")
def a_phone_that_nobody_placed_says_where_it_is(stage: Stage) -> Steps:
    a_phoned_call()
    yield
    intake.intake_rebid(by=PHONE, reference="1", bid=Bid(41.7637, -72.6734, 30))


@case("location_bid_used", "call_updated")
def the_phones_word_is_taken(stage: Stage) -> Steps:
    phone = a_phoned_call(bid=Bid(41.7637, -72.6734, 300))
    bid = intake.intake_rebid(by=PHONE, reference="1", bid=Bid(41.7641, -72.6730, 20))
    yield
    intake.bid_use(by=stage.dispatcher, call_id=phone.call_id, bid_id=bid.pk)


@case("text_received", "text_sent", "text_state_changed", "texts_read")
def a_caller_writes_and_is_answered(stage: Stage) -> Steps:
    said = texting.text_receive(by=PHONE, number="860-555-0142", text="I cannot talk")
    said.system.__class__.objects.update(carries_texts=True)
    yield
    texting.text_receive(by=PHONE, number="860-555-0142", text="He is in the next room")
    texting.texts_read(by=stage.dispatcher, call_id=said.call_id)
    answer = texting.text_send(by=stage.dispatcher, call_id=said.call_id, text="Where are you?")
    texting.text_state_set(by=PHONE, message_id=answer.pk, state="DELIVERED")


@case("interpreter_requested", "interpreter_joined")
def an_interpreter_joins(stage: Stage) -> Steps:
    call = stage.call()
    yield
    interpreters.interpreter_request(by=stage.dispatcher, call_id=call.pk, language="Spanish")
    interpreters.interpreter_joined(by=stage.dispatcher, call_id=call.pk, interpreter="4711")


@case("interpreter_ended")
def an_interpreter_leaves(stage: Stage) -> Steps:
    call = stage.call()
    interpreters.interpreter_request(by=stage.dispatcher, call_id=call.pk, language="es")
    yield
    interpreters.interpreter_ended(by=stage.dispatcher, call_id=call.pk)
