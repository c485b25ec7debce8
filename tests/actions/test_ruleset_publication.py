"""A ruleset decides at once or from a time on; it can be taken back before, and an earlier one brought back after."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from dispatch import timers
from dispatch.actions import rulesets as actions
from dispatch.actions.ruleset_proof import broken_demands
from dispatch.actions.rulesets import (
    ruleset_approve,
    ruleset_check,
    ruleset_copy,
    ruleset_import,
    ruleset_publish,
    ruleset_rollback,
    ruleset_take_effect,
    ruleset_withdraw,
)
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.queries.decisions import replay
from dispatch.queries.ruleset_history import withdrawn_by
from dispatch.rules import ruleset as rules
from dispatch.rules.triage import decision_data
from hearteam.problems import Refused
from partners.models import Team
from tests.actions.ruleset_steps import (
    HOUR,
    announced,
    approved,
    default_table,
    edited,
    in_an_hour,
    published,
    second,
    steps,
    took_effect_unseen,
    with_demand,
)
from tests.stage import Stage


def deciding() -> int:
    """The version that decides."""
    return rulesets.current()[0].version


def test_a_publication_at_once_retires_the_one_before_and_is_announced(stage: Stage) -> None:
    row = published(stage)
    before = Ruleset.objects.get(version=1)
    assert (before.status, row.status, row.published_by_name) == ("retired", "published", "supervisor")
    assert deciding() == 2
    assert announced() == [(2, None)]
    assert not ruleset_take_effect()


def test_a_publication_for_later_changes_nothing_yet(stage: Stage) -> None:
    row = ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage).pk, effective_at=in_an_hour())
    assert (row.status, deciding(), announced()) == ("published", 1, [])
    assert not ruleset_take_effect()
    assert steps(row)[-1] == ("scheduled", "supervisor")


def test_when_its_time_comes_it_decides_whether_or_not_anybody_looked(stage: Stage) -> None:
    took_effect_unseen(stage, 2)
    assert deciding() == 2


def test_the_timers_retire_the_former_and_tell_every_screen_once(stage: Stage) -> None:
    row = took_effect_unseen(stage, 2)
    timers.tick()
    timers.tick()
    assert Ruleset.objects.get(version=1).status == "retired"
    assert announced() == [(2, None)]
    assert steps(row)[-1] == ("took_effect", "system:timers")
    assert steps(Ruleset.objects.get(version=1))[-1] == ("retired", "system:timers")


def test_of_several_that_took_effect_unseen_the_last_is_announced(stage: Stage) -> None:
    took_effect_unseen(stage, 2)
    took_effect_unseen(stage, 3)
    assert deciding() == 3
    assert ruleset_take_effect()
    assert announced() == [(3, None)]
    assert list(Ruleset.objects.filter(status="published").values_list("version", flat=True)) == [3]


def test_due_times_do_not_wait_for_a_ruleset_that_cannot_be_announced(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> bool:
        raise KeyError("a mistake in the program")

    monkeypatch.setattr(timers, "ruleset_take_effect", fails)
    assert timers.tick() == 0


def test_a_failure_while_it_is_announced_leaves_it_to_be_done_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    took_effect_unseen(stage, 2)
    with monkeypatch.context() as broken, pytest.raises(KeyError):
        broken.setattr(actions, "_tell", lambda *_: {}["gone"])
        ruleset_take_effect()
    assert (deciding(), announced(), Ruleset.objects.filter(status="published").count()) == (2, [], 2)
    assert ruleset_take_effect()
    assert announced() == [(2, None)]


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (lambda: in_an_hour() - 2 * HOUR, "has passed"),
        (lambda: datetime(2040, 1, 1, 8), "which time zone"),
    ],
)
def test_a_time_that_cannot_be_is_refused(stage: Stage, when, why: str) -> None:
    row = approved(stage)
    with pytest.raises(Refused, match=why):
        ruleset_publish(by=stage.supervisor, ruleset_id=row.pk, effective_at=when())
    row.refresh_from_db()
    assert row.status == "approved"


def test_two_rulesets_do_not_take_effect_at_one_time(stage: Stage) -> None:
    when = in_an_hour()
    ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage).pk, effective_at=when)
    row = approved(stage, 3)
    with pytest.raises(Refused, match="Hartford default v2 takes effect at that time"):
        ruleset_publish(by=stage.supervisor, ruleset_id=row.pk, effective_at=when)


def test_the_first_of_all_decides_at_once(stage: Stage) -> None:
    Ruleset.objects.filter(version=1).update(status="retired", retired_at=in_an_hour())
    row = approved(stage)
    with pytest.raises(Refused, match="takes effect at once"):
        ruleset_publish(by=stage.supervisor, ruleset_id=row.pk, effective_at=in_an_hour())
    ruleset_publish(by=stage.supervisor, ruleset_id=row.pk)
    assert deciding() == 2


def test_a_publication_at_once_leaves_one_for_later_alone(stage: Stage) -> None:
    later = ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage).pk, effective_at=in_an_hour())
    published(stage, 3)
    later.refresh_from_db()
    assert (later.status, deciding()) == ("published", 3)


def test_one_for_later_is_withdrawn_before_its_time(stage: Stage) -> None:
    row = ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage).pk, effective_at=in_an_hour())
    ruleset_withdraw(by=second(stage), ruleset_id=row.pk, note="Wrong week")
    row.refresh_from_db()
    assert row.status == "retired"
    assert row.retired_at < row.effective_at
    assert (deciding(), announced(), steps(row)[-1]) == (1, [], ("withdrawn", "supervisor-2"))


def test_what_decides_is_not_withdrawn(stage: Stage) -> None:
    with pytest.raises(Refused, match="has taken effect"):
        ruleset_withdraw(by=stage.supervisor, ruleset_id=took_effect_unseen(stage, 2).pk)
    with pytest.raises(Refused, match="only a published ruleset"):
        ruleset_withdraw(by=stage.supervisor, ruleset_id=approved(stage, 3).pk)


def test_a_retired_version_comes_back_by_one_person_as_a_new_one(stage: Stage) -> None:
    published(stage)
    original = Ruleset.objects.get(version=1)
    row = ruleset_rollback(by=stage.supervisor, ruleset_id=original.pk, note="Too many police")
    assert (row.version, row.republishes, row.note, deciding()) == (3, original, "Too many police", 3)
    assert (row.author_name, row.approver_name) == (original.author_name, original.approver_name)
    assert row.published_by_name == "supervisor"
    assert row.question_set == original.question_set
    assert rulesets.load(row.pk) == replace(default_table(), version=3)
    assert Ruleset.objects.get(version=2).status == "retired"
    assert announced() == [(2, None), (3, "Hartford default v1")]
    assert steps(row) == [("republished", "supervisor")]


def test_what_comes_back_decides_as_it_did(stage: Stage) -> None:
    first = stage.triage(stage.call(), weapon="UNKNOWN")
    row = Ruleset.objects.get()
    published_again = ruleset_rollback_after_another(stage, row)
    again = stage.triage(stage.call(), weapon="UNKNOWN")
    assert again.ruleset == published_again
    assert (again.rule, again.response, again.data["explanation"]) == (
        first.rule, first.response, first.data["explanation"],
    )  # fmt: skip
    assert decision_data(replay(first)) == first.data


def ruleset_rollback_after_another(stage: Stage, row: Ruleset) -> Ruleset:
    Ruleset.objects.filter(pk=row.pk).update(status="retired", retired_at=in_an_hour())
    return ruleset_rollback(by=stage.supervisor, ruleset_id=row.pk, note="It was better")


def test_a_reason_is_needed_to_bring_one_back(stage: Stage) -> None:
    published(stage)
    with pytest.raises(Refused, match="Say why"):
        ruleset_rollback(by=stage.supervisor, ruleset_id=Ruleset.objects.get(version=1).pk, note="  ")


def test_only_what_was_retired_is_brought_back(stage: Stage) -> None:
    for row in (approved(stage), Ruleset.objects.get(version=1)):
        with pytest.raises(Refused, match="only a retired ruleset can be brought back"):
            ruleset_rollback(by=stage.supervisor, ruleset_id=row.pk, note="Why not")


def test_what_was_withdrawn_before_it_decided_is_copied_not_brought_back(stage: Stage) -> None:
    row = ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage).pk, effective_at=in_an_hour())
    ruleset_withdraw(by=second(stage), ruleset_id=row.pk, note="Dangerous")
    with pytest.raises(Refused, match="withdrawn before it decided anything: copy it"):
        ruleset_rollback(by=stage.supervisor, ruleset_id=row.pk, note="I want it")
    assert deciding() == 1
    assert ruleset_copy(by=stage.supervisor, ruleset_id=row.pk).status == "draft"


def test_what_was_to_decide_later_does_not_outlive_a_version_that_comes_back(stage: Stage) -> None:
    published(stage)
    later = ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage, 3).pk, effective_at=in_an_hour())
    row = ruleset_rollback(by=second(stage), ruleset_id=Ruleset.objects.get(version=1).pk, note="v2 fails")
    later.refresh_from_db()
    assert (later.status, steps(later)[-1]) == ("retired", ("withdrawn", "supervisor-2"))
    assert withdrawn_by(row) == ["Hartford default v3"]


def test_what_breaks_a_demand_of_the_version_in_force_comes_back_only_despite_it(stage: Stage) -> None:
    new = ruleset_import(by=stage.supervisor, ruleset=with_demand())
    ruleset_check(by=stage.supervisor, ruleset_id=new.pk)
    ruleset_approve(by=second(stage), ruleset_id=new.pk)
    ruleset_publish(by=stage.supervisor, ruleset_id=new.pk)
    first = Ruleset.objects.get(version=1)
    with pytest.raises(Refused, match="v1 breaks CALM, which Hartford default v2 demands") as refusal:
        ruleset_rollback(by=stage.supervisor, ruleset_id=first.pk, note="v2 fails")
    assert refusal.value.errors["invariants"] == ["CALM"]
    assert deciding() == 2
    row = ruleset_rollback(by=stage.supervisor, ruleset_id=first.pk, note="v2 fails", despite_invariants=True)
    assert deciding() == row.version
    assert row.steps.get().note.startswith("v2 fails; breaks CALM: ")


def test_a_demand_about_a_question_that_was_not_asked_then_is_broken() -> None:
    dogs = rules.Condition(rules.Match.ALL, (rules.Column("dogs", frozenset({"YES"})),))
    demand = rules.Invariant("DOGS", "Police come where dogs are", dogs, must_send=("POLICE",))
    assert broken_demands(default_table(), (demand,)).keys() == {"DOGS"}


def test_what_no_longer_fits_the_roster_does_not_come_back(stage: Stage) -> None:
    published(stage)
    Team.objects.filter(code="CRT").update(active=False)
    with pytest.raises(Refused, match="no active civilian team CRT"):
        ruleset_rollback(by=stage.supervisor, ruleset_id=Ruleset.objects.get(version=1).pk, note="Why not")
    assert deciding() == 2


def test_a_decision_is_stored_with_the_version_whose_rules_made_it(stage: Stage) -> None:
    took_effect_unseen(stage, 2)
    decision = stage.triage(stage.call(), weapon="IN_HAND")
    assert decision.ruleset.version == 2
    assert decision.data["reasons"][0] == edited().rules[0].title
