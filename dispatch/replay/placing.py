"""Where a recorded call happened: its own address, or a drawn one when the export has none.

A drawn place is a named point of the geofile (crossing, school, site) in a neighbourhood drawn by residents. The
weights are rounded shares of the city's population; downtown and the meadows count for the people there by day.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from dispatch.geo import areas
from dispatch.geo.locate import locate
from dispatch.geo.normalise import area_code
from dispatch.models import Place
from dispatch.replay.draws import seeded, weighted
from dispatch.replay.records import RecordedIncident

RESIDENT_WEIGHTS = {
    "BARRY SQUARE": 12, "SOUTH END": 10, "ASYLUM HILL": 9, "FROG HOLLOW": 9, "NORTHEAST": 9, "BLUE HILLS": 8,
    "BEHIND THE ROCKS": 7, "WEST END": 7, "UPPER ALBANY": 6, "CLAY-ARSENAL": 6, "PARKVILLE": 5, "DOWNTOWN": 6,
    "SOUTH WEST": 5, "SOUTH GREEN": 4, "SHELDON-CHARTER OAK": 3, "SOUTH MEADOWS": 1, "NORTH MEADOWS": 1,
}  # fmt: skip
_NAMED = (
    Place.Kind.ADDRESS, Place.Kind.INTERSECTION, Place.Kind.LANDMARK, Place.Kind.SCHOOL, Place.Kind.SERVICE,
    Place.Kind.HOUSING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A named point of the city."""

    text: str
    lat: float
    lon: float

    def as_location(self) -> dict[str, Any]:
        """As `call_receive` takes it."""
        return {"text": self.text, "lat": self.lat, "lon": self.lon}


class Placing:
    """The geofile's named points by neighbourhood, read once."""

    def __init__(self) -> None:
        self._spots: dict[str, list[Spot]] = defaultdict(list)
        named = Place.objects.filter(kind__in=_NAMED, town="").exclude(neighborhood="")
        for name, lat, lon, area in named.order_by("pk").values_list("name", "lat", "lon", "neighborhood"):
            self._spots[area_code(area)].append(Spot(name, lat, lon))
        self._weights = {
            name: weight for name, weight in RESIDENT_WEIGHTS.items() if self._spots.get(area_code(name))
        }  # fmt: skip

    def draw(self, rng: random.Random, neighborhood: str = "") -> Spot:
        """A place in this neighbourhood, or in one drawn by residents; without any, a point in the city.

        Raises LookupError when the geofile is empty.
        """
        spots = self._spots.get(area_code(neighborhood)) if neighborhood else None
        if spots is None and self._weights:
            spots = self._spots[area_code(weighted(rng, self._weights))]
        if spots:
            return rng.choice(spots)
        lat, lon = areas.random_point_in(None, rng)
        return Spot(f"{lat:.5f}, {lon:.5f}", lat, lon)

    def location_of(self, incident: RecordedIncident, seed: int) -> dict[str, Any]:
        """The location of a recorded call as `call_receive` takes it.

        An address the geofile cannot find keeps its text and gets a point of its neighbourhood.
        """
        rng = seeded(seed, incident.reference, "place")
        if not incident.address:
            return self.draw(rng, incident.neighborhood).as_location()
        if locate(incident.address).lat is not None:
            return {"text": incident.address}
        spot = self.draw(rng, incident.neighborhood)
        return {"text": incident.address, "lat": spot.lat, "lon": spot.lon, "uncertainty_m": 800}
