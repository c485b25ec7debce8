"""Rulesets read back from their rows as what `dispatch.rules` evaluates."""

from __future__ import annotations

from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Prefetch, QuerySet

from dispatch import models
from dispatch.rules import ruleset as rules
from dispatch.rules.questions import QUESTIONS
from hearteam.problems import NotFound

IMMUTABLE = (models.Ruleset.Status.PUBLISHED, models.Ruleset.Status.RETIRED)


def current() -> tuple[models.Ruleset, rules.Ruleset]:
    """The published ruleset: its row, and its rules. One statement once its rules are known to this process.

    Raises ImproperlyConfigured while none was ever published (`load_reference` publishes the default).
    """
    row = models.Ruleset.objects.filter(status=models.Ruleset.Status.PUBLISHED).first()
    if row is None:
        raise ImproperlyConfigured("No ruleset is published: run load_reference, or publish one.")
    return row, _published(row.pk, row.name, row.version)


def load(ruleset_id: int) -> rules.Ruleset:
    """The rules of any version, published or not. Raises NotFound."""
    row = models.Ruleset.objects.filter(pk=ruleset_id).first()
    if row is None:
        raise NotFound("There is no such ruleset.")
    return _published(row.pk, row.name, row.version) if row.status in IMMUTABLE else read(row.pk)


@lru_cache(maxsize=32)
def _published(pk: int, name: str, version: int) -> rules.Ruleset:
    """Kept for good: rows of a published version never change (a trigger refuses it)."""
    return read(pk)


def read(pk: int) -> rules.Ruleset:
    """Build the rules from the rows: one statement a table, however many rows."""
    row = models.Ruleset.objects.prefetch_related("teams", Prefetch("rules", queryset=_rules())).get(pk=pk)
    return rules.Ruleset(
        name=row.name,
        version=row.version,
        questions=QUESTIONS,
        teams=tuple(
            rules.Team(team.code, team.name, frozenset(team.ages), _condition(team)) for team in row.teams.all()
        ),
        rules=tuple(_rule(rule) for rule in row.rules.all()),
    )


def _rules() -> QuerySet[models.Rule]:
    options = models.OutcomeOption.objects.prefetch_related("additions", "joins", "follow_ups")
    outcomes = models.RuleOutcome.objects.prefetch_related(
        "priorities", "alternatives", Prefetch("options", queryset=options)
    )
    return models.Rule.objects.prefetch_related(Prefetch("outcomes", queryset=outcomes))


def _condition(row: models.rulesets.Condition) -> rules.Condition:
    """Columns in the order of the questions; an empty one accepts any answer and is left out."""
    accepted = ((question.field, getattr(row, question.field)) for question in QUESTIONS)
    columns = tuple(rules.Column(field, frozenset(codes)) for field, codes in accepted if codes)
    return rules.Condition(rules.Match(row.match), columns) if columns else rules.ALWAYS


def _rule(row: models.Rule) -> rules.Rule:
    return rules.Rule(row.code, row.title, _condition(row), tuple(_outcome(outcome) for outcome in row.outcomes.all()))


def _outcome(row: models.RuleOutcome) -> rules.Outcome:
    return rules.Outcome(
        tier=row.tier,
        priority=row.priority,
        options=tuple(_option(option) for option in row.options.all()),
        when=_condition(row),
        priority_when=tuple(rules.PriorityWhen(line.priority, _condition(line)) for line in row.priorities.all()),
        alternatives=tuple(_alternative(line) for line in row.alternatives.all()),
        keep_asking=tuple(row.keep_asking),
    )


def _option(row: models.OutcomeOption) -> rules.Option:
    return rules.Option(
        send=tuple(row.send),
        additions=tuple(rules.Addition(line.role, _condition(line)) for line in row.additions.all()),
        joins=tuple(
            rules.Join(line.team, rules.JoinMode(line.mode), _condition(line), line.only_without or None)
            for line in row.joins.all()
        ),
        follow_ups=tuple(
            rules.FollowUp(line.team, _condition(line), rules.Situation(line.situation) if line.situation else None)
            for line in row.follow_ups.all()
        ),
        prefer=tuple(rules.Preference(code) for code in row.prefer),
    )


def _alternative(row: models.OutcomeAlternative) -> rules.Alternative:
    return rules.Alternative(
        kind=rules.AlternativeKind(row.kind),
        callback_min=row.callback_min,
        team=row.team or None,
        wait_min=row.wait_min,
        resources=tuple(row.resources),
    )
