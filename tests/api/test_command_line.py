"""Typed lines over the API: once, whole, and by the center's own words."""

from __future__ import annotations

from dispatch.actions.command_aliases import command_alias_save
from dispatch.models import CommandAlias
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, POLICE_TOO, call_with_units, head, new_call, ok, triage
from tests.api.test_statements import statements
from tests.cast import Cast


def test_a_line_sent_twice_acts_once(desk: Api) -> None:
    call = new_call(desk)
    triage(desk, call["id"], POLICE_TOO)
    body = {"line": "DE HPD1,HPD2 /Back door", "selected": call["id"], "seen": {"HPD1": "", "HPD2": ""}}
    first = ok(desk.post("/api/command-line/", body, key="k"))
    assert first["line"] == f"DE HPD1,HPD2 {call['number']} /Back door"
    assert [(row["unit"], row["status"]) for row in first["units"]] == [("HPD1", "ER"), ("HPD2", "ER")]
    assert [row["number"] for row in first["calls"]] == [call["number"]]
    before = head(desk)
    assert desk.post("/api/command-line/", body, key="k").body == first.body
    assert head(desk) == before


def test_a_refused_line_does_nothing_and_says_why(desk: Api) -> None:
    call = new_call(desk)["id"]
    call_with_units(desk, "HPD1", answers=POLICE_TOO)
    before = head(desk)
    for line, status, reason in (
        ("D HPD2,HPD1", 409, "HPD1 is on call"),
        ("D HPD2,HPD9", 422, "HPD9 is not on the roster."),
        ("HELLO", 422, "No command HELLO."),
        ("H 20M", 422, "Say why: H [call] 20M /reason"),
        ("  ", 400, ""),
    ):
        answer = ok(desk.post("/api/command-line/", {"line": line, "selected": call}, key=line), status)
        assert reason in answer["detail"]
    assert head(desk) == before


def test_what_a_line_would_do_is_said_without_doing_it(desk: Api) -> None:
    call = new_call(desk)
    before = head(desk)
    said = ok(desk.get("/api/command-line/", line="d hpd1", selected=call["id"]))
    assert (said["accepted"], said["says"]) == (True, f"Dispatch HPD1 to {call['number']} 550 MAIN ST")
    refused = ok(desk.get("/api/command-line/", line="ER HP"))
    assert (refused["accepted"], refused["reason"]) == (False, "HP is not on the roster.")
    assert "RQ POLICE" in ok(desk.get("/api/command-line/", line="RQ P", selected=call["id"]))["completions"]
    assert head(desk) == before


def test_a_supervisor_gives_the_center_its_own_word_and_takes_it_back(desk: Api, cast: Cast) -> None:
    supervisor = cast.actor("supervisor")
    call_with_units(desk, "CRT1")
    ok(desk.post("/api/command-line/", {"line": "ENROUTE CRT1"}), 422)
    alias = command_alias_save(by=supervisor, alias=CommandAlias(word="ENROUTE", verb="ER"))
    assert ok(desk.get("/api/reference/"))["commands"]["aliases"]["ENROUTE"] == "ER"
    assert ok(desk.post("/api/command-line/", {"line": "ENROUTE CRT1"}))["verb"] == "ER"
    newest = ok(desk.get("/api/events/", after=0, limit=1000))["events"]
    assert [event["data"]["word"] for event in newest if event["type"] == "command_alias_changed"] == ["ENROUTE"]
    alias.active = False
    command_alias_save(by=supervisor, alias=alias)
    assert "ENROUTE" not in ok(desk.get("/api/reference/"))["commands"]["aliases"]


def test_a_new_center_starts_with_the_usual_words(desk: Api) -> None:
    wanted = {"EN": "ER", "AR": "OS", "AO": "OS", "CL": "AV", "IS": "AV", "OOS": "OO"}
    assert ok(desk.get("/api/reference/"))["commands"]["aliases"] == wanted


def test_a_units_day_is_told_newest_first_with_its_calls(as_: As, desk: Api) -> None:
    call = new_call(desk)
    triage(desk, call["id"], CLEAR)
    for line in (f"D CRT1 {call['number']}", "ER CRT1", "AV CRT1", "BK CRT1 20M /meal"):
        ok(desk.post("/api/command-line/", {"line": line}))
    history = ok(as_("crt1_peer").get("/api/units/crt1/history/"))["history"]
    told = [(event["type"], event["data"].get("status"), event["number"]) for event in history]
    number = call["number"]
    assert [row for row in told if row[0] != "assignment_acknowledged"] == [
        ("unit_status_changed", "BK", ""),
        ("assignment_status_changed", "AV", number),
        ("assignment_status_changed", "ER", number),
        ("assignment_created", None, number),
    ]
    assert all("changes" not in event["data"] for event in history)


def test_a_units_day_has_its_own_emergency_and_no_other_alert(desk: Api) -> None:
    ok(desk.post("/api/units/HPD1/emergency/", {"reason": "shots"}), 201)
    ok(desk.post("/api/units/CRT1/emergency/", {"reason": "by radio"}), 201)
    (told,) = ok(desk.get("/api/units/CRT1/history/"))["history"]
    assert (told["type"], told["unit"], told["data"]["text"]) == ("alert_raised", "CRT1", "CRT1 EMERGENCY: by radio")


def test_a_line_takes_few_statements_beside_its_action(desk: Api) -> None:
    call_with_units(desk, "HPD1", "HPD2", answers=POLICE_TOO)
    assert statements(lambda: desk.post("/api/command-line/", {"line": "ER HPD1,HPD2"}, key="k")) <= 70
