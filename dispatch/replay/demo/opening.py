"""A board that is in the middle of its day from the first second: calls of the last minutes, units at every stage.

Written through the same actions, with the times at which it would have happened.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from dispatch.actions.assignments import assignment_create, assignment_status_set
from dispatch.actions.recommendation import recommendation_make
from dispatch.actions.safety import scene_mark_safe, welfare_pass
from dispatch.actions.triage import triage_answer
from dispatch.actions.units import channel_check
from dispatch.models import Assignment, Call
from dispatch.replay.demo.colleagues import answers_for, colleague, invented_calls, take_in
from dispatch.replay.demo.crews import crew_of
from dispatch.replay.demo.invention import InventedCall, invent
from dispatch.replay.placing import Placing
from hearteam.problems import Problem

STAGES: tuple[tuple[float, str], ...] = (
    (24, "OS"), (18, "OS"), (13, "OS"), (9, "ER"), (6, "ER"), (4, "ER"), (2.2, "DP"), (1.1, ""), (0.5, ""), (0.2, ""),
)  # fmt: skip
"""Minutes since the call, and how far its units are; "" while nobody was sent."""

CRISES = frozenset({0, 3, 8})
"""Which of them are about a person in crisis."""

ENOUGH = 4
TRIES = 200


def open_the_day(rng: Random, placing: Placing, now: datetime) -> int:
    """Fill an empty board; returns how many calls were made. A board with open invented calls stays as it is."""
    if invented_calls().count() >= ENOUGH:
        return 0
    for number, (minutes, stage) in enumerate(STAGES):
        invented = _wanted(rng, placing, crisis=number in CRISES, waiting=not stage)
        received = now - timedelta(minutes=minutes)
        call = take_in(invented, f"{now:%Y%m%d%H%M%S}-{number}", received)
        if stage:
            try:
                _bring_to(call, stage, received, now)
            except Problem:
                continue
    return len(STAGES)


def _wanted(rng: Random, placing: Placing, *, crisis: bool, waiting: bool) -> InventedCall:
    """The first draw that is of this kind; what waits for the newcomer is nothing grave."""
    for _ in range(TRIES):
        drawn = invent(rng, placing)
        grave = drawn.priority == 1 or drawn.call_type in ("SUICIDE", "MTLV")
        if bool(drawn.situation) == crisis and not (waiting and grave):
            return drawn
    return drawn


def _bring_to(call: Call, stage: str, received: datetime, now: datetime) -> None:
    by = colleague(call)
    if call.asks_triage == "YES":
        triage_answer(by=by, call_id=call.pk, answers=answers_for(call), occurred_at=received + timedelta(seconds=40))
    proposal = recommendation_make(by=by, call_id=call.pk)
    picks = [row for row in proposal.units if row["pick"]] if proposal else []
    for row in picks:
        if row["check_first"]:
            channel_check(by=by, callsign=row["unit"], kind="RADIO")
    if not picks:
        return
    sent = received + timedelta(seconds=55)
    made = assignment_create(by=by, call_id=call.pk, units=[row["unit"] for row in picks], occurred_at=sent)
    if stage == "DP":
        return
    for row in made:
        _set(row, "ER", sent + timedelta(seconds=20))
    if stage == "OS":
        _arrive(call, made, sent + (now - sent) * 0.4)


def _arrive(call: Call, made: list[Assignment], at: datetime) -> None:
    """Police first; they look around, then the others go in and have said since that they are well."""
    first = [row for row in made if row.role == "POLICE"]
    others = [row for row in made if row.role != "POLICE"]
    for row in first:
        _set(row, "OS", at)
    if first and others:
        scene_mark_safe(
            by=crew_of(first[0].unit), call_id=call.pk, source=first[0].unit.callsign,
            occurred_at=at + timedelta(seconds=60),
        )  # fmt: skip
    for row in others:
        _set(row, "OS", at + timedelta(seconds=90))
        if row.unit.team.civilian:
            welfare_pass(by=crew_of(row.unit), assignment_id=row.pk)


def _set(row: Assignment, status: str, at: datetime) -> None:
    assignment_status_set(by=crew_of(row.unit), assignment_id=row.pk, status=status, occurred_at=at)
