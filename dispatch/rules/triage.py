"""Triage: ten answers and the teams' availability in, one explained decision out. Pure, so that it replays.

Source of the rules: the programme's ten-question triage and its default table (default_ruleset.yaml).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dispatch.rules.evaluate import (
    Verdict,
    available_teams,
    complete,
    evaluate,
    in_fixed_order,
    is_settled,
)
from dispatch.rules.explain import Change, change_text, two_lines, why, worth_a_line, would_change
from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import (
    PUBLIC_SAFETY,
    Alternative,
    AlternativeKind,
    Answers,
    Availability,
    JoinMode,
    Preference,
    Ruleset,
    Situation,
    TeamAvailability,
    Unavailable,
)

ENTERS: Final = {
    JoinMode.STAGE: "stages; enters once the scene is marked safe",
    JoinMode.COMMAND_POST: "at the command post or by phone, when police ask",
}
MOST_NAMED: Final = 3
NOT_REPORTED: Final = TeamAvailability(False, Unavailable.NOT_REPORTED, "availability not known")


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision takes from the call beside the answers.

    `extra_roles` are public-safety roles its type adds (FIRE for a fire, a height, traffic, water, an overdose);
    ValueError for anything else.
    """

    extra_roles: frozenset[str] = frozenset()
    situation: Situation | None = None

    def __post_init__(self) -> None:
        if not self.extra_roles <= set(PUBLIC_SAFETY):
            raise ValueError("a call's type can add public-safety roles only")


NO_CONTEXT: Final = Context()


@dataclass(frozen=True, slots=True)
class DecidedJoin:
    """A team that comes beside the response, and when it may enter."""

    team: str
    mode: JoinMode
    enters: str


@dataclass(frozen=True, slots=True)
class UnavailableTeam:
    """A team the rule names that cannot be sent, and why."""

    team: str
    code: Unavailable
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A triage decision with everything needed to show it, store it and compare a replay with it.

    `response` is in fixed order: POLICE EMS FIRE, then teams. `choices` are the teams any option of the outcome names;
    `is_fallback` says that its first choice was not available. `provisional` is True while a question is not asked;
    `settled` is True when no answer still open could change tier or response. `counted` are the answers used, every
    question included.
    """

    ruleset: str
    ruleset_version: int
    rule: str
    tier: int
    priority: int
    response: tuple[str, ...]
    choices: tuple[str, ...]
    is_fallback: bool
    joins: tuple[DecidedJoin, ...]
    alternatives: tuple[Alternative, ...]
    unavailable: tuple[UnavailableTeam, ...]
    out_of_scope: tuple[str, ...]
    follow_ups: tuple[str, ...]
    prefer: tuple[Preference, ...]
    provisional: bool
    settled: bool
    ask_next: tuple[str, ...]
    reasons: tuple[str, ...]
    would_change: tuple[Change, ...]
    explanation: tuple[str, str]
    counted: Mapping[str, str]


class AnswersError(ValueError):
    """Answers that no question offers. `errors` maps field -> messages."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in errors.items()))
        self.errors = errors


def parse_answers(ruleset: Ruleset, raw: Mapping[str, object]) -> dict[str, str]:
    """Check answers from outside: known questions, offered codes. None counts as not asked. Raises AnswersError."""
    offered = {question.field: question.codes for question in ruleset.questions}
    errors: dict[str, list[str]] = {}
    answers: dict[str, str] = {}
    for field, value in raw.items():
        if field not in offered:
            errors[field] = ["There is no such question."]
        elif isinstance(value, str) and value in offered[field]:
            answers[field] = value
        elif value is not None:
            errors[field] = [f"Must be one of {', '.join(offered[field])}."]
    if errors:
        raise AnswersError(errors)
    return answers


def lowers(before: Answers, after: Answers) -> bool:
    """Whether a later set of answers has less danger in a question that was answered before. Not asked any more counts
    as that question's not-asked answer.
    """
    for question in QUESTIONS:
        if question.ordered and question.field in before:
            now = question.answer(after.get(question.field, question.not_asked))
            if now.danger < question.answer(before[question.field]).danger:
                return True
    return False


def worse(ours: Answers, theirs: Answers) -> dict[str, str]:
    """Of two sets of answers about the same event the graver one of each question; one given in one set only stands."""
    both = dict(ours)
    for question in QUESTIONS:
        other = theirs.get(question.field)
        mine = both.get(question.field)
        if other is not None and (mine is None or question.answer(other).danger > question.answer(mine).danger):
            both[question.field] = other
    return both


def with_premise_caution(answers: Answers, has_caution: bool) -> dict[str, str]:
    """Fill in the premise's caution: a client may raise it, never lower it."""
    raised = has_caution or answers.get("premise_caution") == "YES"
    return {**answers, "premise_caution": "YES" if raised else "NO"}


def ems_at_once(counted: Answers, *, nobody_stays: bool) -> bool:
    """Whether EMS are asked for beside a team that is reached by phone, before anybody of it has answered.

    Source: the programme's fallback for thoughts of self-harm with nobody staying with the person.
    """
    return nobody_stays and counted["self_harm"] == "IDEATION"


def decide(
    ruleset: Ruleset, answers: Answers, availability: Availability, *, context: Context = NO_CONTEXT
) -> Decision:
    """Take the answers given so far to a decision.

    A question not asked counts as its `not_asked` answer and makes the decision provisional. An unavailable team is
    never part of it. Raises NoRuleMatchesError only for a ruleset that was never verified.
    """
    counted = complete(ruleset, answers)
    available = available_teams(availability)
    verdict = evaluate(ruleset, counted, available)
    response = _response(ruleset, verdict.response, context)
    unavailable = _unavailable(ruleset, verdict, counted, availability)
    changes = _changes(ruleset, verdict, counted, available, context)
    on_the_line = [change_text(ruleset, change) for change in worth_a_line(verdict.tier, response, changes)]
    phrases = why(ruleset, answers, counted, verdict)
    notes = _notes(ruleset, verdict, answers, unavailable, context)
    return Decision(
        ruleset=ruleset.name,
        ruleset_version=ruleset.version,
        rule=verdict.rule.code,
        tier=verdict.tier,
        priority=verdict.priority,
        response=response,
        choices=in_fixed_order(ruleset, {team for option in verdict.outcome.options for team in option.teams}),
        is_fallback=verdict.is_fallback,
        joins=tuple(DecidedJoin(row.team, row.mode, ENTERS[row.mode]) for row in verdict.joins),
        alternatives=_alternatives(verdict, availability),
        unavailable=unavailable,
        out_of_scope=_out_of_scope(ruleset, counted),
        follow_ups=_follow_ups(verdict, counted, context),
        prefer=verdict.option.prefer,
        provisional=any(question.field not in answers for question in ruleset.questions),
        settled=is_settled(ruleset, answers, available),
        ask_next=_ask_next(ruleset, answers, verdict),
        reasons=(verdict.rule.title, *phrases, *notes),
        would_change=changes,
        explanation=two_lines(verdict, response, phrases, notes, on_the_line),
        counted=counted,
    )


def _response(ruleset: Ruleset, roles: Collection[str], context: Context) -> tuple[str, ...]:
    return in_fixed_order(ruleset, {*roles, *context.extra_roles})


def _changes(
    ruleset: Ruleset, verdict: Verdict, answers: Answers, available: Collection[str], context: Context
) -> tuple[Change, ...]:
    """What would change the decision, with the roles the call's type adds anyway on both sides."""
    now = (verdict.tier, _response(ruleset, verdict.response, context))
    changes = (
        replace(change, response=_response(ruleset, change.response, context))
        for change in would_change(ruleset, answers, available, verdict)
    )
    return tuple(change for change in changes if (change.tier, change.response) != now)


def _unavailable(
    ruleset: Ruleset, verdict: Verdict, answers: Answers, availability: Availability
) -> tuple[UnavailableTeam, ...]:
    named = {team for option in verdict.outcome.options for team in option.teams}
    named |= {join.team for join in verdict.option.joins if join.when.matches(answers)}
    named |= {row.team for row in verdict.outcome.alternatives if row.team is not None}
    rows = ((code, availability.get(code, NOT_REPORTED)) for code in in_fixed_order(ruleset, named))
    return tuple(
        UnavailableTeam(code, state.code or Unavailable.NOT_REPORTED, state.reason or "not available")
        for code, state in rows
        if not state.available
    )


def _out_of_scope(ruleset: Ruleset, answers: Answers) -> tuple[str, ...]:
    return tuple(
        team.code for team in ruleset.teams if answers["age"] not in team.ages or not team.requires.matches(answers)
    )


def _alternatives(verdict: Verdict, availability: Availability) -> tuple[Alternative, ...]:
    return tuple(row for row in verdict.outcome.alternatives if _can_be_offered(row, availability))


def _can_be_offered(row: Alternative, availability: Availability) -> bool:
    """A hold makes sense only for a team that is busy and not known to stay so beyond the wait."""
    if row.kind is AlternativeKind.TRANSFER or row.team is None or row.wait_min is None:
        return True
    state = availability.get(row.team, NOT_REPORTED)
    in_time = state.free_in_min is None or state.free_in_min <= row.wait_min
    return not state.available and state.code is Unavailable.BUSY and in_time


def _follow_ups(verdict: Verdict, answers: Answers, context: Context) -> tuple[str, ...]:
    return tuple(
        row.team
        for row in verdict.option.follow_ups
        if row.when.matches(answers) and row.situation in (None, context.situation)
    )


def _ask_next(ruleset: Ruleset, asked: Answers, verdict: Verdict) -> tuple[str, ...]:
    """Questions for the caller, in order: those not asked, then those the rule wants asked again."""
    not_asked = [question.field for question in ruleset.questions if question.of_caller and question.field not in asked]
    again = [field for field in verdict.outcome.keep_asking if field not in not_asked]
    return (*not_asked, *again)


def _notes(
    ruleset: Ruleset, verdict: Verdict, asked: Answers, unavailable: Collection[UnavailableTeam], context: Context
) -> list[str]:
    notes = [f"{row.team} not available: {row.reason}" for row in unavailable]
    if verdict.is_fallback:
        notes.append(f"sent instead: {' + '.join(verdict.response)}")
    if context.extra_roles:
        notes.append(f"{' + '.join(in_fixed_order(ruleset, context.extra_roles))} by call type")
    notes += [f"{join.team} {ENTERS[join.mode]}" for join in verdict.joins]
    left = [question.label.lower() for question in ruleset.questions if question.field not in asked]
    if left:
        named = ", ".join(left) if len(left) <= MOST_NAMED else f"{len(left)} questions"
        notes.append(f"provisional, not asked: {named}")
    return notes


def decision_data(decision: Decision) -> dict[str, object]:
    """The decision as JSON-ready data in the shape of the API. Two decisions are the same when this is equal."""
    return {
        "tier": decision.tier,
        "rule": decision.rule,
        "ruleset": {"name": decision.ruleset, "version": decision.ruleset_version},
        "priority": decision.priority,
        "provisional": decision.provisional,
        "settled": decision.settled,
        "ask_next": list(decision.ask_next),
        "response": list(decision.response),
        "choices": list(decision.choices),
        "is_fallback": decision.is_fallback,
        "joins": {join.team: {"mode": join.mode.value, "enters": join.enters} for join in decision.joins},
        "alternatives": [_alternative_data(row) for row in decision.alternatives],
        "unavailable": [
            {"team": row.team, "code": row.code.value, "reason": row.reason} for row in decision.unavailable
        ],
        "out_of_scope": list(decision.out_of_scope),
        "follow_ups": list(decision.follow_ups),
        "prefer": [row.value for row in decision.prefer],
        "reasons": list(decision.reasons),
        "would_change": [
            {"answers": dict(row.answers), "tier": row.tier, "response": list(row.response), "rule": row.rule}
            for row in decision.would_change
        ],
        "explanation": list(decision.explanation),
        "answers": dict(decision.counted),
    }


def _alternative_data(row: Alternative) -> dict[str, object]:
    return {
        "kind": row.kind.value,
        "team": row.team,
        "wait_min": row.wait_min,
        "callback_min": row.callback_min,
        "resources": list(row.resources),
    }


def availability_data(availability: Availability) -> dict[str, dict[str, object]]:
    """Availability as JSON-ready data, to store with a decision."""
    return {
        code: {
            "available": team.available,
            "code": None if team.code is None else team.code.value,
            "reason": team.reason,
            "free_in_min": team.free_in_min,
        }
        for code, team in availability.items()
    }


def stored_availability(data: Mapping[str, Mapping[str, Any]]) -> dict[str, TeamAvailability]:
    """Availability back from `availability_data`, so that a stored decision replays."""
    return {
        team: TeamAvailability(
            available=row["available"],
            code=None if row["code"] is None else Unavailable(row["code"]),
            reason=row["reason"],
            free_in_min=row["free_in_min"],
        )
        for team, row in data.items()
    }


def context_data(context: Context) -> dict[str, object]:
    """A context as JSON-ready data, to store with a decision."""
    return {
        "extra_roles": sorted(context.extra_roles),
        "situation": None if context.situation is None else context.situation.value,
    }


def stored_context(data: Mapping[str, Any]) -> Context:
    """A context back from `context_data`."""
    situation = data["situation"]
    return Context(frozenset(data["extra_roles"]), None if situation is None else Situation(situation))
