"""A line is done whole or not at all, with every verb that names several units."""

from __future__ import annotations

import pytest
from django.utils import timezone

from dispatch.actions.command_line import DEEDS, command_line_run
from dispatch.models import Alert, Assignment, Call
from dispatch.rules.command_grammar import grammar
from hearteam.events.models import Event
from hearteam.problems import Conflict, Malformed, NotAllowed, Problem, Refused
from partners.models import Shift, Unit
from tests.factories import make_unit
from tests.stage import Stage


def state() -> tuple[object, ...]:
    """Everything a refused line must leave as it was."""
    return (
        list(Assignment.objects.order_by("pk").values_list("unit", "status", "order", "cleared_at", "welfare_ok_at")),
        list(Unit.objects.order_by("pk").values_list("callsign", "status", "status_reason")),
        list(Call.objects.order_by("pk").values_list("pk", "status", "version")),
        Alert.objects.count(),
        Event.objects.count(),
    )


HALF_WRONG: dict[str, tuple[str, list[str], list[str]]] = {
    "D": ("D HPD3,HPD1 {other}", [], []),
    "DE": ("DE HPD3,HPD1 {other}", [], []),
    "DO": ("DO HPD3,CRT1 {other}", [], []),
    "ER": ("ER HPD1,HPD2", [], ["OS"]),
    "ST": ("ST HPD1,HPD2", [], ["OS", "TR"]),
    "OS": ("OS HPD1,HPD2", ["ER"], ["OS", "TR"]),
    "TR": ("TR HPD1,HPD2 Hartford Hospital", ["OS"], []),
    "AD": ("AD HPD1,HPD2", ["OS", "TR"], []),
    "AV": ("AV HPD1,EMS1", [], []),
    "X": ("X HPD1,HPD3 /done", [], []),
    "BK": ("BK HPD3,HPD1 20M", [], []),
    "OO": ("OO HPD3,HPD1 /flat tyre", [], []),
    "OK": ("OK HPD1,HPD3", [], []),
    "EMG": ("EMG HPD1,NOBODY1", [], []),
    "STG": ("STG HPD1,HPD2", [], ["OS"]),
    "WD": ("WD HPD1,HPD2", ["OS"], []),
}
"""For each verb of several units that the server does: a line whose second unit may not, with what HPD1 and HPD2 did.

HPD3 is free; EMS1 is out of service and off shift.
"""


@pytest.mark.parametrize("verb", HALF_WRONG)
def test_a_second_unit_that_may_not_leaves_the_first_as_it_was(stage: Stage, verb: str) -> None:
    line, first, second = HALF_WRONG[verb]
    make_unit("HPD3", "HPD")
    one, two = stage.send(stage.triaged_call(violence="THREATS"), "HPD1", "HPD2")
    for assignment, statuses in ((one, first), (two, second)):
        for status in statuses:
            stage.step(assignment, status, **({"destination": "Hartford Hospital"} if status == "TR" else {}))
    Shift.objects.filter(unit=stage.ems1).update(ends_at=timezone.now())
    Unit.objects.filter(pk=stage.ems1.pk).update(status="OO")
    other = stage.call()
    before = state()
    with pytest.raises(Problem):
        command_line_run(by=stage.dispatcher, line=line.format(other=other.number))
    assert state() == before


def test_every_verb_of_several_units_is_tried() -> None:
    several = {verb.word for verb in grammar().verbs.values() if verb.takes and verb.takes[0].kind == "units"}
    assert set(HALF_WRONG) == several - {verb.word for verb in grammar().verbs.values() if verb.screen}


def test_a_rule_of_safety_at_the_second_unit_takes_the_first_back(stage: Stage) -> None:
    stage.send(stage.triaged_call(weapon="IN_HAND"), "HPD1", "EMS1")
    before = state()
    with pytest.raises(Refused, match="EMS1 stages until"):
        command_line_run(by=stage.dispatcher, line="OS HPD1,EMS1")
    assert state() == before


def test_units_are_sent_en_route_with_the_text_as_a_note_by_one_line(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    done = command_line_run(by=stage.dispatcher, line="de hpd1,hpd2 . /Back door", selected=str(call.pk))
    assert (done.verb, done.line) == ("DE", f"DE HPD1,HPD2 {call.number} /Back door")
    assert [(row["unit"], row["status"]) for row in done.units] == [("HPD1", "ER"), ("HPD2", "ER")]
    assert [row["id"] for row in done.calls] == [str(call.pk)]
    assert call.notes.get().text == "Back door"
    assert Assignment.objects.get(unit__callsign="HPD1").override_reason == "Back door"


def test_what_was_recommended_needs_no_reason_so_its_text_is_none(stage: Stage) -> None:
    call = stage.triaged_call()
    command_line_run(by=stage.dispatcher, line=f"D CRT1 {call.number} /Ring twice")
    assert Assignment.objects.get(unit__callsign="CRT1").override_reason == ""


def test_a_line_is_refused_with_the_reason_of_the_grammar(stage: Stage) -> None:
    with pytest.raises(Refused, match=r"CRT9 is not on the roster\.") as refused:
        command_line_run(by=stage.dispatcher, line="ER CRT9")
    assert refused.value.extra["code"] == "off_the_roster"
    with pytest.raises(Refused, match="for the screen"):
        command_line_run(by=stage.dispatcher, line="SND 60")
    with pytest.raises(Malformed):
        command_line_run(by=stage.dispatcher, line="  ")


def test_a_unit_that_went_elsewhere_since_it_was_seen_is_not_stepped_on(stage: Stage) -> None:
    _, assignment = stage.crt_at("ER")
    stage.step(assignment, "AV")
    (new,) = stage.send(stage.triaged_call(), "CRT1")
    before = state()
    with pytest.raises(Conflict, match="CRT1 is on call"):
        command_line_run(by=stage.dispatcher, line="ER CRT1", seen={"CRT1": str(assignment.pk)})
    assert state() == before
    command_line_run(by=stage.dispatcher, line="ER CRT1", seen={"CRT1": str(new.pk)})
    assert Assignment.objects.get(pk=new.pk).status == "ER"


def test_an_ended_call_is_found_by_the_end_of_its_number(stage: Stage) -> None:
    call = stage.call()
    command_line_run(by=stage.dispatcher, line=f"C {call.number} 05")
    command_line_run(by=stage.dispatcher, line=f"REO {call.number} /rang again")
    assert Call.objects.get(pk=call.pk).status == "pending"
    with pytest.raises(Problem, match="There is no call 987654"):
        command_line_run(by=stage.dispatcher, line="REO 987654 /x")


def test_more_protection_is_anyones_less_is_said_twice_and_the_rules_have_the_last_word(stage: Stage) -> None:
    call = stage.triaged_call()
    command_line_run(by=stage.dispatcher, line=f"T2 {call.number} /Neighbour afraid")
    raised = Call.objects.get(pk=call.pk)
    assert (raised.tier, set(raised.decision.response) >= {"POLICE"}) == (2, True)
    back = f"T4 {call.number} /Neighbour gone"
    with pytest.raises(Refused, match="LOWER the protection") as refused:
        command_line_run(by=stage.supervisor, line=back)
    assert refused.value.extra["rule"] == "NEEDS_CONFIRMATION"
    command_line_run(by=stage.supervisor, line=back, confirmed=True)
    again = Call.objects.get(pk=call.pk)
    assert (again.tier, again.decision.response) == (4, ["CRT"])


def test_no_line_goes_below_what_danger_demands(stage: Stage) -> None:
    armed = stage.triaged_call(weapon="IN_HAND")
    before = state()
    for by in (stage.dispatcher, stage.supervisor):
        with pytest.raises(Refused):
            command_line_run(by=by, line=f"T4 {armed.number} /He put it down", confirmed=True)
    assert state() == before


def test_who_may_not_do_it_by_its_own_address_may_not_by_a_line(stage: Stage) -> None:
    call = stage.triaged_call()
    calltaker, auditor = stage.cast.actor("calltaker"), stage.cast.actor("auditor")
    for by, line in (
        (calltaker, f"D CRT1 {call.number}"),
        (calltaker, "BK CRT1"),
        (auditor, f"NOTE {call.number} /x"),
        (stage.crew, "ER CRT1"),
    ):
        with pytest.raises((NotAllowed, Refused)) as refused:
            command_line_run(by=by, line=line)
        assert refused.type is NotAllowed, line
    command_line_run(by=calltaker, line=f"PD {call.number}")


def test_every_verb_of_the_server_is_done_by_something() -> None:
    assert set(DEEDS) == {verb.word for verb in grammar().verbs.values() if not verb.screen}


def test_units_are_not_exchanged_by_what_was_seen_of_the_second_before_it_went(stage: Stage) -> None:
    make_unit("HPD3", "HPD")
    stage.send(stage.triaged_call(violence="THREATS"), "HPD1")
    stage.send(stage.triaged_call(violence="THREATS"), "HPD3")
    before = state()
    with pytest.raises(Conflict, match="HPD3 is on call"):
        command_line_run(by=stage.dispatcher, line="SWP HPD1 HPD3", seen={"HPD3": ""})
    assert state() == before
