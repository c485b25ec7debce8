"""Every path of the outside contract, used as a client would: what goes in, what comes out, what is refused."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from hearteam.events.log import rfc3339
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import (
    ARMED,
    CHILD,
    CLEAR,
    PLACE,
    POLICE_TOO,
    call_with_units,
    head,
    new_call,
    ok,
    send_units,
    triage,
)  # fmt: skip


def test_a_call_needs_only_a_place(desk: Api) -> None:
    call = ok(desk.post("/api/calls/", {"location": {"text": "PARK ST & WASHINGTON ST"}}), 201).body
    assert re.fullmatch(r"\d\d-\d{6}", call["number"])
    assert (call["status"], call["tier"], call["version"]) == ("pending", None, 1)
    assert 1 <= call["priority"] <= 4
    assert (call["origin"], call["channel"], call["caller"], call["notes"]) == ("911", "voice", None, [])


def test_a_second_caller_is_kept_beside_the_first(desk: Api) -> None:
    call = new_call(desk, caller={"name": "Ada Example", "phone": "860-555-0101"})
    address = f"/api/calls/{call['id']}/contacts/"
    made = ok(desk.post(address, {"phone": "860-555-0103", "relationship": "neighbor"}), 201).body
    assert (made["call"], made["phone"], made["name"]) == (call["id"], "860-555-0103", "")
    read = ok(desk.get(f"/api/calls/{call['id']}/")).body
    assert read["caller"]["name"] == "Ada Example"
    assert [contact["phone"] for contact in read["contacts"]] == ["860-555-0101", "860-555-0103"]
    assert "phone" in ok(desk.post(address, {"relationship": "neighbor"}), 400).body["errors"]


def test_numbers_count_up_within_the_year(desk: Api) -> None:
    first, second = (new_call(desk)["number"] for _ in range(2))
    assert int(second[3:]) == int(first[3:]) + 1


def test_everything_told_about_a_call_comes_back(desk: Api) -> None:
    call = new_call(
        desk,
        location={**PLACE, "unit": "4B", "source": "ALI", "uncertainty_m": 12},
        caller={"name": "Ada Example", "phone": "860-555-0101"},
        person={"apparent_age": "40s", "clothing": "red coat", "is_caller": False, "language": "es"},
        origin="988", channel="text", referrer={"agency": "988", "reference": "77"}, type="MNTL", priority=3,
        narrative="Brother pacing",
    )  # fmt: skip
    read = ok(desk.get(f"/api/calls/{call['id']}/")).body
    assert read == call
    assert (read["location"]["unit"], read["location"]["uncertainty_m"]) == ("4B", 12)
    caller = {name: read["caller"][name] for name in ("name", "phone", "relationship", "language")}
    assert caller == {"name": "Ada Example", "phone": "860-555-0101", "relationship": "", "language": ""}
    assert (read["person"]["clothing"], read["person"]["is_caller"]) == ("red coat", False)
    assert (read["origin"], read["channel"], read["type"], read["priority"]) == ("988", "text", "MNTL", 3)
    assert read["referrer"]["reference"] == "77"
    assert [note["text"] for note in read["notes"]] == ["Brother pacing"]


def test_a_place_outside_the_city_is_flagged_not_refused(desk: Api) -> None:
    call = new_call(desk, location={"text": "", "lat": 41.6, "lon": -72.9})
    assert call["location"]["in_city"] is False


def test_a_change_names_the_version_it_saw_and_advances_it(desk: Api) -> None:
    call = new_call(desk)
    path = f"/api/calls/{call['id']}/"
    changed = ok(desk.patch(path, {"version": call["version"], "priority": 1, "type": "EDP"})).body
    assert (changed["priority"], changed["type"]) == (1, "EDP")
    assert changed["version"] > call["version"]
    stale = ok(desk.patch(path, {"version": call["version"], "priority": 4}), 409).body
    assert stale["version"] == changed["version"]
    assert ok(desk.get(path)).body == changed


def test_a_change_without_a_version_is_malformed(desk: Api) -> None:
    call = new_call(desk)
    assert "version" in ok(desk.patch(f"/api/calls/{call['id']}/", {"priority": 1}), 400)["errors"]


def test_a_change_reaches_every_part_of_a_call(desk: Api) -> None:
    call = new_call(desk)
    body = {
        "version": call["version"], "location": {"text": "ELM ST & MAIN ST"}, "caller": {"name": "Bo Example"},
        "person": {"alone": True}, "origin": "211", "channel": "tty", "never_voice_call": True,
        "referrer": {"name": "Desk"}, "narrative": "Second line",
    }  # fmt: skip
    read = ok(desk.patch(f"/api/calls/{call['id']}/", body)).body
    assert (read["location"]["text"], read["caller"]["name"], read["person"]["alone"]) == (
        "ELM ST & MAIN ST", "Bo Example", True,
    )  # fmt: skip
    assert (read["origin"], read["channel"], read["never_voice_call"]) == ("211", "tty", True)
    assert (read["referrer"]["name"], read["notes"][-1]["text"]) == ("Desk", "Second line")


def test_a_note_is_appended_with_its_audience(desk: Api) -> None:
    call = new_call(desk)["id"]
    note = ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Back door open", "audience": "POLICE"}), 201).body
    assert (note["text"], note["audience"], note["by"]) == ("Back door open", "POLICE", "dispatcher")
    (event,) = [e for e in ok(desk.get("/api/events/")).body["events"] if e["type"] == "note_added"]
    assert (event["call"], event["data"]["text"]) == (call, "Back door open")


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


def test_a_civilian_enters_once_an_officer_on_the_call_says_it_is_safe(as_: As, desk: Api) -> None:
    call, ids = call_with_units(desk, "HPD1", "CRMHC1", answers=POLICE_TOO)
    by_unit = {row["unit"]: row["id"] for row in ok(desk.get(f"/api/calls/{call}/")).body["assignments"]}
    assert set(by_unit.values()) == set(ids)
    entering = f"/api/assignments/{by_unit['CRMHC1']}/status/"
    ok(desk.post(entering, {"status": "ER"}))
    ok(as_("crmhc1_clinician").post(entering, {"status": "OS"}), 422)
    assert ok(as_("hpd1_officer").post(f"/api/calls/{call}/scene-safe/", {})).body["scene_safe_at"]
    assert ok(as_("crmhc1_clinician").post(entering, {"status": "OS"})).body["status"] == "OS"


def test_the_dispatcher_marks_safe_only_on_the_word_of_an_officer_who_is_there(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, POLICE_TOO)
    ok(desk.post(f"/api/calls/{call}/scene-safe/", {}), 422)
    send_units(desk, call, "HPD1")
    ok(desk.post(f"/api/calls/{call}/scene-safe/", {"source": "HPD1 by radio"}))


def test_a_unit_goes_its_way_and_av_leaves_the_call_open(as_: As, desk: Api) -> None:
    call, (assignment,) = call_with_units(desk, "CRT1")
    crew, path = as_("crt1_clinician"), f"/api/assignments/{assignment}/status/"
    for status, call_status in (("ER", "en_route"), ("ST", "en_route"), ("OS", "on_scene")):
        assert ok(crew.post(path, {"status": status})).body["status"] == status
        assert ok(desk.get(f"/api/calls/{call}/")).body["status"] == call_status, status
    moving = ok(crew.post(path, {"status": "TR", "destination": "Hartford Hospital"})).body
    assert moving["destination"] == "Hartford Hospital"
    ok(crew.post(path, {"status": "AD"}))
    assert ok(crew.post(path, {"status": "AV", "note": "Handed over"})).body["status"] == "AV"
    read = ok(desk.get(f"/api/calls/{call}/")).body
    assert (read["status"], read["assignments"]) == ("pending", [])
    (row,) = [unit for unit in ok(desk.get("/api/board/")).body["units"] if unit["unit"] == "CRT1"]
    assert (row["status"], row["call"]) == ("AV", None)


def test_going_en_route_acknowledges(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    at = rfc3339(timezone.now())
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER", "occurred_at": at, "note": "by radio"}))
    (event,) = [e for e in ok(desk.get("/api/events/")).body["events"] if e["type"] == "assignment_status_changed"]
    assert (event["data"]["occurred_at"], event["unit"]) == (at, "CRT1")
    again = ok(desk.post(f"/api/assignments/{assignment}/acknowledge/", {"occurred_at": at})).body
    assert again["status"] == "ER"


def test_acknowledging_again_changes_nothing(as_: As, desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    path = f"/api/assignments/{assignment}/acknowledge/"
    first = ok(as_("crt1_peer").post(path)).body
    assert first["acknowledged_at"]
    before = head(desk)
    assert ok(as_("crt1_clinician").post(path)).body == first
    assert head(desk) == before


def test_the_same_step_again_changes_nothing(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    path = f"/api/assignments/{assignment}/status/"
    first = ok(desk.post(path, {"status": "ER"})).body
    before = head(desk)
    assert ok(desk.post(path, {"status": "ER"})).body == first
    assert head(desk) == before


@pytest.mark.parametrize("status", ["TR", "AD"])
def test_a_step_that_skips_the_way_is_refused(desk: Api, status: str) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": status}), 422)


def test_a_status_nobody_knows_is_malformed(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    assert "status" in ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ZZ"}), 400)["errors"]
    assert "status" in ok(desk.post("/api/units/CRT1/status/", {"status": "OS"}), 400)["errors"]


def test_a_welfare_answer_sets_the_next_question(as_: As, desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER"}))
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "OS"}))
    first = ok(as_("crt1_peer").post(f"/api/assignments/{assignment}/welfare/", {"minutes": 5})).body
    later = ok(as_("crt1_peer").post(f"/api/assignments/{assignment}/welfare/", {"minutes": 25})).body
    assert first["welfare_due_at"] < later["welfare_due_at"]
    assert first["late"] is False


def test_a_unit_off_calls_sets_its_own_status(as_: As, desk: Api) -> None:
    crew, path = as_("crt1_clinician"), "/api/units/CRT1/status/"
    on_break = ok(crew.post(path, {"status": "BK", "minutes": 15})).body
    assert (on_break["status"], on_break["until"] is not None) == ("BK", True)
    ok(crew.post(path, {"status": "OO"}), 422)
    assert ok(crew.post(path, {"status": "OO", "reason": "Flat tyre"})).body["reason"] == "Flat tyre"
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    ok(desk.post(f"/api/calls/{call}/assignments/", {"units": ["CRT1"]}), 422)
    assert ok(crew.post(path, {"status": "AV"})).body["status"] == "AV"
    assert ok(crew.post(path, {"status": "OFF"})).body["status"] == "OFF"


def test_a_unit_on_a_call_does_not_leave_it_by_its_own_status(desk: Api) -> None:
    call, _ = call_with_units(desk, "CRT1")
    assert ok(desk.post("/api/units/CRT1/status/", {"status": "BK"}), 409)["holder"]["call"] == call


@pytest.mark.parametrize("disposition", ["15", "referred", "Settled by contact"])
def test_a_call_closes_by_code_or_by_our_name_and_frees_its_units(desk: Api, disposition: str) -> None:
    call, _ = call_with_units(desk, "CRT1", "HPD1")
    body = {"disposition": disposition, "outcome": "Referral accepted", "note": "Walked along"}
    closed = ok(desk.post(f"/api/calls/{call}/close/", body)).body
    assert (closed["status"], closed["outcome"], closed["assignments"]) == ("closed", "Referral accepted", [])
    units = {row["unit"]: row for row in ok(desk.get("/api/board/")).body["units"]}
    assert [(units[u]["status"], units[u]["call"]) for u in ("CRT1", "HPD1")] == [("AV", None)] * 2
    assert call not in {row["id"] for row in ok(desk.get("/api/board/")).body["calls"]}


def test_every_code_of_the_exchange_closes_a_call(desk: Api) -> None:
    codes = {row["apco"] for row in ok(desk.get("/api/reference/")).body["dispositions"]}
    assert codes >= {"05", "10", "14", "15", "16", "18", "22", "33", "34", "42", "43", "45"}
    for code in sorted(codes):
        ok(desk.post(f"/api/calls/{new_call(desk)['id']}/close/", {"disposition": code}))


def test_open_alerts_and_stage_orders_never_refuse_a_close(desk: Api) -> None:
    call, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER"}))
    triage(desk, call, ARMED)
    ok(desk.post("/api/units/CRT1/emergency/", {}), 201)
    assert ok(desk.get("/api/board/")).body["alerts"]
    assert ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))["status"] == "closed"
    assert "UPGRADE" not in {row["kind"] for row in ok(desk.get("/api/board/")).body["alerts"]}


def test_an_unknown_disposition_is_malformed_and_the_call_stays_open(desk: Api) -> None:
    call, _ = call_with_units(desk, "CRT1")
    assert "disposition" in ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "99"}), 400)["errors"]
    assert ok(desk.get(f"/api/calls/{call}/")).body["status"] == "dispatched"


def test_a_closed_call_takes_no_more_commands_but_notes(desk: Api) -> None:
    call = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}), 422)
    ok(desk.post(f"/api/calls/{call}/triage/", {"answers": CLEAR}), 422)
    ok(desk.post(f"/api/calls/{call}/assignments/", {"units": ["HPD1"]}), 422)
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Late word"}), 201)


def test_the_two_alarms_raise_alerts_that_a_person_acknowledges(as_: As, desk: Api) -> None:
    call, _ = call_with_units(desk, "CRT1")
    crew = as_("crt1_peer")
    police = ok(crew.post(f"/api/calls/{call}/police/", {"reason": "Neighbour with a bat"}), 201).body
    emergency = ok(crew.post("/api/units/CRT1/emergency/"), 201).body
    assert (emergency["level"], emergency["unit"], emergency["call"]) == (1, "CRT1", call)
    assert police["call"] == call
    assert ok(desk.get(f"/api/calls/{call}/")).body["priority"] == 1
    for alert in (police, emergency):
        seen = ok(desk.post(f"/api/alerts/{alert['id']}/acknowledge/")).body
        assert (seen["acknowledged_by"], seen["id"]) == ("dispatcher", alert["id"])
    alerts = ok(desk.get("/api/board/")).body["alerts"]
    assert {row["id"] for row in alerts} >= {police["id"], emergency["id"]}, "acknowledging stops the sound only"


def test_a_position_is_taken_and_only_the_newest_kept(as_: As, desk: Api) -> None:
    crew, path = as_("crt1_clinician"), "/api/units/CRT1/position/"
    now = timezone.now()
    fix = {"lat": 41.77, "lon": -72.68, "accuracy_m": 8, "speed_mps": 4.5, "heading": 90, "fix_at": rfc3339(now)}
    before = head(desk)
    ok(crew.post(path, fix), 204)
    ok(crew.post(path, {"lat": 41.7, "lon": -72.7, "fix_at": rfc3339(now - timezone.timedelta(minutes=1))}), 204)
    seen = ok(desk.get("/api/board/")).body["presence"]["CRT1"]
    assert (seen["lat"], seen["lon"], seen["heading"], seen["fix_at"]) == (41.77, -72.68, 90, fix["fix_at"])
    assert head(desk) == before, "positions are not in the log"


def test_the_board_has_a_version_and_its_rows(desk: Api) -> None:
    call = new_call(desk)
    board = ok(desk.get("/api/board/")).body
    assert {"version", "calls", "units", "alerts"} <= set(board)
    assert board["version"] == head(desk)
    assert [row["id"] for row in board["calls"]] == [call["id"]]
    assert {"unit", "team", "status", "call"} <= set(board["units"][0])


def test_events_are_paged_by_version(desk: Api) -> None:
    start = head(desk)
    new_call(desk, narrative="One")
    new_call(desk, narrative="Two")
    every = ok(desk.get("/api/events/", after=start)).body
    versions = [event["v"] for event in every["events"]]
    assert versions == list(range(start + 1, every["head"] + 1))
    page = ok(desk.get("/api/events/", after=start + 1, limit=2)).body
    assert [event["v"] for event in page["events"]] == versions[1:3]
    assert page["head"] == every["head"]
    assert ok(desk.get("/api/events/", after=every["head"])).body["events"] == []
    for event in every["events"]:
        assert {"v", "type", "at", "by", "data"} <= set(event)
        assert event["by"] == "dispatcher"


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": -1}, {"limit": 0}, {"limit": 10**6}, {"after": "²"}])
def test_a_page_nobody_can_have_is_malformed(desk: Api, query: dict[str, str]) -> None:
    ok(desk.get("/api/events/", **query), 400)


def test_the_events_of_a_whole_call_have_the_names_of_the_contract(as_: As, desk: Api) -> None:
    start = head(desk)
    call, (assignment,) = call_with_units(desk, "CRT1")
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "ER"}))
    alert = ok(desk.post(f"/api/calls/{call}/police/", {}), 201)["id"]
    ok(desk.post(f"/api/alerts/{alert}/acknowledge/"))
    send_units(desk, call, "HPD1")
    ok(desk.post(f"/api/calls/{call}/scene-safe/", {}))
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Calm"}), 201)
    ok(desk.patch(f"/api/calls/{call}/", {"version": desk.get(f"/api/calls/{call}/")["version"], "priority": 2}))
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "18"}))
    ok(desk.post(f"/api/calls/{call}/reopen/", {"reason": "Called again"}))
    ok(desk.post(f"/api/calls/{call}/hold/", {"minutes": 5, "reason": "Waits for CRT"}))
    other = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/merge/", {"into": other}))
    ok(desk.post("/api/units/CRT2/status/", {"status": "BK"}))
    child = new_call(desk)["id"]
    triage(desk, child, CHILD)
    ok(desk.post(f"/api/calls/{child}/handoffs/", {"team": "WHEELER", "outcome": "declined"}), 201)
    events = ok(desk.get("/api/events/", after=start)).body["events"]
    assert {event["type"] for event in events} >= {
        "call_received", "call_updated", "call_triaged", "call_held", "call_merged", "call_closed", "call_reopened",
        "note_added", "assignment_created", "assignment_status_changed", "handoff_recorded", "scene_marked_safe",
        "unit_status_changed", "alert_raised", "alert_acknowledged", "alert_cleared",
    }  # fmt: skip
    created = [event["unit"] for event in events if event["type"] == "assignment_created"]
    assert created == ["CRT1", "HPD1"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_a_path_does_not_have_is_405(desk: Api, method: str) -> None:
    answer = ok(desk.send(method, "/api/calls/", {}), 405)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/", "/api/calls/1/nothing/", "/api/calls"])
def test_an_address_that_is_not_there_is_a_problem_too(desk: Api, path: str) -> None:
    ok(desk.get(path), 404)
    ok(desk.post(path), 404)
