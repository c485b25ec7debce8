"""What the API tells of a place: by call or in words, as many statements whatever happened there, no clinical word."""

from __future__ import annotations

import json

import pytest

from dispatch.actions.geography import gazetteer_load
from dispatch.models import Call, Command, PremiseCaution
from hearteam.events.models import Event
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import call_with_units, new_call, ok
from tests.api.test_statements import statements

HOSPITAL = {"text": "80 Seymour St"}


@pytest.fixture
def geofile(db: None) -> None:
    gazetteer_load()


@pytest.mark.usefixtures("geofile")
def test_a_place_in_words_finds_the_calls_there_however_it_is_spelt(desk: Api) -> None:
    call = new_call(desk, location=HOSPITAL)
    for words in ("80 seymour street", "Hartford Hospital", "hartfrd hospital"):
        found = ok(desk.get("/api/premises/", place=words))
        assert [one["number"] for one in found["premise"]["history"]] == [call["number"]], words
    nothing = ok(desk.get("/api/premises/", place="zzqqx"))
    assert (nothing["premise"], nothing["candidates"]) == (None, [])


@pytest.mark.usefixtures("geofile")
def test_an_unclear_place_is_answered_with_what_it_may_mean(desk: Api) -> None:
    found = ok(desk.get("/api/premises/", place="fire station"))
    assert found["premise"] is None
    assert len({one["text"] for one in found["candidates"]}) > 1


def test_a_premise_takes_as_many_statements_however_many_calls_were_there(desk: Api) -> None:
    call = new_call(desk)["id"]
    before = statements(lambda: desk.get("/api/premises/", call=call))
    call_with_units(desk, "CRT1", "HPD1")
    for _ in range(3):
        new_call(desk)
    assert statements(lambda: desk.get("/api/premises/", call=call)) <= before <= 7
    assert len(ok(desk.get("/api/premises/", call=call, limit=2))["premise"]["history"]) == 2


def test_the_words_of_a_care_plan_are_in_no_event_and_no_kept_answer(desk: Api, as_: As) -> None:
    call, _ = call_with_units(desk, "CRT1")
    lead = as_("clinical_lead")
    premise = Call.objects.get(pk=call).premise_id
    body = {"class": "CARE_PLAN", "text": "Lithium since spring", "source": "clinic"}
    answer = ok(lead.post(f"/api/premises/{premise}/cautions/", body, key="plan"), 201)
    assert PremiseCaution.objects.get().text == "Lithium since spring"
    ok(lead.post(f"/api/cautions/{answer['id']}/review/", {}, key="again"))
    crew = as_("crt1_clinician")
    ok(crew.post(f"/api/calls/{call}/scene-unsafe/", {}, key="unsafe"))
    kept = [*Event.objects.values_list("data", flat=True), *Command.objects.values_list("answer", flat=True)]
    assert "Lithium" not in json.dumps(kept)
    assert "Lithium" in json.dumps(ok(crew.get("/api/premises/", call=call)).body)
    assert "Lithium" not in json.dumps(ok(desk.get("/api/premises/", call=call)).body)
