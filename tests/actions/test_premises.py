"""A caution about the place raises the danger, whatever a client says, if it is recent and of this apartment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.queries.board import call_rows
from dispatch.queries.call import premise_row
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
        ({"unit": "3B"}, "", False),
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
