"""What a city's own invariants and golden cases must look like before they are tried."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.rules.ruleset import HIGHEST_TIER, LOWEST_TIER, PUBLIC_SAFETY, GoldenCase, Invariant, Ruleset
from dispatch.rules.structure_parts import Found, code_problems, condition_problems, text_problems, twice
from dispatch.rules.yaml_nodes import Path


def demand_problems(ruleset: Ruleset) -> Iterator[Found]:
    """Everything wrong with the shape of a ruleset's invariants and golden cases."""
    invariants = [(("invariants", place), row) for place, row in enumerate(ruleset.invariants)]
    yield from twice("invariant", ((path, row.code) for path, row in invariants))
    for path, row in invariants:
        for at, text in _in_invariant(ruleset, path, row):
            yield at, f"invariant {row.code[:40]}: {text}"
    cases = [(("cases", place), case) for place, case in enumerate(ruleset.cases)]
    yield from twice("case", ((path, case.name) for path, case in cases))
    for path, case in cases:
        for at, text in _in_case(ruleset, path, case):
            yield at, f"case {case.name[:60]}: {text}"


def _in_invariant(ruleset: Ruleset, path: Path, row: Invariant) -> Iterator[Found]:
    yield from code_problems((*path, "code"), "its code", row.code)
    if row.code.isdigit():
        yield (*path, "code"), "a number is the code of a built-in invariant"
    yield from text_problems((*path, "title"), "the title", row.title, 200)
    yield from condition_problems(ruleset, (*path, "when"), row.when)
    if not (row.must_send or row.never_send or row.never_join or row.tier_at_most is not None):
        yield path, "it demands nothing"
    yield from _known(ruleset, (*path, "must_send"), row.must_send, roles=True)
    yield from _known(ruleset, (*path, "never_send"), row.never_send, roles=True)
    yield from _known(ruleset, (*path, "never_join"), row.never_join, roles=False)
    for code in sorted({*row.must_send} & {*row.never_send}):
        yield (*path, "never_send"), f"{code} must and must not be sent"
    if row.tier_at_most is not None and not HIGHEST_TIER <= row.tier_at_most <= LOWEST_TIER:
        yield (*path, "tier_at_most"), f"tier {row.tier_at_most} is not 1 to 4"


def _in_case(ruleset: Ruleset, path: Path, case: GoldenCase) -> Iterator[Found]:
    yield from text_problems((*path, "name"), "the name", case.name, 200)
    offered = {question.field: question.codes for question in ruleset.questions}
    for field, code in case.answers.items():
        at = (*path, "answers", field)
        if field not in offered:
            yield at, f"there is no question {field}"
        elif code not in offered[field]:
            yield at, f"question {field} has no answer {code}"
    yield from _known(ruleset, (*path, "available"), case.available or (), roles=False)
    yield from _known(ruleset, (*path, "joins"), case.joins or (), roles=False)
    yield from _known(ruleset, (*path, "response"), case.response, roles=True)
    if not case.response:
        yield (*path, "response"), "it expects nobody to be sent"
    for code in case.extra_roles:
        if code not in PUBLIC_SAFETY:
            yield (*path, "extra_roles"), f"a call's type adds public-safety roles only, not {code}"
    if not HIGHEST_TIER <= case.tier <= LOWEST_TIER:
        yield (*path, "tier"), f"tier {case.tier} is not 1 to 4"
    if case.priority is not None and not 1 <= case.priority <= 4:
        yield (*path, "priority"), f"priority {case.priority} is not 1 to 4"
    if case.rule is not None:
        yield from text_problems((*path, "rule"), "the rule", case.rule, 16)


def _known(ruleset: Ruleset, path: Path, codes: tuple[str, ...], *, roles: bool) -> Iterator[Found]:
    known = {team.code for team in ruleset.teams} | (set(PUBLIC_SAFETY) if roles else set())
    for code in codes:
        if code not in known:
            yield path, f"there is no team {code}"
