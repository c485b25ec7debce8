"""Every kind of due time: when it is set, what it raises, and what makes it needless. Limits as in the programme."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import (
    assignments,
    calls,
    endings,
    handoffs,
    holds,
    orders,
    safety,
    slots,
    transfers,
    triage,
    units,
)
from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Call
from dispatch.rules.timers import DeadlineKind
from partners.models import Facility, Resource, Unit
from tests.actions.reading import slots as slots_of
from tests.reaching.people import channel, on_duty, work_off
from tests.stage import SYSTEM, Stage
from tests.timers.clock import alert, due, fire, in_seconds, no_alert, seconds, waits

PLACE = {"lat": 41.7637, "lon": -72.6851}
TRIED: set[str] = set()


def tries(*kinds: str):
    TRIED.update(kinds)
    return lambda test: test


def receive(stage: Stage, **fields: object) -> Call:
    return calls.call_receive(by=stage.dispatcher, location=PLACE, **fields)


@tries("PENDING")
@pytest.mark.parametrize(("priority", "limit", "level"), [(1, 60, 2), (2, 180, 2), (3, 600, 3), (4, 1200, 3)])
def test_a_waiting_call_is_overdue(stage: Stage, priority: int, limit: int, level: int) -> None:
    call = receive(stage, priority=priority)
    waiting = due("PENDING", call=call)
    assert seconds(waiting.due_at, call.received_at) == limit
    fire(waiting)
    assert alert("PENDING_OVERDUE", call).level == level


def test_a_call_with_a_unit_on_it_is_not_waiting(stage: Stage) -> None:
    call = receive(stage, priority=1)
    fire(due("PENDING", call=call))
    (assignment,) = stage.send(call, "HPD1")
    assert not waits("PENDING", call=call)
    assert no_alert("PENDING_OVERDUE")
    stage.step(assignment, "AV")
    assert waits("PENDING", call=call)


def test_a_graver_priority_makes_the_alert_graver(stage: Stage) -> None:
    call = receive(stage, priority=3)
    fire(due("PENDING", call=call))
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"priority": 1})
    fire_at = due("PENDING", call=call)
    assert seconds(fire_at.due_at, call.received_at) == 60
    Call.objects.filter(pk=call.pk).update(received_at=timezone.now())
    deadlines_fire(in_seconds(61))
    assert alert("PENDING_OVERDUE", call).level == 2


@tries("TRIAGE")
def test_triage_should_be_done_in_ninety_seconds(stage: Stage) -> None:
    call = receive(stage, call_type="MNTL")
    waiting = due("TRIAGE", call=call)
    assert seconds(waiting.due_at, call.received_at) == 90
    fire(waiting)
    assert alert("TRIAGE_INCOMPLETE", call).level == 3
    stage.triage(call)
    assert no_alert("TRIAGE_INCOMPLETE")


def test_danger_on_the_first_answer_settles_the_triage(stage: Stage) -> None:
    call = receive(stage, call_type="MNTL")
    answer = triage.triage_answer
    answer(by=stage.dispatcher, call_id=call.pk, answers={"age": "ADULT"})
    assert waits("TRIAGE", call=call)
    answer(by=stage.dispatcher, call_id=call.pk, answers={"age": "ADULT", "weapon": "IN_HAND"})
    assert not waits("TRIAGE", call=call)


@pytest.mark.parametrize("code", ["WEAPON", "OTHER"])
def test_a_type_that_asks_no_triage_waits_for_none(stage: Stage, code: str) -> None:
    call = receive(stage, call_type="MNTL")
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"type": code})
    assert not waits("TRIAGE", call=call)


@tries("ACKNOWLEDGE")
def test_a_dispatched_unit_acknowledges_within_a_minute(stage: Stage) -> None:
    call, assignment = stage.crt_at()
    waiting = due("ACKNOWLEDGE", assignment=assignment)
    assert seconds(waiting.due_at, assignment.dispatched_at) == 60
    fire(waiting)
    raised = alert("NOT_ACKNOWLEDGED", call)
    assert (raised.level, raised.unit.callsign) == (2, "CRT1")
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)
    assert no_alert("NOT_ACKNOWLEDGED")


@pytest.mark.parametrize("status", ["ER", "ST", "OS", "AV"])
def test_any_step_acknowledges_a_dispatch(stage: Stage, status: str) -> None:
    _, assignment = stage.crt_at(status)
    assert not waits("ACKNOWLEDGE", assignment=assignment)


@tries("ETA_OVERRUN")
def test_a_unit_en_route_is_late_five_minutes_after_its_eta(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    waiting = due("ETA_OVERRUN", assignment=assignment)
    assert seconds(waiting.due_at, assignment.eta_at) == 300
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk, minutes=12)
    assignment.refresh_from_db()
    waiting.refresh_from_db()
    assert seconds(waiting.due_at, assignment.eta_at) == 300
    fire(waiting)
    assert alert("ETA_OVERRUN", call).level == 3
    stage.step(assignment, "OS")
    assert no_alert("ETA_OVERRUN")


@tries("ARRIVAL_TARGET")
@pytest.mark.parametrize(("answers", "team", "minutes"), [({}, "CRT1", 10), ({"acuity": "HIGH"}, "CRMHC1", 10)])
def test_the_arrival_target_counts_from_the_911_answer(stage: Stage, answers: dict, team: str, minutes: int) -> None:
    call = stage.call(received_at=in_seconds(-120))
    stage.triage(call, **answers)
    (assignment,) = stage.send(call, team)
    waiting = due("ARRIVAL_TARGET", assignment=assignment)
    assert seconds(waiting.due_at, call.received_at) == minutes * 60
    fire(waiting)
    assert alert("ARRIVAL_TARGET_MISSED", call).level == 3
    stage.step(assignment, "OS")
    assert no_alert("ARRIVAL_TARGET_MISSED")


def test_a_team_reached_by_phone_has_a_target_of_its_own(stage: Stage) -> None:
    call = stage.triaged_call(age="CHILD_3_17")
    handoff = handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted")
    assert seconds(due("ARRIVAL_TARGET", assignment=handoff.assignment).due_at, call.received_at) == 45 * 60


@tries("HANDOFF_NEXT", "HANDOFF_FALLBACK")
def test_a_hand_off_that_nobody_takes(stage: Stage) -> None:
    call = stage.triaged_call(age="CHILD_3_17")
    asked = call.slots.get(role="WHEELER").requested_at
    following, fallback = due("HANDOFF_NEXT", call=call), due("HANDOFF_FALLBACK", call=call)
    assert (seconds(following.due_at, asked), seconds(fallback.due_at, asked)) == (120, 240)
    fire(following)
    assert alert("HANDOFF_NOT_ACCEPTED", call).level == 2
    assert Call.objects.get(pk=call.pk).decision.response == ["WHEELER"]
    fire(fallback)
    assert Call.objects.get(pk=call.pk).decision.response == ["POLICE"]


@tries("HANDOFF_CALLBACK")
def test_a_team_that_promised_to_call_back(stage: Stage) -> None:
    call = stage.triaged_call(age="CHILD_3_17")
    promise = handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="call_back", callback_minutes=2
    )
    waiting = due("HANDOFF_CALLBACK", call=call)
    assert seconds(waiting.due_at, promise.at) == 120
    fire(waiting)
    assert alert("HANDOFF_NOT_ACCEPTED", call).level == 2


def test_with_nobody_beside_a_person_who_thinks_of_suicide_ems_are_asked_for_at_once(stage: Stage) -> None:
    call = receive(stage, person={"someone_stays": False})
    stage.triage(call, age="CHILD_3_17", self_harm="IDEATION")
    assert slots_of(call) == [("EMS", "requested"), ("WHEELER", "requested")]
    waiting = due("HANDOFF_FALLBACK", call=call)
    assert seconds(waiting.due_at, call.slots.get(role="WHEELER").requested_at) == 240
    fire(waiting)
    assert Call.objects.get(pk=call.pk).decision.response == ["POLICE", "EMS"]
    assert slots_of(call) == [("EMS", "requested"), ("POLICE", "requested"), ("WHEELER", "declined")]


@tries("POLICE_UNASSIGNED")
def test_police_asked_for_are_assigned_within_a_minute(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    safety.police_request(by=stage.crew, call_id=call.pk)
    waiting = due("POLICE_UNASSIGNED", call=call)
    assert seconds(waiting.due_at, Call.objects.get(pk=call.pk).police_requested_at) == 60
    fire(waiting)
    assert alert("POLICE_UNASSIGNED", call).level == 1
    assert no_alert("POLICE_REQUESTED")
    stage.send(call, "HPD1")
    assert no_alert("POLICE_UNASSIGNED")


def test_police_asked_for_once_more_have_their_minute_again(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    slots.slot_request(by=stage.dispatcher, call_id=call.pk, role="POLICE")
    Call.objects.filter(pk=call.pk).update(police_requested_at=in_seconds(-600))
    (police,) = stage.send(call, "HPD1")
    stage.step(police, "OS", "AV")
    safety.police_request(by=stage.crew, call_id=call.pk)
    assert due("POLICE_UNASSIGNED", call=call).due_at > in_seconds(50)


@tries("ORDER_ACKNOWLEDGE")
def test_an_order_is_acknowledged_within_half_a_minute(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting")
    assignment.refresh_from_db()
    waiting = due("ORDER_ACKNOWLEDGE", assignment=assignment)
    assert seconds(waiting.due_at, assignment.order_at) == 30
    fire(waiting)
    raised = alert("UPGRADE", call)
    assert raised.level == 1
    assert raised.text.endswith("call them by voice")


@tries("CALLBACK")
def test_a_call_back_is_due_and_cleared_when_it_was_made(stage: Stage) -> None:
    call = stage.call()
    at = in_seconds(900)
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=at)
    waiting = due("CALLBACK", call=call)
    assert waiting.due_at == at
    fire(waiting)
    assert alert("CALLBACK_DUE", call).level == 2
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=None)
    assert no_alert("CALLBACK_DUE")


@tries("HOLD")
def test_a_hold_is_over_at_its_time(stage: Stage) -> None:
    call = stage.call()
    holds.call_hold(by=stage.dispatcher, call_id=call.pk, until=in_seconds(600), reason="waits for CRT")
    fire(due("HOLD", call=call))
    assert Call.objects.get(pk=call.pk).status == "pending"
    assert "hold time is over" in alert("PENDING_OVERDUE", call).text


@tries("UNIT_RETURN")
def test_a_break_is_over_at_its_time(stage: Stage) -> None:
    units.unit_status_set(by=stage.crew, callsign="CRT1", status="BK", minutes=15)
    waiting = due("UNIT_RETURN", unit=stage.cast.crt1)
    assert waiting.due_at == Unit.objects.get(callsign="CRT1").status_until
    fire(waiting)
    assert Unit.objects.get(callsign="CRT1").status == "AV"


def test_a_crew_back_early_or_gone_is_not_made_available_later(stage: Stage) -> None:
    for status in ("AV", "OO"):
        units.unit_status_set(by=stage.crew, callsign="CRT1", status="BK", minutes=15)
        units.unit_status_set(by=stage.crew, callsign="CRT1", status=status, reason="flat tire")
        assert not waits("UNIT_RETURN", unit=stage.cast.crt1)


@tries("WELFARE_PROMPT", "WELFARE_LEVEL_2", "WELFARE_LEVEL_1", "WELFARE_POLICE")
def test_a_welfare_check_nobody_answers(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    first = due("WELFARE_PROMPT", assignment=assignment)
    assert seconds(first.due_at, assignment.on_scene_at) == 600
    ladder = [due(f"WELFARE_{step}", assignment=assignment) for step in ("LEVEL_2", "LEVEL_1", "POLICE")]
    assert [seconds(step.due_at, first.due_at) for step in ladder] == [60, 120, 180]
    fire(first)
    assert not Alert.objects.filter(call=call).exists()
    fire(ladder[0])
    assert alert("WELFARE_OVERDUE", call).level == 2
    fire(ladder[1])
    assert no_alert("WELFARE_OVERDUE")
    assert alert("WELFARE_MISSED", call).level == 1
    fire(ladder[2])
    assert call.slots.filter(role="POLICE", status="requested").exists()
    assert alert("POLICE_REQUESTED", call).raised_by == "system:timers"
    assert Call.objects.get(pk=call.pk).priority == 1


@tries("ALERT_ESCALATE")
@pytest.mark.parametrize(("level", "limit"), [(1, 30), (2, 120)])
def test_an_alert_nobody_acknowledges_goes_to_everybody(stage: Stage, level: int, limit: int) -> None:
    call, assignment = stage.crt_at()
    if level == 1:
        raised = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    else:
        fire(due("ACKNOWLEDGE", assignment=assignment))
        raised = alert("NOT_ACKNOWLEDGED", call)
    waiting = due("ALERT_ESCALATE", alert=raised)
    assert seconds(waiting.due_at, raised.raised_at) == limit
    fire(waiting)
    raised.refresh_from_db()
    assert raised.escalated_at is not None


@tries("ALERT_CONTACT")
def test_acknowledging_an_emergency_and_doing_nothing_raises_it_again_after_a_minute(stage: Stage) -> None:
    stage.crt_at("OS")
    raised = safety.unit_emergency(by=stage.crew, callsign="CRT1")
    alert_acknowledge(by=stage.dispatcher, alert_id=raised.pk)
    assert not waits("ALERT_ESCALATE", alert=raised)
    raised.refresh_from_db()
    waiting = due("ALERT_CONTACT", alert=raised)
    assert seconds(waiting.due_at, raised.acknowledged_at) == 60
    fire(waiting)
    raised.refresh_from_db()
    assert raised.acknowledged_at is None
    assert waits("ALERT_ESCALATE", alert=raised)


def test_a_transport_is_checked_after_its_own_eta_not_the_way_to_the_scene(stage: Stage) -> None:
    Facility.objects.create(name="Example Clinic", kind="CLINIC", lat=41.7837, lon=-72.6851)
    _, assignment = stage.crt_at("ER", "OS")
    assert assignment.eta_at is not None
    known = stage.step(assignment, "TR", destination="example clinic")
    assert timedelta(minutes=1) < known.eta_at - known.transporting_at < timedelta(minutes=10)
    assert seconds(due("WELFARE_PROMPT", assignment=known).due_at, known.eta_at) == 300
    stage.step(known, "AD")
    assert not waits("WELFARE_PROMPT", assignment=known)
    unknown = stage.step(known, "TR", destination="his sister's")
    assert seconds(due("WELFARE_PROMPT", assignment=unknown).due_at, unknown.status_since) == 900


def test_a_staging_crew_is_checked_every_quarter_of_an_hour(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER", "ST")
    assert seconds(due("WELFARE_PROMPT", assignment=assignment).due_at, assignment.staged_at) == 900


def test_police_and_ems_are_not_asked(stage: Stage) -> None:
    call = stage.triaged_call(medical="URGENT")
    for assignment in stage.send(call, "HPD1", "EMS1"):
        stage.step(assignment, "OS")
        assert not waits("WELFARE_PROMPT", assignment=assignment)


@pytest.mark.parametrize("pace", [60, 0])
def test_a_replayed_call_runs_faster_or_without_timers(stage: Stage, pace: int) -> None:
    call = stage.call(pace=pace, received_at=timezone.now() - timedelta(days=400))
    stage.triage(call)
    before = timezone.now()
    (assignment,) = assignments.assignment_create(
        by=SYSTEM, call_id=call.pk, units=["CRT1"], occurred_at=call.received_at
    )
    assert assignment.dispatched_at == call.received_at
    if pace == 0:
        assert not call.deadlines.exists()
        return
    waiting = due("ACKNOWLEDGE", assignment=assignment).due_at
    assert before <= waiting - timedelta(seconds=1) <= timezone.now()
    stage.step(assignment, "OS", occurred_at=call.received_at)
    assert due("WELFARE_PROMPT", assignment=assignment).due_at <= in_seconds(10)


def test_a_call_that_ends_takes_all_its_due_times_with_it(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    safety.police_request(by=stage.crew, call_id=call.pk)
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=in_seconds(60))
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    assert not call.deadlines.filter(fired_at__isnull=True, cancelled_at__isnull=True).exists()
    assert not Alert.objects.filter(cleared_at__isnull=True).exists()


@tries("TRANSFER")
def test_a_transfer_nobody_took_is_followed_up_after_fifteen_minutes(stage: Stage) -> None:
    Resource.objects.create(code="211", name="2-1-1", kind="CRISIS_LINE", phone="211")
    call = stage.triaged_call()
    offered = transfers.transfer_offer(by=stage.dispatcher, call_id=call.pk, resource="211", consent=True)
    waiting = due("TRANSFER", call=call)
    assert seconds(waiting.due_at, offered.offered_at) == pytest.approx(900, abs=1)
    fire(waiting)
    assert alert("TRANSFER_NOT_ACCEPTED", call).level == 2


@tries("NOTIFY_NEXT")
def test_a_message_nobody_acknowledged_goes_to_the_next_after_a_minute(stage: Stage) -> None:
    channel(stage.cast.supervisor)
    on_duty(stage.cast.supervisor)
    _, assignment = stage.crt_at()
    work_off()
    waiting = due("NOTIFY_NEXT", assignment=assignment)
    told = assignment.notices.get()
    assert seconds(waiting.due_at, told.told_at) == 60
    fire(waiting)
    assert assignment.notices.get(step=3).deliveries.get().user == stage.cast.supervisor


def test_every_kind_is_tried() -> None:
    assert set(DeadlineKind) == TRIED
