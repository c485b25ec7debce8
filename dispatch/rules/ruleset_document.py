"""A ruleset as nested names, lists and texts in the shape of its file. `ruleset_text` writes it, `difference` compares.

A field that is left out stands for its default, so that two rulesets are the same exactly when their documents are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from dispatch.rules.ruleset import (
    Addition,
    Alternative,
    Answer,
    Condition,
    FollowUp,
    GoldenCase,
    Invariant,
    Join,
    Option,
    Outcome,
    Question,
    Rule,
    Ruleset,
    Team,
)

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value]"
Document: TypeAlias = "dict[str, Value]"

FORMAT: Final = 1


def document(ruleset: Ruleset) -> Document:
    """The whole ruleset. Answers stand in the order of their question, columns in the order of the questions."""
    order = {question.field: question.codes for question in ruleset.questions}
    return _filled(
        format=FORMAT,
        name=ruleset.name,
        version=ruleset.version,
        teams={team.code: _team(team, order) for team in ruleset.teams},
        rules=[_rule(rule, order) for rule in ruleset.rules],
        invariants=[_invariant(row, order) for row in ruleset.invariants],
        cases=[_case(case, order) for case in ruleset.cases],
        questions=[_question(question) for question in ruleset.questions],
    )


_Order: TypeAlias = Mapping[str, tuple[str, ...]]


def _filled(**fields: Value | None) -> Document:
    """The fields that say something: without None, and without lists and mappings of nothing."""
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}


def _listed(texts: Iterable[str]) -> list[Value]:
    return list(texts)


def _in_order(accepts: frozenset[str], codes: tuple[str, ...]) -> list[Value]:
    return [*(code for code in codes if code in accepts), *sorted(accepts.difference(codes))]


def _condition(condition: Condition, order: _Order) -> Document | None:
    if not condition.columns:
        return None
    accepts = {column.question: column.accepts for column in condition.columns}
    fields = [*(field for field in order if field in accepts), *sorted(accepts.keys() - order.keys())]
    columns: Document = {field: _in_order(accepts[field], order.get(field, ())) for field in fields}
    return {condition.match.value.lower(): columns}


def _team(team: Team, order: _Order) -> Document:
    ages = _in_order(team.ages, order.get("age", ()))
    return {"name": team.name, "ages": ages, **_filled(requires=_condition(team.requires, order))}


def _rule(rule: Rule, order: _Order) -> Document:
    outcomes: list[Value] = [_outcome(outcome, order) for outcome in rule.outcomes]
    return {"code": rule.code, "title": rule.title, **_filled(when=_condition(rule.when, order)), "outcomes": outcomes}


def _outcome(outcome: Outcome, order: _Order) -> Document:
    return _filled(
        tier=outcome.tier,
        when=_condition(outcome.when, order),
        priority=outcome.priority,
        priority_when=[
            _filled(priority=row.priority, when=_condition(row.when, order)) for row in outcome.priority_when
        ],
        keep_asking=_listed(outcome.keep_asking),
        options=[_option(option, order) for option in outcome.options],
        alternatives=[_alternative(row) for row in outcome.alternatives],
    )


def _option(option: Option, order: _Order) -> Document:
    more = _filled(
        prefer=_listed(code.value for code in option.prefer),
        add=[_addition(row, order) for row in option.additions],
        joins=[_join(row, order) for row in option.joins],
        follow_ups=[_follow_up(row, order) for row in option.follow_ups],
    )
    return {"send": _listed(option.send), **more}


def _addition(row: Addition, order: _Order) -> Document:
    return _filled(role=row.role, when=_condition(row.when, order))


def _join(row: Join, order: _Order) -> Document:
    when = _condition(row.when, order)
    return _filled(team=row.team, mode=row.mode.value, only_without=row.only_without, when=when)


def _follow_up(row: FollowUp, order: _Order) -> Document:
    situation = None if row.situation is None else row.situation.value
    return _filled(team=row.team, situation=situation, when=_condition(row.when, order))


def _alternative(row: Alternative) -> Document:
    return _filled(
        kind=row.kind.value,
        team=row.team,
        wait_min=row.wait_min,
        resources=_listed(row.resources),
        callback_min=row.callback_min,
    )


def _invariant(row: Invariant, order: _Order) -> Document:
    return _filled(
        code=row.code,
        title=row.title,
        when=_condition(row.when, order),
        must_send=_listed(row.must_send),
        never_send=_listed(row.never_send),
        never_join=_listed(row.never_join),
        tier_at_most=row.tier_at_most,
    )


def _case(case: GoldenCase, order: _Order) -> Document:
    """`available` and `joins` that are empty say "none"; left out they say "all" and "any"."""
    fields = [*(field for field in order if field in case.answers), *sorted(case.answers.keys() - order.keys())]
    answers: Document = {field: case.answers[field] for field in fields}
    available: Document = {} if case.available is None else {"available": _listed(case.available)}
    context = _filled(
        extra_roles=_listed(case.extra_roles),
        situation=None if case.situation is None else case.situation.value,
        rule=case.rule,
    )
    joins: Document = {} if case.joins is None else {"joins": _listed(case.joins)}
    expected = {"tier": case.tier, **_filled(priority=case.priority), "response": _listed(case.response), **joins}
    return {"name": case.name, "answers": answers, **available, **context, **expected}


def _question(question: Question) -> Document:
    """`safety`, `ordered` and `of_caller` are written where they are not what a question usually is."""
    texts = {"ask_en": question.ask_en, "ask_es": question.ask_es, **_filled(hint=question.hint or None)}
    unusual: Document = {name: False for name in ("safety", "ordered", "of_caller") if not getattr(question, name)}
    answers: list[Value] = [_answer(answer) for answer in question.answers]
    return {
        "field": question.field,
        "label": question.label,
        **texts,
        **unusual,
        "not_asked": question.not_asked,
        "answers": answers,
    }


def _answer(answer: Answer) -> Document:
    return {
        "code": answer.code,
        "label": answer.label,
        "key": answer.key,
        "danger": answer.danger,
        "clear": answer.clear,
        "phrase": answer.phrase,
    }
