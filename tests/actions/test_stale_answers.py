"""Nobody takes a reported danger back without having seen it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dispatch.actions.rulesets import (
    ruleset_approve,
    ruleset_check,
    ruleset_import,
    ruleset_publish,
    ruleset_rollback,
)
from dispatch.actions.triage import triage_answer
from dispatch.models import Call, Decision, Ruleset
from dispatch.rules.ruleset import Answer, Question
from hearteam.problems import Conflict, Malformed
from tests.actions.reading import again, fresh
from tests.actions.ruleset_steps import default_table, second
from tests.stage import CLEAR_ADULT, Stage


def _answer(
    stage: Stage, call: Call, *, seen: str | None = None, at: datetime | None = None, **changes: str
) -> Decision:
    by = stage.cast.actor("calltaker")
    return triage_answer(by=by, call_id=call.pk, answers={**CLEAR_ADULT, **changes}, seen=seen, occurred_at=at)


def test_an_old_set_of_answers_does_not_take_back_what_the_officer_saw(stage: Stage) -> None:
    call, crew = stage.crt_at("ER")
    before = str(fresh(call).decision_id)
    newest = stage.triage(call, by=stage.supervisor, weapon="IN_HAND")
    with pytest.raises(Conflict) as conflict:
        _answer(stage, call, seen=before)
    assert conflict.value.extra["triage"]["decision"]["id"] == str(newest.pk)
    assert conflict.value.extra["triage"]["answers"]["weapon"] == "IN_HAND"
    with pytest.raises(Conflict):
        _answer(stage, call, seen="")
    assert (fresh(call).tier, again(crew).order) == (1, "STAGE")


def test_who_has_seen_the_newest_may_correct_it(stage: Stage) -> None:
    call = stage.triaged_call()
    newest = stage.triage(call, weapon="IN_HAND")
    assert _answer(stage, call, seen=str(newest.pk)).tier == 4


def test_an_old_set_may_add_danger(stage: Stage) -> None:
    call = stage.triaged_call()
    assert _answer(stage, call, seen="", violence="THREATS").tier == 2


def test_what_was_said_before_the_newest_answers_never_lowers_them(stage: Stage) -> None:
    call = stage.triaged_call()
    stage.triage(call, weapon="IN_HAND")
    with pytest.raises(Conflict):
        _answer(stage, call, at=timezone.now() - timedelta(minutes=1))
    assert fresh(call).tier == 1
    assert _answer(stage, call, at=timezone.now()).tier == 4


def test_an_answer_to_a_question_asked_no_more_takes_no_danger_with_it(stage: Stage) -> None:
    answers = (Answer("NO", "No", "N", 0, True, "no dogs"), Answer("YES", "Yes", "Y", 1, False, "dogs"))
    dogs = Question("dogs", "Dogs", "Are there dogs?", "¿Hay perros?", "", answers, "YES", safety=False)
    table = replace(default_table(), version=2, questions=(*default_table().questions, dogs), cases=())
    row = ruleset_import(by=stage.supervisor, ruleset=table)
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    ruleset_approve(by=second(stage), ruleset_id=row.pk)
    ruleset_publish(by=stage.supervisor, ruleset_id=row.pk)
    call = stage.call()
    seen = str(stage.triage(call, dogs="NO").pk)
    original = Ruleset.objects.get(version=1)
    ruleset_rollback(by=stage.supervisor, ruleset_id=original.pk, note="Nobody knows about dogs")
    for unknown, saw in (({"dogs": "NO"}, None), ({"dogs": "NO"}, ""), ({"cats": "NO"}, seen)):
        with pytest.raises(Malformed):
            _answer(stage, call, seen=saw, **unknown)
    decided = _answer(stage, call, seen=seen, dogs="NO", weapon="IN_HAND")
    assert (decided.tier, decided.answers.more, fresh(call).decision) == (1, {}, decided)
