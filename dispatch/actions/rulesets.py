"""The life of a ruleset: imported as a draft, checked, approved by a second person, published; then it never changes.

Invariant 13: a ruleset goes live only after the checks pass and a second person approves.
"""

from __future__ import annotations

from django.utils import timezone

from dispatch import models
from dispatch.actions.ruleset_rows import question_set_for, write_rows
from dispatch.actions.transaction import action
from dispatch.queries import rulesets
from dispatch.queries.access import require
from dispatch.rules import ruleset as rules
from dispatch.rules.structure import Problem, structure_problems
from dispatch.rules.verify import verify_ruleset
from hearteam.events.types import RulesetPublished
from hearteam.problems import Conflict, NotFound, Refused
from partners.access import Actor, Permission

Status = models.Ruleset.Status


def ruleset_import(*, by: Actor, ruleset: rules.Ruleset, note: str = "") -> models.Ruleset:
    """Store a ruleset as a draft. Raises Conflict when its name and version exist, Refused when its shape is wrong."""
    require(by, Permission.RULESET_CHANGE, "change rulesets")
    wrong = structure_problems(ruleset)
    if wrong:
        raise Refused("The ruleset cannot be read.", errors={"ruleset": [_sentence(problem) for problem in wrong]})
    with action(by):
        if models.Ruleset.objects.filter(name=ruleset.name, version=ruleset.version).exists():
            raise Conflict(f"{ruleset.name} v{ruleset.version} exists: give the new one a higher version.")
        row = models.Ruleset.objects.create(
            name=ruleset.name,
            version=ruleset.version,
            question_set=question_set_for(by.name, ruleset.questions),
            author_id=by.user_id,
            author_name=by.name,
            changed_at=timezone.now(),
            note=note,
        )
        write_rows(row, ruleset)
    return row


def ruleset_check(*, by: Actor, ruleset_id: int) -> models.Ruleset:
    """Prove invariants 1-8 over every answer set and availability, and remember when.

    Raises Refused with the counterexamples; the ruleset is a draft again then.
    """
    require(by, Permission.RULESET_CHANGE, "check rulesets")
    row = _row(ruleset_id)
    if row.status in rulesets.IMMUTABLE:
        raise Refused(f"{row} was published and is proven.")
    ruleset = rulesets.read(row.pk)
    failures = _failures(ruleset)
    with action(by):
        row = _row(ruleset_id, lock=True)
        if rulesets.read(row.pk) != ruleset:
            raise Conflict(f"{row} was changed while it was checked: check it again.")
        row.status = Status.DRAFT if failures else Status.CHECKED
        row.checked_at = None if failures else timezone.now()
        row.approver, row.approver_name, row.approved_at = None, "", None
        row.save()
    if failures:
        raise Refused(f"{row} is not safe: {failures[0]}", errors={"ruleset": failures})
    return row


def ruleset_approve(*, by: Actor, ruleset_id: int) -> models.Ruleset:
    """A second person agrees. Raises Refused to the author, and while the checks have not passed."""
    require(by, Permission.RULESET_CHANGE, "approve rulesets")
    with action(by):
        row = _row(ruleset_id, lock=True)
        if row.status != Status.CHECKED:
            raise Refused(f"{row} is {row.get_status_display().lower()}: only a checked ruleset can be approved.")
        if by.name == row.author_name or (by.user_id is not None and by.user_id == row.author_id):
            raise Refused(f"You wrote {row}: a second person approves it.")
        row.status = Status.APPROVED
        row.approver_id, row.approver_name, row.approved_at = by.user_id, by.name, timezone.now()
        row.save()
    return row


def ruleset_publish(*, by: Actor, ruleset_id: int) -> models.Ruleset:
    """Make an approved ruleset the one that decides; the one before is retired. Raises Refused when not approved."""
    require(by, Permission.RULESET_CHANGE, "publish rulesets")
    with action(by) as work:
        row = _row(ruleset_id, lock=True)
        if row.status != Status.APPROVED:
            raise Refused(f"{row} is {row.get_status_display().lower()}: only an approved ruleset can be published.")
        now = timezone.now()
        for previous in models.Ruleset.objects.select_for_update(no_key=True).filter(status=Status.PUBLISHED):
            previous.status, previous.retired_at = Status.RETIRED, now
            previous.save(update_fields=["status", "retired_at"])
        row.status, row.published_at, row.effective_at = Status.PUBLISHED, now, now
        row.save()
        work.emit(RulesetPublished(name=row.name, version=row.version))
    return row


def _row(ruleset_id: int, *, lock: bool = False) -> models.Ruleset:
    rows = models.Ruleset.objects.select_for_update(no_key=True) if lock else models.Ruleset.objects.all()
    row = rows.filter(pk=ruleset_id).first()
    if row is None:
        raise NotFound("There is no such ruleset.")
    return row


def _sentence(problem: Problem) -> str:
    return f"{problem.rule}: {problem.reason}" if problem.rule else problem.reason


def _failures(ruleset: rules.Ruleset) -> list[str]:
    report = verify_ruleset(ruleset)
    unsafe = [f"invariant {violation.invariant}: {violation.text}" for violation in report.violations]
    return [*(_sentence(problem) for problem in report.problems), *unsafe]
