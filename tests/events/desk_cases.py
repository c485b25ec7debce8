"""Cases of alerts, and of what desks, supervisors and phone systems do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dispatch.actions import (
    alerts,
    calls,
    clearing,
    command_aliases,
    handovers,
    intake,
    interpreters,
    positions,
    rulesets,
    safety,
    texting,
    timer_limits,
)
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.undo import undo_last
from dispatch.intake.record import Bid, PhoneRecord
from dispatch.models import Alert, CommandAlias, PhoneCall, Position, TimerLimits
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.timer_limits import DEFAULTS
from partners.access import Actor
from tests.events.case import Steps, case, in_minutes
from tests.stage import SYSTEM, Stage


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


@case("alert_reworded")
def one_of_two_positions_is_attended_again(stage: Stage) -> Steps:
    for by in (stage.dispatcher, stage.supervisor):
        positions.call_take(by=by, call_id=stage.call().pk)
    positions.positions_tell(in_minutes(2))
    yield
    Position.objects.filter(name="D1").update(seen_at=in_minutes(2))
    positions.positions_tell(in_minutes(2))


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
