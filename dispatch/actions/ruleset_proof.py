"""What a check of a ruleset finds, kept with it as data. Part of the actions of `rulesets`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from dispatch.queries.ruleset_roster import missing_teams, roster_warnings
from dispatch.rules import ruleset as rules
from dispatch.rules.structure import Problem, structure_problems
from dispatch.rules.verify import Report, verify_ruleset


@dataclass(frozen=True, slots=True)
class Proof:
    """`failures` are sentences, none when the ruleset may go on; `report` is what is kept.

    The report is `verify.Report` as JSON with `passed`, `digest` (of the ruleset that was checked), `failures` and
    `warnings` (sentences: what the roster has otherwise).
    """

    ruleset: rules.Ruleset
    digest: str
    failures: list[str]
    report: dict[str, Any]


def prove(ruleset: rules.Ruleset, *, with_roster: bool = True) -> Proof:
    """Check every invariant over all answers and availabilities, every golden case, and the teams against the roster.

    `with_roster` False: the ruleset alone, without a look into the database. Many questions take a while: never call
    it with rows locked.
    """
    found = verify_ruleset(ruleset)
    missing = missing_teams(ruleset) if with_roster else []
    failures = [*map(sentence, missing), *_sentences(found)]
    digest = ruleset_digest(ruleset)
    report = {
        **_plain(found),
        "passed": not failures,
        "digest": digest,
        "failures": failures,
        "warnings": roster_warnings(ruleset) if with_roster else [],
    }
    return Proof(ruleset, digest, failures, report)


def broken_demands(ruleset: rules.Ruleset, invariants: tuple[rules.Invariant, ...]) -> dict[str, str]:
    """{code: why} of those of a city's invariants that a ruleset breaks, or that its questions and teams cannot say."""
    tried = replace(ruleset, invariants=invariants, cases=())
    broken = {
        invariants[problem.path[1]].code: f"not to be tried on it: {problem.reason}"
        for problem in structure_problems(tried)
        if problem.path[:1] == ("invariants",) and isinstance(problem.path[1], int)
    }
    readable = tuple(one for one in invariants if one.code not in broken)
    codes = {one.code for one in readable}
    for found in verify_ruleset(replace(tried, invariants=readable)).violations if readable else ():
        if found.invariant in codes:
            broken.setdefault(found.invariant, found.text)
    return broken


def ruleset_digest(ruleset: rules.Ruleset) -> str:
    """SHA-256 over everything but the version: a copy that was not edited has its original's."""
    content = _plain(replace(ruleset, version=0))
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def sentence(problem: Problem) -> str:
    """A problem of a ruleset's shape, with the row it is in."""
    return f"{problem.rule}: {problem.reason}" if problem.rule else problem.reason


def _sentences(found: Report) -> Iterator[str]:
    yield from (sentence(problem) for problem in found.problems)
    yield from (f"invariant {violation.invariant}: {violation.text}" for violation in found.violations)
    yield from (f"golden case {failure.text}" for failure in found.case_failures)


def _plain(shape: rules.Ruleset | Report) -> Any:
    """As JSON holds it; a set in the order of its codes."""
    return json.loads(json.dumps(asdict(shape), default=sorted))
