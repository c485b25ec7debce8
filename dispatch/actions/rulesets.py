"""The life of a ruleset: imported as a draft, checked, approved by a second person, published; then it never changes.

Invariant 13: a ruleset goes live only after the checks pass and a second person approves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from dispatch import models
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
            name=ruleset.name, version=ruleset.version, author_id=by.user_id, author_name=by.name, note=note
        )
        _write_teams(row, ruleset.teams)
        _write_rules(row, ruleset.rules)
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


def _columns(condition: rules.Condition) -> dict[str, Any]:
    """A condition as its columns."""
    return {
        "match": condition.match.value,
        **{column.question: sorted(column.accepts) for column in condition.columns},
    }


def _write_teams(row: models.Ruleset, teams: Sequence[rules.Team]) -> None:
    models.RulesetTeam.objects.bulk_create(
        models.RulesetTeam(
            ruleset=row,
            position=position,
            code=team.code,
            name=team.name,
            ages=sorted(team.ages),
            **_columns(team.requires),
        )
        for position, team in enumerate(teams)
    )


def _write_rules(row: models.Ruleset, written: Sequence[rules.Rule]) -> None:
    """Level by level, each with one statement: rules, outcomes, options, and what hangs on them."""
    rows = models.Rule.objects.bulk_create(
        models.Rule(ruleset=row, position=position, code=rule.code, title=rule.title, **_columns(rule.when))
        for position, rule in enumerate(written)
    )
    outcomes = [
        (parent, position, outcome)
        for parent, rule in zip(rows, written, strict=True)
        for position, outcome in enumerate(rule.outcomes)
    ]
    outcome_rows = models.RuleOutcome.objects.bulk_create(
        models.RuleOutcome(
            rule=parent,
            position=position,
            tier=outcome.tier,
            priority=outcome.priority,
            keep_asking=list(outcome.keep_asking),
            **_columns(outcome.when),
        )
        for parent, position, outcome in outcomes
    )
    pairs = list(zip(outcome_rows, (outcome for _, _, outcome in outcomes), strict=True))
    _create(_priority_rows(pairs))
    _create(_alternative_rows(pairs))
    options = [
        (parent, position, option) for parent, outcome in pairs for position, option in enumerate(outcome.options)
    ]
    option_rows = models.OutcomeOption.objects.bulk_create(
        models.OutcomeOption(
            outcome=parent, position=position, send=list(option.send), prefer=[code.value for code in option.prefer]
        )
        for parent, position, option in options
    )
    _write_option_lines(list(zip(option_rows, (option for _, _, option in options), strict=True)))


def _create(rows: Iterable[Model]) -> None:
    """Insert rows of one model."""
    made = list(rows)
    if made:
        type(made[0])._default_manager.bulk_create(made)


def _priority_rows(pairs: Sequence[tuple[models.RuleOutcome, rules.Outcome]]) -> Iterable[Model]:
    for parent, outcome in pairs:
        for position, line in enumerate(outcome.priority_when):
            yield models.OutcomePriority(
                outcome=parent, position=position, priority=line.priority, **_columns(line.when)
            )


def _alternative_rows(pairs: Sequence[tuple[models.RuleOutcome, rules.Outcome]]) -> Iterable[Model]:
    for parent, outcome in pairs:
        for position, line in enumerate(outcome.alternatives):
            yield models.OutcomeAlternative(
                outcome=parent,
                position=position,
                kind=line.kind.value,
                callback_min=line.callback_min,
                team=line.team or "",
                wait_min=line.wait_min,
                resources=list(line.resources),
            )


def _write_option_lines(pairs: Sequence[tuple[models.OutcomeOption, rules.Option]]) -> None:
    _create(
        models.OptionAddition(option=parent, position=position, role=line.role, **_columns(line.when))
        for parent, option in pairs
        for position, line in enumerate(option.additions)
    )
    _create(
        models.OptionJoin(
            option=parent,
            position=position,
            team=line.team,
            mode=line.mode.value,
            only_without=line.only_without or "",
            **_columns(line.when),
        )
        for parent, option in pairs
        for position, line in enumerate(option.joins)
    )
    _create(
        models.OptionFollowUp(
            option=parent,
            position=position,
            team=line.team,
            situation=line.situation.value if line.situation else "",
            **_columns(line.when),
        )
        for parent, option in pairs
        for position, line in enumerate(option.follow_ups)
    )
