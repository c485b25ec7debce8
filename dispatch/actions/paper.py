"""Entering a call that was worked on paper: whole and ended, with its true times. Nothing of it is dispatched again.

It is a record of what happened: no unit is taken or released by it, no due time is set, nobody is told on a device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField
from django.utils import timezone

from dispatch.actions.calls import next_number
from dispatch.actions.changed import AHEAD_SECONDS, call_save, moment
from dispatch.actions.endings import disposition_named, open_follow_ups, record_unserved
from dispatch.actions.notes import write_note
from dispatch.actions.places import place_call
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import as_ruled
from dispatch.actions.types import set_type
from dispatch.models import Assignment, Call, CallContact, Decision, PaperRecord, PersonInCrisis, TriageAnswers
from dispatch.queries import access, decisions, rulesets
from dispatch.queries.availability import as_stored
from dispatch.queries.call import CONTACT_FIELDS, PERSON_FIELDS
from dispatch.rules import triage
from dispatch.rules.status import STAMP, AssignmentStatus
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.prepared import AnyOf, Prepared
from hearteam.problems import Conflict, Malformed
from partners.access import Actor, Permission
from partners.models import Unit
from partners.queries import availability

STEPS = tuple(AssignmentStatus)
"""In the order in which a crew takes them."""


@dataclass(frozen=True, slots=True)
class PaperUnit:
    """One unit's line of the sheet. `times`: when it took each step; it needs DP, and AV where it was cleared before
    the call ended.
    """

    unit: str
    times: dict[AssignmentStatus, datetime]
    destination: str = ""


@dataclass(frozen=True, slots=True)
class PaperNote:
    """One line of the sheet's narrative."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperCall:
    """A sheet. `number` is the paper's own."""

    number: str
    received_at: datetime
    closed_at: datetime
    location: dict[str, Any]
    disposition: str
    caller: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    call_type: str = ""
    priority: int | None = None
    origin: str = Call.Origin.E911
    outcome: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    triaged_at: datetime | None = None
    units: Sequence[PaperUnit] = ()
    notes: Sequence[PaperNote] = ()


def paper_call_enter(*, by: Actor, paper: PaperCall) -> Call:
    """Save a paper call as it was: one ended call, its events now and their true times in them.

    Raises Malformed (times that contradict each other, an unknown unit or disposition), Conflict with the call that
    has this paper number already, NotAllowed.
    """
    access.require(by, Permission.DISPATCH, "enter calls from paper")
    number = " ".join(paper.number.split()).upper()
    if not number:
        raise Malformed("A paper call has a number.", errors={"number": ["Give the number on the sheet."]})
    _check_times(paper)
    with action(by) as work:
        _claim(number)
        call = _call(by, paper)  # its number is locked before units, as wherever a unit starts a call of its own
        units = _units(paper)
        PaperRecord.objects.create(call=call, number=number, entered_by_id=by.user_id, entered_by_name=by.name)
        work.emit(
            types.CallEnteredFromPaper(
                number=call.number, paper_number=number, occurred_at=rfc3339(call.received_at)
            ),
            call=call,
        )
        for note in paper.notes:
            write_note(work, call, text=note.text, written_at=note.at)
        if paper.answers:
            _triage(work, call, paper)
        for line in paper.units:
            _assign(work, call, line, units[line.unit], paper.closed_at)
        _end(work, call, paper)
        return call


def _claim(number: str) -> None:
    """Two people with the same sheet at the same moment: the second waits here, and is told of the first's call."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"paper call {number}"])
    there = PaperRecord.objects.select_related("call").filter(number=number).first()
    if there is not None:
        raise Conflict(
            f"Paper call {number} was entered by {there.entered_by_name} as {there.call.number}.",
            call=str(there.call_id),
            call_number=there.call.number,
        )


def _check_times(paper: PaperCall) -> None:
    """Each time in its order and none in the future. Raises Malformed with the fields that are wrong."""
    moment(paper.closed_at)
    errors = dict(_wrong_times(paper))
    if errors:
        raise Malformed("The times contradict each other.", errors=errors)


def _wrong_times(paper: PaperCall) -> Iterator[tuple[str, list[str]]]:
    begins, ends, now = paper.received_at, paper.closed_at, timezone.now()
    if ends < begins:
        yield "closed_at", ["The call ended before it came in."]
    if paper.triaged_at is not None and not begins <= paper.triaged_at <= ends:
        yield "triaged_at", ["Not between the call's first and last time."]
    for place, note in enumerate(paper.notes):
        if note.at < begins:
            yield f"notes.{place}", ["Written before the call came in."]
        elif note.at > now + timedelta(seconds=AHEAD_SECONDS):
            yield f"notes.{place}", ["Written in the future."]
    for place, line in enumerate(paper.units):
        taken = [line.times[step] for step in STEPS if step in line.times]
        if AssignmentStatus.DP not in line.times:
            yield f"units.{place}", [f"When was {line.unit} sent?"]
        elif taken != sorted(taken):
            yield f"units.{place}", [f"The times of {line.unit} are not in order."]
        elif taken[0] < begins or taken[-1] > ends:
            yield f"units.{place}", [f"{line.unit} has a time outside of the call's."]


def _units(paper: PaperCall) -> dict[str, Unit]:
    """The units of the sheet by call sign, locked in the order of their ids: their rows go out with the events.

    Also one that is no longer in service, as a crew that was reached by phone. Raises Malformed.
    """
    found = {unit.callsign: unit for unit in _units_locked.all(callsigns=sorted({line.unit for line in paper.units}))}
    for place, callsign in enumerate(line.unit for line in paper.units):
        if callsign not in found:
            problem = f"There is no unit {callsign[:16]} on the roster."
            raise Malformed(problem, errors={f"units.{place}": [problem]})
    return found


_units_locked = Prepared(
    lambda: (
        Unit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team__agency")
        .filter(callsign=AnyOf("callsigns", CharField()))
        .order_by("pk")
    )
)


def _call(by: Actor, paper: PaperCall) -> Call:
    call = Call(
        origin=paper.origin,
        received_at=paper.received_at,
        closed_at=paper.closed_at,
        status=Call.Status.CLOSED,
        disposition=disposition_named(paper.disposition),
        outcome=paper.outcome[:200],
        created_by_id=by.user_id,
        language=str(paper.person.get("language") or paper.caller.get("language") or ""),
    )
    place_call(call, paper.location)
    set_type(call, paper.call_type)
    call.priority = paper.priority or (call.call_type.default_priority if call.call_type else 2)
    call.priority_fixed = paper.priority is not None
    call.number = next_number(call.received_at)
    call.save()
    if any(paper.caller.values()):
        caller = {name: paper.caller[name] for name in CONTACT_FIELDS if name in paper.caller}
        CallContact.objects.create(call=call, at=call.received_at, **caller)
    if any(value not in (None, "") for value in paper.person.values()):
        person = {name: paper.person[name] for name in PERSON_FIELDS if name in paper.person}
        PersonInCrisis.objects.create(call=call, **person)
    return call


def _triage(work: Work, call: Call, paper: PaperCall) -> None:
    """What the rules say of the answers, with the teams that were on duty then. What was sent is what was sent."""
    published, ruleset = rulesets.current()
    at = paper.triaged_at or paper.received_at
    try:
        given = triage.parse_answers(ruleset, paper.answers)
    except triage.AnswersError as error:
        raise Malformed("An answer is not one of those offered.", errors=error.errors) from error
    answers = TriageAnswers.objects.create(
        call=call, answered_by_id=work.by.user_id, at=at, **decisions.as_columns(given)
    )
    place = availability.Place(neighborhood=call.neighborhood, in_city=call.in_city)
    then = as_stored(availability.team_availability(at=at, place=place, engaged=availability.Engaged()))
    context = decisions.context_of(call)
    ruled = triage.decide(
        ruleset, given, triage.stored_availability(then), context=triage.stored_context(context)
    )
    decision = Decision.objects.create(
        call=call, answers=answers, ruleset=published, availability=then, context=context,
        decided_by_id=work.by.user_id, at=at, **as_ruled(ruled),
    )  # fmt: skip
    call.decision, call.tier, call.behavioural = decision, decision.tier, Call.Behavioural.YES
    call.priority = call.priority if call.priority_fixed else decision.priority
    call.triaged_at = None if decision.provisional else at
    work.emit(
        types.CallTriaged(
            decision=str(decision.pk), answers=given, source=answers.source, tier=decision.tier, rule=decision.rule,
            ruleset=f"{published.name} v{published.version}", response=decision.response,
            provisional=decision.provisional, reasons=triage.told(ruled), upgraded=False, occurred_at=rfc3339(at),
        ),
        call=call,
    )  # fmt: skip


def _assign(work: Work, call: Call, line: PaperUnit, unit: Unit, ended_at: datetime) -> None:
    """The unit's assignment, over since it was cleared; no tablet is told of what its crew did hours ago."""
    times = {**line.times, AssignmentStatus.AV: line.times.get(AssignmentStatus.AV, ended_at)}
    sent_at = times[AssignmentStatus.DP]
    assignment = Assignment.objects.create(
        call=call,
        unit=unit,
        role=unit.team.role,
        status=AssignmentStatus.AV,
        status_since=times[AssignmentStatus.AV],
        acknowledged_at=times.get(AssignmentStatus.ER, sent_at),
        assigned_by_id=work.by.user_id,
        destination=line.destination[:160],
        **{STAMP[step]: at for step, at in times.items()},
    )
    key = str(assignment.pk)
    created = types.AssignmentCreated(
        assignment=key, role=assignment.role, joins=False, override_reason="", occurred_at=rfc3339(sent_at)
    )
    work.emit(created, call=call, unit=unit, tablets=())
    before = AssignmentStatus.DP
    for step in STEPS[1:]:
        if step not in times:
            continue
        changed = types.AssignmentStatusChanged(
            assignment=key, status=step, from_status=before, occurred_at=rfc3339(times[step]), late=True,
            destination=assignment.destination if step == AssignmentStatus.TR else "",
        )  # fmt: skip
        work.emit(changed, call=call, unit=unit, tablets=())
        before = step


def _end(work: Work, call: Call, paper: PaperCall) -> None:
    def first(step: AssignmentStatus) -> datetime | None:
        return min((line.times[step] for line in paper.units if step in line.times), default=None)

    call.first_dispatched_at = first(AssignmentStatus.DP)
    call.first_on_scene_at = first(AssignmentStatus.OS)
    call_save(
        call, "first_dispatched_at", "first_on_scene_at", "decision", "tier", "behavioural", "priority", "triaged_at"
    )
    assert call.disposition is not None
    closed = types.CallClosed(
        disposition=call.disposition.name, apco=call.disposition.apco, occurred_at=rfc3339(paper.closed_at),
        units=sorted({line.unit for line in paper.units}),
    )  # fmt: skip
    work.emit(closed, call=call)
    record_unserved(work, call)
    open_follow_ups(work, call, paper.closed_at)
