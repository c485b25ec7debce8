"""A ruleset as data: questions, teams, rows of typed columns. Shapes only; `triage.decide` reads them.

A row holds no expression and no code. A column accepts a set of answers; a question without a column accepts any.
Teams and roles are named by code: POLICE, EMS and FIRE are public safety, every other code is a civilian team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PUBLIC_SAFETY: Final = ("POLICE", "EMS", "FIRE")
"""Public-safety roles in the fixed order a response is written in; teams follow, in the order of the ruleset."""

HIGHEST_TIER: Final = 1
LOWEST_TIER: Final = 4

UNKNOWN: Final = "UNKNOWN"
"""The answer code for "nobody can say", wherever a question offers it."""

Answers = Mapping[str, str]
"""Question field -> answer code. A missing field has not been asked."""


def is_civilian(code: str) -> bool:
    """Whether a role or team code names a civilian team."""
    return code not in PUBLIC_SAFETY


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer a question offers.

    `danger` orders the answers of an ordered question; two answers with the same number are equally dangerous.
    `clear` is True where this answer raises no concern. `phrase` is how an explanation says it ("weapon in hand").
    """

    code: str
    label: str
    key: str
    danger: int
    clear: bool
    phrase: str


@dataclass(frozen=True, slots=True)
class Question:
    """One triage question, its approved spoken wording and its answers, the least dangerous first.

    `safety` marks the questions the safety invariants speak of; `ordered` is False where no answer is more dangerous
    than another (age). `not_asked` is the answer a question counts as until it is asked. `of_caller` is False for
    what the system fills in itself. `hint` tells a dispatcher what the answers mean.
    """

    field: str
    label: str
    ask_en: str
    ask_es: str
    hint: str
    answers: tuple[Answer, ...]
    not_asked: str
    safety: bool = True
    ordered: bool = True
    of_caller: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The answer codes, least dangerous first."""
        return tuple(answer.code for answer in self.answers)

    def answer(self, code: str) -> Answer:
        """The answer with this code; KeyError when the question does not offer it."""
        for answer in self.answers:
            if answer.code == code:
                return answer
        raise KeyError(f"{self.field} has no answer {code}")


class Match(StrEnum):
    """How the columns of a condition combine."""

    ANY = "ANY"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Column:
    """The answers to one question that a condition accepts."""

    question: str
    accepts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Condition:
    """Columns combined by ANY or ALL; no columns at all matches everything."""

    match: Match = Match.ALL
    columns: tuple[Column, ...] = ()

    def matches(self, answers: Answers) -> bool:
        """Whether a complete set of answers meets this condition."""
        wanted = self.match is Match.ANY
        for column in self.columns:
            if (answers[column.question] in column.accepts) is wanted:
                return wanted
        return not wanted or not self.columns


ALWAYS: Final = Condition()


@dataclass(frozen=True, slots=True)
class Team:
    """A civilian team a ruleset may send, and whom it serves: answers to `age`, and a condition that must hold."""

    code: str
    name: str
    ages: frozenset[str]
    requires: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Addition:
    """A public-safety role added to an option's response when the condition holds."""

    role: str
    when: Condition


class JoinMode(StrEnum):
    """How a joining team takes part: it never enters before the scene is marked safe."""

    STAGE = "STAGE"
    COMMAND_POST = "COMMAND_POST"


@dataclass(frozen=True, slots=True)
class Join:
    """A team that comes beside the response. `only_without` names a team whose presence makes this join unneeded."""

    team: str
    mode: JoinMode
    when: Condition = ALWAYS
    only_without: str | None = None


class Situation(StrEnum):
    """What a call is about where a rule must know it and no question says it."""

    OVERDOSE = "OVERDOSE"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up task for a team, with the call's end; `situation` limits it to such calls."""

    team: str
    when: Condition = ALWAYS
    situation: Situation | None = None


class Preference(StrEnum):
    """What ranking looks for first among the units of a role."""

    CIT = "CIT"


@dataclass(frozen=True, slots=True)
class Option:
    """One response an outcome can give: possible when every team in `send` is available."""

    send: tuple[str, ...]
    additions: tuple[Addition, ...] = ()
    joins: tuple[Join, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    prefer: tuple[Preference, ...] = ()

    @property
    def teams(self) -> tuple[str, ...]:
        """The civilian teams this option needs."""
        return tuple(code for code in self.send if is_civilian(code))


class AlternativeKind(StrEnum):
    """What a dispatcher can offer a caller instead of the response, at the lowest tier only."""

    HOLD = "HOLD"
    TRANSFER = "TRANSFER"


@dataclass(frozen=True, slots=True)
class Alternative:
    """HOLD: wait for `team`, free within `wait_min`. TRANSFER: a warm transfer, with consent, to one of `resources`.

    `callback_min` is after how many minutes the caller is called back.
    """

    kind: AlternativeKind
    callback_min: int
    team: str | None = None
    wait_min: int | None = None
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorityWhen:
    """A priority that replaces the outcome's default when the condition holds."""

    priority: int
    when: Condition


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule gives when its condition holds: a tier, a priority and the options in order.

    The first possible option is the response; the last one is public safety only, so one is always possible.
    `keep_asking` lists questions to ask again although they were answered.
    """

    tier: int
    priority: int
    options: tuple[Option, ...]
    when: Condition = ALWAYS
    priority_when: tuple[PriorityWhen, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    keep_asking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. It holds when its condition and that of one of its outcomes hold; the first rule that holds decides."""

    code: str
    title: str
    when: Condition
    outcomes: tuple[Outcome, ...]


class Unavailable(StrEnum):
    """Why a team cannot be sent; the reason code behind "eligible but not served"."""

    NO_CONTRACT = "NO_CONTRACT"
    OFF_HOURS = "OFF_HOURS"
    OUT_OF_AREA = "OUT_OF_AREA"
    NO_UNIT = "NO_UNIT"
    BUSY = "BUSY"
    HANDOFF_FAILED = "HANDOFF_FAILED"
    NOT_REPORTED = "NOT_REPORTED"


@dataclass(frozen=True, slots=True)
class TeamAvailability:
    """Whether a team can be sent to this call now; if not, why, and in how many minutes a unit is expected free."""

    available: bool
    code: Unavailable | None = None
    reason: str | None = None
    free_in_min: int | None = None


Availability = Mapping[str, TeamAvailability]
"""Team code -> availability. A team that is missing counts as unavailable."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A city's own demand on every decision where `when` holds, beside the built-in ones that nobody can take away.

    `must_send` and `never_send` are roles and team codes of the response; `never_join` are teams; the tier must be
    `tier_at_most` or more protective (1 is the most). What is left empty demands nothing.
    """

    code: str
    title: str
    when: Condition = ALWAYS
    must_send: tuple[str, ...] = ()
    never_send: tuple[str, ...] = ()
    never_join: tuple[str, ...] = ()
    tier_at_most: int | None = None


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A named situation with the response it must get; a ruleset that misses one cannot be approved.

    `answers` need not be complete: a question left out was not asked. `available` are team codes, None for all teams.
    `rule`, `priority` and `joins` are compared only where they are given.
    """

    name: str
    answers: Answers
    tier: int
    response: tuple[str, ...]
    available: tuple[str, ...] | None = None
    extra_roles: tuple[str, ...] = ()
    situation: Situation | None = None
    rule: str | None = None
    priority: int | None = None
    joins: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Ruleset:
    """Questions, teams and rules in order. The last rule has no columns and sends public safety.

    `invariants` are the city's own; `cases` are its golden cases.
    """

    name: str
    version: int
    questions: tuple[Question, ...]
    teams: tuple[Team, ...]
    rules: tuple[Rule, ...]
    invariants: tuple[Invariant, ...] = ()
    cases: tuple[GoldenCase, ...] = ()

    def question(self, field: str) -> Question:
        """The question with this field; KeyError when there is none."""
        for question in self.questions:
            if question.field == field:
                return question
        raise KeyError(field)

    def team(self, code: str) -> Team:
        """The team with this code; KeyError when there is none."""
        for team in self.teams:
            if team.code == code:
                return team
        raise KeyError(code)
