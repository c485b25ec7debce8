"""Rulesets read back from their rows as what `dispatch.rules` evaluates."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import BigIntegerField, Max, Prefetch, QuerySet
from django.db.models.functions import Now

from dispatch import models
from dispatch.models.rulesets import QUESTIONS
from dispatch.rules import ruleset as rules
from dispatch.rules.column_order import in_question_order
from hearteam.prepared import Parameter, Prepared
from hearteam.problems import NotFound

MOST_DIGITS = 9
IMMUTABLE = (models.Ruleset.Status.PUBLISHED, models.Ruleset.Status.RETIRED)


def current() -> tuple[models.Ruleset, rules.Ruleset]:
    """The ruleset that decides: its row, and its rules. One statement once its rules are known to this process.

    Raises ImproperlyConfigured while none was ever published (`load_reference` publishes the default).
    """
    row = _in_effect.first()
    if row is None:
        raise ImproperlyConfigured("No ruleset is published: run load_reference, or publish one.")
    return row, _published(row.pk, row.name, row.version)


def in_effect() -> QuerySet[models.Ruleset]:
    """Published rulesets whose time has come, the one that decides first; those after it are about to be retired.

    The database's clock says whether: one host's clock behind another's must not leave a moment without a ruleset.
    """
    published = models.Ruleset.objects.filter(status=models.Ruleset.Status.PUBLISHED, effective_at__lte=Now())
    return published.order_by("-effective_at")


_in_effect = Prepared(lambda: in_effect()[:1])


def database_now() -> datetime:
    """The time by the clock that `in_effect` goes by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def named(text: str) -> models.Ruleset:
    """The stored version meant by "current", an id, "NAME vN" or "NAME" (its newest version). Raises NotFound."""
    rows = models.Ruleset.objects.all()
    name, _, version = text.rpartition(" v")
    if text == "current":
        row = in_effect().first()
    elif text.isascii() and text.isdigit():
        row = rows.filter(pk=int(text)).first() if len(text) <= MOST_DIGITS else None
    elif name and version.isascii() and version.isdigit() and len(version) <= MOST_DIGITS:
        row = rows.filter(name=name, version=int(version)).first()
    else:
        row = rows.filter(name=text).order_by("-version").first()
    if row is None:
        raise NotFound(f"There is no ruleset {text}.")
    return row


def next_version(name: str) -> int:
    """The first number above every version of that name, also of those that were deleted."""
    kept = models.Ruleset.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    deleted = models.RulesetStep.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    return max(kept, deleted) + 1


def load(ruleset_id: int) -> rules.Ruleset:
    """The rules of any version, published or not. Raises NotFound."""
    row = _by_id.first(id=ruleset_id)
    if row is None:
        raise NotFound("There is no such ruleset.")
    return of(row)


_by_id = Prepared(lambda: models.Ruleset.objects.filter(pk=Parameter("id", BigIntegerField())))


def of(row: models.Ruleset) -> rules.Ruleset:
    """The rules of this version, published or not."""
    return _published(row.pk, row.name, row.version) if row.status in IMMUTABLE else read(row.pk)


@lru_cache(maxsize=32)
def _published(pk: int, name: str, version: int) -> rules.Ruleset:
    """Kept for good: rows of a published version never change (a trigger refuses it)."""
    return read(pk)


def read(pk: int) -> rules.Ruleset:
    """Build the rules from the rows: one statement a table, however many rows."""
    row = models.Ruleset.objects.prefetch_related(
        "teams", "invariants", "cases", Prefetch("rules", queryset=_rules())
    ).get(pk=pk)
    ruleset = rules.Ruleset(
        name=row.name,
        version=row.version,
        questions=questions(row.question_set_id),
        teams=tuple(
            rules.Team(team.code, team.name, frozenset(team.ages), _condition(team)) for team in row.teams.all()
        ),
        rules=tuple(_rule(rule) for rule in row.rules.all()),
        invariants=tuple(_invariant(line) for line in row.invariants.all()),
        cases=tuple(_case(line) for line in row.cases.all()),
    )
    return in_question_order(ruleset)


@lru_cache(maxsize=32)
def questions(question_set_id: int) -> tuple[rules.Question, ...]:
    """A version of the triage questions; kept for good, its rows never change."""
    rows = models.TriageQuestion.objects.filter(question_set_id=question_set_id).prefetch_related("answers")
    return tuple(
        rules.Question(
            field=row.field,
            label=row.label,
            ask_en=row.ask_en,
            ask_es=row.ask_es,
            hint=row.hint,
            answers=tuple(
                rules.Answer(one.code, one.label, one.key, one.danger, one.clear, one.phrase)
                for one in row.answers.all()
            ),
            not_asked=row.not_asked,
            safety=row.safety,
            ordered=row.ordered,
            of_caller=row.of_caller,
        )
        for row in rows
    )


def _invariant(row: models.RulesetInvariant) -> rules.Invariant:
    return rules.Invariant(
        code=row.code,
        title=row.title,
        when=_condition(row),
        must_send=tuple(row.must_send),
        never_send=tuple(row.never_send),
        never_join=tuple(row.never_join),
        tier_at_most=row.tier_at_most,
    )


def _case(row: models.RulesetCase) -> rules.GoldenCase:
    return rules.GoldenCase(
        name=row.name,
        answers=dict(row.answers),
        tier=row.tier,
        response=tuple(row.response),
        available=None if row.available is None else tuple(row.available),
        extra_roles=tuple(row.extra_roles),
        situation=rules.Situation(row.situation) if row.situation else None,
        rule=row.rule or None,
        priority=row.priority,
        joins=None if row.joins is None else tuple(row.joins),
    )


def _rules() -> QuerySet[models.Rule]:
    options = models.OutcomeOption.objects.prefetch_related("additions", "joins", "follow_ups")
    outcomes = models.RuleOutcome.objects.prefetch_related(
        "priorities", "alternatives", Prefetch("options", queryset=options)
    )
    return models.Rule.objects.prefetch_related(Prefetch("outcomes", queryset=outcomes))


def _condition(row: models.rulesets.Condition) -> rules.Condition:
    """The columns; an empty one accepts any answer: left out."""
    accepted = [*((field, getattr(row, field)) for field in QUESTIONS), *row.more.items()]
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
