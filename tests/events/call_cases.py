"""Cases of the events that are about a call."""

from __future__ import annotations

from dispatch.actions import (
    calls,
    endings,
    exchanges,
    field,
    holds,
    notes,
    paper,
    retention,
    safety,
    scheduling,
    slot_answers,
    slots,
    stacking,
    transfers,
    triage,
    units,
    unmerging,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.recommendation import recommendation_make
from dispatch.rules.status import AssignmentStatus as Step
from tests.events.case import Steps, case, in_minutes
from tests.stage import CLEAR_ADULT, Stage


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


@case("call_entered_from_paper", "call_triaged", "note_added", "assignment_status_changed", "call_closed")
def a_call_is_entered_from_paper(stage: Stage) -> Steps:
    yield
    sent, came, left = in_minutes(-100), in_minutes(-90), in_minutes(-60)
    sheet = paper.PaperCall(
        number="P-1", received_at=in_minutes(-120), closed_at=in_minutes(-50), disposition="15",
        location={"text": "550 Main St", "lat": 41.7637, "lon": -72.6734}, answers=CLEAR_ADULT,
        units=[paper.PaperUnit("CRT1", {Step.DP: sent, Step.OS: came, Step.AV: left})],
        notes=[paper.PaperNote("Brother is pacing.", in_minutes(-119))],
    )  # fmt: skip
    paper.paper_call_enter(by=stage.dispatcher, paper=sheet)


@case("legal_hold_placed", "legal_hold_lifted", "call_redacted")
def a_record_is_held_and_redacted_afterwards(stage: Stage) -> Steps:
    call = stage.call()
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    yield
    retention.legal_hold_place(by=stage.supervisor, call_id=call.pk, reason="Inquiry")
    retention.legal_hold_lift(by=stage.supervisor, call_id=call.pk, reason="Closed")
    retention.call_redact(by=stage.supervisor, call_id=call.pk, data_class="PERSON")


@case("call_updated", "slots_changed")
def a_call_changes_type_and_priority(stage: Stage) -> Steps:
    call = stage.call()
    yield
    calls.call_update(
        by=stage.dispatcher, call_id=call.pk, version=call.version, fields={"type": "MEDICAL", "priority": 1}
    )


@case("field_asked", "alert_raised")
def an_officer_asks_for_a_team_from_the_field(stage: Stage) -> Steps:
    call = stage.triaged_call()
    stage.step(stage.send(call, "HPD1")[0], "OS")
    yield
    field.field_ask(by=stage.officer, call_id=call.pk, role="CRT", reason="Wants to talk")


@case("assignment_created", "alert_cleared")
def what_was_asked_for_from_the_field_is_sent(stage: Stage) -> Steps:
    call = stage.triaged_call()
    stage.step(stage.send(call, "HPD1")[0], "OS")
    field.field_ask(by=stage.officer, call_id=call.pk, role="CRT")
    yield
    stage.send(call, "CRT1")


@case("call_received", "call_triaged", "assignment_created", "assignment_status_changed", "slots_changed")
def an_officer_starts_a_call_from_the_field(stage: Stage) -> Steps:
    yield
    place = {"text": "550 Main St", "lat": 41.7637, "lon": -72.6734}
    field.field_call_start(by=stage.officer, location=place, answers={**CLEAR_ADULT, "violence": "THREATS"})


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
