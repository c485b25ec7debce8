"""Who is told of what happens to a crew, and who is next while nobody acknowledges it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions import assignments, orders
from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.deliveries import delivery_send
from dispatch.actions.endings import call_cancel
from dispatch.actions.safety import unit_emergency
from dispatch.models import Delivery, Notice, Position
from hearteam.events.models import Event
from partners.models import CrewMember, Shift
from tests.reaching.conftest import Outbox
from tests.reaching.people import channel, on_duty, work_off
from tests.stage import Stage
from tests.timers.clock import due, fire, in_seconds, seconds, waits


def told(outbox: Outbox) -> list[tuple[str, str]]:
    """(how, whom) in the order sent."""
    return [(line["kind"], line["to"]) for line in outbox()]


def test_the_crew_is_told_then_its_next_channel_then_the_other_then_the_supervisor(
    stage: Stage, outbox: Outbox
) -> None:
    lead, peer = stage.cast.crt1_clinician, stage.cast.crt1_peer
    first, second = channel(lead), channel(lead, "VOICE")
    theirs, more = channel(peer), channel(peer, "EMAIL")
    boss = channel(stage.cast.supervisor)
    on_duty(stage.cast.supervisor)
    _, assignment = stage.crt_at()
    assert work_off() == ["sent", "sent"]
    expected = [("SMS", first.address), ("SMS", theirs.address)]
    assert told(outbox) == expected
    for step in (("VOICE", second.address), ("EMAIL", more.address), ("SMS", boss.address)):
        fire(due("NOTIFY_NEXT", assignment=assignment))
        assert work_off() == ["sent"]
        expected.append(step)
        assert told(outbox) == expected
    assert not waits("NOTIFY_NEXT", assignment=assignment)


def test_each_step_is_in_the_timeline_with_whom_it_reaches(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.supervisor)
    on_duty(stage.cast.supervisor)
    call, assignment = stage.crt_at()
    assert work_off() == []
    fire(due("NOTIFY_NEXT", assignment=assignment))
    event = Event.objects.get(type="notice_escalated", call_id=call.pk)
    assert (event.unit, event.data["about"], event.data["to"]) == ("CRT1", "DISPATCH", ["supervisor"])
    assert Delivery.objects.get().notice.why == "not acknowledged"


def test_a_minute_is_given_to_acknowledge(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    channel(stage.cast.crt1_clinician, "EMAIL")
    _, assignment = stage.crt_at()
    work_off()
    told_at = Notice.objects.get(kind="DISPATCH").told_at
    assert told_at is not None
    assert seconds(due("NOTIFY_NEXT", assignment=assignment).due_at, told_at) == 60


@pytest.mark.parametrize("how", ["acknowledged", "a step", "cleared"])
def test_an_answer_ends_it(stage: Stage, outbox: Outbox, how: str) -> None:
    channel(stage.cast.crt1_clinician)
    channel(stage.cast.crt1_clinician, "EMAIL")
    _, assignment = stage.crt_at()
    work_off()
    if how == "acknowledged":
        assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)
    else:
        stage.step(assignment, "ER" if how == "a step" else "AV")
    deadlines_fire(in_seconds(61))
    assert Notice.objects.filter(step__gt=0).count() == 0


def test_what_was_acknowledged_before_it_was_sent_is_not_sent(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    _, assignment = stage.crt_at()
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)
    assert work_off() == []
    assert Notice.objects.get(kind="DISPATCH").why == "acknowledged meanwhile"


def test_an_order_is_told_and_climbs_while_the_dispatch_was_acknowledged(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    second = channel(stage.cast.crt1_clinician, "EMAIL")
    _, assignment = stage.crt_at("ER")
    work_off()
    orders.order_give(by=stage.dispatcher, assignment_id=assignment.pk, order="STAGE", reason="shouting")
    assert work_off() == ["sent"]
    fire(due("NOTIFY_NEXT", assignment=assignment))
    assert work_off() == ["sent"]
    assert told(outbox)[-1] == ("EMAIL", second.address)
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk)
    deadlines_fire(in_seconds(300))
    assert work_off() == []


def test_a_cancelled_call_is_told_to_its_crew_and_not_what_the_crew_did_itself(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    call, _ = stage.crt_at("ER")
    call_cancel(by=stage.dispatcher, call_id=call.pk, reason="Found")
    work_off()
    assert len(told(outbox)) == 1
    other = stage.triaged_call()
    (again,) = stage.send(other, "CRT1")
    assignments.assignment_status_set(by=stage.crew, assignment_id=again.pk, status="AV")
    assert Notice.objects.filter(kind="CANCELLED").count() == 1


def test_a_welfare_check_that_is_due_is_told(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    _, assignment = stage.crt_at("OS")
    work_off()
    before = len(told(outbox))
    prompt = due("WELFARE_PROMPT", assignment=assignment)
    prompt.due_at = assignment.welfare_due_at = timezone.now() - timedelta(seconds=1)
    prompt.save()
    assignment.save()
    deadlines_fire(timezone.now())
    assert work_off() == ["sent"]
    assert len(told(outbox)) == before + 1


def test_a_red_alert_reaches_the_supervisors_on_duty_until_it_is_acknowledged(stage: Stage, outbox: Outbox) -> None:
    boss, next_way = channel(stage.cast.supervisor), channel(stage.cast.supervisor, "EMAIL")
    channel(stage.cast.supervisor2)
    on_duty(stage.cast.supervisor)
    alert = unit_emergency(by=stage.crew, callsign="CRT1")
    work_off()
    fire(due("NOTIFY_NEXT", alert=alert))
    work_off()
    assert told(outbox) == [("SMS", boss.address), ("EMAIL", next_way.address)]
    alert_acknowledge(by=stage.dispatcher, alert_id=alert.pk)
    deadlines_fire(in_seconds(61))
    assert Notice.objects.filter(alert=alert, step=2).count() == 0


def test_who_is_off_shift_is_told_nothing(stage: Stage, outbox: Outbox) -> None:
    gone, stays = stage.cast.crt1_clinician, channel(stage.cast.crt1_peer)
    channel(gone)
    CrewMember.objects.filter(person__user=gone).delete()
    channel(stage.cast.supervisor)
    Position.objects.create(name="S1", holder=stage.cast.supervisor, claimed_at=timezone.now() - timedelta(days=1))
    (assignment,) = stage.send(stage.triaged_call(), "CRT1", override_reason="Nobody else")
    work_off()
    assert told(outbox) == [("SMS", stays.address)]
    assert not waits("NOTIFY_NEXT", assignment=assignment)


def test_whose_shift_on_another_unit_began_later_is_told_there_only(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    shift = Shift.objects.create(unit=stage.crt2, starts_at=timezone.now() - timedelta(minutes=1))
    person = stage.cast.crt1_clinician.person
    CrewMember.objects.create(shift=shift, person=person, role="CLINICIAN")
    stage.send(stage.triaged_call(), "CRT1", override_reason="Nobody else")
    assert work_off() == []


@pytest.mark.parametrize("change", [{"quiet": True}, {"verified_at": None}])
def test_a_quiet_or_unproven_channel_is_not_used(stage: Stage, outbox: Outbox, change: dict[str, object]) -> None:
    channel(stage.cast.crt1_clinician, **change)
    stage.crt_at()
    assert work_off() == []


def test_a_replayed_call_tells_nobody(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    call = stage.call(pace=60)
    stage.triage(call)
    stage.send(call, "CRT1")
    assert not Notice.objects.exists()


def test_a_message_that_reaches_nobody_hurries_the_next_step(stage: Stage, outbox: Outbox, settings: Any) -> None:
    channel(stage.cast.crt1_clinician)
    channel(stage.cast.crt1_clinician, "EMAIL")
    _, assignment = stage.crt_at()
    settings.REACH_SMS_URL = "file:/nowhere/at/all"
    assert work_off() == ["queued"]
    message = Delivery.objects.get()
    assert [delivery_send(delivery_id=message.pk) for _ in range(3)] == ["queued", "failed", "failed"]
    assert due("NOTIFY_NEXT", assignment=assignment).due_at <= timezone.now()
