"""Police see what keeps people safe, clinicians the call and its hazards; clinical words are for clinicians only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.models import Call, Command, Note
from hearteam.events.models import Event, EventAudience
from partners.models import CareNote, RecordAccess
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, PLACE, call_with_units, new_call, ok, send_units, triage
from tests.cast import Cast
from tests.factories import make_caution

SECRET = "Lithium since spring"
CLINICIANS = ["crt1_clinician", "crt1_peer", "clinical_lead"]
OTHERS = ["calltaker", "dispatcher", "supervisor", "auditor", "officer", "hpd1_officer"]


@pytest.fixture
def call(desk: Api, as_: As) -> str:
    """A call with CRT1 and HPD1 on it, on which the clinician wrote a note."""
    call, _ = call_with_units(desk, "CRT1", "HPD1")
    ok(as_("crt1_clinician").post(f"/api/calls/{call}/notes/", {"text": SECRET}), 201)
    return call


def everything(api: Api, call: str) -> str:
    """All that the API tells this person of the call."""
    paths = [f"/api/calls/{call}/", f"/api/calls/{call}/timeline/", "/api/events/", "/api/board/", "/api/unit/"]
    return json.dumps([api.get(path).body for path in paths])


def test_a_clinicians_note_is_clinical_unless_they_say_otherwise(as_: As, call: str) -> None:
    crew, path = as_("crt1_peer"), f"/api/calls/{call}/notes/"
    assert ok(crew.post(path, {"text": "Plan made"}), 201)["audience"] == "CLINICAL"
    assert ok(crew.post(path, {"text": "Calm", "audience": "ALL"}), 201)["audience"] == "ALL"
    assert ok(crew.post(path, {"text": "Dog", "kind": "HAZARD"}), 201)["audience"] == "ALL"
    assert ok(as_("hpd1_officer").post(path, {"text": "Clear"}), 201)["audience"] == "ALL"


@pytest.mark.parametrize("who", CLINICIANS)
def test_clinicians_of_the_call_read_it_and_each_read_is_noted(as_: As, cast: Cast, call: str, who: str) -> None:
    before = RecordAccess.objects.count()
    texts = [note["text"] for note in ok(as_(who).get(f"/api/calls/{call}/"))["notes"]]
    assert SECRET in texts
    noted = RecordAccess.objects.order_by("-pk").first()
    assert noted is not None
    assert (RecordAccess.objects.count(), noted.user, str(noted.call_id)) == (before + 1, getattr(cast, who), call)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_it_anywhere(as_: As, call: str, who: str) -> None:
    told = everything(as_(who), call)
    assert SECRET not in told
    assert not RecordAccess.objects.exists()
    assert "CLINICAL" not in {note["audience"] for note in ok(as_(who).get(f"/api/calls/{call}/"))["notes"]}


def test_its_text_is_with_the_care_records_only(as_: As, cast: Cast, call: str) -> None:
    crew = as_("crt1_clinician")
    ok(crew.post(f"/api/calls/{call}/notes/", {"text": SECRET}, key="note"), 201)
    ok(crew.post(f"/api/calls/{call}/scene-unsafe/", {}, key="unsafe"))
    assert CareNote.objects.filter(text=SECRET).count() == 2
    kept = [
        *Note.objects.values_list("text", flat=True),
        *(json.dumps(data) for data in Event.objects.values_list("data", flat=True)),
        *(json.dumps(answer) for answer in Command.objects.values_list("answer", flat=True)),
    ]
    assert not [text for text in kept if SECRET in text]


def test_that_a_clinical_note_exists_is_told_to_no_police_tablet(call: str) -> None:
    (event,) = Event.objects.filter(type="note_added", data__audience="CLINICAL")
    told = set(EventAudience.objects.filter(event=event).values_list("unit", flat=True))
    assert told == {"CRT1"}


def test_a_note_for_police_reaches_police_and_the_center_only(desk: Api, as_: As, call: str) -> None:
    ok(as_("hpd1_officer").post(f"/api/calls/{call}/notes/", {"text": "Known to us", "audience": "POLICE"}), 201)
    for who in ("hpd1_officer", "officer", "dispatcher", "calltaker", "supervisor"):
        assert "Known to us" in everything(as_(who), call), who
    for who in CLINICIANS:
        assert "Known to us" not in everything(as_(who), call), who
    (event,) = Event.objects.filter(type="note_added", data__audience="POLICE")
    assert set(EventAudience.objects.filter(event=event).values_list("unit", flat=True)) == {"HPD1"}


@pytest.mark.parametrize(
    ("who", "audience"),
    [("hpd1_officer", "CLINICAL"), ("dispatcher", "CLINICAL"), ("crt1_peer", "POLICE"), ("clinical_lead", "POLICE")],
)
def test_nobody_writes_for_readers_they_are_not_among(as_: As, call: str, who: str, audience: str) -> None:
    ok(as_(who).post(f"/api/calls/{call}/notes/", {"text": "x", "audience": audience}), 403)


def test_police_see_no_interventions_and_the_crew_does(as_: As, call: str) -> None:
    ok(as_("crt1_peer").post(f"/api/calls/{call}/interventions/", {"codes": ["DE_ESCALATION"]}))
    for who in ("crt1_clinician", "dispatcher", "clinical_lead"):
        assert [row["code"] for row in ok(as_(who).get(f"/api/calls/{call}/"))["interventions"]] == ["DE_ESCALATION"]
    for who in ("hpd1_officer", "officer"):
        assert ok(as_(who).get(f"/api/calls/{call}/"))["interventions"] == []
        timeline = ok(as_(who).get(f"/api/calls/{call}/timeline/"))["events"]
        assert "intervention_recorded" not in {event["type"] for event in timeline}


@pytest.fixture
def premise_call(desk: Api, cast: Cast) -> str:
    """A call at a place with an earlier one, and a caution of each class, one of them over."""
    earlier = new_call(desk, narrative="Earlier story")["id"]
    triage(desk, earlier, CLEAR)
    ok(desk.post(f"/api/calls/{earlier}/close/", {"disposition": "15", "outcome": "Admitted to detox"}))
    call = new_call(desk, location=PLACE)["id"]
    premise = Call.objects.get(pk=call).premise
    assert premise is not None
    yesterday = timezone.localdate() - timedelta(days=1)
    make_caution(premise, cast.supervisor, "VIOLENCE", text="Threw bottles")
    make_caution(premise, cast.supervisor, "ENVIRONMENT", text="Large dog")
    make_caution(premise, cast.supervisor, "CARE_PLAN", text="Speak to the aunt first")
    make_caution(premise, cast.supervisor, "VIOLENCE", text="Old threat", expires_on=yesterday)
    triage(desk, call, {**CLEAR, "violence": "THREATS"})
    send_units(desk, call, "HPD1", "CRMHC1")
    return call


def premise_of(api: Api, call: str) -> Any:
    return ok(api.get(f"/api/calls/{call}/"))["premise"]


def test_police_see_dates_type_group_and_active_hazards_of_a_premise(as_: As, premise_call: str) -> None:
    for who in ("hpd1_officer", "officer"):
        premise = premise_of(as_(who), premise_call)
        assert {caution["text"] for caution in premise["cautions"]} == {"Threw bottles", "Large dog"}
        assert premise["history"] == [{"date": timezone.localdate().isoformat(), "type_group": "behavioural health"}]
        told = everything(as_(who), premise_call)
        assert "detox" not in told
        assert "Earlier story" not in told


def test_a_care_plan_is_for_clinicians(as_: As, premise_call: str) -> None:
    assert "Speak to the aunt first" in everything(as_("crmhc1_clinician"), premise_call)
    for who in ("hpd1_officer", "officer", "dispatcher", "auditor"):
        assert "Speak to the aunt first" not in everything(as_(who), premise_call), who


def test_a_caution_of_the_place_raises_the_answer_a_client_would_lower(desk: Api, premise_call: str) -> None:
    decision = triage(desk, premise_call, CLEAR)
    assert decision["answers"]["premise_caution"] == "YES"
    assert "POLICE" in decision["response"]


def test_the_board_names_neither_caller_nor_person(desk: Api) -> None:
    new_call(desk, caller={"name": "Ada Example", "phone": "860-555-0101"}, person={"name": "Bo Example"})
    for path in ("/api/board/", "/api/events/"):
        told = json.dumps(ok(desk.get(path)).body)
        assert "Ada Example" not in told
        assert "Bo Example" not in told
        assert "860-555-0101" not in told


def test_a_crew_knows_only_its_own_calls(as_: As, desk: Api, call: str) -> None:
    elsewhere = new_call(desk)["id"]
    crew = as_("crmhc1_clinician")
    for other in (call, elsewhere):
        ok(crew.get(f"/api/calls/{other}/"), 404)
        ok(crew.get(f"/api/calls/{other}/timeline/"), 404)
    assert ok(crew.get("/api/unit/"))["call"] is None
    assert ok(as_("crt1_peer").get("/api/unit/"))["call"]["id"] == call


def test_police_read_neither_the_outcome_nor_what_was_said_in_a_hand_off(desk: Api, as_: As) -> None:
    secret = {"note": "Known to the clinic", "contact": "Sam Example", "clinician": "Cy Example"}
    call = new_call(desk)["id"]
    triage(desk, call, {**CLEAR, "age": "CHILD_3_17"})
    ok(desk.post(f"/api/calls/{call}/handoffs/", {"team": "WHEELER", "outcome": "no_answer", **secret}), 201)
    send_units(desk, call, "HPD1")
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "15", "outcome": "Admitted to detox"}))
    words = [*secret.values(), "Admitted to detox"]
    assert all(word in json.dumps(ok(desk.get(f"/api/calls/{call}/")).body) for word in words)
    for who in ("officer", "hpd1_officer"):
        told = everything(as_(who), call)
        assert not [word for word in words if word in told]
    event = Event.objects.get(call_id=call, type="call_closed")
    assert "outcome" not in event.data
