"""A ruleset as one readable YAML file that a city can keep in git. Strict: an unknown name is an error with its line.

The format is the one of default_ruleset.yaml. Nothing in it is ever executed; aliases are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import yaml

from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import (
    ALWAYS,
    Addition,
    Alternative,
    AlternativeKind,
    Column,
    Condition,
    FollowUp,
    Join,
    JoinMode,
    Match,
    Option,
    Outcome,
    Preference,
    PriorityWhen,
    Question,
    Rule,
    Ruleset,
    Situation,
    Team,
)
from dispatch.rules.structure import structure_problems

DEFAULT_FILE: Final = Path(__file__).with_name("default_ruleset.yaml")
FORMAT: Final = 1
MOST_CHARACTERS: Final = 262_144
MOST_DIGITS: Final = 9
DEEPEST: Final = 20
TEXT_TAGS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "int"))

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a ruleset file and on which line, counted from 1."""

    line: int
    reason: str


class RulesetFileError(ValueError):
    """A file that is no ruleset. `problems` says where and why; nothing was taken from it."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(f"line {problem.line}: {problem.reason}" for problem in problems))
        self.problems = problems


def load_default_ruleset() -> Ruleset:
    """The programme's default table."""
    return parse_ruleset(DEFAULT_FILE.read_text(encoding="utf-8"))


def parse_ruleset(text: str, questions: tuple[Question, ...] = QUESTIONS) -> Ruleset:
    """Read a ruleset file. Raises RulesetFileError for bad YAML, unknown names or a shape that cannot be checked."""
    if len(text) > MOST_CHARACTERS:
        raise RulesetFileError([FileProblem(1, f"the file is longer than {MOST_CHARACTERS} characters")])
    root = _compose(text)
    if root is None:
        raise RulesetFileError([FileProblem(1, "the file is empty")])
    lines: dict[str, int] = {}
    ruleset = _Reader({question.field: question for question in questions}, lines).ruleset(root, questions)
    problems = structure_problems(ruleset)
    if problems:
        raise RulesetFileError([FileProblem(lines.get(found.rule or "", 1), found.reason) for found in problems])
    return ruleset


def _compose(text: str) -> yaml.Node | None:
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise RulesetFileError([FileProblem(_line(event.start_mark), "nested too deep")])
            if isinstance(event, yaml.AliasEvent):
                raise RulesetFileError([FileProblem(_line(event.start_mark), "aliases are not allowed")])
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark)
        raise RulesetFileError([FileProblem(line, str(error.problem or "this is not YAML"))]) from error
    except yaml.YAMLError as error:
        raise RulesetFileError([FileProblem(1, "this is not YAML")]) from error


def _line(mark: object) -> int:
    """The line of a YAML mark, counted from 1; 1 where the parser knows none."""
    return int(getattr(mark, "line", 0)) + 1


def _fail(node: yaml.Node, reason: str) -> RulesetFileError:
    return RulesetFileError([FileProblem(_line(node.start_mark), reason)])


def _text(node: yaml.Node) -> str:
    """The text as written: YAML would take a bare NO for false and 211 for a number."""
    if not isinstance(node, yaml.ScalarNode) or node.tag not in TEXT_TAGS or not node.value:
        raise _fail(node, "text expected")
    return str(node.value)


def _number(node: yaml.Node) -> int:
    value = node.value if isinstance(node, yaml.ScalarNode) else ""
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise _fail(node, "whole number expected")
    return int(value)


def _rows(node: yaml.Node | None) -> list[yaml.Node]:
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise _fail(node, "a list expected")
    return list(node.value)


def _texts(node: yaml.Node | None) -> tuple[str, ...]:
    return tuple(_text(row) for row in _rows(node))


def _code(kind: type[Code], node: yaml.Node) -> Code:
    text = _text(node)
    if text not in kind.__members__:
        raise _fail(node, f"{text} is none of {', '.join(kind.__members__)}")
    return kind[text]


def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.Node, str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _fail(node, "key: value expected")
    seen: set[str] = set()
    for key_node, value in node.value:
        key = _text(key_node)
        if key in seen:
            raise _fail(key_node, f"{key} is there twice")
        seen.add(key)
        yield key_node, key, value


def _fields(node: yaml.Node, required: str, optional: str = "") -> Mapping[str, yaml.Node]:
    """The fields of a mapping; `required` and `optional` are names separated by spaces."""
    known = {*required.split(), *optional.split()}
    fields: dict[str, yaml.Node] = {}
    for key_node, key, value in _pairs(node):
        if key not in known:
            raise _fail(key_node, f"{key} is not known here; expected {', '.join(sorted(known))}")
        fields[key] = value
    missing = [name for name in required.split() if name not in fields]
    if missing:
        raise _fail(node, f"{', '.join(missing)} missing")
    return fields


class _Reader:
    """Turns nodes into the ruleset's shapes, checking every name against the questions and teams of the file."""

    def __init__(self, questions: Mapping[str, Question], lines: dict[str, int]) -> None:
        self.questions = questions
        self.lines = lines

    def ruleset(self, node: yaml.Node, questions: tuple[Question, ...]) -> Ruleset:
        fields = _fields(node, "format name version teams rules")
        if _number(fields["format"]) != FORMAT:
            raise _fail(fields["format"], f"format {FORMAT} expected")
        teams = tuple(self.team(code, value) for _, code, value in _pairs(fields["teams"]))
        return Ruleset(
            name=_text(fields["name"]),
            version=_number(fields["version"]),
            questions=questions,
            teams=teams,
            rules=tuple(self.rule(row) for row in _rows(fields["rules"])),
        )

    def team(self, code: str, node: yaml.Node) -> Team:
        fields = _fields(node, "name ages", "requires")
        ages = self.accepted("age", fields["ages"])
        return Team(code, _text(fields["name"]), ages, self.condition(fields.get("requires")))

    def rule(self, node: yaml.Node) -> Rule:
        fields = _fields(node, "code title outcomes", "when")
        code = _text(fields["code"])
        self.lines.setdefault(code, _line(node.start_mark))
        outcomes = tuple(self.outcome(row) for row in _rows(fields["outcomes"]))
        return Rule(code, _text(fields["title"]), self.condition(fields.get("when")), outcomes)

    def outcome(self, node: yaml.Node) -> Outcome:
        fields = _fields(node, "tier priority options", "when priority_when alternatives keep_asking")
        return Outcome(
            tier=_number(fields["tier"]),
            priority=_number(fields["priority"]),
            options=tuple(self.option(row) for row in _rows(fields["options"])),
            when=self.condition(fields.get("when")),
            priority_when=tuple(self.priority_when(row) for row in _rows(fields.get("priority_when"))),
            alternatives=tuple(self.alternative(row) for row in _rows(fields.get("alternatives"))),
            keep_asking=_texts(fields.get("keep_asking")),
        )

    def priority_when(self, node: yaml.Node) -> PriorityWhen:
        fields = _fields(node, "priority when")
        return PriorityWhen(_number(fields["priority"]), self.condition(fields["when"]))

    def option(self, node: yaml.Node) -> Option:
        fields = _fields(node, "send", "add joins follow_ups prefer")
        return Option(
            send=_texts(fields["send"]),
            additions=tuple(self.addition(row) for row in _rows(fields.get("add"))),
            joins=tuple(self.join(row) for row in _rows(fields.get("joins"))),
            follow_ups=tuple(self.follow_up(row) for row in _rows(fields.get("follow_ups"))),
            prefer=tuple(_code(Preference, row) for row in _rows(fields.get("prefer"))),
        )

    def addition(self, node: yaml.Node) -> Addition:
        fields = _fields(node, "role when")
        return Addition(_text(fields["role"]), self.condition(fields["when"]))

    def join(self, node: yaml.Node) -> Join:
        fields = _fields(node, "team mode", "when only_without")
        without = fields.get("only_without")
        return Join(
            team=_text(fields["team"]),
            mode=_code(JoinMode, fields["mode"]),
            when=self.condition(fields.get("when")),
            only_without=None if without is None else _text(without),
        )

    def follow_up(self, node: yaml.Node) -> FollowUp:
        fields = _fields(node, "team", "when situation")
        situation = fields.get("situation")
        return FollowUp(
            team=_text(fields["team"]),
            when=self.condition(fields.get("when")),
            situation=None if situation is None else _code(Situation, situation),
        )

    def alternative(self, node: yaml.Node) -> Alternative:
        fields = _fields(node, "kind callback_min", "team wait_min resources")
        team, wait = fields.get("team"), fields.get("wait_min")
        return Alternative(
            kind=_code(AlternativeKind, fields["kind"]),
            callback_min=_number(fields["callback_min"]),
            team=None if team is None else _text(team),
            wait_min=None if wait is None else _number(wait),
            resources=_texts(fields.get("resources")),
        )

    def condition(self, node: yaml.Node | None) -> Condition:
        if node is None:
            return ALWAYS
        fields = _fields(node, "", "any all")
        if len(fields) != 1:
            raise _fail(node, "exactly one of any, all expected")
        ((match, columns),) = fields.items()
        rows = {key: self.column(key_node, key, value) for key_node, key, value in _pairs(columns)}
        return Condition(Match(match.upper()), tuple(rows[field] for field in self.questions if field in rows))

    def column(self, key_node: yaml.Node, field: str, node: yaml.Node) -> Column:
        if field not in self.questions:
            raise _fail(key_node, f"there is no question {field}")
        return Column(field, self.accepted(field, node))

    def accepted(self, field: str, node: yaml.Node) -> frozenset[str]:
        codes = self.questions[field].codes
        for row in _rows(node):
            if _text(row) not in codes:
                raise _fail(row, f"question {field} has no answer {_text(row)}; it offers {', '.join(codes)}")
        return frozenset(_texts(node))
