"""Drafts are copied, edited, checked and approved by somebody who wrote none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction

from dispatch.actions.rulesets import (
    ruleset_approve,
    ruleset_check,
    ruleset_copy,
    ruleset_delete_draft,
    ruleset_import,
    ruleset_publish,
    ruleset_rewrite,
    ruleset_rollback,
    ruleset_withdraw,
)
from dispatch.models import QuestionAnswer, Rule, RuleOutcome, Ruleset, RulesetStep
from dispatch.queries import rulesets
from dispatch.rules import ruleset as rules
from dispatch.rules.ruleset_file import parse_ruleset
from dispatch.rules.ruleset_text import write_ruleset
from hearteam.problems import Conflict, NotAllowed, NotFound, Refused
from partners.access import actor_for
from partners.models import Resource, Team
from tests.actions.ruleset_steps import approved, default_table, draft, edited, in_an_hour, published, second, steps
from tests.stage import Stage


def with_team(code: str) -> rules.Ruleset:
    """The default table where R8 sends another team, which serves adults as CRT does."""
    table = edited()
    *others, calm, protective = table.rules
    options = (rules.Option(send=(code,)), calm.outcomes[0].options[-1])
    sends = replace(calm, outcomes=(replace(calm.outcomes[0], options=options, alternatives=()),))
    teams = (*table.teams, replace(table.team("CRT"), code=code))
    return replace(table, teams=teams, rules=(*others, sends, protective))


def test_a_copy_of_a_published_version_is_the_next_draft(stage: Stage) -> None:
    original = Ruleset.objects.get()
    copy = ruleset_copy(by=stage.supervisor, ruleset_id=original.pk)
    assert (copy.version, copy.status, copy.copied_from, copy.author_name) == (2, "draft", original, "supervisor")
    assert rulesets.load(copy.pk) == replace(default_table(), version=2)
    assert copy.question_set == original.question_set
    assert steps(copy) == [("copied", "supervisor")]


def test_the_number_of_a_deleted_draft_is_not_used_again(stage: Stage) -> None:
    original = Ruleset.objects.get()
    ruleset_delete_draft(by=stage.supervisor, ruleset_id=ruleset_copy(by=stage.supervisor, ruleset_id=original.pk).pk)
    assert ruleset_copy(by=stage.supervisor, ruleset_id=original.pk).version == 3
    assert list(RulesetStep.objects.filter(version=2).values_list("step", flat=True)) == ["copied", "deleted"]


def test_a_draft_that_was_copied_stays(stage: Stage) -> None:
    row = draft(stage)
    ruleset_copy(by=stage.supervisor, ruleset_id=row.pk)
    with pytest.raises(Refused, match="is a copy of"):
        ruleset_delete_draft(by=stage.supervisor, ruleset_id=row.pk)


def test_editing_replaces_everything_and_takes_check_and_approval_back(stage: Stage) -> None:
    row = approved(stage)
    asked = replace(edited().questions[0], hint="Ask twice.")
    other = replace(default_table(), version=2, questions=(asked, *edited().questions[1:]))
    ruleset_rewrite(by=stage.supervisor, ruleset_id=row.pk, ruleset=other, seen_at=row.changed_at)
    row.refresh_from_db()
    assert (row.status, row.report, row.checked_at, row.approver_name) == ("draft", None, None, "")
    assert rulesets.load(row.pk) == other
    assert Rule.objects.filter(ruleset=row).count() == len(other.rules)
    assert row.question_set != Ruleset.objects.get(version=1).question_set


def test_whoever_saw_an_older_draft_does_not_overwrite_the_newer(stage: Stage) -> None:
    row = draft(stage)
    newer = ruleset_rewrite(by=second(stage), ruleset_id=row.pk, ruleset=edited(), seen_at=row.changed_at)
    with pytest.raises(Conflict, match="Somebody else changed"):
        ruleset_rewrite(by=stage.supervisor, ruleset_id=row.pk, ruleset=edited(), seen_at=row.changed_at)
    ruleset_rewrite(by=stage.supervisor, ruleset_id=row.pk, ruleset=edited(), seen_at=newer.changed_at)


def test_a_draft_keeps_its_name_and_version(stage: Stage) -> None:
    row = draft(stage)
    with pytest.raises(Refused, match="This is Hartford default v2"):
        ruleset_rewrite(by=stage.supervisor, ruleset_id=row.pk, ruleset=edited(3))


def test_what_was_published_is_neither_edited_checked_nor_deleted(stage: Stage) -> None:
    row = Ruleset.objects.get()
    for step in (ruleset_check, ruleset_delete_draft):
        with pytest.raises(Refused, match="copy it to edit"):
            step(by=stage.supervisor, ruleset_id=row.pk)
    with pytest.raises(Refused, match="copy it to edit"):
        ruleset_rewrite(by=stage.supervisor, ruleset_id=row.pk, ruleset=default_table())


def test_what_does_not_exist_is_not_found(stage: Stage) -> None:
    for step in (ruleset_copy, ruleset_check, ruleset_approve, ruleset_publish, ruleset_withdraw, ruleset_delete_draft):
        with pytest.raises(NotFound):
            step(by=stage.supervisor, ruleset_id=10**12)
    with pytest.raises(NotFound):
        ruleset_rollback(by=stage.supervisor, ruleset_id=10**12, note="Why not")


def test_the_report_of_a_check_is_kept(stage: Stage) -> None:
    row = ruleset_check(by=stage.supervisor, ruleset_id=draft(stage).pk)
    row.refresh_from_db()
    assert row.report["passed"] is True
    assert row.report["decisions"] == 829_440
    assert row.report["failures"] == []


def test_the_report_of_a_failed_check_is_kept_with_its_counterexample(stage: Stage) -> None:
    default = edited()
    alone = rules.Outcome(tier=4, priority=3, options=(rules.Option(send=("CRT",)), rules.Option(send=("POLICE",))))
    unsafe = replace(default, rules=(rules.Rule("R0", "Always CRT", rules.ALWAYS, (alone,)), *default.rules))
    row = ruleset_import(by=stage.supervisor, ruleset=unsafe)
    with pytest.raises(Refused, match="is not safe"):
        ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    row.refresh_from_db()
    assert row.report["passed"] is False
    assert row.report["violations"][0]["answers"].keys() == {question.field for question in default.questions}
    assert row.report["failures"]
    assert steps(row)[-1] == ("failed", "supervisor")


def test_a_team_the_roster_does_not_have_is_refused_with_the_rule_that_names_it(stage: Stage) -> None:
    with pytest.raises(Refused) as refusal:
        ruleset_import(by=stage.supervisor, ruleset=with_team("NIGHTCARE"))
    assert refusal.value.errors == {"ruleset": ["there is no active civilian team NIGHTCARE in the roster (R8)"]}
    assert Ruleset.objects.count() == 1


def test_a_public_safety_service_of_the_roster_is_no_team_of_a_ruleset(stage: Stage) -> None:
    with pytest.raises(Refused) as refusal:
        ruleset_import(by=stage.supervisor, ruleset=with_team("HPD"))
    assert "HPD" in refusal.value.errors["ruleset"][0]


@pytest.mark.parametrize("step", [ruleset_approve, ruleset_publish])
def test_a_team_that_left_the_roster_meanwhile_stops_the_next_step(stage: Stage, step: Callable[..., Ruleset]) -> None:
    row = draft(stage)
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    if step is ruleset_publish:
        ruleset_approve(by=second(stage), ruleset_id=row.pk)
    Team.objects.filter(code="WHEELER").update(active=False)
    with pytest.raises(Refused, match="no active civilian team WHEELER"):
        step(by=second(stage), ruleset_id=row.pk)


def test_other_ages_than_the_rosters_are_pointed_out(stage: Stage) -> None:
    Resource.objects.all().delete()
    Team.objects.filter(code="CRT").update(ages=["ADULT", "CHILD_3_17"])
    row = ruleset_check(by=stage.supervisor, ruleset_id=draft(stage).pk)
    assert "CRT serves ADULT by this ruleset, ADULT, CHILD_3_17 by the roster" in row.report["warnings"]
    assert any("no resource" in line for line in row.report["warnings"])


def test_rows_written_past_the_program_are_not_what_was_checked(stage: Stage) -> None:
    row = approved(stage)
    Rule.objects.filter(ruleset=row, code="R8").update(title="Something else")
    with pytest.raises(Refused, match="is not what was checked"):
        ruleset_publish(by=stage.supervisor, ruleset_id=row.pk)


def test_who_edited_a_draft_cannot_approve_it(stage: Stage) -> None:
    row = draft(stage)
    ruleset_rewrite(by=second(stage), ruleset_id=row.pk, ruleset=edited())
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    with pytest.raises(Refused, match="You wrote Hartford default v2: a second person"):
        ruleset_approve(by=second(stage), ruleset_id=row.pk)


def test_a_copy_of_ones_own_draft_is_ones_own(stage: Stage) -> None:
    copy = ruleset_copy(by=second(stage), ruleset_id=draft(stage).pk)
    ruleset_check(by=second(stage), ruleset_id=copy.pk)
    with pytest.raises(Refused, match="You wrote Hartford default v2, of which Hartford default v3 is a copy"):
        ruleset_approve(by=stage.supervisor, ruleset_id=copy.pk)


def test_a_copy_stays_its_writers_own_whatever_becomes_of_the_draft(stage: Stage) -> None:
    row = ruleset_import(by=second(stage), ruleset=edited())
    copy = ruleset_copy(by=stage.supervisor, ruleset_id=ruleset_copy(by=stage.supervisor, ruleset_id=row.pk).pk)
    for step, by in ((ruleset_check, second(stage)), (ruleset_approve, stage.supervisor)):
        step(by=by, ruleset_id=row.pk)
    ruleset_publish(by=second(stage), ruleset_id=row.pk)
    ruleset_check(by=stage.supervisor, ruleset_id=copy.pk)
    with pytest.raises(Refused, match="You wrote Hartford default v3, of which Hartford default v4 is a copy"):
        ruleset_approve(by=second(stage), ruleset_id=copy.pk)


def test_what_was_checked_again_unseen_is_neither_approved_nor_published(stage: Stage) -> None:
    row = draft(stage)
    seen = ruleset_check(by=stage.supervisor, ruleset_id=row.pk).report["digest"]
    ruleset_rewrite(by=stage.supervisor, ruleset_id=row.pk, ruleset=replace(edited(), cases=()))
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    with pytest.raises(Conflict, match="look at it again"):
        ruleset_approve(by=second(stage), ruleset_id=row.pk, seen_digest=seen)
    ruleset_approve(by=second(stage), ruleset_id=row.pk)
    with pytest.raises(Conflict, match="look at it again"):
        ruleset_publish(by=stage.supervisor, ruleset_id=row.pk, seen_digest=seen)


@pytest.mark.parametrize("step", [ruleset_approve, ruleset_publish])
def test_what_was_compared_with_a_ruleset_that_decides_no_more_is_checked_again(
    stage: Stage, step: Callable[..., Ruleset]
) -> None:
    row = draft(stage)
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    if step is ruleset_publish:
        ruleset_approve(by=second(stage), ruleset_id=row.pk)
    published(stage, 3)
    with pytest.raises(Refused, match="v3 took effect after Hartford default v2 was checked: check and try it again"):
        step(by=second(stage), ruleset_id=row.pk)


def test_a_version_leaves_room_for_its_copies(stage: Stage) -> None:
    with pytest.raises(Refused, match="at most 99,999,999"):
        ruleset_import(by=stage.supervisor, ruleset=edited(100_000_000))
    copy = ruleset_copy(by=stage.supervisor, ruleset_id=draft(stage, 99_999_999).pk)
    assert parse_ruleset(write_ruleset(rulesets.load(copy.pk))).version == 100_000_000


def test_the_author_of_what_two_people_published_may_approve_the_next(stage: Stage) -> None:
    copy = ruleset_copy(by=second(stage), ruleset_id=published(stage).pk)
    ruleset_check(by=second(stage), ruleset_id=copy.pk)
    assert ruleset_approve(by=stage.supervisor, ruleset_id=copy.pk).status == "approved"


def test_an_author_who_was_renamed_cannot_approve(stage: Stage) -> None:
    row = draft(stage)
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    User.objects.filter(pk=stage.cast.supervisor.pk).update(username="somebody-else")
    with pytest.raises(Refused, match="You wrote"):
        ruleset_approve(by=actor_for(User.objects.get(username="somebody-else")), ruleset_id=row.pk)


def test_the_database_knows_author_and_approver_for_two_users(stage: Stage) -> None:
    row = draft(stage)
    with pytest.raises(IntegrityError, match="ruleset_approver_is_another_user"), transaction.atomic():
        Ruleset.objects.filter(pk=row.pk).update(
            status="approved", approver_name="a new name", approver=stage.cast.supervisor
        )


def test_nobody_approves_before_looking_at_what_changes(stage: Stage) -> None:
    stage.triaged_call()
    row = draft(stage)
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    with pytest.raises(Refused, match=r"(?i)what.if"):
        ruleset_approve(by=second(stage), ruleset_id=row.pk)


def test_the_database_lets_nothing_decide_that_was_not_checked_and_approved(stage: Stage) -> None:
    row = draft(stage)
    with pytest.raises(IntegrityError, match="ruleset_live_only_when_checked"), transaction.atomic():
        Ruleset.objects.filter(pk=row.pk).update(status="published", approver_name="x", effective_at=in_an_hour())


def test_no_row_of_a_draft_is_moved_into_a_published_ruleset(stage: Stage) -> None:
    row, decides = draft(stage), Ruleset.objects.get(version=1)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Rule.objects.filter(ruleset=row, code="R8").update(ruleset=decides, position=99, code="R99")
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        RuleOutcome.objects.filter(rule__ruleset=row).update(rule=decides.rules.first())


def test_no_question_or_answer_is_added_to_what_a_published_ruleset_asks(stage: Stage) -> None:
    question = Ruleset.objects.get().question_set.questions.get(field="weapon")
    fine = {"position": 9, "code": "FINE", "label": "Fine", "key": "Z", "danger": 0, "clear": True, "phrase": "fine"}
    with pytest.raises(DatabaseError, match="a new wording is a new version"), transaction.atomic():
        QuestionAnswer.objects.create(question=question, **fine)
    question.pk, question.field = None, "dogs"
    with pytest.raises(DatabaseError, match="a new wording is a new version"), transaction.atomic():
        question.save()


def test_steps_are_kept_as_they_were_taken(stage: Stage) -> None:
    row = published(stage)
    assert steps(row) == [
        ("imported", "supervisor"),
        ("checked", "supervisor"),
        ("approved", "supervisor-2"),
        ("published", "supervisor"),
    ]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.steps.update(by_name="somebody else")


def test_a_note_that_is_too_long_to_be_kept_is_refused(stage: Stage) -> None:
    with pytest.raises(Refused, match="at most 200"):
        ruleset_import(by=stage.supervisor, ruleset=edited(), note="x" * 201)
    assert Ruleset.objects.count() == 1


STEPS: dict[str, Callable[..., object]] = {
    "import": lambda by, row: ruleset_import(by=by, ruleset=edited()),
    "copy": lambda by, row: ruleset_copy(by=by, ruleset_id=row.pk),
    "rewrite": lambda by, row: ruleset_rewrite(by=by, ruleset_id=row.pk, ruleset=edited()),
    "check": lambda by, row: ruleset_check(by=by, ruleset_id=row.pk),
    "approve": lambda by, row: ruleset_approve(by=by, ruleset_id=row.pk),
    "publish": lambda by, row: ruleset_publish(by=by, ruleset_id=row.pk),
    "withdraw": lambda by, row: ruleset_withdraw(by=by, ruleset_id=row.pk),
    "rollback": lambda by, row: ruleset_rollback(by=by, ruleset_id=row.pk, note="Why not"),
    "delete": lambda by, row: ruleset_delete_draft(by=by, ruleset_id=row.pk),
}
NOT_SUPERVISORS = ("calltaker", "dispatcher", "auditor", "officer", "clinical_lead", "crt1_clinician", "stranger")


@pytest.mark.parametrize("who", NOT_SUPERVISORS)
def test_no_step_is_anybodys_but_a_supervisors(stage: Stage, who: str) -> None:
    row = draft(stage)
    for step in STEPS.values():
        with pytest.raises(NotAllowed):
            step(stage.cast.actor(who), row)
    assert steps(row) == [("imported", "supervisor")]
