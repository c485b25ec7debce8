"""Reading a center's list of call types: CSV of whatever shape, its columns recognised by their names. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dispatch.rules.codes import AskTriage
from dispatch.rules.spreadsheet import from_cell

MOST_BYTES: Final = 1_000_000
MOST_ROWS: Final = 5_000
LONGEST_CODE: Final = 80
LONGEST_AGENCY: Final = 16
LONGEST_DESCRIPTION: Final = 200
MOST_RECORDED: Final = 2**31 - 1
REPLACEMENT: Final = "\ufffd"

COLUMNS: Final = {
    "code": ("code", "call_type", "call_type_code", "type_code", "problem", "nature", "incident_type", "type"),
    "description": ("description", "call_type_description", "meaning", "title", "type"),
    "agency": ("agency", "service", "discipline"),
    "recorded": ("recorded", "n", "count", "calls"),
    "asks": ("asks_triage", "asks"),
    "our_type": ("our_type",),
    "decided": ("decided",),
}
"""What a column may be called, the surest name first. Columns of other names are not read."""

EXPORTED: Final = (
    "code", "agency", "description", "asks_triage", "our_type", "recorded", "decided", "changed_by", "changed_at",
)  # fmt: skip
"""The columns of an exported vocabulary, which is read again with what was decided in it."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type. `asks` and `our_type` are None where the file says nothing; `recorded`: how often it came."""

    line: int
    code: str
    agency: str = ""
    description: str = ""
    recorded: int | None = None
    asks: AskTriage | None = None
    our_type: str | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row left out. `line` counts the file's lines from 1, the header included."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class VocabularyFile:
    """What the file holds, and what of it could not be used."""

    rows: tuple[TypeRow, ...]
    bad_rows: tuple[BadRow, ...]


class UnreadableVocabulary(ValueError):
    """The file as a whole cannot be used; the text says why."""


class _RowError(ValueError):
    """Why one row cannot be used."""


def read_vocabulary(content: bytes) -> VocabularyFile:
    """The types of a CSV file in UTF-8, separated by commas, semicolons or tabs. Raises UnreadableVocabulary.

    A type that comes again (in any case, for the same agency) is left out and named with the line it is in.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableVocabulary(f"The file has more than {MOST_BYTES // 1_000_000} MB.")
    text = content.decode("utf-8-sig", errors="replace")
    records = _records(text)
    _, header = next(records, (1, []))
    columns = _columns(header if isinstance(header, list) else [])
    rows: list[TypeRow] = []
    bad: list[BadRow] = []
    lines: dict[tuple[str, str], int] = {}
    for line, fields in records:
        if isinstance(fields, str):
            bad.append(BadRow(line, fields))
            continue
        if not any(field.strip() for field in fields):
            continue
        try:
            row = _row(line, fields, columns, len(header))
            first = lines.setdefault((row.code.upper(), row.agency.upper()), line)
            if first != line:
                raise _RowError(f"{row.code} again: it is in line {first}")
        except _RowError as error:
            bad.append(BadRow(line, str(error)))
            continue
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise UnreadableVocabulary(f"The file has more than {MOST_ROWS} types.")
    return VocabularyFile(tuple(rows), tuple(bad))


def _records(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """(line the record begins on, its fields, or why it is none)."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"not CSV: {error}"


def _columns(header: list[str]) -> dict[str, int]:
    """Which field is in which column. Of two columns that could be the same field the surer name is taken."""
    names = [name.strip().lower().replace(" ", "_") for name in header]
    found: dict[str, int] = {}
    for field, known in COLUMNS.items():
        column = next((names.index(name) for name in known if name in names), None)
        if column is not None and column not in found.values():
            found[field] = column
    if "code" not in found:
        raise UnreadableVocabulary(
            "This is no list of call types: its first line names no column for the code "
            f"({', '.join(COLUMNS['code'])})."
        )
    return found


def _row(line: int, fields: list[str], columns: dict[str, int], width: int) -> TypeRow:
    if any(REPLACEMENT in field or "\0" in field for field in fields):
        raise _RowError("not valid UTF-8 text")
    if len(fields) > width and any(field.strip() for field in fields[width:]):
        raise _RowError(f"{len(fields)} fields, the header has {width}")
    given = {
        name: " ".join(from_cell(fields[column]).split()) if column < len(fields) else ""
        for name, column in columns.items()
    }
    asks, our_type = given.get("asks", "").upper(), given.get("our_type")
    if asks and asks not in AskTriage.__members__:
        raise _RowError(f"asks_triage is {asks[:20]!r}, not YES, MAYBE or NO")
    return TypeRow(
        line=line,
        code=_text(given["code"], "code", LONGEST_CODE) or _missing("no code"),
        agency=_text(given.get("agency", ""), "agency", LONGEST_AGENCY),
        description=_text(given.get("description", ""), "description", LONGEST_DESCRIPTION),
        recorded=_count(given.get("recorded", "")),
        asks=AskTriage(asks) if asks else None,
        our_type=our_type.upper() if our_type is not None else None,
        decided=bool(asks) and given.get("decided", "").lower() in ("yes", "true", "1"),
    )


def _missing(reason: str) -> str:
    raise _RowError(reason)


def _text(text: str, name: str, longest: int) -> str:
    if len(text) > longest:
        raise _RowError(f"the {name} has {len(text)} characters, at most {longest} are kept")
    return text


def _count(text: str) -> int | None:
    if not text:
        return None
    plain = text.replace(",", "")
    if not plain.isascii() or not plain.isdigit() or int(plain) > MOST_RECORDED:
        raise _RowError(f"{text[:20]!r} is not a number of calls")
    return int(plain)
