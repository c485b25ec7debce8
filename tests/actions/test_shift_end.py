"""A crew that is out on a call when its shift ends keeps what keeps it safe until it is cleared."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dispatch.actions import safety
from dispatch.models import Assignment
from partners.access import actor_for
from partners.models import Shift
from tests.stage import Stage


def _shift_over(*, sent_before: bool) -> None:
    now = timezone.now()
    Shift.objects.filter(unit__callsign="CRT1").update(starts_at=now - timedelta(hours=8), ends_at=now)
    sent = now - timedelta(hours=1) if sent_before else now + timedelta(seconds=1)
    Assignment.objects.filter(unit__callsign="CRT1").update(dispatched_at=sent)


def test_a_crew_inside_past_its_shift_keeps_the_emergency_button_and_its_welfare_checks(stage: Stage) -> None:
    call, inside = stage.crt_at("OS")
    _shift_over(sent_before=True)
    crew = actor_for(stage.cast.crt1_clinician)
    assert crew.unit == "CRT1"
    safety.welfare_pass(by=crew, assignment_id=inside.pk)
    safety.police_request(by=crew, call_id=call.pk)
    assert safety.unit_emergency(by=crew, callsign="CRT1").unit == inside.unit
    stage.step(inside, "AV")
    assert actor_for(stage.cast.crt1_clinician).unit == ""


def test_a_crew_of_an_earlier_shift_is_not_on_the_unit_that_others_were_sent_with(stage: Stage) -> None:
    stage.crt_at("OS")
    _shift_over(sent_before=False)
    assert actor_for(stage.cast.crt1_clinician).unit == ""
