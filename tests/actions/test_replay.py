"""Invariant 11: what a decision was made of is stored with it and gives the same result for years."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.actions import handoffs, triage
from dispatch.actions.recommendation import recommendation_make
from dispatch.actions.rulesets import ruleset_import
from dispatch.models import Call, Decision, Ruleset
from dispatch.queries.call import call_detail, timeline
from dispatch.queries.decisions import replay
from dispatch.rules import ruleset as rules
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.triage import decision_data
from partners.models import Contract, ServiceHours, Shift
from tests.actions.reading import fresh
from tests.factories import make_call_type
from tests.stage import SYSTEM, Stage, publish_ruleset

ANSWERS = [
    {},
    {"weapon": "IN_HAND"},
    {"age": "CHILD_3_17", "self_harm": "IDEATION"},
    {"violence": "UNKNOWN"},
    {"age": "UNKNOWN"},
    {"medical": "URGENT"},
    {"acuity": "HIGH"},
]


def same(decision: Decision) -> bool:
    kept = Decision.objects.get(pk=decision.pk)
    replayed = decision_data(replay(kept))
    return (
        replayed == kept.data
        and replayed["response"] == kept.ruled_response
        and replayed["tier"] == kept.ruled_tier
        and replayed["rule"] == kept.rule
    )


@pytest.mark.parametrize("answers", ANSWERS)
def test_a_decision_replays_after_hours_contracts_shifts_and_rules_changed(stage: Stage, answers: dict) -> None:
    call = stage.call(call_type=make_call_type("OD", extra_roles=["FIRE"], situation="OVERDOSE"))
    decision = stage.triage(call, **answers)
    ServiceHours.objects.all().delete()
    Contract.objects.all().delete()
    Shift.objects.all().delete()
    call.call_type.extra_roles = []
    call.call_type.save()
    Ruleset.objects.filter(status="published").update(status="retired")
    ruleset_import(by=SYSTEM, ruleset=replace(load_default_ruleset(), version=7))
    assert same(decision)


def other_words(version: int) -> rules.Ruleset:
    """The default table with every answer said differently."""
    default = load_default_ruleset()
    questions = tuple(
        replace(one, answers=tuple(replace(answer, phrase=f"now: {answer.phrase}") for answer in one.answers))
        for one in default.questions
    )
    return replace(default, version=version, questions=questions)


def test_an_old_call_reads_as_it_did_after_the_questions_got_other_words(stage: Stage) -> None:
    call = stage.triaged_call(weapon="ACCESSIBLE")

    def read() -> tuple[list[str], list[str], list[str], dict[str, str]]:
        told = next(frame for frame in timeline(stage.dispatcher, call) if frame["type"] == "call_triaged")
        shown = call_detail(stage.dispatcher, Call.objects.get(pk=call.pk))["triage"]["decision"]
        changes = [change["text"] for change in shown["would_change"]]
        return told["data"]["reasons"], shown["explanation"], changes, shown["out_of_scope_reasons"]

    then = read()
    publish_ruleset(other_words(version=2))

    assert read() == then
    assert then[0] == [*then[1], "Out of scope: CRT (a weapon within reach), WHEELER (adult)."]
    assert "a weapon in hand: T1 POLICE + EMS" in then[2]
    assert all(same(decision) for decision in call.decisions.all())
    later = stage.triage(call, weapon="IN_HAND")
    assert "Now: a weapon in hand" in later.data["explanation"][0]
    assert read()[0] == then[0]
    assert all(same(decision) for decision in call.decisions.all())


def test_provisional_overridden_and_fallen_back_decisions_replay(stage: Stage) -> None:
    call = stage.call()
    triage.triage_answer(by=stage.dispatcher, call_id=call.pk, answers={"age": "CHILD_3_17", "weapon": "NONE"})
    stage.triage(call, age="CHILD_3_17")
    handoffs.handoff_record(by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="declined")
    triage.response_override(by=stage.dispatcher, call_id=call.pk, response=["POLICE", "EMS"], reason="worse")
    decisions = list(call.decisions.all())
    assert len(decisions) == 4
    assert all(same(decision) for decision in decisions)


def test_who_was_proposed_is_stored_with_the_decision(stage: Stage) -> None:
    call = stage.triaged_call()
    kept = call.recommendations.latest("pk")
    assert kept.decision_id == fresh(call).decision_id
    assert [row["unit"] for row in kept.units if row["pick"]] == ["CRT1"]
    assert all(row["reasons"] for row in kept.units)


def test_ranking_again_without_a_change_stores_nothing_new(stage: Stage) -> None:
    call = stage.triaged_call()
    before = Call.objects.get(pk=call.pk).recommendations.count()
    recommendation_make(by=stage.dispatcher, call_id=call.pk)
    assert call.recommendations.count() == before
