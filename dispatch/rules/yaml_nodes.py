"""Reads YAML strictly: plain text, lists and mappings, with the line of everything. Nothing in it is ever executed.

Aliases, anchors and tags are refused, so that a small file cannot grow in memory and names no type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

import yaml

MOST_CHARACTERS: Final = 262_144
MOST_DIGITS: Final = 9
DEEPEST: Final = 20
MOST_PROBLEMS: Final = 100
TEXT_TAGS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "int"))

Code = TypeVar("Code", bound=StrEnum)

Path: TypeAlias = tuple[str | int, ...]
"""Where something stands in the file: keys and places in lists, as ("rules", 3, "outcomes", 0)."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a ruleset file and on which line, counted from 1."""

    line: int
    reason: str


class RulesetFileError(ValueError):
    """A file that is no ruleset. `problems` says where and why, by line; nothing was taken from it."""

    def __init__(self, problems: list[FileProblem]) -> None:
        ordered = sorted(problems, key=lambda problem: problem.line)
        if len(ordered) > MOST_PROBLEMS:
            rest = FileProblem(ordered[MOST_PROBLEMS].line, f"and {len(ordered) - MOST_PROBLEMS} more from here on")
            ordered = [*ordered[:MOST_PROBLEMS], rest]
        super().__init__("\n".join(f"line {problem.line}: {problem.reason}" for problem in ordered))
        self.problems = ordered


def compose(text: str) -> yaml.Node:
    """The root node of a file. Raises RulesetFileError for what is too long, too deep, no YAML or empty."""
    if len(text) > MOST_CHARACTERS:
        raise failed_at(1, f"the file is longer than {MOST_CHARACTERS} characters")
    try:
        root = yaml.compose(text, Loader=_Plain)
    except yaml.MarkedYAMLError as error:
        raise failed_at(_line(error.problem_mark), str(error.problem or "this is not YAML")) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise failed_at(line, f"a character that does not belong in a text file: U+{_ordinal(error):04X}") from error
    except yaml.YAMLError as error:
        raise failed_at(1, "this is not YAML") from error
    if root is None:
        raise failed_at(1, "the file is empty")
    return root


def _ordinal(error: yaml.reader.ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


class _Plain(yaml.SafeLoader):
    """Composes nodes and nothing but nodes: no anchors, no tags, no depth that would exhaust the stack."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            raise failed_at(_line(event.start_mark), "anchors and aliases are not allowed")
        if getattr(event, "tag", None) is not None:
            raise failed_at(_line(event.start_mark), "tags are not allowed")
        if self.depth >= DEEPEST:
            raise failed_at(_line(event.start_mark), "nested too deep")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _line(mark: object) -> int:
    """The line of a YAML mark, counted from 1; 1 where the parser knows none."""
    return int(getattr(mark, "line", 0)) + 1


def failed_at(line: int, reason: str) -> RulesetFileError:
    """One problem on one line."""
    return RulesetFileError([FileProblem(line, reason)])


def failed(node: yaml.Node, reason: str) -> RulesetFileError:
    """One problem with a node, on its line."""
    return failed_at(_line(node.start_mark), reason)


def lines_of(root: yaml.Node) -> dict[Path, int]:
    """The line of every key and every row of a list, by its path."""
    lines: dict[Path, int] = {(): _line(root.start_mark)}
    left: list[tuple[Path, yaml.Node]] = [((), root)]
    while left:
        path, node = left.pop()
        inner: list[tuple[str | int, yaml.Node, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            inner = [(str(key.value), key, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            inner = [(place, row, row) for place, row in enumerate(node.value)]
        for name, at, value in inner:
            lines[*path, name] = _line(at.start_mark)
            left.append(((*path, name), value))
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it that the file has."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def text_of(node: yaml.Node) -> str:
    """The text as written: YAML would take a bare NO for false and 211 for a number."""
    if not isinstance(node, yaml.ScalarNode) or node.tag not in TEXT_TAGS or not node.value:
        raise failed(node, "text expected")
    return str(node.value)


def number_of(node: yaml.Node) -> int:
    """A whole number of at most 9 digits."""
    value = node.value if isinstance(node, yaml.ScalarNode) and node.style is None else ""
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise failed(node, "whole number expected")
    return int(value)


def truth_of(node: yaml.Node) -> bool:
    """true or false."""
    value = node.value if isinstance(node, yaml.ScalarNode) else ""
    if value not in ("true", "false"):
        raise failed(node, "true or false expected")
    return bool(value == "true")


def code_of(kind: type[Code], node: yaml.Node) -> Code:
    """One of the names of an enumeration."""
    text = text_of(node)
    if text not in kind.__members__:
        raise failed(node, f"{text} is none of {', '.join(kind.__members__)}")
    return kind[text]


def rows_of(node: yaml.Node | None) -> list[yaml.Node]:
    """The rows of a list; none where the key is missing."""
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise failed(node, "a list expected")
    return list(node.value)


def texts_of(node: yaml.Node | None) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text_of(row) for row in rows_of(node))


def pairs_of(node: yaml.Node) -> Iterator[tuple[yaml.Node, str, yaml.Node]]:
    """The keys of a mapping, as node and text, with their values. A key may be there only once."""
    if not isinstance(node, yaml.MappingNode):
        raise failed(node, "key: value expected")
    seen: set[str] = set()
    for key_node, value in node.value:
        key = text_of(key_node)
        if key in seen:
            raise failed(key_node, f"{key} is there twice")
        seen.add(key)
        yield key_node, key, value


def fields_of(node: yaml.Node, required: str, optional: str = "") -> Mapping[str, yaml.Node]:
    """The fields of a mapping; `required` and `optional` are names separated by spaces."""
    known = {*required.split(), *optional.split()}
    fields: dict[str, yaml.Node] = {}
    for key_node, key, value in pairs_of(node):
        if key not in known:
            raise failed(key_node, f"{key} is not known here; expected {', '.join(sorted(known))}")
        fields[key] = value
    missing = [name for name in required.split() if name not in fields]
    if missing:
        raise failed(node, f"{', '.join(missing)} missing")
    return fields
