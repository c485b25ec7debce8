"""Pure text work: what kind of place a text names, and the one way the geofile writes it.

    "415 Park Street, Apt 3B"         ADDRESS       number 415, street "PARK ST", unit "3B"
    "Washington & park st"            INTERSECTION  street "PARK ST", cross "WASHINGTON"
    "41.7637, -72.6851"               COORDINATES
    "St. Francis Hosp."               NAME          "SAINT FRANCIS HOSPITAL"

Nothing here refuses a text: what is not understood is a NAME, what has no letter or digit is EMPTY.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dispatch.geo.words import DIRECTIONS, JOINERS, LEAD_INS, NAME_WORDS, ORDINALS, STATE_WORDS, SUFFIXES, UNITS

MAX_TEXT = 200
"""Characters kept of a location's text; no place needs more, and a longer one is a mistaken paste."""

MAX_NUMBER = 999_999


class TextKind(StrEnum):
    EMPTY = "EMPTY"
    COORDINATES = "COORDINATES"
    INTERSECTION = "INTERSECTION"
    ADDRESS = "ADDRESS"
    NAME = "NAME"


@dataclass(frozen=True, slots=True)
class ParsedPlace:
    """What a text says. `normal` is what the geofile is searched by; `tail` is what followed a comma or the street.

    `name` is the normal name of the whole text, for when the narrower reading finds nothing.
    `is_block` marks "1200 BLK MAIN ST": somewhere along the block, not at that number.
    """

    kind: TextKind
    text: str
    normal: str = ""
    name: str = ""
    number: int | None = None
    number_high: int | None = None
    is_block: bool = False
    street: str = ""
    cross: str = ""
    unit: str = ""
    tail: str = ""
    lat: float | None = None
    lon: float | None = None


def clean(text: str) -> str:
    """One line of at most `MAX_TEXT` printable characters; what a database or a screen cannot hold is dropped."""
    printable = (c if c.isprintable() else " " for c in text[: 4 * MAX_TEXT])
    return " ".join("".join(printable).encode("utf-8", "ignore").decode().split())[:MAX_TEXT].strip()


def plain(text: str) -> str:
    """Capital ASCII letters, digits and the marks that mean something in an address: & / @ + # , -"""
    decomposed = unicodedata.normalize("NFKD", clean(text)).upper()
    letters = decomposed.encode("ascii", "ignore").decode()
    letters = re.sub(r"['`]", "", letters)
    letters = re.sub(r"\.(?=\s|,|$)", "", letters)
    letters = re.sub(r"[^A-Z0-9&/@+#,\-]", " ", letters)
    return " ".join(letters.split())


_COORDINATES = re.compile(
    r"""^[\s(\[]*(?:LAT[A-Z]*[\s:=]+)?([+-]?\d{1,3}\.\d+)\s*°?\s*([NS])?
        \s*[,;\s]\s*(?:LO?N[A-Z]*[\s:=]+)?([+-]?\d{1,3}\.\d+)\s*°?\s*([EW])?\W*$""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude when the text is two decimal numbers in range, else None."""
    match = _COORDINATES.match(clean(text))
    if not match:
        return None
    lat, lon = float(match[1]), float(match[3])
    if (match[2] or "").upper() == "S":
        lat = -abs(lat)
    if (match[4] or "").upper() == "W":
        lon = -abs(lon)
    return (lat, lon) if is_position(lat, lon) else None


def is_position(lat: float | None, lon: float | None) -> bool:
    """Whether both are numbers on the globe (not NaN, not infinite, not out of range)."""
    if lat is None or lon is None:
        return False
    return -90 <= lat <= 90 and -180 <= lon <= 180


def area_code(name: str) -> str:
    """The same for "SOUTH END", "Southend" and "south-end"."""
    return re.sub(r"[^A-Z0-9]", "", plain(name))[:64]


# Streets


def split_street(text: str) -> tuple[str, str]:
    """The normal street name and what follows it: "MAIN ST WEST HARTFORD" -> ("MAIN ST", "WEST HARTFORD")."""
    words = re.sub(r"[^A-Z0-9 \-]", " ", plain(text)).split()
    if not words:
        return "", ""
    end = _suffix_end(words)
    body, rest = (words[:end], words[end:]) if end else (words, [])
    if len(rest) == 1 and rest[0] in DIRECTIONS:
        body, rest = [*body, rest[0]], []
    return " ".join(_street_words(body, has_suffix=end > 0)), " ".join(rest)


def street_normal(text: str) -> str:
    """The one way a street is written: "North Main Street" -> "N MAIN ST", "Saint James St." -> "SAINT JAMES ST"."""
    return split_street(text)[0]


@lru_cache(maxsize=50_000)
def street_base(normal: str) -> str:
    """A normal street name without direction and suffix: "N MAIN ST" -> "MAIN"; the name itself if nothing is left."""
    words = normal.split()
    if len(words) > 1 and words[-1] in DIRECTIONS.values():
        words = words[:-1]
    if len(words) > 1 and words[-1] in SUFFIXES.values():
        words = words[:-1]
    if len(words) > 1 and words[0] in DIRECTIONS.values():
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=50_000)
def street_suffix(normal: str) -> str:
    """The suffix of a normal street name: "ST" of "N MAIN ST", "" of "N MAIN"."""
    words = [word for word in normal.split() if word not in DIRECTIONS.values()]
    return words[-1] if len(words) > 1 and words[-1] in SUFFIXES.values() else ""


def _suffix_end(words: list[str]) -> int:
    """How many words make the street: up to its (last adjoining) suffix, which is never the first word; 0 when none."""
    first = 2 if words[0] in DIRECTIONS and len(words) > 2 and words[1] not in SUFFIXES else 1
    end = next((i + 1 for i in range(first, len(words)) if words[i] in SUFFIXES), 0)
    while 0 < end < len(words) and words[end] in SUFFIXES:
        end += 1
    return end


def _street_words(words: list[str], *, has_suffix: bool) -> list[str]:
    out = list(words)
    trailing = len(out) > 2 and out[-1] in DIRECTIONS
    if trailing:
        out[-1] = DIRECTIONS[out[-1]]
    last = len(out) - 1 - trailing
    if has_suffix and last > 0:
        out[last] = SUFFIXES[out[last]]
    # "SOUTH ST" and "WEST BLVD" are names; only a direction before a further name word is one.
    if out[0] in DIRECTIONS and len(out) > 1 and not (has_suffix and last == 1):
        out[0] = DIRECTIONS[out[0]]
    for i, word in enumerate(out):
        if word in ("ST", "SAINT") and i < last:
            out[i] = "SAINT"
        elif word in ("MOUNT", "MT") and i < last:
            out[i] = "MT"
        elif word in ORDINALS:
            out[i] = ORDINALS[word]
    return out


def intersection_normal(one: str, other: str) -> str:
    """Two normal street names in alphabetical order: "PARK ST & WASHINGTON ST"."""
    return " & ".join(sorted((one, other)))


# Names


def name_normal(text: str) -> str:
    """The one way a place's name is written: capitals, no marks but `&`, common words one way."""
    joined = re.sub(r"[/@+]", " & ", plain(text))
    words = re.sub(r"[#,\-]", " ", joined.replace("&", " & ")).split()
    out: list[str] = []
    for i, word in enumerate(words):
        inside = 0 < i < len(words) - 1
        if word in JOINERS and inside and len(words[i - 1]) > 1 and len(words[i + 1]) > 1:
            out.append("&")
        elif word == "ST" and i < len(words) - 1 and (i == 0 or out[-1] == "&"):
            out.append("SAINT")
        else:
            out.append(NAME_WORDS.get(word, word))
    return " ".join(out)[:200].strip(" &")


# The whole text

_NUMBER = re.compile(r"^(\d{1,6})(?:\s*-\s*(\d{1,6}))?([A-Z](?=\s))?(?:\s+1/2)?\s+(?=\S*[A-Z])(.+)$")
_UNIT_WORDS = "|".join(sorted(UNITS, key=len, reverse=True))
_UNIT = re.compile(rf"(?:(?<=[\s,])|^)(?:({_UNIT_WORDS})\b\s*#?\s*|#\s*)((?=[A-Z]?\d|[A-Z]\b)[A-Z0-9\-]{{1,8}})\b")
_FLOOR = re.compile(r"\b(\d{1,2})(?:ST|ND|RD|TH)\s+(?:FLOOR|FL)\b")
_BLOCK = re.compile(rf"(?<=\d)\s+(?:BLOCK|BLK)\b(?:\s+OF\b)?(?=\s+(?!(?:{'|'.join(SUFFIXES)})\b))")
_JOINER_WORDS = re.compile(rf"(?<=[A-Z0-9]{{2}})\s+(?:{'|'.join(JOINERS)})\s+(?=[A-Z0-9]{{2}})")
_LEAD_IN = re.compile(rf"^(?:{'|'.join(sorted(LEAD_INS, key=len, reverse=True))})\s+(?=\S)")
_SPANISH_NUMBER = re.compile(r"^CALLE\s+([A-Z][A-Z ]*?)\s+(\d{1,6})(?=$|,)")
_ZIP = re.compile(r"^\d{5}(?:-\d{4})?$")


def parse(text: str) -> ParsedPlace:
    """Read a location as it was typed or said. Never raises; see the module's examples."""
    kept = clean(text)
    position = coordinates(kept)
    if position:
        return ParsedPlace(TextKind.COORDINATES, kept, lat=position[0], lon=position[1])
    whole, unit = _take_units(_LEAD_IN.sub("", _SPANISH_NUMBER.sub(r"\2 \1", plain(kept))))
    parts = [part for i, p in enumerate(whole.split(",")) if (part := _without_state(p, after_comma=i > 0))]
    if not parts or not re.search(r"[A-Z0-9]", "".join(parts)):
        return ParsedPlace(TextKind.EMPTY, kept)
    name = name_normal(" ".join(parts))
    main = next((i for i, part in enumerate(parts) if _NUMBER.match(part)), 0)
    tail = " ".join(parts[main + 1 :])
    return (
        _as_address(kept, parts[main], unit, tail, name)
        or _as_intersection(kept, parts[0], " ".join(parts[1:]), name)
        or _as_name(kept, parts, unit, name)
    )


def _take_units(plain_text: str) -> tuple[str, str]:
    """The text without apartment, floor, suite .., and those as one short text: "3B", "BLDG 2 3B"."""
    units: list[str] = []

    def take(match: re.Match[str]) -> str:
        units.append(f"{UNITS.get(match[1] or '', '')} {match[2]}".strip())
        return ""

    def take_floor(match: re.Match[str]) -> str:
        units.append(f"FL {match[1]}")
        return ""

    rest = _UNIT.sub(take, _FLOOR.sub(take_floor, plain_text))
    return " ".join(rest.split()).strip(" #,"), " ".join(units)


_NUMBER_WORD = re.compile(r"\b(?:NO|NUM|NUMBER)\b\s*(?=[A-Z]?\d)")
_APARTMENT_PARTS = re.compile(r"(?<=\d)[\s\-]+(?=[A-Z]$)|(?<=\b[A-Z])[\s\-]+(?=\d)")


def apartment(text: str) -> str:
    """An apartment in one spelling, so that two can be compared: "Apt 3B", "# 3-b" and "3B" are "3B"."""
    rest, unit = _take_units(_APARTMENT_PARTS.sub("", _NUMBER_WORD.sub("", plain(text))))
    return f"{unit} {rest}".strip()


def _without_state(part: str, *, after_comma: bool) -> str:
    words = part.split()
    if len(words) > 1 and _ZIP.match(words[-1]):
        words = words[:-1]
    elif len(words) == 1 and _ZIP.match(words[0]):
        return ""
    # "BROOK CT" is a court: CT is the state only after a comma or after a street's own suffix.
    is_state = len(words) > 1 and words[-1] in STATE_WORDS
    if is_state and (words[-1] != "CT" or after_comma or _suffix_end(words[:-1])):
        words = words[:-1]
    elif len(words) == 1 and words[0] in STATE_WORDS:
        return ""
    return " ".join(words)


def _as_address(kept: str, part: str, unit: str, tail: str, name: str) -> ParsedPlace | None:
    without_block = _BLOCK.sub(" ", part)
    match = _NUMBER.match(" ".join(without_block.split()))
    if not match:
        return None
    streets = _split_joined(match[4])
    street, rest = split_street(streets[0])
    if not street:
        return None
    low, high = int(match[1]), int(match[2] or match[1])
    if high < low:  # "415-3 PARK ST": the third flat of 415
        unit, high = unit or str(high), low
    return ParsedPlace(
        TextKind.ADDRESS,
        kept,
        normal=f"{low} {street}",
        name=name,
        number=low,
        number_high=high,
        is_block=without_block != part,
        street=street,
        cross=street_normal(streets[1]) if len(streets) > 1 else "",
        unit=unit or (match[3] or ""),
        tail=" ".join(filter(None, (rest, tail))),
    )


def _as_intersection(kept: str, part: str, tail: str, name: str) -> ParsedPlace | None:
    streets = _split_joined(part)
    if len(streets) < 2:
        return None
    one, _ = split_street(streets[0])
    other, rest = split_street(streets[1])
    if not one or not other:
        return None
    first, second = sorted((one, other))
    return ParsedPlace(
        TextKind.INTERSECTION,
        kept,
        normal=intersection_normal(one, other),
        name=name,
        street=first,
        cross=second,
        tail=" ".join(filter(None, (rest, tail))),
    )


def _as_name(kept: str, parts: list[str], unit: str, name: str) -> ParsedPlace:
    if not name:
        return ParsedPlace(TextKind.EMPTY, kept)
    street, rest = split_street(parts[0])
    return ParsedPlace(
        TextKind.NAME,
        kept,
        normal=name_normal(parts[0]) or name,
        name=name,
        street=street,
        unit=unit,
        tail=" ".join(filter(None, (rest, *parts[1:]))),
    )


def _split_joined(part: str) -> list[str]:
    """The streets of "PARK ST & WASHINGTON ST", "PARK/WASHINGTON", "PARK AT WASHINGTON"; one when nothing joins."""
    joined = _JOINER_WORDS.sub(" & ", re.sub(r"[/@+]", " & ", part))
    return [street.strip(" -") for street in joined.split("&") if street.strip(" -")]
