"""A ruleset as one readable YAML file that a city can keep in git. Strict: an unknown name is an error with its line.

The format is the one of default_ruleset.yaml, described for editors in ruleset.schema.json; `ruleset_text` writes it.
The programme's questions count where the file has none of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import yaml

from dispatch.rules import yaml_nodes
from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import (
    ALWAYS,
    Addition,
    Alternative,
    AlternativeKind,
    Answer,
    Column,
    Condition,
    FollowUp,
    GoldenCase,
    Invariant,
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
from dispatch.rules.ruleset_document import FORMAT
from dispatch.rules.structure import structure_problems
from dispatch.rules.structure_questions import question_problems
from dispatch.rules.yaml_nodes import (
    MOST_CHARACTERS,
    FileProblem,
    RulesetFileError,
    code_of,
    compose,
    failed,
    failed_at,
    fields_of,
    line_of,
    lines_of,
    number_of,
    pairs_of,
    rows_of,
    text_of,
    texts_of,
    truth_of,
)

__all__ = [
    "DEFAULT_FILE",
    "MOST_BYTES",
    "MOST_CHARACTERS",
    "SCHEMA_FILE",
    "FileProblem",
    "RulesetFileError",
    "load_default_ruleset",
    "parse_ruleset",
    "read_ruleset",
]

DEFAULT_FILE: Final = Path(__file__).with_name("default_ruleset.yaml")
SCHEMA_FILE: Final = Path(__file__).with_name("ruleset.schema.json")
MOST_BYTES: Final = 2 * MOST_CHARACTERS

Row = TypeVar("Row")


def load_default_ruleset() -> Ruleset:
    """The programme's default table."""
    return read_ruleset(DEFAULT_FILE.read_bytes())


def read_ruleset(data: bytes) -> Ruleset:
    """Read a ruleset file as it came: UTF-8, not too long. Raises RulesetFileError as `parse_ruleset` does."""
    if len(data) > MOST_BYTES:
        raise failed_at(1, f"the file is longer than {MOST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise failed_at(line, "the file is not UTF-8 text") from error
    return parse_ruleset(text)


def parse_ruleset(text: str) -> Ruleset:
    """Read a ruleset file. Raises RulesetFileError for bad YAML, unknown names or a shape that cannot be checked."""
    root = compose(text)
    reader = _Reader(lines_of(root))
    ruleset = reader.ruleset(root)
    for found in structure_problems(ruleset):
        reader.note(found.path, found.reason)
    reader.stop_if_wrong()
    return ruleset


class _Reader:
    """Turns nodes into the ruleset's shapes. A row that cannot be read is a problem, and the others are read on."""

    def __init__(self, lines: Mapping[yaml_nodes.Path, int]) -> None:
        self.lines = lines
        self.questions: Mapping[str, Question] = {}
        self.problems: list[FileProblem] = []

    def note(self, path: yaml_nodes.Path, reason: str) -> None:
        """Something wrong at a place of the file."""
        self.problems.append(FileProblem(line_of(self.lines, path), reason))

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise RulesetFileError(self.problems)

    def each(self, node: yaml.Node | None, read: Callable[[yaml.Node], Row]) -> tuple[Row, ...]:
        """Every row of a list that can be read."""
        kept: list[Row] = []
        for row in rows_of(node):
            try:
                kept.append(read(row))
            except RulesetFileError as error:
                self.problems += error.problems
        return tuple(kept)

    def ruleset(self, node: yaml.Node) -> Ruleset:
        fields = fields_of(node, "format name version teams rules", "questions invariants cases")
        if number_of(fields["format"]) != FORMAT:
            raise failed(fields["format"], f"format {FORMAT} expected")
        questions = self.each(fields["questions"], self.question) if "questions" in fields else QUESTIONS
        self.stop_if_wrong()
        for path, reason in question_problems(questions):
            self.note(path, reason)
        self.stop_if_wrong()
        self.questions = {question.field: question for question in questions}
        ruleset = Ruleset(
            name=text_of(fields["name"]),
            version=number_of(fields["version"]),
            questions=questions,
            teams=tuple(self.team(code, value) for _, code, value in pairs_of(fields["teams"])),
            rules=self.each(fields["rules"], self.rule),
            invariants=self.each(fields.get("invariants"), self.invariant),
            cases=self.each(fields.get("cases"), self.case),
        )
        self.stop_if_wrong()
        return ruleset

    def question(self, node: yaml.Node) -> Question:
        optional = "hint safety ordered of_caller"
        fields = fields_of(node, "field label ask_en ask_es not_asked answers", optional)
        hint = fields.get("hint")
        return Question(
            field=text_of(fields["field"]),
            label=text_of(fields["label"]),
            ask_en=text_of(fields["ask_en"]),
            ask_es=text_of(fields["ask_es"]),
            hint="" if hint is None else text_of(hint),
            answers=self.each(fields["answers"], self.answer),
            not_asked=text_of(fields["not_asked"]),
            safety="safety" not in fields or truth_of(fields["safety"]),
            ordered="ordered" not in fields or truth_of(fields["ordered"]),
            of_caller="of_caller" not in fields or truth_of(fields["of_caller"]),
        )

    def answer(self, node: yaml.Node) -> Answer:
        fields = fields_of(node, "code label key danger clear phrase")
        return Answer(
            code=text_of(fields["code"]),
            label=text_of(fields["label"]),
            key=text_of(fields["key"]),
            danger=number_of(fields["danger"]),
            clear=truth_of(fields["clear"]),
            phrase=text_of(fields["phrase"]),
        )

    def team(self, code: str, node: yaml.Node) -> Team:
        fields = fields_of(node, "name ages", "requires")
        ages = self.accepted("age", fields["ages"])
        return Team(code, text_of(fields["name"]), ages, self.condition(fields.get("requires")))

    def rule(self, node: yaml.Node) -> Rule:
        fields = fields_of(node, "code title outcomes", "when")
        outcomes = self.each(fields["outcomes"], self.outcome)
        return Rule(text_of(fields["code"]), text_of(fields["title"]), self.condition(fields.get("when")), outcomes)

    def outcome(self, node: yaml.Node) -> Outcome:
        fields = fields_of(node, "tier priority options", "when priority_when alternatives keep_asking")
        return Outcome(
            tier=number_of(fields["tier"]),
            priority=number_of(fields["priority"]),
            options=self.each(fields["options"], self.option),
            when=self.condition(fields.get("when")),
            priority_when=self.each(fields.get("priority_when"), self.priority_when),
            alternatives=self.each(fields.get("alternatives"), self.alternative),
            keep_asking=texts_of(fields.get("keep_asking")),
        )

    def priority_when(self, node: yaml.Node) -> PriorityWhen:
        fields = fields_of(node, "priority", "when")
        return PriorityWhen(number_of(fields["priority"]), self.condition(fields.get("when")))

    def option(self, node: yaml.Node) -> Option:
        fields = fields_of(node, "send", "add joins follow_ups prefer")
        return Option(
            send=texts_of(fields["send"]),
            additions=self.each(fields.get("add"), self.addition),
            joins=self.each(fields.get("joins"), self.join),
            follow_ups=self.each(fields.get("follow_ups"), self.follow_up),
            prefer=tuple(code_of(Preference, row) for row in rows_of(fields.get("prefer"))),
        )

    def addition(self, node: yaml.Node) -> Addition:
        fields = fields_of(node, "role", "when")
        return Addition(text_of(fields["role"]), self.condition(fields.get("when")))

    def join(self, node: yaml.Node) -> Join:
        fields = fields_of(node, "team mode", "when only_without")
        return Join(
            team=text_of(fields["team"]),
            mode=code_of(JoinMode, fields["mode"]),
            when=self.condition(fields.get("when")),
            only_without=_text_if(fields.get("only_without")),
        )

    def follow_up(self, node: yaml.Node) -> FollowUp:
        fields = fields_of(node, "team", "when situation")
        situation = _situation_if(fields.get("situation"))
        return FollowUp(text_of(fields["team"]), self.condition(fields.get("when")), situation)

    def alternative(self, node: yaml.Node) -> Alternative:
        fields = fields_of(node, "kind callback_min", "team wait_min resources")
        return Alternative(
            kind=code_of(AlternativeKind, fields["kind"]),
            callback_min=number_of(fields["callback_min"]),
            team=_text_if(fields.get("team")),
            wait_min=_number_if(fields.get("wait_min")),
            resources=texts_of(fields.get("resources")),
        )

    def invariant(self, node: yaml.Node) -> Invariant:
        fields = fields_of(node, "code title", "when must_send never_send never_join tier_at_most")
        return Invariant(
            code=text_of(fields["code"]),
            title=text_of(fields["title"]),
            when=self.condition(fields.get("when")),
            must_send=texts_of(fields.get("must_send")),
            never_send=texts_of(fields.get("never_send")),
            never_join=texts_of(fields.get("never_join")),
            tier_at_most=_number_if(fields.get("tier_at_most")),
        )

    def case(self, node: yaml.Node) -> GoldenCase:
        fields = fields_of(node, "name answers tier response", "available extra_roles situation rule priority joins")
        return GoldenCase(
            name=text_of(fields["name"]),
            answers={key: self.given(at, key, value) for at, key, value in pairs_of(fields["answers"])},
            tier=number_of(fields["tier"]),
            response=texts_of(fields["response"]),
            available=texts_of(fields["available"]) if "available" in fields else None,
            extra_roles=texts_of(fields.get("extra_roles")),
            situation=_situation_if(fields.get("situation")),
            rule=_text_if(fields.get("rule")),
            priority=_number_if(fields.get("priority")),
            joins=texts_of(fields["joins"]) if "joins" in fields else None,
        )

    def condition(self, node: yaml.Node | None) -> Condition:
        if node is None:
            return ALWAYS
        fields = fields_of(node, "", "any all")
        if len(fields) != 1:
            raise failed(node, "exactly one of any, all expected")
        ((match, columns),) = fields.items()
        rows = {key: self.column(key_node, key, value) for key_node, key, value in pairs_of(columns)}
        return Condition(Match(match.upper()), tuple(rows[field] for field in self.questions if field in rows))

    def column(self, key_node: yaml.Node, field: str, node: yaml.Node) -> Column:
        if field not in self.questions:
            raise failed(key_node, f"there is no question {field}")
        return Column(field, self.accepted(field, node))

    def accepted(self, field: str, node: yaml.Node) -> frozenset[str]:
        return frozenset(self.offered(field, row) for row in rows_of(node))

    def given(self, key_node: yaml.Node, field: str, node: yaml.Node) -> str:
        if field not in self.questions:
            raise failed(key_node, f"there is no question {field}")
        return self.offered(field, node)

    def offered(self, field: str, node: yaml.Node) -> str:
        """An answer that the question offers."""
        codes = self.questions[field].codes if field in self.questions else ()
        if text_of(node) not in codes:
            raise failed(node, f"question {field} has no answer {text_of(node)}; it offers {', '.join(codes)}")
        return text_of(node)


def _text_if(node: yaml.Node | None) -> str | None:
    return None if node is None else text_of(node)


def _number_if(node: yaml.Node | None) -> int | None:
    return None if node is None else number_of(node)


def _situation_if(node: yaml.Node | None) -> Situation | None:
    return None if node is None else code_of(Situation, node)
