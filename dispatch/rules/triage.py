"""Triage: answers and the teams' availability in, one explained decision out. Pure, so that it replays.

Source of the rules: the programme's triage questions and its default table (default_ruleset.yaml).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dispatch.rules.compiled import compiled_of
from dispatch.rules.evaluate import (
    Verdict,
    available_teams,
    complete,
    in_fixed_order,
    is_settled,
    offered,
)
from dispatch.rules.explain import (
    Change,
    Direction,
    further_text,
    out_of_scope,
    scope_text,
    sentence,
    two_lines,
    why,
    would_change,
)
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
DEFAULT_PRIORITY: Final[Mapping[int, int]] = {1: 1, 2: 2, 3: 2, 4: 3}
"""Of a tier, as the programme has it."""
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
    `settled` is True when no answer still open could change tier or response. `out_of_scope` are the teams that do not
    come with these answers, each with the answers that say so, in words. `further` are the directions of protection
    that it would take three or more other answers to go in. `counted` are the answers used, every question included.
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
    out_of_scope: Mapping[str, str]
    follow_ups: tuple[str, ...]
    prefer: tuple[Preference, ...]
    provisional: bool
    settled: bool
    ask_next: tuple[str, ...]
    reasons: tuple[str, ...]
    would_change: tuple[Change, ...]
    further: tuple[Direction, ...]
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


def with_premise_caution(answers: Answers, has_caution: bool) -> dict[str, str]:
    """Fill in the premise's caution: a client may raise it, never lower it."""
    raised = has_caution or answers.get("premise_caution") == "YES"
    return {**answers, "premise_caution": "YES" if raised else "NO"}


def ems_at_once(counted: Answers, *, nobody_stays: bool) -> bool:
    """Whether EMS are asked for beside a team that is reached by phone, before anybody of it has answered.

    Source: the programme's fallback for thoughts of self-harm with nobody staying with the person.
    """
    return nobody_stays and counted["self_harm"] == "IDEATION"


def priority_at(tier: int, ruled_tier: int, ruled: int) -> int:
    """The priority at an overridden tier: at least its default; at the tier the ruleset gave, the ruleset's own."""
    return ruled if tier == ruled_tier else min(ruled, DEFAULT_PRIORITY[tier])


def decide(
    ruleset: Ruleset, answers: Answers, availability: Availability, *, context: Context = NO_CONTEXT
) -> Decision:
    """Take the answers given so far to a decision.

    A question not asked counts as its `not_asked` answer and makes the decision provisional. An unavailable team is
    never part of it. Raises NoRuleMatchesError only for a ruleset that was never verified.
    """
    asked = offered(ruleset, answers)
    counted = complete(ruleset, asked)
    available = available_teams(availability)
    compiled = compiled_of(ruleset)
    state = compiled.state(counted, available)
    verdict = compiled.decide(state)
    response = in_fixed_order(ruleset, {*verdict.response, *context.extra_roles})
    unavailable = _unavailable(ruleset, verdict, counted, availability)
    nearest = would_change(ruleset, state, context.extra_roles)
    scope = out_of_scope(ruleset, asked, counted)
    phrases = why(ruleset, asked, counted, verdict)
    notes = _notes(ruleset, verdict, asked, unavailable, context)
    on_demand = [text for text in (scope_text(scope), further_text(nearest.further)) if text]
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
        out_of_scope=scope,
        follow_ups=_follow_ups(verdict, counted, context),
        prefer=verdict.option.prefer,
        provisional=any(question.field not in asked for question in ruleset.questions),
        settled=is_settled(ruleset, asked, available),
        ask_next=_ask_next(ruleset, asked, verdict),
        reasons=(verdict.rule.title, *phrases, *notes, *on_demand),
        would_change=nearest.changes,
        further=nearest.further,
        explanation=two_lines(verdict, response, phrases, notes, nearest),
        counted=counted,
    )


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


def told(decision: Decision) -> list[str]:
    """What a call's timeline keeps of a decision, as the screen said it: the two lines, and who was out of scope."""
    scope = scope_text(decision.out_of_scope)
    return [*decision.explanation, *([sentence(scope)] if scope else [])]


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
        "out_of_scope_reasons": dict(decision.out_of_scope),
        "follow_ups": list(decision.follow_ups),
        "prefer": [row.value for row in decision.prefer],
        "reasons": list(decision.reasons),
        "would_change": [
            {
                "answers": dict(row.answers),
                "tier": row.tier,
                "response": list(row.response),
                "rule": row.rule,
                "direction": row.direction.value,
                "text": row.text,
            }
            for row in decision.would_change
        ],
        "further": [direction.value for direction in decision.further],
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


def stored_availability(data: Mapping[str, Mapping[str, Any]]) -> dict[str, TeamAvailability]:
    """Availability back from what a decision stored, so that it replays; what else was stored with it is left."""
    return {
        team: TeamAvailability(
            available=bool(row["available"]),
            code=Unavailable(row["code"]) if row["code"] else None,
            reason=row["reason"] or None,
            free_in_min=row.get("free_in_min"),
        )
        for team, row in data.items()
    }


def stored_context(data: Mapping[str, Any]) -> Context:
    """A context back from what a decision stored."""
    situation = data.get("situation")
    return Context(frozenset(data.get("extra_roles", ())), Situation(situation) if situation else None)
