"""What a geography file holds once read: plain rows with the line they came from, and the faults of those left out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Content(StrEnum):
    """What a file was recognised as."""

    BOUNDARY = "city boundary"
    TOWNS = "towns"
    NEIGHBORHOODS = "neighborhoods"
    CENTERS = "neighborhood centres"
    STREETS = "street lines"
    INTERSECTIONS = "intersections"
    PLACES = "places"
    SCHOOLS = "schools"
    HOSPITALS = "hospitals"
    ADDRESSES = "address points"
    PARCELS = "parcels"
    UNUSED = "not used"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out: the file's line (1 is the first; 0 the file as a whole) and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """`geometry` is a GeoJSON Polygon or MultiPolygon, or None for a centre alone. `center` is (lat, lon)."""

    name: str
    geometry: dict[str, Any] | None
    center: tuple[float, float]
    line: int = 0
    accuracy_m: int = 0


@dataclass(frozen=True, slots=True)
class StreetRow:
    """One stretch of a street; a file may have many of one name."""

    name: str
    geometry: dict[str, Any]
    line: int = 0


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A point with a name. `street_1` and `street_2` are normal street names, alphabetical at an intersection."""

    kind: str
    name: str
    lat: float
    lon: float
    street_1: str = ""
    street_2: str = ""
    number_low: int | None = None
    number_high: int | None = None
    neighborhood: str = ""
    town: str = ""
    verified: bool = True
    line: int = 0


@dataclass(slots=True)
class FileRows:
    """One file's rows. `note` says in words why a file is not used."""

    source: str
    content: Content = Content.UNUSED
    note: str = ""
    areas: list[AreaRow] = field(default_factory=list)
    streets: list[StreetRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def row_count(self) -> int:
        return len(self.areas) + len(self.streets) + len(self.places)
