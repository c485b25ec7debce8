"""Proof that a ruleset is safe: the programme's invariants 1-8 over every set of answers and every availability.

Nothing is sampled. Sets of answers are bits of integers (`space`), so that a check is a few operations on all of them
at once; `evaluate` is the reference these results are compared with in the tests. A failure names the invariant, the
rules and a smallest concrete counterexample in words.

Answers of equal danger (weapon ACCESSIBLE and UNKNOWN, say) must be equally protected: that is what "counts as" means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final

from dispatch.rules.evaluate import NoRuleMatchesError, Verdict, evaluate, first_possible
from dispatch.rules.explain import response_text
from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    LOWEST_TIER,
    Answers,
    Column,
    Condition,
    Join,
    Match,
    Option,
    Outcome,
    Question,
    Ruleset,
    is_civilian,
)
from dispatch.rules.space import AnswerSpace
from dispatch.rules.structure import Problem, structure_problems

ALWAYS_REQUIRED: Final[Mapping[str, Condition]] = {
    "CRT": Condition(Match.ALL, (Column("weapon", frozenset({"NONE"})), Column("violence", frozenset({"NONE"}))))
}
"""What invariant 4 demands of a team, whatever a ruleset says about it."""

MEDICAL_NOW: Final = Condition(
    Match.ANY, (Column("medical", frozenset({"URGENT"})), Column("self_harm", frozenset({"IN_PROGRESS"})))
)
"""Invariant 6: answers that always bring EMS."""

INVARIANTS: Final[Mapping[int, str]] = {
    1: "every set of answers gets a response",
    2: "an unclear safety answer brings police",
    3: "tier 1 is police and EMS, without civilians",
    4: "a team comes only where what it requires holds",
    5: "a team serves only its ages",
    6: "a medical emergency or self-harm in progress brings EMS",
    7: "a more dangerous answer never lowers protection",
    8: "losing a team never lowers protection, and an unavailable team is never sent",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One way a ruleset breaks an invariant, with a concrete counterexample.

    `rules` are the codes of the rows involved: one, or the two compared. `text` is the counterexample in words.
    """

    invariant: int
    rules: tuple[str, ...]
    answers: Answers
    available: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking a ruleset.

    Warnings, not dangers: `unreachable` rows never decide, and `gap` is a smallest set of answers, in words, that no
    row but the last covers.
    """

    problems: tuple[Problem, ...] = ()
    violations: tuple[Violation, ...] = ()
    unreachable: tuple[str, ...] = ()
    gap: str | None = None
    decisions: int = 0

    @property
    def passed(self) -> bool:
        """Whether the ruleset may go on to approval."""
        return not self.problems and not self.violations


@dataclass(slots=True)
class Decided:
    """What a ruleset decides with some teams available: for each tier, role and team, the sets of answers.

    `tiers[n]` holds the sets decided at tier n or a more protective one.
    """

    available: frozenset[str]
    answered: int = 0
    tiers: dict[int, int] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    joins: dict[str, int] = field(default_factory=dict)

    def role(self, code: str) -> int:
        """The sets whose response has this role or team."""
        return self.roles.get(code, 0)

    def protections(self) -> Iterator[tuple[str, int]]:
        """Everything that must never get less, as (what it is called, the sets that have it)."""
        for tier in range(HIGHEST_TIER, LOWEST_TIER):
            yield f"tier {tier} or more protective", self.tiers[tier]
        yield "police", self.role("POLICE")
        yield "EMS", self.role("EMS")


def verify_ruleset(ruleset: Ruleset) -> Report:
    """Check a ruleset's shape and then invariants 1-8 over all answers and every availability of its teams.

    One violation is reported for each invariant, pair of rules and question or team. The default questions with three
    teams (829,440 decisions) take well under a second.
    """
    problems = structure_problems(ruleset)
    if problems:
        return Report(problems=tuple(problems))
    return _Check(ruleset).report()


def decide_all(ruleset: Ruleset) -> tuple[AnswerSpace, dict[frozenset[str], Decided]]:
    """What a well-formed ruleset decides, for every set of answers and every set of available teams."""
    check = _Check(ruleset)
    return check.space, check.decided


class _Check:
    """One check of one ruleset: the answer space, and what the ruleset decides for each availability."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.space = AnswerSpace(ruleset.questions)
        codes = [team.code for team in ruleset.teams]
        # Fewest missing teams first, so that a counterexample is as ordinary as it can be.
        self.availabilities = [
            frozenset(chosen) for count in range(len(codes), -1, -1) for chosen in combinations(codes, count)
        ]
        self.rows = list(self._rows())
        self.decided = {available: self._decide(available) for available in self.availabilities}

    def report(self) -> Report:
        violations: dict[tuple[int, tuple[str, ...], str], Violation] = {}
        for available in self.availabilities:
            for kind, found in self._violations(self.decided[available]):
                violations.setdefault((found.invariant, found.rules, kind), found)
        deciding = {rule for rule, _, bits in self.rows if bits}
        spare = [rule.code for rule in self.ruleset.rules[:-1] if rule.code not in deciding]
        gap = self.space.smallest(self.rows[-1][2]) if len(self.ruleset.rules) > 1 else None
        return Report(
            violations=tuple(sorted(violations.values(), key=lambda found: found.invariant)),
            unreachable=tuple(spare),
            gap=None if gap is None else self._say(gap),
            decisions=self.space.size * len(self.availabilities),
        )

    def _rows(self) -> Iterator[tuple[str, Outcome, int]]:
        """Each outcome with the sets of answers it decides, by first match."""
        left = self.space.everything
        for rule in self.ruleset.rules:
            holds = self.space.condition(rule.when)
            for outcome in rule.outcomes:
                bits = left & holds & self.space.condition(outcome.when)
                left &= ~bits
                yield rule.code, outcome, bits

    def _decide(self, available: frozenset[str]) -> Decided:
        decided = Decided(available, tiers=dict.fromkeys(range(HIGHEST_TIER, LOWEST_TIER + 1), 0))
        for _, outcome, bits in self.rows:
            option = first_possible(outcome.options, available)
            if not bits or option is None:
                continue
            decided.answered |= bits
            for tier in range(outcome.tier, LOWEST_TIER + 1):
                decided.tiers[tier] |= bits
            roles = self._option_roles(option, bits)
            for code, where in roles.items():
                decided.roles[code] = decided.role(code) | where
            for join in option.joins:
                self._join(join, bits, roles, decided)
        return decided

    def _option_roles(self, option: Option, bits: int) -> dict[str, int]:
        roles = dict.fromkeys(option.send, bits)
        for addition in option.additions:
            where = bits & self.space.condition(addition.when)
            roles[addition.role] = roles.get(addition.role, 0) | where
        return roles

    def _join(self, join: Join, bits: int, present: dict[str, int], decided: Decided) -> None:
        if join.team not in decided.available:
            return
        where = bits & self.space.condition(join.when) & ~present.get(join.team, 0)
        if join.only_without is not None:
            where &= ~present.get(join.only_without, 0)
        present[join.team] = present.get(join.team, 0) | where
        decided.joins[join.team] = decided.joins.get(join.team, 0) | where

    def _violations(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        yield from self._simple(decided)
        yield from self._teams(decided)
        yield from self._monotone(decided)
        yield from self._losing_a_team(decided)

    def _simple(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        """Invariants 1, 2, 3 and 6."""
        police, ems = decided.role("POLICE"), decided.role("EMS")
        tier_1 = decided.tiers[HIGHEST_TIER]
        civilians = 0
        for code, where in decided.roles.items():
            civilians |= where if is_civilian(code) else 0
        yield from self._found(1, decided, self.space.everything & ~decided.answered, "no response")
        yield from self._found(2, decided, self._unclear() & ~police, "police not sent")
        yield from self._found(3, decided, tier_1 & ~(police & ems), "tier 1 without police and EMS")
        yield from self._found(3, decided, tier_1 & civilians, "civilians sent at tier 1")
        yield from self._found(6, decided, self.space.condition(MEDICAL_NOW) & ~ems, "EMS not sent")

    def _unclear(self) -> int:
        bits = 0
        for question in self.ruleset.questions:
            if question.safety:
                for answer in question.answers:
                    bits |= 0 if answer.clear else self.space.with_answer(question.field, answer.code)
        return bits

    def _teams(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        """Invariants 4, 5 and the second half of 8, for teams of the response and teams that join."""
        for team in self.ruleset.teams:
            required = self.space.condition(team.requires)
            if team.code in ALWAYS_REQUIRED:
                required &= self.space.condition(ALWAYS_REQUIRED[team.code])
            served = self.space.column(Column("age", team.ages))
            sent, joins = decided.role(team.code), decided.joins.get(team.code, 0)
            for where, verb in ((sent, "sent"), (joins, "joins")):
                yield from self._found(4, decided, where & ~required, f"{team.code} {verb}")
                yield from self._found(5, decided, where & ~served, f"{team.code} {verb}")
                if team.code not in decided.available:
                    yield from self._found(8, decided, where, f"{team.code} {verb} although it is not available")

    def _monotone(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        """Invariant 7: each step to an answer at least as dangerous keeps tier, police and EMS."""
        for question in self.ruleset.questions:
            if not question.ordered:
                continue
            for calmer, worse in _danger_steps(question):
                for what, has in decided.protections():
                    lost = self.space.moved(has, question.field, calmer, worse) & ~has
                    yield from self._lost_by_answer(decided, lost, question, (calmer, worse), what)

    def _losing_a_team(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        """Invariant 8: with one team less, tier, police and EMS stay. Losing several is losing one after another."""
        for team in sorted(decided.available):
            less = self.decided[decided.available - {team}]
            for (what, before), (_, after) in zip(decided.protections(), less.protections(), strict=True):
                answers = self.space.smallest(before & ~after)
                if answers is not None:
                    pair = (self._verdict(answers, decided.available), self._verdict(answers, less.available))
                    text = f"{self._say(answers)}: {_say_pair(pair)} once {team} is not available ({what} lost)"
                    yield team, self._violation(8, pair, answers, less.available, text)

    def _found(self, invariant: int, decided: Decided, bits: int, what: str) -> Iterator[tuple[str, Violation]]:
        answers = self.space.smallest(bits)
        if answers is None:
            return
        verdict = self._verdict(answers, decided.available)
        sent = "" if verdict is None else f": {verdict.rule.code} sends {response_text(verdict.response)}"
        missing = sorted({team.code for team in self.ruleset.teams} - decided.available)
        without = f" with {', '.join(missing)} not available" if missing else ""
        text = f"{self._say(answers)}{without}: {what}{sent}"
        yield what, self._violation(invariant, (verdict,), answers, decided.available, text)

    def _lost_by_answer(
        self, decided: Decided, lost: int, question: Question, step: tuple[str, str], what: str
    ) -> Iterator[tuple[str, Violation]]:
        worse = self.space.smallest(lost)
        if worse is None:
            return
        calmer = {**worse, question.field: step[0]}
        pair = (self._verdict(calmer, decided.available), self._verdict(worse, decided.available))
        change = f"{question.answer(step[0]).phrase} becomes {question.answer(step[1]).phrase}"
        text = f"{self._say(worse, question.field)}, {change}: {_say_pair(pair)} ({what} lost)"
        yield question.field, self._violation(7, pair, worse, decided.available, text)

    def _violation(
        self,
        invariant: int,
        verdicts: tuple[Verdict | None, ...],
        answers: Answers,
        available: frozenset[str],
        text: str,
    ) -> Violation:
        rules = tuple(dict.fromkeys(verdict.rule.code for verdict in verdicts if verdict is not None))
        return Violation(invariant, rules, answers, tuple(sorted(available)), text)

    def _verdict(self, answers: Answers, available: frozenset[str]) -> Verdict | None:
        try:
            return evaluate(self.ruleset, answers, available)
        except NoRuleMatchesError:
            return None

    def _say(self, answers: Answers, leave_out: str = "") -> str:
        """Answers in words: the unordered ones (age), then every answer that is not the calmest of its question."""
        said = []
        for question in sorted(self.ruleset.questions, key=lambda question: question.ordered):
            calmest = answers[question.field] == question.codes[0] and question.ordered
            if question.field != leave_out and not calmest:
                said.append(question.answer(answers[question.field]).phrase)
        return ", ".join(said) or "everything clear"


def _danger_steps(question: Question) -> Iterator[tuple[str, str]]:
    """Pairs of answers, the second at least as dangerous as the first and at most one level above it."""
    levels = sorted({answer.danger for answer in question.answers})
    following = dict(pairwise(levels))
    for calmer in question.answers:
        for worse in question.answers:
            if calmer is not worse and worse.danger in (calmer.danger, following.get(calmer.danger)):
                yield calmer.code, worse.code


def _say_pair(pair: tuple[Verdict | None, Verdict | None]) -> str:
    before, after = ("no response" if verdict is None else _say_verdict(verdict) for verdict in pair)
    return f"{before} becomes {after}"


def _say_verdict(verdict: Verdict) -> str:
    return f"{verdict.rule.code} T{verdict.tier} {response_text(verdict.response)}"
