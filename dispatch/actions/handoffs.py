"""Handing a call to a team that is reached by phone: each attempt is recorded, an accepted one makes a temporary
unit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.assignments import assignment_acknowledge, assignment_create
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.due import deadlines_cancel
from dispatch.actions.progress import AssignmentStatus, follow_units, set_status
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import HANDOFF_KINDS, triage_again
from dispatch.models import Assignment, Call, Handoff
from dispatch.queries import access
from dispatch.queries.availability import failed_handoffs
from dispatch.rules.timers import AlertKind
from hearteam.events import types
from hearteam.problems import Malformed, NotFound, Refused
from partners.access import Actor, Permission
from partners.models import Team, Unit
from partners.queries.availability import not_by_phone


def handoff_record(
    *,
    by: Actor,
    call_id: str | int,
    team: str,
    outcome: str,
    contact: str = "",
    clinician: str = "",
    eta_minutes: int | None = None,
    note: str = "",
    occurred_at: datetime | None = None,
) -> Handoff:
    """Record a phone hand-off: who answered and what came of it.

    Accepted: a temporary unit (WHEELER1, WHEELER2 ..) is assigned, its status kept by the dispatcher.
    Failed (declined, or too many unanswered attempts): the team counts as unavailable and the call is decided again.
    """
    access.require(by, Permission.DISPATCH, "hand calls over by phone")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be handed over")
        if outcome not in Handoff.Outcome.values:
            raise Malformed(
                "There is no such outcome.",
                errors={"outcome": [f"Must be one of {', '.join(Handoff.Outcome.values)}."]},
            )
        at = moment(occurred_at)
        row = _team_on_the_phone(team, at)
        handoff = Handoff(
            call=call,
            team=row,
            outcome=outcome,
            phone=row.dedicated_phone,
            contact=contact[:120],
            clinician=clinician[:120],
            eta_minutes=eta_minutes,
            note=note[:500],
            at=at,
            made_by_id=by.user_id,
            attempt=call.handoffs.filter(team=row).count() + 1,
        )
        if outcome == Handoff.Outcome.ACCEPTED:
            handoff.assignment = _temporary_unit(work, by, call, handoff)
        handoff.save()
        call_save(call)
        _tell(work, call, handoff)
        _after(work, call, row, outcome)
        return handoff


def _team_on_the_phone(code: str, at: datetime) -> Team:
    team = Team.objects.filter(code=code.strip().upper(), active=True, agency__kind="CIVILIAN").first()
    if team is None:
        raise NotFound(f"There is no team {code[:16]}.")
    unreachable = not_by_phone(team, at)
    if unreachable:
        raise Refused(f"{team.code} cannot be handed a call by phone: {unreachable}.")
    return team


def _tell(work: Work, call: Call, handoff: Handoff) -> None:
    work.emit(
        types.HandoffRecorded(
            handoff=str(handoff.pk),
            team=handoff.team.code,
            outcome=handoff.outcome,
            attempt=handoff.attempt,
            eta_minutes=handoff.eta_minutes,
            unit=handoff.assignment.unit.callsign if handoff.assignment else None,
        ),
        call=call,
    )


def _temporary_unit(work: Work, by: Actor, call: Call, handoff: Handoff) -> Assignment:
    """A unit that stands for the crew on the phone, assigned and (they said yes) en route."""
    at = handoff.at
    unit = _free_temporary_unit(handoff.team)
    unit.active, unit.temporary, unit.status, unit.status_since = True, True, Unit.Status.AV, at
    unit.phone, unit.vehicle = handoff.phone, handoff.clinician[:60]
    unit.save()
    (assignment,) = assignment_create(by=by, call_id=call.pk, units=[unit.callsign], occurred_at=at)
    call.refresh_from_db()
    if handoff.eta_minutes is not None:
        assignment.eta_at = at + timedelta(minutes=handoff.eta_minutes)
    if not assignment.order:
        set_status(work, call, assignment, AssignmentStatus.ER, at)
    else:
        assignment.save(update_fields=["eta_at"])
        assignment_acknowledge(by=by, assignment_id=assignment.pk, occurred_at=at)
        assignment.refresh_from_db()
        call.refresh_from_db()
    call_save(call, *follow_units(call, at))
    return assignment


def _free_temporary_unit(team: Team) -> Unit:
    """The team's temporary unit with the lowest number that is on no call; the team's row is locked meanwhile."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    known = {unit.callsign: unit for unit in Unit.objects.filter(callsign__startswith=team.code)}
    number = 1
    while (unit := known.get(f"{team.code}{number}")) is not None and (unit.active or not unit.temporary):
        number += 1
    return unit or Unit(callsign=f"{team.code}{number}", team=team)


def _after(work: Work, call: Call, team: Team, outcome: str) -> None:
    if outcome == Handoff.Outcome.ACCEPTED:
        deadlines_cancel(HANDOFF_KINDS, call=call)
        clear_alerts(work, f"{team.code} accepted", kinds=[AlertKind.HANDOFF_NOT_ACCEPTED], call=call)
    elif team.code in failed_handoffs(call):
        deadlines_cancel(HANDOFF_KINDS, call=call)
        raise_alert(work, AlertKind.HANDOFF_NOT_ACCEPTED, call=call, detail=f"{team.code} {outcome.replace('_', ' ')}")
        triage_again(work, call, reason=f"{team.code} did not take the call by phone")
