"""What a tier means for one person: the response that the ruleset's own table gives there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

from dispatch.rules.compiled import compiled_of
from dispatch.rules.evaluate import in_fixed_order
from dispatch.rules.ruleset import UNKNOWN, Answers, Ruleset
from dispatch.rules.triage import Decision

FIRE = "FIRE"
SAME_PERSON = "age"


def response_of_tier(ruleset: Ruleset, decision: Decision, tier: int, available: Collection[str]) -> tuple[str, ...]:
    """What the table sends at this tier to the person of the decision: its own response where it ruled that tier, else
    that of the nearest other answers, one changed before two, questions in their order. What the call's type adds comes
    along. Empty where no such answers give the tier.

    Whether it may be chosen is `safety.override_allowed`'s question.
    """
    if tier == decision.tier:
        return decision.response
    compiled = compiled_of(ruleset)
    for answers in _nearest(ruleset, decision.counted):
        verdict = compiled.evaluate(answers, available)
        if verdict.tier == tier:
            kept = {FIRE} & set(decision.response)
            return in_fixed_order(ruleset, {*verdict.response, *kept})
    return ()


def _nearest(ruleset: Ruleset, counted: Answers) -> Iterator[Answers]:
    """Other answers to one question, then to two; the age stays. UNKNOWN is no answer to choose."""
    others = {
        question.field: [code for code in question.codes if code not in (UNKNOWN, counted[question.field])]
        for question in ruleset.questions
        if question.field != SAME_PERSON
    }
    for field, codes in others.items():
        yield from ({**counted, field: code} for code in codes)
    for one, two in combinations(others, 2):
        for first in others[one]:
            yield from ({**counted, one: first, two: second} for second in others[two])
