"""Writes a ruleset's rows: one statement a table, however many rows. Part of the actions of `rulesets`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max, Model

from dispatch import models
from dispatch.models.rulesets import QUESTIONS
from dispatch.rules import ruleset as rules
from dispatch.rules.questions import questions_digest


def write_rows(row: models.Ruleset, ruleset: rules.Ruleset) -> None:
    """Write teams, rules, the city's invariants and the golden cases of a draft that has none yet."""
    _write_teams(row, ruleset.teams)
    _write_rules(row, ruleset.rules)
    _write_invariants(row, ruleset.invariants)
    _write_cases(row, ruleset.cases)


def clear_rows(row: models.Ruleset) -> None:
    """Take away everything `write_rows` wrote."""
    for rows in (row.rules, row.teams, row.invariants, row.cases):
        rows.all().delete()


def _columns(condition: rules.Condition) -> dict[str, Any]:
    """A condition as its columns."""
    accepted = {column.question: sorted(column.accepts) for column in condition.columns}
    return {
        "match": condition.match.value,
        **{field: codes for field, codes in accepted.items() if field in QUESTIONS},
        "more": {field: codes for field, codes in accepted.items() if field not in QUESTIONS},
    }


def question_set_for(author_name: str, questions: tuple[rules.Question, ...]) -> models.QuestionSet:
    """The set that holds exactly these questions; a new version where there is none."""
    digest = questions_digest(questions)
    # Two imports at once must not both make the next version.
    models.QuestionSet.objects.select_for_update(no_key=True).order_by("version").first()
    known = models.QuestionSet.objects.filter(digest=digest).first()
    if known is not None:
        return known
    last = models.QuestionSet.objects.aggregate(last=Max("version"))["last"] or 0
    made = models.QuestionSet.objects.create(version=last + 1, digest=digest, author_name=author_name)
    rows = models.TriageQuestion.objects.bulk_create(
        models.TriageQuestion(
            question_set=made,
            position=position,
            **{name: getattr(question, name) for name in _QUESTION_FIELDS},
        )
        for position, question in enumerate(questions)
    )
    models.QuestionAnswer.objects.bulk_create(
        models.QuestionAnswer(question=row, position=rank, **{name: getattr(answer, name) for name in _ANSWER_FIELDS})
        for row, question in zip(rows, questions, strict=True)
        for rank, answer in enumerate(question.answers)
    )
    return made


_QUESTION_FIELDS = ("field", "label", "ask_en", "ask_es", "hint", "not_asked", "safety", "ordered", "of_caller")
_ANSWER_FIELDS = ("code", "label", "key", "danger", "clear", "phrase")


def _write_invariants(row: models.Ruleset, invariants: Sequence[rules.Invariant]) -> None:
    models.RulesetInvariant.objects.bulk_create(
        models.RulesetInvariant(
            ruleset=row,
            position=position,
            code=line.code,
            title=line.title,
            must_send=list(line.must_send),
            never_send=list(line.never_send),
            never_join=list(line.never_join),
            tier_at_most=line.tier_at_most,
            **_columns(line.when),
        )
        for position, line in enumerate(invariants)
    )


def _write_cases(row: models.Ruleset, cases: Sequence[rules.GoldenCase]) -> None:
    models.RulesetCase.objects.bulk_create(
        models.RulesetCase(
            ruleset=row,
            position=position,
            name=case.name,
            answers=dict(case.answers),
            available=None if case.available is None else list(case.available),
            extra_roles=list(case.extra_roles),
            situation=case.situation.value if case.situation else "",
            tier=case.tier,
            response=list(case.response),
            rule=case.rule or "",
            priority=case.priority,
            joins=None if case.joins is None else list(case.joins),
        )
        for position, case in enumerate(cases)
    )


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
