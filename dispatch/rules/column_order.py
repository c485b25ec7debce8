"""The one order of a condition's columns: the same ruleset from a file and from rows is equal and reads alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dispatch.rules.ruleset import Condition, Ruleset


def in_question_order(ruleset: Ruleset) -> Ruleset:
    """The ruleset with the columns of every condition in the order of its questions."""
    ranks = {question.field: rank for rank, question in enumerate(ruleset.questions)}
    parts = {name: _ordered(getattr(ruleset, name), ranks) for name in ("teams", "rules", "invariants")}
    return replace(ruleset, **parts)


def _ordered(part: Any, ranks: Mapping[str, int]) -> Any:
    if isinstance(part, Condition):
        columns = sorted(part.columns, key=lambda column: ranks.get(column.question, len(ranks)))
        return replace(part, columns=tuple(columns))
    if isinstance(part, tuple):
        return tuple(_ordered(one, ranks) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: _ordered(getattr(part, one.name), ranks) for one in fields(part)})
    return part
