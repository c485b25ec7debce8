"""A caution about the place raises the danger, whatever a client says, if it is recent and of this apartment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions.calls import call_receive
from dispatch.actions.configuration import caution_save
from dispatch.queries.board import call_rows
from dispatch.queries.call import premise_row
from tests.actions.reading import again, fresh
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
