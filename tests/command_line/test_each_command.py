"""Each command of the server does what it says: the line, and the event that tells of it."""

from __future__ import annotations

import pytest

from dispatch.actions.command_line import DEEDS, command_line_run
from hearteam.events.log import events_after, head
from hearteam.problems import Problem
from partners.models import Resource
from tests.stage import Stage, rolled_back

LINES: dict[str, tuple[list[str], str, str]] = {
    "D": ([], "D CRT2 {calm} /Ring twice", "assignment_created"),
    "DE": ([], "DE HPD2 {calm}", "assignment_status_changed"),
    "DO": ([], "DO HPD2 {calm}", "assignment_status_changed"),
    "X": ([], "X HPD1 {threat} /wrong unit", "assignment_status_changed"),
    "STK": ([], "STK CRT1 {calm}", "call_stacked"),
    "SWP": ([], "SWP CRT1 CRT2 /language", "assignment_created"),
    "PRE": ([], "PRE HPD1 {armed} /weapon in hand", "assignment_created"),
    "RQ": ([], "RQ EMS {calm} /chest pain", "slots_changed"),
    "ER": ([], "ER CRT1,HPD1", "assignment_status_changed"),
    "ST": ([], "ST HPD1", "assignment_status_changed"),
    "OS": ([], "OS HPD1", "assignment_status_changed"),
    "TR": (["OS HPD1"], "TR HPD1 Hartford Hospital", "assignment_status_changed"),
    "AD": (["OS HPD1", "TR HPD1 Hartford Hospital"], "AD HPD1", "assignment_status_changed"),
    "AV": ([], "AV HPD1", "assignment_status_changed"),
    "BK": ([], "BK HPD2 20M", "unit_status_changed"),
    "OO": ([], "OO HPD2 /flat tyre", "unit_status_changed"),
    "OK": (["OS CRT1"], "OK CRT1 10M", "welfare_check_passed"),
    "EMG": ([], "EMG CRT1 /shots", "alert_raised"),
    "PD": ([], "PD {calm} /knife", "police_requested"),
    "SAFE": (["OS HPD1"], "SAFE {threat} /Officer Vale", "scene_marked_safe"),
    "STG": ([], "STG HPD1", "order_given"),
    "WD": (["OS HPD1"], "WD HPD1 /crowd", "order_given"),
    "P1": ([], "P1 {calm}", "call_updated"),
    **{f"P{level}": ([], f"P{level} {{urgent}}", "call_updated") for level in (2, 3, 4)},
    **{f"T{level}": ([], f"T{level} {{calm}} /asked for", "response_overridden") for level in (1, 2, 3, 4)},
    "NOTE": ([], "NOTE {calm} /Dog in the yard", "note_added"),
    "H": ([], "H {calm} 20M /waits for her sister", "call_held"),
    "SCH": ([], "SCH {calm} 90M /after work", "call_scheduled"),
    "CB": ([], "CB {calm} 15M", "callback_set"),
    "XFR": ([], "XFR {calm} 988 /caller agrees", "transfer_offered"),
    "INT": ([], "INT {calm} spanish", "interpreter_requested"),
    "C": ([], "C {calm} 18 /calm now", "call_closed"),
    "CAN": ([], "CAN {calm} /caller is well", "call_cancelled"),
    "REO": (["CAN {calm} /caller is well"], "REO {calm} /rang again", "call_reopened"),
    "MRG": ([], "MRG {calm} {urgent} /same event", "call_merged"),
    "UMG": (["MRG {calm} {urgent} /same event"], "UMG {calm} /another street", "call_unmerged"),
    "Z": (["BK HPD2"], "Z", "action_undone"),
}
"""Verb -> lines before it, its line, and an event of it. CRT1 is on `crt`, HPD1 on `threat`."""


def test_every_command_of_the_server_is_tried() -> None:
    assert set(LINES) == set(DEEDS)


@pytest.fixture
def numbers(stage: Stage) -> dict[str, str]:
    """The calls of the scene by name; CRT1 and HPD1 are out."""
    Resource.objects.create(code="988", name="988 Lifeline", kind=Resource.Kind.CRISIS_LINE, phone="988")
    threat = stage.triaged_call(violence="THREATS")
    stage.send(stage.triaged_call(), "CRT1")
    stage.send(threat, "HPD1")
    calm, armed = stage.triaged_call(), stage.triaged_call(weapon="IN_HAND")
    calls = {"calm": calm, "threat": threat, "armed": armed, "urgent": stage.call(priority=1)}
    return {name: call.number for name, call in calls.items()}


def missed(stage: Stage, numbers: dict[str, str], verb: str) -> str:
    """What a command did not do; empty when it did what it says. Its doing is rolled back."""
    before, line, event = LINES[verb]
    with rolled_back():
        for earlier in before:
            command_line_run(by=stage.dispatcher, line=earlier.format(**numbers))
        version = head()
        try:
            done = command_line_run(by=stage.dispatcher, line=line.format(**numbers))
        except Problem as problem:
            return problem.detail
        told = {frame["type"] for frame in events_after(version, 100)}
        return "" if event in told and (done.calls or done.units or done.alerts) else f"told {told}"


def test_each_command_does_what_it_says(stage: Stage, numbers: dict[str, str]) -> None:
    found = {verb: missed(stage, numbers, verb) for verb in LINES}
    assert {verb: reason for verb, reason in found.items() if reason} == {}
