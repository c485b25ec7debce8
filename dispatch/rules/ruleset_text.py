"""Writes a ruleset as the YAML file that `ruleset_file` reads: the same ruleset always gives the same text.

What belongs together stands on one line as long as it fits, and every row on lines of its own, so that a change shows
in git as the lines it touches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from dispatch.rules.ruleset import Ruleset
from dispatch.rules.ruleset_document import Document, Value, document

WIDTH: Final = 118

OPEN_ROWS: Final = ("rules", "outcomes", "options", "invariants", "cases", "questions")
"""Lists whose rows take a line for each of their fields, however short they are."""

PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[ +/()'.;-]+[A-Za-z0-9_()]+)*")
"""Text that needs no quotes."""

TAKEN_BY_YAML: Final = re.compile(r"(?i:true|false|null)")
"""Words that editors take for something else than text. NO and YES they take as text, and the reader does, too."""

NOT_PRINTED: Final = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def write_ruleset(ruleset: Ruleset) -> str:
    """The file of a well-formed ruleset, its questions included: `parse_ruleset` reads the same ruleset from it."""
    lines: list[str] = []
    for name, value in document(ruleset).items():
        if isinstance(value, dict | list):
            lines.append("")
        lines += _field(name, value, "")
    return "\n".join([*lines, ""])


def _field(name: str, value: Value, indent: str, *, is_open: bool = False) -> Iterator[str]:
    """A key with its value: on one line where that fits and nothing asks for more."""
    line = f"{indent}{name}: {_flow(value)}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{indent}{name}:"
        for number, row in enumerate(value):
            if name == "rules" and number:
                yield ""
            yield from _row(row, f"{indent}  ", is_open=name in OPEN_ROWS)
    elif isinstance(value, dict) and (is_open or name == "teams"):
        yield f"{indent}{name}:"
        for key, inner in value.items():
            yield from _field(key, inner, f"{indent}  ", is_open=name == "teams")
    elif isinstance(value, dict) and len(line) > WIDTH:
        yield f"{indent}{name}:"
        yield from _unfolded(value, f"{indent}  ")
    else:
        yield line


def _row(row: Value, indent: str, *, is_open: bool) -> Iterator[str]:
    line = f"{indent}- {_flow(row)}"
    if not isinstance(row, dict) or (not is_open and len(line) <= WIDTH):
        yield line
        return
    inner = f"{indent}  "
    lines = [line for name, value in row.items() for line in _field(name, value, inner)]
    yield f"{indent}- {lines[0].removeprefix(inner)}"
    yield from lines[1:]


def _unfolded(value: Document, indent: str) -> Iterator[str]:
    """A mapping too long for one line: columns one below the other, answers as many to a line as fit."""
    if any(isinstance(inner, dict | list) for inner in value.values()):
        for name, inner in value.items():
            yield from _field(name, inner, indent)
        return
    line = indent + "{"
    pairs = [f"{name}: {_flow(inner)}" for name, inner in value.items()]
    for pair in pairs[:-1]:
        if len(line) + len(pair) + 1 > WIDTH:
            yield line.rstrip()
            line = f"{indent} "
        line += f"{pair}, "
    yield f"{line}{pairs[-1]}}}"


def _flow(value: Value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _scalar(value)


def _scalar(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if PLAIN.fullmatch(value) and not TAKEN_BY_YAML.fullmatch(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return NOT_PRINTED.sub(lambda found: f"\\U{ord(found.group()):08x}", quoted)
