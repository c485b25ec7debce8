"""From the answers to who goes, by the outside contract: triage, recommendation, sending, hand-offs and their links."""

from __future__ import annotations

import re

import pytest

from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import ARMED, CHILD, CLEAR, call_with_units, new_call, ok, send_units, triage


def test_triage_answers_with_tier_rule_response_and_reasons(desk: Api) -> None:
    decision = triage(desk, new_call(desk)["id"], CLEAR)
    assert (decision["tier"], decision["rule"], decision["response"]) == (4, "R8", ["CRT"])
    assert set(decision["ruleset"]) >= {"name", "version"}
    assert (decision["provisional"], decision["ask_next"], decision["joins"]) == (False, [], {})
    for part in ("alternatives", "unavailable", "reasons", "would_change"):
        assert isinstance(decision[part], list), part
    assert decision["reasons"]
    assert {"weapon": "IN_HAND"} in [change["answers"] for change in decision["would_change"]]


def test_a_first_alarming_answer_decides_and_names_what_to_ask_next(desk: Api) -> None:
    call = new_call(desk)["id"]
    decision = triage(desk, call, {"weapon": "IN_HAND"})
    assert (decision["tier"], decision["rule"], set(decision["response"])) == (1, "R1", {"POLICE", "EMS"})
    unasked = triage(desk, call, {})
    assert unasked["provisional"]
    assert unasked["ask_next"][0] == "weapon"
    assert "POLICE" in unasked["response"]


def test_each_triage_replaces_all_answers(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, ARMED)
    decision = triage(desk, call, {"violence": "NONE"})
    assert decision["answers"]["weapon"] == "UNKNOWN", "counted as not asked"
    read = ok(desk.get(f"/api/calls/{call}/")).body
    assert read["triage"]["answers"] == {"violence": "NONE", "premise_caution": "NO"}, "the place has none"


def test_joins_name_the_teams_that_come_and_wait(desk: Api) -> None:
    decision = triage(desk, new_call(desk)["id"], ARMED)
    assert "CRMHC" in decision["joins"]
    assert "CRMHC" not in decision["response"]


def test_an_unavailable_team_is_named_with_the_reason(as_: As, desk: Api) -> None:
    ok(desk.post("/api/units/CRT1/status/", {"status": "BK"}))
    ok(desk.post("/api/units/CRT2/status/", {"status": "BK"}))
    decision = triage(desk, new_call(desk)["id"], CLEAR)
    assert "CRT" not in decision["response"]
    assert "CRT" in {row["team"] for row in decision["unavailable"]}
    assert all(row["reason"] for row in decision["unavailable"])
    assert decision["alternatives"]


def test_the_recommendation_ranks_units_with_reasons(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    body = ok(desk.get(f"/api/calls/{call}/recommendation/")).body
    assert body["response"] == ["CRT"]
    assert body["short_of"] == []
    assert {row["unit"] for row in body["units"]} == {"CRT1", "CRT2"}
    assert all({"unit", "team", "eta_s", "distance_m", "reasons"} <= set(row) for row in body["units"])


def test_units_are_sent_and_the_board_says_where_they_are(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    (sent,) = send_units(desk, call, "CRT1")
    assert (sent["unit"], sent["call"], sent["status"]) == ("CRT1", call, "DP")
    board = ok(desk.get("/api/board/")).body
    (row,) = [unit for unit in board["units"] if unit["unit"] == "CRT1"]
    assert (row["status"], row["call"], row["team"]) == ("DP", call, "CRT")
    assert {c["id"]: c["status"] for c in board["calls"]}[call] == "dispatched"


def test_a_taken_unit_is_a_conflict_that_names_it_and_its_call(desk: Api) -> None:
    holding, _ = call_with_units(desk, "CRT1")
    other = new_call(desk)
    triage(desk, other["id"], CLEAR)
    body = ok(desk.post(f"/api/calls/{other['id']}/assignments/", {"units": ["CRT2", "CRT1"]}), 409).body
    assert (body["holder"]["unit"], body["holder"]["call"]) == ("CRT1", holding)
    assert "CRT1" in body["detail"]
    assert body["holder"]["call_number"] in body["detail"]
    assert ok(desk.get(f"/api/calls/{other['id']}/")).body["assignments"] == [], "one of the two was sent"


def test_a_civilian_alone_is_refused_where_police_are_needed(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, ARMED)
    ok(desk.post(f"/api/calls/{call}/assignments/", {"units": ["CRT1"]}), 422)
    ok(desk.post(f"/api/calls/{call}/assignments/", {"units": ["HPD1", "EMS1"]}), 201)


@pytest.mark.parametrize("unit", ["NOBODY9", "CRT99"])
def test_an_unknown_unit_is_not_found(desk: Api, unit: str) -> None:
    assert unit in ok(desk.post(f"/api/calls/{new_call(desk)['id']}/assignments/", {"units": [unit]}), 404)["detail"]


def test_a_handoff_that_is_accepted_makes_a_temporary_unit_and_its_assignment(desk: Api) -> None:
    call = new_call(desk)["id"]
    assert triage(desk, call, CHILD)["response"] == ["WHEELER"]
    body = {"team": "WHEELER", "outcome": "accepted", "contact": "Desk", "clinician": "Cy Example", "eta_minutes": 20}
    done = ok(desk.post(f"/api/calls/{call}/handoffs/", body), 201).body
    assert re.fullmatch(r"WHEELER\d+", done["unit"])
    (row,) = ok(desk.get(f"/api/calls/{call}/")).body["assignments"]
    assert (row["id"], row["unit"], row["status"]) == (done["assignment"], done["unit"], "ER")
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "15"}))
    assert done["unit"] not in {unit["unit"] for unit in ok(desk.get("/api/board/")).body["units"]}


def test_a_link_is_issued_read_and_revoked(desk: Api, as_: As) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CHILD)
    done = ok(desk.post(f"/api/calls/{call}/handoffs/", {"team": "WHEELER", "outcome": "accepted"}), 201).body
    path = f"/api/assignments/{done['assignment']}/link/"
    made = ok(desk.post(path, key="k"), 201).body
    assert "url" not in made
    read = ok(desk.get(path)).body
    assert (read["id"], read["unit"]) == (made["id"], "WHEELER1")
    assert read["url"].startswith("http://testserver/guest/")
    (handoff,) = ok(desk.get(f"/api/calls/{call}/"))["handoffs"]
    assert (handoff["link"]["state"], handoff["link"]["devices"]) == ("open", 0)
    ok(desk.post(f"{path}revoke/"), 204)
    assert desk.get(path).status == 404
    assert ok(desk.get(f"/api/calls/{call}/"))["handoffs"][0]["link"]["state"] == "revoked"
    assert ok(as_("officer").get(path), 403)


@pytest.mark.parametrize("outcome", ["no_answer", "declined"])
def test_a_handoff_that_fails_is_recorded_without_a_unit(desk: Api, outcome: str) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CHILD)
    done = ok(desk.post(f"/api/calls/{call}/handoffs/", {"team": "WHEELER", "outcome": outcome}), 201).body
    assert (done["unit"], done["assignment"], done["attempt"]) == (None, None, 1)
