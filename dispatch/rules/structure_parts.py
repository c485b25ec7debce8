"""What texts, codes and conditions of a ruleset must look like, wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from dispatch.rules.ruleset import Condition, Match, Question, Ruleset
from dispatch.rules.yaml_nodes import Path

Found: TypeAlias = tuple[Path, str]
"""Where something is wrong, as a path in the ruleset's file, and what."""

CODE: Final = re.compile(r"[A-Z0-9_]{1,16}")
FIELD: Final = re.compile(r"[a-z][a-z0-9_]{1,23}")
UNSPOKEN: Final = ("Cc", "Cs", "Zl", "Zp")
"""Kinds of characters that no text has: controls (a line break is one), halves of characters, separators of lines."""


def text_problems(path: Path, what: str, text: str, longest: int, *, may_be_empty: bool = False) -> Iterator[Found]:
    """A text on one line, given, and no longer than it can be stored."""
    if not text.strip() and not may_be_empty:
        yield path, f"{what} is empty"
    if len(text) > longest:
        yield path, f"{what} is longer than {longest} characters"
    if any(unicodedata.category(character) in UNSPOKEN for character in text):
        yield path, f"{what} has a line break or a character that cannot be shown"


def code_problems(path: Path, what: str, code: str) -> Iterator[Found]:
    """A code as answers, teams, rules and invariants have one."""
    if not CODE.fullmatch(code):
        yield path, f"{what} {_short(code)} is not 1 to 16 of A-Z, 0-9 and _"


def _short(code: str) -> str:
    return code if len(code) <= 40 else f"{code[:40]}.."


def twice(what: str, names: Iterable[tuple[Path, str]]) -> Iterator[Found]:
    """Names that are there more than once, at the last of them."""
    rows = list(names)
    last = {name: path for path, name in rows}
    for name, count in Counter(name for _, name in rows).items():
        if count > 1:
            yield last[name], f"{what} {_short(name)} is there {count} times"


def condition_problems(ruleset: Ruleset, path: Path, condition: Condition) -> Iterator[Found]:
    """A condition asks only what the questions offer, each question once."""
    offered = {question.field: question for question in ruleset.questions}
    if condition.match is Match.ANY and not condition.columns:
        yield path, "ANY of no columns"
    inner = (*path, condition.match.value.lower())
    yield from twice("column", (((*inner, column.question), column.question) for column in condition.columns))
    for column in condition.columns:
        yield from _column_problems(offered.get(column.question), (*inner, column.question), column.accepts)


def _column_problems(question: Question | None, path: Path, accepts: frozenset[str]) -> Iterator[Found]:
    if question is None:
        yield path, f"there is no question {path[-1]}"
        return
    unknown = accepts.difference(question.codes)
    if unknown:
        yield path, f"question {question.field} has no answer {', '.join(sorted(unknown))}"
    if not accepts:
        yield path, f"column {question.field} accepts nothing"
