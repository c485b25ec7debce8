"""Invented people and places: as many as a past needs, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

FIRST = (
    "Ada", "Alma", "Amos", "Anita", "Basil", "Bea", "Boris", "Carmen", "Cato", "Clio", "Dario", "Della", "Edwin",
    "Elsa", "Emil", "Fay", "Felix", "Gilda", "Greta", "Hector", "Ida", "Ivor", "Jonas", "Juana", "Kai", "Lena", "Leo",
    "Luz", "Mabel", "Marco", "Nell", "Nico", "Olga", "Oscar", "Paula", "Quinn", "Rafael", "Rosa", "Saul", "Selma",
    "Tess", "Theo", "Uma", "Vera", "Viktor", "Wanda", "Xenia", "Yara", "Zeno", "Zita",
)  # fmt: skip
LAST = ("Example", "Sample", "Invented", "Placeholder", "Specimen", "Nobody", "Madeup", "Pretend")
AREA_CODES = ("860", "959", "203", "475")
TREES = (
    "ALDER", "ASPEN", "BEECH", "BIRCH", "BOXWOOD", "CEDAR", "CHERRY", "CHESTNUT", "CYPRESS", "DOGWOOD", "ELDER", "ELM",
    "FIR", "HAZEL", "HEMLOCK", "HICKORY", "HOLLY", "IVY", "JUNIPER", "LARCH", "LAUREL", "LINDEN", "LOCUST", "MAGNOLIA",
    "MAPLE", "MULBERRY", "OAK", "OLIVE", "PALM", "PINE", "PLUM", "POPLAR", "QUINCE", "REDWOOD", "ROWAN", "SPRUCE",
    "SUMAC", "SYCAMORE", "WALNUT", "WILLOW",
)  # fmt: skip
WAYS = ("ST", "AVE", "RD", "PL", "TER", "CT")
HOODS = ("North Meadow", "South Hill", "Riverside", "Old Mill", "West Park", "Station", "Eastgate", "Upper Field")
SOUTH_WEST = (41.725, -72.715)
SPAN = (0.08, 0.07)
CALLS_A_PREMISE = 12
FEWEST_PREMISES = 40
CROWDING = 2.5
"""Most places are called from once in years, a few every day: the share of the busiest falls with this power."""


@dataclass(frozen=True, slots=True)
class InventedPlace:
    """A premise; `lat` and `lon` as they are written."""

    address: str
    hood: str
    lat: str
    lon: str


def places(seed: int, calls: int) -> Iterator[InventedPlace]:
    """The premises of a past with so many calls, each address once."""
    rng = Random(f"places:{seed}")  # noqa: S311
    streets = [f"{tree} {way}" for way in WAYS for tree in TREES]
    for number in range(premises_for(calls)):
        house, street = divmod(number, len(streets))
        yield InventedPlace(
            address=f"{2 * house + 11} {streets[street]}",
            hood=HOODS[street % len(HOODS)],
            lat=f"{SOUTH_WEST[0] + rng.random() * SPAN[0]:.6f}",
            lon=f"{SOUTH_WEST[1] + rng.random() * SPAN[1]:.6f}",
        )


def premises_for(calls: int) -> int:
    return max(FEWEST_PREMISES, calls // CALLS_A_PREMISE)


def busy_place(rng: Random, count: int) -> int:
    """Which of so many places a call is from."""
    return int(count * rng.random() ** CROWDING)


def name(rng: Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def phone(rng: Random) -> str:
    """A number that nobody has."""
    return f"{rng.choice(AREA_CODES)}555{rng.randrange(10_000):04d}"
