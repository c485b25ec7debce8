"""Nobody takes a reported danger back without having seen it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dispatch.actions.triage import triage_answer
from dispatch.models import Call, Decision
from hearteam.problems import Conflict
from tests.actions.reading import again, fresh
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
