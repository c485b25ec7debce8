"""A caution about the place raises the danger, whatever a client says, if it is recent and of this apartment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions.calls import call_receive
from dispatch.actions.premises import caution_add, caution_end, caution_review, caution_save
from dispatch.models import Call, PremiseCaution
from dispatch.queries.board import call_rows
from dispatch.queries.premises import premise_detail, premise_row
from hearteam.events.models import Event
from hearteam.problems import NotAllowed, Refused
from partners.models import RecordAccess
from tests.actions.reading import again, fresh
from tests.events.verify import verify_action
from tests.factories import make_call, make_caution, make_premise
from tests.stage import Stage

TODAY = timezone.localdate


def test_a_client_may_raise_the_caution_but_never_lower_it(stage: Stage) -> None:
    premise = make_premise()
    make_caution(premise, stage.cast.supervisor)
    call = make_call(premise=premise)
    decision = stage.triage(call, premise_caution="NO")
    assert (decision.answers.premise_caution, decision.rule) == ("YES", "R5")
    assert "POLICE" in decision.response
    elsewhere = stage.triage(make_call(), premise_caution="YES")
    assert elsewhere.rule == "R5"


@pytest.mark.parametrize(
    ("caution", "apartment", "counts"),
    [
        ({}, "", True),
        ({"unit": "3B"}, "3b", True),
        ({"unit": "3B"}, "2A", False),
        ({"unit": "3B"}, "Apt 3B", True),
        ({"unit": "Apt. 3-B"}, "3B", True),
        ({"unit": "3B"}, "Apt 2A", False),
        ({"unit": "3B"}, "", True),
        ({"caution_class": "ENVIRONMENT"}, "", False),
        ({"caution_class": "CARE_PLAN"}, "", False),
        ({"reviewed_on": TODAY() - timedelta(days=365)}, "", True),
        ({"reviewed_on": TODAY() - timedelta(days=367)}, "", False),
        ({"expires_on": TODAY() - timedelta(days=1)}, "", False),
        ({"expires_on": TODAY()}, "", True),
    ],
)
def test_which_cautions_count(stage: Stage, caution: dict, apartment: str, counts: bool) -> None:
    premise = make_premise()
    make_caution(premise, stage.cast.supervisor, **caution)
    decision = stage.triage(make_call(premise=premise, apartment=apartment))
    assert (decision.answers.premise_caution == "YES") is counts


def test_hazards_show_on_the_row_and_care_plans_only_to_clinicians(stage: Stage) -> None:
    premise = make_premise()
    for caution_class, text in (("ENVIRONMENT", "Dog"), ("VIOLENCE", "Threats"), ("CARE_PLAN", "Speak slowly")):
        make_caution(premise, stage.cast.supervisor, caution_class, text=text)
    call = make_call(premise=premise)
    assert call_rows([call.pk])[0]["hazards"] == ["Dog", "Threats"]
    seen = {who: {c["text"] for c in premise_row(stage.cast.actor(who), call)["cautions"]} for who in WHO}
    assert seen == {"dispatcher": {"Dog", "Threats"}, "officer": {"Dog", "Threats"}, "crt1_clinician": ALL_THREE}


WHO = ("dispatcher", "officer", "crt1_clinician")
ALL_THREE = {"Dog", "Threats", "Speak slowly"}


def test_an_apartment_is_kept_in_one_spelling_whoever_types_it(stage: Stage) -> None:
    place = {"text": "", "lat": 41.76, "lon": -72.68, "unit": "apt 3b"}
    call = call_receive(by=stage.dispatcher, location=place)
    call.premise = make_premise()
    call.save(update_fields=["premise"])
    caution = make_caution(call.premise, stage.cast.supervisor, text="Threats")
    caution.unit = "# 3-B"
    caution_save(by=stage.supervisor, caution=caution)
    assert (call.apartment, caution.unit) == ("3B", "3B")
    assert call_rows([call.pk])[0]["hazards"] == ["Threats"]


def test_violence_anywhere_at_the_premise_shows_while_the_apartment_is_not_known(stage: Stage) -> None:
    premise = make_premise()
    make_caution(premise, stage.cast.supervisor, unit="3B", text="Threats")
    make_caution(premise, stage.cast.supervisor, "ENVIRONMENT", unit="3B", text="Dog")
    call = make_call(premise=premise)
    assert call_rows([call.pk])[0]["hazards"] == ["Threats"]


def test_a_caution_added_during_a_call_turns_its_crew_round(stage: Stage) -> None:
    call, crew = stage.crt_at("ER")
    call.premise = make_premise()
    call.save(update_fields=["premise"])
    caution = make_caution(call.premise, stage.cast.supervisor)
    caution_save(by=stage.supervisor, caution=caution)
    assert "POLICE" in fresh(call).decision.response
    assert again(crew).order == "STAGE"
    decided = fresh(call).decision_id
    caution_save(by=stage.supervisor, caution=caution)
    assert fresh(call).decision_id == decided


def violence_at(stage: Stage, call: Call, **more: Any) -> PremiseCaution:
    return caution_add(
        by=stage.dispatcher,
        premise_id=call.premise_id,
        caution_class="VIOLENCE",
        text="Threats",
        source="officer",
        **more,
    )


def test_a_dispatcher_says_a_caution_and_it_counts_and_shows_at_once(stage: Stage) -> None:
    call = make_call(premise=make_premise())
    assert stage.triage(call).answers.premise_caution == "NO"
    caution = violence_at(stage, call, unit="apt 3b")
    assert (caution.author.get_username(), caution.unit, caution.reviewed_on) == ("dispatcher", "3B", TODAY())
    decided = fresh(call).decision
    assert decided is not None
    assert (decided.answers.premise_caution, decided.answers.source) == ("YES", "PREMISE")
    assert Event.objects.filter(type="call_updated", call_id=call.pk, data__fields=["hazards"]).exists()


def test_the_end_of_a_caution_lowers_nothing_until_somebody_answers_no(stage: Stage) -> None:
    call = make_call(premise=make_premise())
    caution = violence_at(stage, call)
    assert stage.triage(call).rule == "R5"
    with pytest.raises(NotAllowed):
        caution_end(by=stage.dispatcher, caution_id=caution.pk, reason="Moved out")
    with pytest.raises(Refused):
        caution_end(by=stage.supervisor, caution_id=caution.pk, reason=" ")
    before = fresh(call).decision_id
    ended = caution_end(by=stage.supervisor, caution_id=caution.pk, reason="Moved out")
    assert (ended.ended_by, ended.end_reason) == (stage.cast.supervisor, "Moved out")
    assert fresh(call).decision_id == before
    assert call_rows([call.pk])[0]["hazards"] == []
    assert stage.triage(call, premise_caution="YES").rule == "R5"
    assert stage.triage(call, premise_caution="NO").answers.premise_caution == "NO"
    with pytest.raises(Refused):
        caution_review(by=stage.supervisor, caution_id=caution.pk)


def test_a_caution_reviewed_again_counts_again(stage: Stage) -> None:
    call = make_call(premise=make_premise())
    caution = make_caution(call.premise, stage.cast.supervisor, reviewed_on=TODAY() - timedelta(days=400))
    assert stage.triage(call).answers.premise_caution == "NO"
    caution_review(by=stage.dispatcher, caution_id=caution.pk)
    decided = fresh(call).decision
    assert decided is not None and decided.answers.premise_caution == "YES"
    caution.refresh_from_db()
    assert caution.reviewed_by == stage.cast.dispatcher


def test_an_expired_caution_is_reviewed_only_with_a_new_day(stage: Stage) -> None:
    yesterday = TODAY() - timedelta(days=1)
    caution = make_caution(make_premise(), stage.cast.supervisor, expires_on=yesterday)
    for day in (None, yesterday):
        with pytest.raises(Refused):
            caution_review(by=stage.dispatcher, caution_id=caution.pk, expires_on=day)
    caution_review(by=stage.dispatcher, caution_id=caution.pk, expires_on=TODAY())
    caution.refresh_from_db()
    assert caution.expires_on == TODAY()


def test_who_may_say_which_caution(stage: Stage) -> None:
    call = make_call(premise=make_premise())
    cases = [
        ("dispatcher", "ENVIRONMENT", True), ("supervisor", "VIOLENCE", True), ("calltaker", "ENVIRONMENT", False),
        ("dispatcher", "CARE_PLAN", False), ("supervisor", "CARE_PLAN", False),
    ]  # fmt: skip
    for who, caution_class, may in cases:
        more = {"premise_id": call.premise_id, "text": "x", "source": "y", "caution_class": caution_class}
        if may:
            caution_add(by=stage.cast.actor(who), **more)
        else:
            with pytest.raises(NotAllowed):
                caution_add(by=stage.cast.actor(who), **more)


def test_each_read_of_a_care_plan_is_written_down_and_nobody_else_is_told_of_it(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    call.premise = make_premise()
    call.save(update_fields=["premise"])
    told = Event.objects.count()
    make_caution(call.premise, stage.cast.supervisor, "CARE_PLAN", text="Speak slowly")
    reader = stage.cast.actor("crt1_clinician")
    assert [c["text"] for c in premise_row(reader, call)["cautions"]] == ["Speak slowly"]
    noted = RecordAccess.objects.get()
    assert (noted.user_id, noted.call_id, noted.what) == (reader.user_id, call.pk, "care plan")
    assert premise_row(reader, call, clinical=False)["cautions"] == []
    assert premise_detail(reader, call.premise)["cautions"] == []
    assert premise_row(stage.supervisor, call)["cautions"] == []
    assert (RecordAccess.objects.count(), Event.objects.count()) == (1, told)


def test_the_history_of_a_place_counts_each_event_of_twelve_months_once(stage: Stage) -> None:
    premise, now = make_premise(), timezone.now()
    call = make_call(premise=premise)
    make_call(premise=premise, received_at=now - timedelta(days=400))
    last = make_call(premise=premise, received_at=now - timedelta(days=2), tier=3)
    make_call(premise=premise, received_at=now - timedelta(days=30))
    make_call(premise=premise, status="merged", merged_into=last)
    make_call()
    found = premise_row(stage.dispatcher, call)
    assert (found["calls_12_months"], len(found["history"])) == (2, 3)
    assert (found["last"]["number"], found["last"]["tier"], found["last"]["units"]) == (last.number, 3, [])
    assert set(premise_row(stage.cast.actor("hpd1_officer"), call)["last"]) == {"date", "type_group"}


def test_a_caution_that_is_moved_is_gone_from_the_calls_where_it_was(stage: Stage) -> None:
    wrong, right = make_premise("1 MAIN ST"), make_premise("11 MAIN ST")
    there, here = make_call(premise=wrong), make_call(premise=right)
    caution = make_caution(wrong, stage.cast.supervisor, text="Knife by the door")
    caution.premise = right
    verified = verify_action(lambda: caution_save(by=stage.supervisor, caution=caution))
    assert verified.types == ["call_updated", "call_updated"]
    hazards = {row["id"]: row["hazards"] for row in call_rows([there.pk, here.pk])}
    assert hazards == {str(there.pk): [], str(here.pk): ["Knife by the door"]}
