"""Handing a call to a team that is reached by phone: each attempt is recorded, an accepted one makes a temporary
unit.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.assignments import assignment_acknowledge, assignment_create
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.progress import AssignmentStatus, follow_units, set_status
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import HANDOFF_KINDS, triage_again
from dispatch.models import Assignment, Call, Handoff
from dispatch.queries import access
from dispatch.queries.availability import failed_handoffs, promised_callbacks
from dispatch.queries.sending import in_emergency
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed, NotFound, Refused
from partners.access import Actor, Permission
from partners.models import Team, Unit
from partners.queries.availability import not_by_phone

FAILING: Final = (Handoff.Outcome.NO_ANSWER, Handoff.Outcome.DECLINED)
SAID: Final = {
    "contact": 120,
    "clinician": 120,
    "clinician_phone": 24,
    "guardian": 120,
    "guardian_phone": 24,
    "school": 120,
    "school_phone": 24,
    "meeting_point": 160,
    "note": 500,
}
"""What may be written down of a phone call, with its longest length: who answered, who comes and their mobile, whom to
ask for about a child, where to meet.
"""


def handoff_record(
    *,
    by: Actor,
    call_id: str | int,
    team: str,
    outcome: str,
    eta_minutes: int | None = None,
    callback_minutes: int | None = None,
    occurred_at: datetime | None = None,
    **said: str,
) -> Handoff:
    """Record a phone hand-off: that the team is being called, or who answered and what came of it (`said`: `SAID`).

    An attempt that runs is completed by its outcome; without one the outcome is an attempt of its own.
    Accepted: a temporary unit (WHEELER1, WHEELER2 ..) is assigned, its status kept by the dispatcher.
    Failed (declined, or too many unanswered attempts): the team counts as unavailable and the call is decided again.
    They will call back: due in `callback_minutes`; it puts nothing off that is due anyway.
    """
    access.require(by, Permission.DISPATCH, "hand calls over by phone")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be handed over")
        _check_outcome(outcome, callback_minutes)
        at = moment(occurred_at)
        handoff = _attempt(call, team, at)
        if outcome == handoff.outcome == Handoff.Outcome.CALLING:
            return handoff
        row = handoff.team
        handoff.outcome, handoff.at, handoff.made_by_id = outcome, max(at, handoff.started_at or at), by.user_id
        handoff.eta_minutes = eta_minutes
        for name, longest in SAID.items():
            setattr(handoff, name, said.pop(name, "")[:longest])
        if said:
            raise TypeError(*said)
        if outcome == Handoff.Outcome.CALLING:
            handoff.started_at = at
        if outcome == Handoff.Outcome.CALL_BACK:
            handoff.callback_at = at + timedelta(minutes=callback_minutes or 0)
        if outcome == Handoff.Outcome.ACCEPTED:
            handoff.assignment = _temporary_unit(work, by, call, handoff)
        handoff.save()
        call_save(call)
        _tell(work, call, handoff)
        _after(work, call, row, outcome)
        return handoff


def handoff_amend(*, by: Actor, assignment_id: str | int, **said: str) -> Handoff:
    """Complete or correct what is known of the crew that took a call by phone (`said`: `SAID`): their mobile is often
    learned later, and a welfare check rings it. What is not given stays as it is.
    """
    access.require(by, Permission.DISPATCH, "amend hand-offs")
    with action(by) as work:
        known = access.assignment_for(by, assignment_id)
        call = access.call_for(by, known.call_id, lock=True)
        handoff = Handoff.objects.filter(assignment=known).select_related("assignment__unit").first()
        if handoff is None or handoff.assignment is None:
            raise Refused(f"{known.unit.callsign} was not reached by phone.")
        unit = handoff.assignment.unit
        if handoff.assignment.cleared_at is not None:
            raise Refused(f"{unit.callsign} was cleared from {call.number}.")
        cut = {name: said[name].strip()[:longest] for name, longest in SAID.items() if name in said}
        changed = [name for name, text in cut.items() if text != getattr(handoff, name)]
        if not changed:
            return handoff
        for name in changed:
            setattr(handoff, name, cut[name])
        handoff.save(update_fields=changed)
        unit.phone, unit.vehicle = handoff.clinician_phone or handoff.phone, handoff.clinician[:60]
        unit.save(update_fields=["phone", "vehicle"])
        call_save(call)
        work.emit(types.HandoffAmended(handoff=str(handoff.pk), fields=changed), call=call, unit=unit, tablets=[])
        return handoff


def _check_outcome(outcome: str, callback_minutes: int | None) -> None:
    if outcome not in Handoff.Outcome.values:
        raise Malformed(
            "There is no such outcome.",
            errors={"outcome": [f"Must be one of {', '.join(Handoff.Outcome.values)}."]},
        )
    if outcome == Handoff.Outcome.CALL_BACK and callback_minutes is None:
        raise Malformed("When will they call back?", errors={"callback_minutes": ["Give the minutes."]})


def _attempt(call: Call, code: str, at: datetime) -> Handoff:
    """The attempt at this team that runs, else a new one. Its number is dialled only while it can be called."""
    running = call.handoffs.filter(team__code=code.strip().upper(), outcome=Handoff.Outcome.CALLING)
    found = running.select_related("team").first()
    if found is not None:
        return found
    team = _team_on_the_phone(code, at)
    made = call.handoffs.filter(team=team).count()
    return Handoff(call=call, team=team, phone=team.dedicated_phone, attempt=made + 1)


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
            callback_at=rfc3339(handoff.callback_at) if handoff.callback_at else None,
            unit=handoff.assignment.unit.callsign if handoff.assignment else None,
        ),
        call=call,
    )


def _temporary_unit(work: Work, by: Actor, call: Call, handoff: Handoff) -> Assignment:
    """A unit that stands for the crew on the phone, assigned and (they said yes) en route."""
    at = handoff.at
    unit = _free_temporary_unit(handoff.team)
    unit.active, unit.temporary, unit.status, unit.status_since = True, True, Unit.Status.AV, at
    unit.phone, unit.vehicle = handoff.clinician_phone or handoff.phone, handoff.clinician[:60]
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
    """The team's temporary unit with the lowest number that is on no call, and that nobody looks for; the team's row is
    locked meanwhile.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    known = {unit.callsign: unit for unit in Unit.objects.filter(callsign__startswith=team.code)}
    sought, number = in_emergency(known.values()), 1
    while (unit := known.get(f"{team.code}{number}")) is not None:
        if unit.temporary and not unit.active and unit.pk not in sought:
            break
        number += 1
    return unit or Unit(callsign=f"{team.code}{number}", team=team)


def _after(work: Work, call: Call, team: Team, outcome: str) -> None:
    expect_callback(call)
    if outcome == Handoff.Outcome.ACCEPTED:
        deadlines_cancel(HANDOFF_KINDS, call=call)
        clear_alerts(work, f"{team.code} accepted", kinds=[AlertKind.HANDOFF_NOT_ACCEPTED], call=call)
    elif outcome in FAILING and team.code in failed_handoffs(call):
        _team_failed(work, call, team.code, outcome.replace("_", " "), "did not take the call by phone")


def _team_failed(work: Work, call: Call, code: str, detail: str, reason: str) -> None:
    """The fallback of the ruleset: the call is decided again without the team."""
    deadlines_cancel(HANDOFF_KINDS, call=call)
    said = f"{code} {detail}"
    raise_alert(work, AlertKind.HANDOFF_NOT_ACCEPTED, call=call, detail=said, again=said)
    triage_again(work, call, reason=f"{code} {reason}")


def expect_callback(call: Call) -> None:
    """When the next team that promised to call back should have done so; a later attempt of a team ends its promise."""
    waited = [promise.callback_at for promise in promised_callbacks(call) if promise.callback_at is not None]
    deadline_set(DeadlineKind.HANDOFF_CALLBACK, min(waited) if call.pace == 1 and waited else None, call=call)


def callback_missed(work: Work, call: Call, due_at: datetime) -> None:
    """A promised call-back of a locked call has not come: that attempt is one that nobody answered, and leads to the
    fallback once it is one too many.
    """
    for promise in promised_callbacks(call):
        if promise.callback_at is None or promise.callback_at > due_at:
            continue
        promise.outcome = Handoff.Outcome.NO_ANSWER
        promise.save(update_fields=["outcome"])
        call_save(call)
        _tell(work, call, promise)
        if promise.team.code in failed_handoffs(call):
            _team_failed(work, call, promise.team.code, "has not called back", "has not called back in time")
        else:
            said = f"{promise.team.code} has not called back"
            raise_alert(work, AlertKind.HANDOFF_NOT_ACCEPTED, call=call, detail=said, again=said)
    expect_callback(call)
