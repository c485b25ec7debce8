"""Proof that a ruleset is safe: invariants 1-8, 2a, 7a and the city's own, over all answers and availabilities.

Nothing is sampled. Sets of answers are bits of integers (`space`), so that a check is a few operations on all of them
at once (`decided`). A failure names the invariant, the rules and a smallest concrete counterexample in words.

Answers of equal danger (weapon ACCESSIBLE and UNKNOWN, say) must be equally protected: that is what "counts as" means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from dispatch.rules.decided import Decided, Row, WholeSpace, may_come_late, say_verdict
from dispatch.rules.evaluate import Verdict
from dispatch.rules.explain import response_text
from dispatch.rules.golden import CaseFailure, failed_cases
from dispatch.rules.invariants import ALWAYS_REQUIRED, INVARIANTS, MEDICAL_NOW
from dispatch.rules.overlaps import Overlap, overlaps
from dispatch.rules.proof_cost import cost_problem, most_failures, overlaps_cost_too_much
from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    Alternative,
    Answers,
    Column,
    Invariant,
    Question,
    Ruleset,
    Team,
    is_civilian,
)
from dispatch.rules.structure import Problem, structure_problems

__all__ = [
    "ALWAYS_REQUIRED",
    "INVARIANTS",
    "MEDICAL_NOW",
    "CaseFailure",
    "Overlap",
    "Report",
    "Violation",
    "verify_ruleset",
]


@dataclass(frozen=True, slots=True)
class Violation:
    """One way a ruleset breaks an invariant, with a concrete counterexample.

    `invariant` is the code of a built-in one ("1" to "8", "2a", "7a") or of the city's own, `title` what it demands.
    `rules` are the codes of the rows involved: one, or the two compared. `text` is the counterexample in words.
    """

    invariant: str
    title: str
    rules: tuple[str, ...]
    answers: Answers
    available: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking a ruleset.

    Told, not dangers: `unreachable` rules, outcomes, additions and joins never count ("R3", "R5 outcome 2"); `gap` is
    a smallest set of answers, in words, that no row but the last covers; `overlaps` are rows whose order matters;
    with `overlaps_skipped` there are too many rows to compare, which says nothing about safety.
    """

    problems: tuple[Problem, ...] = ()
    violations: tuple[Violation, ...] = ()
    case_failures: tuple[CaseFailure, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    overlaps_skipped: bool = False
    unreachable: tuple[str, ...] = ()
    gap: str | None = None
    decisions: int = 0

    @property
    def passed(self) -> bool:
        """Whether the ruleset may go on to approval."""
        return not (self.problems or self.violations or self.case_failures)


def verify_ruleset(ruleset: Ruleset) -> Report:
    """Check a ruleset's shape, then its invariants over all answers and every availability, and its golden cases.

    One violation is reported for each rule that breaks an invariant, with each question or team it breaks it for. The
    default questions with three teams (829,440 decisions) take well under a second.
    """
    problems = structure_problems(ruleset) or _too_many(ruleset)
    if problems:
        return Report(problems=tuple(problems))
    whole = WholeSpace(ruleset)
    skipped = overlaps_cost_too_much(ruleset, whole.space.size)
    return Report(
        violations=_Check(whole).violations(),
        case_failures=failed_cases(ruleset),
        overlaps=() if skipped else overlaps(whole),
        overlaps_skipped=skipped,
        unreachable=tuple(_unreachable(whole)),
        gap=_gap(whole),
        decisions=whole.decisions,
    )


def _too_many(ruleset: Ruleset) -> list[Problem]:
    reason = cost_problem(ruleset)
    return [] if reason is None else [Problem(None, reason, ("questions",))]


def _gap(whole: WholeSpace) -> str | None:
    gap = whole.space.smallest(whole.rows[-1].decides) if len(whole.ruleset.rules) > 1 else None
    return None if gap is None else whole.say(gap)


def _unreachable(whole: WholeSpace) -> Iterator[str]:
    """Rules that never decide; of the others, outcomes that never do, and additions and joins that never happen.

    The last row is there for what the others leave; that nothing is left for it is as it should be.
    """
    for place, rule in enumerate(whole.ruleset.rules[:-1]):
        rows = whole.rows_of(place)
        if not any(row.decides for row in rows):
            yield rule.code
            continue
        for row in rows:
            name = f"{rule.code} outcome {row.outcome_place + 1}"
            if not row.decides:
                yield name
                continue
            for option in row.outcome.options:
                for addition in option.additions:
                    if not row.decides & whole.space.condition(addition.when):
                        yield f"{name}: {addition.role} added to {response_text(option.send)}"
                for join in option.joins:
                    if join.team in option.send or not row.decides & whole.space.condition(join.when):
                        yield f"{name}: {join.team} joining {response_text(option.send)}"


class _Check:
    """The invariants, each for every availability."""

    def __init__(self, whole: WholeSpace) -> None:
        self.whole = whole
        self.ruleset = whole.ruleset
        self.space = whole.space
        self.decided_by = [
            sum(row.decides for row in whole.rows_of(place)) for place in range(len(whole.ruleset.rules))
        ]

    def violations(self) -> tuple[Violation, ...]:
        """In the order of the invariants, the built-in ones first; of each the smallest counterexample first.

        Of a large table that fails almost everywhere only the first failures are looked at.
        """
        found: dict[tuple[str, tuple[str, ...], str], Violation] = {}
        for kind, violation in islice(self._all(), most_failures(self.space.size)):
            key = (violation.invariant, violation.rules, kind)
            found[key] = min(found.get(key, violation), violation, key=self._size)
        order = [*INVARIANTS, *(row.code for row in self.ruleset.invariants)]
        return tuple(sorted(found.values(), key=lambda row: (order.index(row.invariant), *self._size(row))))

    def _all(self) -> Iterator[tuple[str, Violation]]:
        """What breaks an invariant, with the question, team or role it is about, which tells the failures of a rule
        apart. Alternatives and priorities do not depend on who is available: they are looked at with everybody.
        """
        everybody = self.whole.by_availability[self.whole.availabilities[0]]
        for row in self.whole.rows:
            yield from self._alternatives(everybody, row)
            yield from self._priorities(everybody, row)
        for available in self.whole.availabilities:
            decided = self.whole.by_availability[available]
            for check in (self._simple, self._teams, self._monotone, self._losing_a_team, self._own):
                yield from check(decided)

    def _size(self, violation: Violation) -> tuple[int, int]:
        """How many teams a counterexample does without, and how many of its answers are not the calmest."""
        calmest = [question.codes[0] for question in self.ruleset.questions]
        concerns = sum(code != calm for code, calm in zip(violation.answers.values(), calmest, strict=True))
        return len(self.ruleset.teams) - len(violation.available), concerns

    def _simple(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        """Invariants 1, 2, 3 and 6."""
        police, ems = decided.role("POLICE"), decided.role("EMS")
        tier_1 = decided.tiers[HIGHEST_TIER]
        civilians = 0
        for code, where in decided.roles.items():
            civilians |= where if is_civilian(code) else 0
        yield from self._found("1", decided, self.space.everything & ~decided.answered, "no response")
        yield from self._found("2", decided, self._unclear() & ~police, "police not sent")
        yield from self._found("3", decided, tier_1 & ~(police & ems), "tier 1 without police and EMS")
        yield from self._found("3", decided, tier_1 & civilians, "civilians sent at tier 1")
        yield from self._found("6", decided, self.space.condition(MEDICAL_NOW) & ~ems, "EMS not sent")

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
            required, served = self._scope(team)
            sent, joins = decided.role(team.code), decided.joins.get(team.code, 0)
            for where, verb in ((sent, "sent"), (joins, "joins")):
                yield from self._found("4", decided, where & ~required, f"{team.code} {verb}")
                yield from self._found("5", decided, where & ~served, f"{team.code} {verb}")
                if team.code not in decided.available:
                    yield from self._found("8", decided, where, f"{team.code} {verb} although it is not available")

    def _scope(self, team: Team) -> tuple[int, int]:
        """The sets that meet what a team requires, and those of the ages it serves."""
        required = self.space.condition(team.requires)
        if team.code in ALWAYS_REQUIRED:
            required &= self.space.condition(ALWAYS_REQUIRED[team.code])
        return required, self.space.column(Column("age", team.ages))

    def _alternatives(self, decided: Decided, row: Row) -> Iterator[tuple[str, Violation]]:
        """Invariant 2a. That the tier is the lowest is a matter of shape (`structure`)."""
        if not row.outcome.alternatives:
            return
        first = self.whole.option_roles(row.outcome.options[0], row.decides)
        unclear = row.decides & self._unclear()
        for alternative in row.outcome.alternatives:
            offered = f"{_say_alternative(alternative)} offered"
            yield from self._found("2a", decided, unclear, f"{offered} with a danger not ruled out")
            yield from self._found("2a", decided, first.get("POLICE", 0), f"{offered} where police come first")
            if alternative.team is not None:
                required, served = self._scope(self.ruleset.team(alternative.team))
                yield from self._found("2a", decided, row.decides & ~(required & served), f"{offered} out of its scope")

    def _priorities(self, decided: Decided, row: Row) -> Iterator[tuple[str, Violation]]:
        """Invariant 7a: the number of the priority is never above that of the tier."""
        outcome = row.outcome
        if not may_come_late(outcome):
            return
        left = row.decides
        lines = [(line.priority, self.space.condition(line.when)) for line in outcome.priority_when]
        for given, when in [*lines, (outcome.priority, self.space.everything)]:
            if given > outcome.tier:
                yield from self._found("7a", decided, left & when, f"priority {given} at tier {outcome.tier}")
            left &= ~when

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
            less = self.whole.by_availability[decided.available - {team}]
            for (what, before), (_, after) in zip(decided.protections(), less.protections(), strict=True):
                for answers in self._examples(before & ~after):
                    pair = (self.whole.verdict(answers, decided.available), self.whole.verdict(answers, less.available))
                    said = f"{self.whole.say(answers)}{self.whole.say_missing(decided.available)}"
                    text = f"{said}: {_say_pair(pair)} once {team} is not available ({what} lost)"
                    yield team, self._violation("8", pair, answers, less.available, text)

    def _own(self, decided: Decided) -> Iterator[tuple[str, Violation]]:
        """What the city demands beside the built-in invariants."""
        for row in self.ruleset.invariants:
            where = self.space.condition(row.when)
            for bits, what in _demands(row, decided):
                yield from self._found(row.code, decided, where & bits, what)

    def _examples(self, bits: int) -> Iterator[dict[str, str]]:
        """A smallest set of answers for each rule that decides some of these."""
        if not bits:
            return
        for decided in self.decided_by:
            answers = self.space.smallest(bits & decided)
            if answers is not None:
                yield answers

    def _found(self, invariant: str, decided: Decided, bits: int, what: str) -> Iterator[tuple[str, Violation]]:
        for answers in self._examples(bits):
            verdict = self.whole.verdict(answers, decided.available)
            sent = "" if verdict is None else f": {verdict.rule.code} sends {response_text(verdict.response)}"
            text = f"{self.whole.say(answers)}{self.whole.say_missing(decided.available)}: {what}{sent}"
            yield what, self._violation(invariant, (verdict,), answers, decided.available, text)

    def _lost_by_answer(
        self, decided: Decided, lost: int, question: Question, step: tuple[str, str], what: str
    ) -> Iterator[tuple[str, Violation]]:
        for found in self._examples(lost):
            calmer, worse = ({**found, question.field: code} for code in step)
            pair = (self.whole.verdict(calmer, decided.available), self.whole.verdict(worse, decided.available))
            change = f"{question.answer(step[0]).phrase} becomes {question.answer(step[1]).phrase}"
            change += self.whole.say_missing(decided.available)
            text = f"{self.whole.say(worse, question.field)}, {change}: {_say_pair(pair)} ({what} lost)"
            yield question.field, self._violation("7", pair, worse, decided.available, text)

    def _violation(
        self,
        invariant: str,
        verdicts: tuple[Verdict | None, ...],
        answers: Answers,
        available: frozenset[str],
        text: str,
    ) -> Violation:
        rules = tuple(dict.fromkeys(verdict.rule.code for verdict in verdicts if verdict is not None))
        titles = {**INVARIANTS, **{row.code: row.title for row in self.ruleset.invariants}}
        return Violation(invariant, titles[invariant], rules, answers, tuple(sorted(available)), text)


def _demands(row: Invariant, decided: Decided) -> Iterator[tuple[int, str]]:
    """The sets of answers that miss one demand of an invariant, wherever it speaks, and what is wrong with them."""
    for code in row.must_send:
        yield ~decided.role(code), f"{code} not sent"
    for code in row.never_send:
        yield decided.role(code), f"{code} sent"
    for code in row.never_join:
        yield decided.joins.get(code, 0), f"{code} joins"
    if row.tier_at_most is not None:
        yield ~decided.tiers[row.tier_at_most], f"tier above {row.tier_at_most}"


def _say_alternative(row: Alternative) -> str:
    return f"waiting for {row.team}" if row.team is not None else f"a transfer to {' or '.join(row.resources)}"


def _danger_steps(question: Question) -> Iterator[tuple[str, str]]:
    """Pairs of answers, the second at least as dangerous as the first and at most one level above it."""
    levels = sorted({answer.danger for answer in question.answers})
    following = dict(pairwise(levels))
    for calmer in question.answers:
        for worse in question.answers:
            if calmer is not worse and worse.danger in (calmer.danger, following.get(calmer.danger)):
                yield calmer.code, worse.code


def _say_pair(pair: tuple[Verdict | None, Verdict | None]) -> str:
    return f"{say_verdict(pair[0])} becomes {say_verdict(pair[1])}"
