"""A person clears an alert: its cause is gone. Contact with a crew whose welfare check was missed is a passed check."""

from __future__ import annotations

from django.utils import timezone

from dispatch.actions.alerts import clear_one, locked_alert
from dispatch.actions.safety import check_passed
from dispatch.actions.transaction import Work, action
from dispatch.models import Alert, Assignment, Call
from dispatch.queries import access
from dispatch.rules.timers import WELFARE_ALERTS, AlertKind
from hearteam.problems import Malformed
from partners.access import Actor, Permission


def alert_clear(*, by: Actor, alert_id: str | int, reason: str) -> Alert:
    """A dispatcher says that the cause is gone (the crew answered by voice, say). Clearing twice changes nothing.

    A missed welfare check that is cleared was answered: the crew's next one is set, and no police go by themselves.
    """
    access.require(by, Permission.DISPATCH, "clear alerts")
    with action(by) as work:
        alert = locked_alert(by, alert_id)
        if not reason.strip():
            raise Malformed("Clearing an alert needs a reason.", errors={"reason": ["May not be empty."]})
        if alert.cleared_at is None:
            clear_one(work, alert, reason)
            if AlertKind(alert.kind) in WELFARE_ALERTS:
                _crew_is_well(work, alert)
        return alert


def _crew_is_well(work: Work, alert: Alert) -> None:
    active = Assignment.objects.select_related("unit__team__agency").filter(cleared_at__isnull=True)
    assignment = active.filter(call=alert.call, unit=alert.unit).first()
    if assignment is not None:
        call = Call.objects.get(pk=assignment.call_id)
        check_passed(work, call, assignment, timezone.now(), None)
