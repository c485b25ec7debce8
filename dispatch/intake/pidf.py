"""PIDF-LO (RFC 4119, 5139, 5491): a point, circle or ellipse on the globe, a civic address, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import cos, hypot, isfinite, radians

from dispatch.intake.record import LONGEST, MOST_UNCERTAIN_M, Bid, PhoneRecord
from dispatch.intake.xml_tree import Element, parse

GML = "http://www.opengis.net/gml"
SHAPES = "http://www.opengis.net/pidflo/1.0"
CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
M_PER_DEGREE = 111_320.0
WGS84 = re.compile(r"(?:EPSG::?(?:4326|4979))$", re.IGNORECASE)
METRES = "EPSG::9001"
STREET = ("HNO", "HNS", "PRD", "RD", "STS", "POD")
OLD_STREET = {"A6": "RD"}
APARTMENT = ("UNIT", "ROOM")
MEAN_CONFIDENCE = 95
"""RFC 5491: where a shape is given and no confidence."""


class NoLocation(ValueError):
    """XML, but none that says where anybody is. `number`: who called, where that at least can be read."""

    def __init__(self, reason: str, number: str = "") -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True, slots=True)
class _Point:
    lat: float
    lon: float
    uncertainty_m: float | None


def read(text: str) -> PhoneRecord:
    """The first location of the document. Raises RefusedXml, NoLocation."""
    root = parse(text)
    info = root.first("location-info")
    if root.name != "presence" or info is None:
        number = _number_of(root) if root.name == "presence" else ""
        raise NoLocation("There is no location-info in it.", number)
    problems: list[str] = []
    point = _shape(info, problems)
    civic = next((one for one in info.all("civicAddress") if one.space == CIVIC), None)
    address, apartment = _civic(civic) if civic else ("", "")
    if point is None and not address:
        raise NoLocation("It has neither a point nor a civic address that can be read.", _number_of(root))
    return PhoneRecord(
        number=_number_of(root),
        provider=_provider(root)[: LONGEST["provider"]],
        bid=Bid(
            point.lat if point else None, point.lon if point else None, point.uncertainty_m if point else None,
            _confidence(info, point), address[: LONGEST["address"]], apartment[:16],
        ),
        problems=tuple(problems),
        raw=text,
    )  # fmt: skip


def _shape(info: Element, problems: list[str]) -> _Point | None:
    for shape in _every(info):
        if shape.space in (GML, SHAPES) and shape.name in (
            "Point",
            "Circle",
            "Sphere",
            "Ellipse",
            "Ellipsoid",
            "Polygon",
        ):
            try:
                return _read_shape(shape)
            except ValueError as error:
                problems.append(f"{shape.name}: {error}"[:120])
    return None


def _every(element: Element) -> list[Element]:
    return [part for child in element.children for part in (child, *_every(child))]


def _read_shape(shape: Element) -> _Point:
    srs = shape.attributes.get("srsName", "")
    if srs and not WGS84.search(srs):
        raise ValueError("not in WGS 84")
    if shape.name == "Polygon":
        return _polygon(shape)
    lat, lon = _positions(shape.word("pos"), shape)[0]
    if shape.name in ("Circle", "Sphere"):
        return _Point(lat, lon, _metres(shape, "radius"))
    if shape.name in ("Ellipse", "Ellipsoid"):
        return _Point(lat, lon, max(_metres(shape, "semiMajorAxis"), _metres(shape, "semiMinorAxis")))
    return _Point(lat, lon, None)


def _polygon(shape: Element) -> _Point:
    """Its middle, uncertain as far as its corners go."""
    listed = shape.word("posList") or " ".join(pos.text for pos in shape.all("pos"))
    corners = _positions(listed, shape)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners = corners[:-1]
    lat = sum(corner[0] for corner in corners) / len(corners)
    lon = sum(corner[1] for corner in corners) / len(corners)
    reach = max(hypot(at[0] - lat, (at[1] - lon) * cos(radians(lat))) * M_PER_DEGREE for at in corners)
    return _Point(lat, lon, min(reach, MOST_UNCERTAIN_M))


def _positions(words: str, shape: Element) -> list[tuple[float, float]]:
    """(lat, lon) pairs; heights of three-dimensional ones are left out."""
    numbers = [_finite(word) for word in words.split()]
    step = 3 if shape.attributes.get("srsName", "").endswith("4979") else 2
    if not numbers or len(numbers) % step:
        raise ValueError("no position")
    pairs = [(numbers[at], numbers[at + 1]) for at in range(0, len(numbers), step)]
    if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in pairs):
        raise ValueError("off the globe")
    return pairs


def _metres(shape: Element, name: str) -> float:
    found = shape.first(name)
    if found is None:
        raise ValueError(f"no {name}")
    if not found.attributes.get("uom", METRES).upper().endswith(METRES):
        raise ValueError(f"{name} is not in metres")
    value = _finite(found.text.strip())
    if not 0 <= value <= MOST_UNCERTAIN_M:
        raise ValueError(f"{name} is out of range")
    return value


def _finite(word: str) -> float:
    value = float(word)
    if not isfinite(value):
        raise ValueError("not a number")
    return value


def _civic(civic: Element) -> tuple[str, str]:
    """(address, apartment) in the words of this country. RFC 4119's A6 is today's RD."""
    words = {OLD_STREET.get(part.name, part.name): " ".join(part.text.split()) for part in civic.children}
    street = " ".join(words[name] for name in STREET if words.get(name))
    place = street or words.get("LMK") or words.get("NAM") or words.get("LOC") or ""
    apartment = next((words[name] for name in APARTMENT if words.get(name)), "")
    return (f"{place}, {words['A3']}" if place and words.get("A3") else place), apartment


def _confidence(info: Element, point: _Point | None) -> int | None:
    """RFC 7459 gives it an element; without one a shape's is 95 %."""
    if point is None or point.uncertainty_m is None:
        return None
    try:
        value = _finite(info.word("confidence") or str(MEAN_CONFIDENCE))
    except ValueError:
        return None
    return round(value) if 0 <= value <= 100 else None


def _number_of(root: Element) -> str:
    """The number in `tel:` of the entity or a contact."""
    spelt = [root.attributes.get("entity", ""), *(contact.text.strip() for contact in root.all("contact"))]
    for word in spelt:
        found = re.match(r"(?:tel:|pres:|sips?:)?(\+?[0-9][0-9().-]{6,18})(?:[@;]|$)", word)
        if found:
            return found.group(1)
    return ""


def _provider(root: Element) -> str:
    provided = root.first("provided-by")
    if provided is None:
        return ""
    return " ".join(" ".join(one.text for one in [provided, *_every(provided)]).split())
