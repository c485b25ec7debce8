"""A question that a city added is asked, answered, stored and counted like the programme's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.models import Alert, Assignment, Call, TriageAnswers
from dispatch.queries.decisions import replay
from dispatch.rules.triage import decision_data
from dispatch.rules.verify import verify_ruleset
from tests.api.client import Api
from tests.api.stage import CLEAR, call_with_units, new_call, ok, triage
from tests.cast import Cast
from tests.rules.cases import RULESET, with_firearm
from tests.stage import publish_ruleset

UNARMED = {**CLEAR, "firearm": "NONE"}


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    publish_ruleset(with_firearm())


def test_the_table_it_is_tried_with_is_one_a_city_could_publish() -> None:
    assert verify_ruleset(with_firearm()).passed


def test_desks_are_given_its_wording_and_answers(desk: Api) -> None:
    questions = ok(desk.get("/api/reference/")).body["questions"]
    assert [question["field"] for question in questions] == [*CLEAR, "firearm"]
    assert [answer["code"] for answer in questions[-1]["answers"]] == ["NONE", "STORED", "LOOSE", "UNKNOWN"]


def test_until_it_is_asked_it_counts_as_unknown_and_is_asked_for(desk: Api) -> None:
    decision = triage(desk, new_call(desk)["id"], CLEAR)
    assert (decision["rule"], decision["provisional"], decision["ask_next"]) == ("R5", True, ["firearm"])
    assert "Firearm not asked" in decision["explanation"][0]


def test_its_answer_decides_is_stored_and_is_shown(desk: Api) -> None:
    call = new_call(desk)["id"]
    assert triage(desk, call, UNARMED)["rule"] == "R8"
    decision = triage(desk, call, {**UNARMED, "firearm": "LOOSE"})
    assert (decision["rule"], decision["tier"], decision["answers"]["firearm"]) == ("R5", 2, "LOOSE")
    assert decision["explanation"][0] == "R5 T2 P2: POLICE + CRMHC. Firearm loose, adult."
    assert {"firearm": "NONE"} in [change["answers"] for change in decision["would_change"]]
    shown = ok(desk.get(f"/api/calls/{call}/")).body["triage"]
    assert shown["answers"] == {**UNARMED, "firearm": "LOOSE"}
    assert TriageAnswers.objects.latest("pk").more == {"firearm": "LOOSE"}
    kept = Call.objects.get(pk=call).decision
    assert kept is not None
    assert decision_data(replay(kept)) == kept.data


def test_an_answer_it_does_not_offer_is_refused_by_name(desk: Api) -> None:
    answer = desk.post(f"/api/calls/{new_call(desk)['id']}/triage/", {"answers": {**CLEAR, "firearm": "RIFLE"}})
    assert (answer.status, list(answer.body["errors"])) == (400, ["firearm"])


def test_a_danger_it_told_of_is_not_taken_back_unseen(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, {**UNARMED, "firearm": "LOOSE"})
    late = desk.post(f"/api/calls/{call}/triage/", {"answers": UNARMED, "decision": ""})
    assert late.status == 409
    assert late.body["triage"]["answers"]["firearm"] == "LOOSE"


def test_a_danger_it_tells_of_turns_a_crew_round(desk: Api) -> None:
    call, (assignment,) = call_with_units(desk, "CRT1", answers=UNARMED)
    triage(desk, call, {**UNARMED, "firearm": "LOOSE"})
    assert Assignment.objects.get(pk=assignment).order == "STAGE"
    assert Alert.objects.filter(call_id=call, kind="UPGRADE", unit__callsign="CRT1").exists()


def test_a_call_triaged_before_it_was_asked_is_decided_again_with_it(desk: Api) -> None:
    publish_ruleset(replace(RULESET, version=3))
    call = new_call(desk)["id"]
    assert triage(desk, call, CLEAR)["rule"] == "R8"
    publish_ruleset(with_firearm(version=4))
    assert triage(desk, call, {**CLEAR, "acuity": "HIGH"})["ask_next"] == ["firearm"]
    assert triage(desk, call, {**UNARMED, "acuity": "HIGH"})["rule"] == "R7"


def test_an_answer_given_to_it_counts_no_more_once_it_is_asked_no_more(desk: Api) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, {**UNARMED, "firearm": "LOOSE"})
    publish_ruleset(replace(RULESET, version=3))
    assert desk.post(f"/api/calls/{call}/triage/", {"answers": UNARMED}).status == 400
    assert triage(desk, call, CLEAR)["rule"] == "R8"
