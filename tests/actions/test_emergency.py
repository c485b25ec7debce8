"""An emergency is somebody's until a dispatcher has seen it."""

from __future__ import annotations

import pytest

from dispatch.actions.alerts import alert_acknowledge, alert_clear
from dispatch.actions.assignments import assignment_create, assignment_status_set
from dispatch.actions.endings import call_close
from dispatch.actions.safety import unit_emergency
from dispatch.models import Alert, Call
from tests.cast import Cast, make_cast
from tests.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def officers_on_a_call(cast: Cast) -> tuple[Call, str]:
    call = make_call()
    (assignment,) = assignment_create(by=cast.actor("dispatcher"), call_id=call.pk, units=["HPD1"])
    return call, str(assignment.pk)


def emergency(cast: Cast) -> Alert:
    return unit_emergency(by=cast.actor("hpd1_officer"), callsign="HPD1")


def test_a_crew_that_clears_itself_does_not_clear_its_emergency(cast: Cast) -> None:
    _, assignment_id = officers_on_a_call(cast)
    alert = emergency(cast)
    assignment_status_set(by=cast.actor("hpd1_officer"), assignment_id=assignment_id, status="AV")
    alert.refresh_from_db()
    assert alert.cleared_at is None


def test_closing_the_call_leaves_an_emergency_that_nobody_acknowledged(cast: Cast) -> None:
    call, _ = officers_on_a_call(cast)
    alert = emergency(cast)
    call_close(by=cast.actor("dispatcher"), call_id=call.pk, disposition="18")
    alert.refresh_from_db()
    assert alert.cleared_at is None
    alert_clear(by=cast.actor("dispatcher"), alert_id=alert.pk, reason="Crew answered by radio")
    alert.refresh_from_db()
    assert alert.cleared_at is not None


def test_closing_the_call_ends_an_emergency_that_was_acknowledged(cast: Cast) -> None:
    call, _ = officers_on_a_call(cast)
    alert = emergency(cast)
    alert_acknowledge(by=cast.actor("dispatcher"), alert_id=alert.pk)
    call_close(by=cast.actor("dispatcher"), call_id=call.pk, disposition="18")
    alert.refresh_from_db()
    assert alert.cleared_at is not None
