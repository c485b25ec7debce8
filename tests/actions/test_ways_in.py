"""Invariant 12 at every way in: no civilian crew comes to a call without watched timers and a proven channel."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from dispatch.actions import exchanges, handoffs, stacking
from dispatch.actions.assignments import assignment_create
from dispatch.actions.command_line import command_line_run
from dispatch.models import Assignment, Call, Deadline, TimersWatch
from partners.models import ChannelCheck, Unit
from tests.actions.reading import refused
from tests.stage import SYSTEM, Stage

GRAVER = {"violence": "THREATS"}


Way = Callable[[Stage], Callable[[], object]]
"""Sets the scene while all is well; what it returns brings the crew to a call then."""


def by_button(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call()
    return lambda: stage.send(call, "CRT1")


def beside_police_with_a_reason(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call()
    return lambda: stage.send(call, "HPD1", "CRT1", override_reason="They know him")


def by_command_line(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call()
    return lambda: command_line_run(by=stage.dispatcher, line="D CRT1", selected=str(call.pk))


def by_exchange(stage: Stage) -> Callable[[], object]:
    stage.send(stage.triaged_call(), "CRT2")
    return lambda: exchanges.unit_swap(by=stage.dispatcher, callsign="CRT1", other="CRT2")


def by_preemption(stage: Stage) -> Callable[[], object]:
    stage.crt_at("ER")
    graver = stage.triaged_call()
    Call.objects.filter(pk=graver.pk).update(priority=1)
    return lambda: exchanges.unit_preempt(by=stage.dispatcher, callsign="CRT1", call_id=graver.pk)


def off_its_list(stage: Stage) -> Callable[[], object]:
    _, before = stage.crt_at("OS")
    waiting = stage.triaged_call()
    stacking.stack_add(by=stage.dispatcher, callsign="CRT1", call_id=waiting.pk)
    stage.step(before, "AV")
    return lambda: command_line_run(by=stage.dispatcher, line="D CRT1", selected=str(waiting.pk))


def side_by_side_with_police(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call(**GRAVER)
    stage.send(call, "HPD1")
    return lambda: stage.send(call, "CRMHC1")


def joining_a_tier_one_call(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call(medical="URGENT")
    stage.send(call, "HPD1", "EMS1")
    return lambda: stage.send(call, "CRMHC1")


def into_a_replay(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call()
    Call.objects.filter(pk=call.pk).update(pace=60)
    return lambda: stage.send(call, "CRT1")


def by_phone(stage: Stage) -> Callable[[], object]:
    call = stage.triaged_call(age="CHILD_3_17")
    return lambda: handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted")


WAYS = [
    by_button, beside_police_with_a_reason, by_command_line, by_exchange, by_preemption, off_its_list,
    side_by_side_with_police, joining_a_tier_one_call, into_a_replay, by_phone,
]  # fmt: skip
COMES = {side_by_side_with_police: "CRMHC1", joining_a_tier_one_call: "CRMHC1", by_phone: "WHEELER1"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nobody_comes_unreachable_or_unwatched_and_who_comes_is_asked_how_it_is(stage: Stage, way: Way) -> None:
    go, callsign = way(stage), COMES.get(way, "CRT1")
    if way is not by_phone:  # who said yes on the phone was reached
        Unit.objects.filter(callsign=callsign).update(tablet_seen_at=None)
        ChannelCheck.objects.filter(unit__callsign=callsign).delete()
        assert "no proven channel" in refused(go, invariant=12)
        Unit.objects.filter(callsign=callsign).update(tablet_seen_at=timezone.now())
    TimersWatch.objects.all().delete()
    assert "welfare timer" in refused(go, invariant=12)
    TimersWatch.objects.create(name="timers", at=timezone.now())
    go()
    assignment = Assignment.objects.get(unit__callsign=callsign, cleared_at=None)
    stage.step(assignment, "ST")
    ladder = Deadline.objects.filter(assignment=assignment, fired_at=None, cancelled_at=None)
    assert ladder.filter(kind__startswith="WELFARE").count() == 4


def test_a_replay_without_timers_takes_its_recorded_crews_and_nobody_else(stage: Stage) -> None:
    call = stage.triaged_call()
    Call.objects.filter(pk=call.pk).update(pace=0)
    refused(lambda: stage.send(call, "CRT1"), invariant=12)
    assert assignment_create(by=SYSTEM, call_id=call.pk, units=["CRT1"])


def test_there_is_one_place_where_a_unit_comes_to_a_call() -> None:
    sources = [path for path in Path(settings.PROJECT_DIR, "dispatch").rglob("*.py") if "migrations" not in path.parts]
    making = re.compile(r"Assignment\.objects\.\w*create|[^\w.]Assignment\(\w+=|Assignment\(\n")
    found = {path.name: path.read_text() for path in sources if making.search(path.read_text())}
    assert set(found) == {"assignments.py", "paper.py"}
    # What comes from paper is over: the rules are asked about who goes, not about who went.
    (row,) = re.findall(r"Assignment\.objects\.create\((.*?)\n    \)", found["paper.py"], re.DOTALL)
    assert "status=AssignmentStatus.AV" in row
