"""Legacy ALI: a screen of text with each field at a fixed place. Broken text gives what could be read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from dispatch.intake.record import LONGEST, MOST_UNCERTAIN_M, Bid, PhoneRecord, class_of

LONGEST_TEXT = 10_000
STX, ETX = "\x02", "\x03"
NUMBER = re.compile(r"\(?\d{3}\)?[-. ]*\d{3}[-. ]*\d{4}")


@dataclass(frozen=True, slots=True)
class At:
    """Where a field stands; the first line and the first column are 1."""

    field: str
    line: int
    column: int
    length: int


DEFAULT: tuple[At, ...] = (
    At("number", 1, 1, 14),
    At("class_of_service", 1, 24, 4),
    At("house_number", 2, 1, 8),
    At("street", 3, 1, 30),
    At("town", 4, 1, 24),
    At("apartment", 5, 1, 20),
    At("name", 6, 1, 30),
    At("lat", 7, 1, 11),
    At("lon", 7, 13, 11),
    At("uncertainty_m", 8, 1, 6),
    At("confidence", 8, 8, 3),
    At("provider", 9, 1, 12),
    At("position", 9, 16, 10),
)
"""The layout of a system that has no table of its own."""


def read(text: str, table: Iterable[At] = DEFAULT) -> PhoneRecord:
    """Read what stands where the table says. Never raises: what makes no sense is named in `problems`."""
    raw = text[:LONGEST_TEXT].replace("\x00", "")
    lines = _lines(raw)
    words = {at.field: _cut(lines, at) for at in table}
    problems: list[str] = []
    lat, lon = (_number(words.get(name, ""), name, limit, problems) for name, limit in (("lat", 90), ("lon", 180)))
    uncertainty = _number(words.get("uncertainty_m", ""), "uncertainty", MOST_UNCERTAIN_M, problems)
    confidence = _number(words.get("confidence", ""), "confidence", 100, problems)
    if (lat is None) != (lon is None):
        problems.append("half a position")
        lat = lon = None
    street = " ".join(part for part in (words.get("house_number", ""), words.get("street", "")) if part)
    town = words.get("town", "")
    return PhoneRecord(
        number=_phone(words.get("number", ""), raw, problems),
        class_of_service=class_of(words.get("class_of_service", "")),
        name=words.get("name", "")[: LONGEST["name"]],
        provider=words.get("provider", "")[: LONGEST["provider"]],
        position=words.get("position", "")[: LONGEST["position"]],
        bid=Bid(
            lat, lon, abs(uncertainty) if uncertainty is not None else None,
            round(abs(confidence)) if confidence is not None else None,
            (f"{street}, {town}" if street and town else street)[: LONGEST["address"]], words.get("apartment", "")[:16],
        ),
        problems=tuple(problems),
        raw=raw,
    )  # fmt: skip


def _lines(raw: str) -> list[str]:
    """The lines of the screen, without what frames it on the wire."""
    body = raw.split(STX, 1)[-1].split(ETX, 1)[0]
    return re.split(r"\r\n|\r|\n", body)


def _cut(lines: list[str], at: At) -> str:
    if at.line > len(lines):
        return ""
    piece = lines[at.line - 1][at.column - 1 : at.column - 1 + at.length]
    return " ".join("".join(c if c.isprintable() else " " for c in piece).split())


def _phone(word: str, raw: str, problems: list[str]) -> str:
    """The call-back number; one that stands elsewhere is better than none."""
    if NUMBER.search(word):
        return word
    found = NUMBER.search(raw)
    problems.append("no call-back number where it belongs")
    return found.group().strip()[: LONGEST["number"]] if found else ""


def _number(word: str, name: str, limit: float, problems: list[str]) -> float | None:
    if not word:
        return None
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or abs(value) > limit:
        problems.append(f"{name} cannot be read")
        return None
    return value
