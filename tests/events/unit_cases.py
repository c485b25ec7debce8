"""Cases of the events that are about units and their assignments."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dispatch.actions import (
    assignments,
    crews,
    guest_links,
    guest_sending,
    handoffs,
    interventions,
    orders,
    safety,
    stacking,
    units,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.silence import silence_tell
from dispatch.models import Assignment
from dispatch.queries.guest_links import guest_view, link_for_token, token_of
from dispatch.rules.guest_links import GuestAct
from partners.actions import roster
from partners.models import ChannelCheck, Unit
from tests.events.case import Steps, case, in_minutes
from tests.factories import make_person, make_shift, make_team, make_unit
from tests.reaching.people import channel, on_duty, work_off
from tests.stage import Stage


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


@case("unit_fell_silent", "alert_raised", "unit_heard_again", "alert_cleared")
def a_crew_inside_falls_silent_and_is_heard_again(stage: Stage) -> Steps:
    stage.crt_at("OS")
    ChannelCheck.objects.filter(unit__callsign="CRT1").delete()
    Assignment.objects.filter(unit__callsign="CRT1").update(heard_by_voice_at=None)
    yield
    silence_tell(timezone.now() + timedelta(minutes=3))
    Unit.objects.filter(callsign="CRT1").update(tablet_seen_at=timezone.now())
    silence_tell(timezone.now())


@case("welfare_check_sooner", "call_triaged", "order_given")
def a_call_becomes_graver_and_its_crew_is_asked_sooner(stage: Stage) -> Steps:
    call, assignment = stage.crt_at("OS")
    safety.welfare_pass(by=stage.crew, assignment_id=assignment.pk, minutes=30)
    yield
    stage.triage(call, violence="THREATS")


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


@case("handoff_amended")
def the_mobile_of_a_crew_reached_by_phone_is_learned_later(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    handoff = handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted")
    assert handoff.assignment is not None
    yield
    handoffs.handoff_amend(by=stage.dispatcher, assignment_id=handoff.assignment.pk, clinician_phone="860-555-0171")


@case("handoff_recorded", "alert_raised", "call_triaged")
def a_phone_hand_off_is_declined(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    yield
    handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="declined")


@case("handoff_recorded", "alert_raised")
def a_team_that_was_called_does_not_call_back(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    yield
    for outcome, minutes in (("calling", None), ("call_back", 1)):
        handoffs.handoff_record(
            by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome=outcome, callback_minutes=minutes
        )
    deadlines_fire(in_minutes(1.5))


@case("guest_link_issued", "guest_link_sent", "guest_link_used", "guest_link_revoked", "assignment_status_changed")
def a_crew_reached_by_phone_reports_by_a_link(stage: Stage) -> Steps:
    call = stage.triaged_call(age="CHILD_3_17")
    handoff = handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted", clinician_phone="860-555-0171"
    )
    assert handoff.assignment is not None
    yield
    link = guest_links.link_issue(by=stage.dispatcher, assignment_id=handoff.assignment.pk)
    guest_sending.link_send(by=stage.dispatcher, assignment_id=handoff.assignment.pk, origin="https://dispatch.example")
    token = token_of(link)
    guest_links.link_open(token=token, source=guest_links.From())
    seen = guest_view(link_for_token(token)).seen
    guest_links.link_act(token=token, device=1, act=GuestAct.ARRIVED, seen=seen, source=guest_links.From())
    guest_links.link_revoke(by=stage.dispatcher, assignment_id=handoff.assignment.pk)


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


@case("crew_signed_on", "unit_status_changed")
def a_crew_signs_on_to_a_unit_that_was_off_duty(stage: Stage) -> Steps:
    units.unit_status_set(by=stage.dispatcher, callsign="CRT1", status="OFF")
    yield
    crews.crew_sign_on(by=stage.crew, callsign="CRT1", vehicle="Van 7")


@case("crew_signed_on", "roster_changed")
def somebody_goes_over_to_another_unit(stage: Stage) -> Steps:
    yield
    crews.crew_sign_on(by=stage.cast.actor("crt1_peer"), callsign="CRT2")


@case("crew_signed_off", "unit_status_changed")
def a_crew_hands_over(stage: Stage) -> Steps:
    crews.crew_sign_on(by=stage.crew, callsign="CRT1")
    yield
    crews.crew_sign_off(by=stage.crew, note="Low on fuel")


@case("unit_next_changed", "call_stacked")
def a_call_waits_for_a_busy_crew(stage: Stage) -> Steps:
    stage.crt_at("OS")
    waiting = stage.triaged_call()
    yield
    stacking.stack_add(by=stage.dispatcher, callsign="CRT1", call_id=waiting.pk)


@case("notice_escalated")
def nobody_acknowledged_and_the_supervisor_is_told(stage: Stage) -> Steps:
    channel(stage.cast.supervisor)
    on_duty(stage.cast.supervisor)
    stage.crt_at()
    work_off()
    yield
    deadlines_fire(in_minutes(1.1))
