"""Golden cases: named situations and the response they must get. All of them pass, or a ruleset cannot be approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.rules.evaluate import complete, evaluate, in_fixed_order
from dispatch.rules.explain import response_text
from dispatch.rules.ruleset import GoldenCase, Ruleset


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """A golden case that gets something else than it expects, both in words: "T4 CRT" and "R5 T2 POLICE + CRMHC"."""

    case: str
    expected: str
    got: str

    @property
    def text(self) -> str:
        """The failure as a line."""
        return f"{self.case}: expected {self.expected}, got {self.got}"


def failed_cases(ruleset: Ruleset) -> tuple[CaseFailure, ...]:
    """The golden cases that a well-formed ruleset misses. A question left out of a case was not asked."""
    return tuple(failure for case in ruleset.cases for failure in _failure(ruleset, case))


def _failure(ruleset: Ruleset, case: GoldenCase) -> Iterator[CaseFailure]:
    available = {team.code for team in ruleset.teams} if case.available is None else set(case.available)
    verdict = evaluate(ruleset, complete(ruleset, case.answers), available)
    response = in_fixed_order(ruleset, {*verdict.response, *case.extra_roles})
    joins = tuple(join.team for join in verdict.joins)
    wanted, got = [f"T{case.tier}"], [verdict.rule.code, f"T{verdict.tier}"]
    if case.rule is not None:
        wanted.insert(0, case.rule)
    if case.priority is not None:
        wanted.append(f"P{case.priority}")
        got.append(f"P{verdict.priority}")
    wanted.append(response_text(in_fixed_order(ruleset, case.response)))
    got.append(response_text(response))
    if case.joins is not None:
        wanted.append(_joined(case.joins))
        got.append(_joined(joins))
    if wanted != (got if case.rule is not None else got[1:]):
        yield CaseFailure(case.name, " ".join(wanted), " ".join(got))


def _joined(teams: tuple[str, ...]) -> str:
    return f"joined by {', '.join(sorted(teams))}" if teams else "joined by nobody"
