"""Reading JSON bodies strictly: UTF-8, no NaN, no bottomless nesting, no half characters, no member twice."""

from __future__ import annotations

import json
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MOST_NESTED = 12
"""Levels of lists and objects; the deepest body that means anything has four."""


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose members are each given once: of two, nobody can say which was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is given twice")
    return found


def _refuse_deep_nesting(body: Any) -> None:
    level = [body]
    for _ in range(MOST_NESTED):
        parts = [part for part in level if isinstance(part, (dict, list))]
        level = [child for part in parts for child in (part.values() if isinstance(part, dict) else part)]
        if not level:
            return
    raise ParseError("The body is nested too deeply.")


class StrictJSONParser(BaseParser):
    """`application/json` -> a JSON object. Raises ParseError (400) for anything else."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        raw = stream.read()
        if not raw.strip():
            return {}
        try:
            text = raw.decode("utf-8")
            body = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_members)
            if "\\ud" in text.lower():
                json.dumps(body, ensure_ascii=False).encode("utf-8")
        except UnicodeError as error:
            raise ParseError("The body is not valid UTF-8.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from error
        if not isinstance(body, dict):
            raise ParseError("The body must be a JSON object.")
        _refuse_deep_nesting(body)
        return body
