"""The table of the command line's language: its verbs, kinds of arguments and refusals, as data.

`command_grammar.json` is the one source. `command_line.py` interprets it here, `static/dispatch/js/commands.js` in the
browser; both are held to `tests/command_line/cases.json`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

FILE: Final = Path(__file__).with_name("command_grammar.json")
REST: Final = ("place", "words")
"""Kinds that take all words left, in the case they were typed in."""

TextUse = Literal["", "optional", "required"]


@dataclass(frozen=True, slots=True)
class Take:
    """An argument in order of typing. A call that is left out is the selected one."""

    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Verb:
    """One command. `says` is its preview, `says_with` the one to use when an argument is given."""

    word: str
    group: str
    takes: tuple[Take, ...]
    text: TextUse
    usage: str
    help: str
    says: str
    says_with: dict[str, str] = field(default_factory=dict)
    screen: bool = False
    """It changes only what the person's own screen shows."""
    on_call: bool = False
    """Its units must be on a call."""
    warns_busy: bool = False
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """`shapes`: what a word of a kind looks like; `asks`: what to say when it is missing."""

    verbs: dict[str, Verb]
    shapes: dict[str, re.Pattern[str]]
    asks: dict[str, str]
    reasons: dict[str, str]
    aliases: dict[str, str]
    """What a city starts with: word -> verb."""


@cache
def grammar() -> Grammar:
    """The table, read once."""
    data = as_data()
    verbs = [_verb(dict(row)) for row in data["verbs"]]
    return Grammar(
        verbs={verb.word: verb for verb in verbs},
        shapes={kind: re.compile(row["shape"], re.ASCII) for kind, row in data["kinds"].items()},
        asks={kind: row["asks"] for kind, row in data["kinds"].items()},
        reasons=data["reasons"],
        aliases=data["aliases"],
    )


@cache
def as_data() -> dict[str, Any]:
    """The table as the browser gets it."""
    data: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return data


def _verb(row: dict[str, Any]) -> Verb:
    takes = tuple(Take(word.rstrip("?"), word.endswith("?")) for word in row.pop("takes"))
    return Verb(word=row.pop("verb"), takes=takes, **row)
