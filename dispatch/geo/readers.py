"""Read a geography file, GeoJSON or CSV, into rows. No database.

A file is recognised by what it holds: geometry types, property names and columns; its name never matters.
A row that cannot be used becomes a `Fault` with its line and the reason, and the next row is read.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from dispatch.geo import read_csv, read_geojson
from dispatch.geo.rows import Content, Fault, FileRows

MAX_FILE_BYTES = 200_000_000

LOAD_ORDER = list(Content)
"""Areas before streets before places: a place's neighbourhood comes from the areas."""


def read_file(path: Path) -> FileRows:
    """The rows of one file; `content` is UNUSED, with a note, when it holds nothing the geofile uses."""
    readers: dict[str, Callable[[str, str], FileRows]] = {
        ".geojson": read_geojson.read,
        ".json": read_geojson.read,
        ".csv": read_csv.read,
    }
    read = readers[path.suffix.lower()]
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return FileRows(path.name, faults=[Fault(0, f"larger than {MAX_FILE_BYTES // 1_000_000} MB")])
        return read(_decode(path.read_bytes()), path.name)
    except OSError as error:
        return FileRows(path.name, faults=[Fault(0, f"cannot be read: {error.strerror}")])


def read_directory(directory: Path) -> Iterator[FileRows]:
    """Every GeoJSON and CSV file directly in `directory`, in the order they must be loaded. Raises OSError."""
    paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in (".geojson", ".json", ".csv"))
    files = [read_file(path) for path in paths]
    yield from sorted(files, key=lambda rows: (LOAD_ORDER.index(rows.content), rows.source))


def _decode(raw: bytes) -> str:
    """UTF-8, else the old Windows code page: exports of spreadsheets are one or the other."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return re.sub("\x00", "�", text)
