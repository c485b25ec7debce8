"""Reading an export file: recognise it by its header, then row by row. A bad row keeps its reason."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

from dispatch.replay import cad_export, city_export
from dispatch.replay.records import BadRow, Reading, RecordedIncident, RowError, UnreadableExport

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_FIELD = 20_000
REPLACEMENT = "\ufffd"


def read_export(path: Path, *, zone: ZoneInfo, day: date | None = None) -> Reading:
    """All incidents of the file (of one local day), by time of the call.

    CSV in UTF-8, plain or gzip. Raises UnreadableExport when the file cannot be opened or has no header we know.
    Rows of other days are counted, not checked.
    """
    csv.field_size_limit(LONGEST_FIELD)
    rows = _rows(path)
    try:
        _, header = next(rows, (1, []))
    except OSError as error:
        raise UnreadableExport(f"{path} cannot be opened: {error.strerror or error}") from error
    if isinstance(header, BadRow):
        raise UnreadableExport(f"{path.name} cannot be read: {header.reason}")
    reader, names = _recognise(header, path)
    reading = Reading(format=reader.FORMAT)
    lines: dict[str, int] = {}
    for line, fields in rows:
        found = (
            fields if isinstance(fields, BadRow) else _read_row(reader, names, fields, line=line, zone=zone, day=day)
        )
        if isinstance(found, RecordedIncident) and found.reference in lines:
            found = BadRow(line, f"{found.reference} again: it is in line {lines[found.reference]}")
        if isinstance(found, BadRow):
            reading.bad_rows.append(found)
        elif isinstance(found, RecordedIncident):
            lines[found.reference] = line
            reading.incidents.append(found)
        else:
            reading.other_days += found
    reading.incidents.sort(key=lambda incident: (incident.received_at, incident.line))
    return reading


def _read_row(
    reader: ModuleType, names: list[str], fields: list[str], *, line: int, zone: ZoneInfo, day: date | None
) -> RecordedIncident | BadRow | int:
    """The row's incident, or why there is none; a number is how many rows of other days it counts for."""
    if not any(fields):
        return 0
    try:
        row = _named(names, fields)
        if day is not None and reader.local_start(row).date() != day:
            return 1
        incident: RecordedIncident = reader.read_row(row, line, zone)
    except RowError as error:
        return BadRow(line, str(error))
    return incident


def _named(names: list[str], fields: list[str]) -> dict[str, str]:
    if len(fields) != len(names):
        raise RowError(f"{len(fields)} fields, the header has {len(names)}")
    if any(REPLACEMENT in field or "\0" in field for field in fields):
        raise RowError("not valid UTF-8 text")
    return dict(zip(names, fields, strict=True))


def _recognise(header: list[str], path: Path) -> tuple[ModuleType, list[str]]:
    names = [name.strip().lstrip("\ufeff") for name in header]
    if set(cad_export.NEEDED) <= set(names):
        return cad_export, names
    lowered = [name.lower().replace(" ", "_") for name in names]
    if set(city_export.NEEDED) <= set(lowered):
        return city_export, lowered
    near = cad_export if "Master_Incident_Number" in names else city_export if "apno" in lowered else None
    if near is not None:
        missing = sorted(set(near.NEEDED) - set(names if near is cad_export else lowered))
        raise UnreadableExport(f"{path.name} lacks the columns {', '.join(missing)}.")
    raise UnreadableExport(
        f"{path.name} is no export known here: its header is neither that of a CAD export (Master_Incident_Number, ..)"
        " nor that of the city's open data (apno, date, time_24hr, ..)."
    )


def _rows(path: Path) -> Iterator[tuple[int, list[str] | BadRow]]:
    """(line the row begins on, its fields). What the CSV reader refuses comes as a BadRow; a cut-off file likewise."""
    with path.open("rb") as raw:
        packed = raw.peek(2)[:2] == GZIP_MAGIC  # type: ignore[attr-defined]
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")  # type: ignore[type-var]
        rows = csv.reader(text)
        while True:
            line = rows.line_num + 1
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, BadRow(line, f"not CSV: {error}")
                continue
            except (EOFError, OSError) as error:
                yield line, BadRow(line, f"the file breaks off here: {error}")
                return
            yield line, fields
