"""How long a search of the geofile takes at a million address points, spelt right and wrong.

    .venv/bin/python -m benchmarks.geofile [--points 1000000] [--streets 12000] [--rounds 20] [--seed 1]

Makes a scratch database with the built-in facts and an invented city of address points, loaded as a file would be;
streets are of very different length, and one name in twenty is given to two streets far apart. The same searches as the
console's address field makes, each measured from the text to the ranked places, after one round that is not counted.
"""

# ruff: noqa: E402 (models can be imported once Django knows its settings)
import argparse
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import quantiles

import django

from hearteam.embedded.services import use_for_this_command
from hearteam.settings.environment import home_dir

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
use_for_this_command(home_dir())
django.setup()

from django.db import connection

from dispatch.actions.geography import gazetteer_load, geography_load
from dispatch.geo.locate import locate, search
from dispatch.geo.rows import Content, FileRows, PlaceRow
from dispatch.models import AddressPoint, AddressStreet

SYLLABLES = (
    "bar", "kel", "wood", "ford", "ham", "lin", "ton", "mer", "ash", "way", "brook", "field", "stan", "cor", "vil",
    "gate", "row", "lan", "hurst", "den", "mor", "oak", "ridge", "pen",
)  # fmt: skip
SUFFIXES = ("St", "St", "St", "Av", "Av", "Rd", "Dr", "Ln", "Pl", "Ct", "Ter", "Cir")
SOUTH, NORTH, WEST, EAST = 41.60, 41.95, -72.95, -72.45
STEP_DEGREES = 0.00015
SHARED = 0.05
SURE_TO_BE_THERE = ("Farmington Av", "Washington St", "Park St")


def names(count: int, rng: random.Random) -> list[str]:
    made = dict.fromkeys(SURE_TO_BE_THERE)
    while len(made) < count:
        word = "".join(rng.choices(SYLLABLES, k=rng.choice((2, 2, 3)))).title()
        made[f"{rng.choice(('', '', '', 'N ', 'E '))}{word} {rng.choice(SUFFIXES)}"] = None
    return list(made)


def address_rows(points: int, streets: int, rng: random.Random) -> Iterator[PlaceRow]:
    """Points along straight streets; lengths vary as those of a city do, the longest some thousand numbers."""
    lying = [name for name in names(streets, rng) for _ in range(1 + (rng.random() < SHARED))]
    weights = [min(rng.paretovariate(1.2), 40.0) for _ in lying]
    share = points / sum(weights)
    for name, weight in zip(lying, weights, strict=True):
        lat, lon = rng.uniform(SOUTH, NORTH), rng.uniform(WEST, EAST)
        north, east = rng.choice(((1, 0), (0, 1), (1, 1), (1, -1)))
        for n in range(max(1, round(weight * share))):
            away = n * STEP_DEGREES
            yield PlaceRow(
                "ADDRESS", f"{1 + n} {name}", round(lat + north * away, 6), round(lon + east * away, 6),
                name.upper(), "", 1 + n, 1 + n, "INVENTED",
            )  # fmt: skip


def misspelt(word: str, rng: random.Random) -> str:
    """One letter left out, doubled, or swapped with the next."""
    at = rng.randrange(1, len(word) - 1)
    left, right = word[:at], word[at + 1 :]
    return rng.choice((left + right, left + word[at] * 2 + right, left + right[:1] + word[at] + right[1:]))


def texts(rng: random.Random) -> dict[str, list[str]]:
    """What people type, by what it is."""
    known = rng.sample(list(AddressStreet.objects.order_by("pk")), 40)
    some = [(rng.randint(1, street.point_count), street.name) for street in known]
    return {
        "address": [f"{number} {name}" for number, name in some],
        "address, misspelt": [f"{number} {misspelt(name, rng)}" for number, name in some] + ["415 prk st"],
        "street, misspelt": [misspelt(name, rng) for _, name in some] + ["farmingtn ave", "wshington"],
        "intersection, misspelt": [f"{misspelt(a.name, rng)} & {b.name}" for a, b in pairwise(known)],
        "intersection": [f"{a.name} & {b.name}" for a, b in pairwise(known)],
        "intersection, being typed": ["PARK ST & WASH..", "park/washing", "farmington av & lau"]
        + [f"{a.name} & {b.name[:4]}" for a, b in pairwise(known)],
        "beginning of an address": [f"{number} {name[:3]}" for number, name in some],
        "place, misspelt": [
            "hartfrd hospital",
            "police sub",
            "bulkeley hgh",
            "libary",
            "union staton",
            "st francis hosp",
        ],
        "neighborhood, misspelt": ["frog holow", "asylm hill", "parkvile", "blue hlls", "behind the rocks", "downtwn"],
        "street shared by two": [street.name for street in AddressStreet.objects.exclude(qualifier="")[:40]],
        "coordinates": ["41.7637, -72.6851"],
    }


def measure(what: str, find: Callable[[str], object], asked: list[str], rounds: int) -> None:
    for text in asked:
        find(text)
    took = []
    for _ in range(rounds):
        for text in asked:
            began = time.perf_counter()
            find(text)
            took.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(took, n=100, method="inclusive")
    print(f"{what:34} {cuts[49]:7.1f} {cuts[94]:7.1f} {cuts[98]:7.1f} {max(took):7.1f}")


def found_first(asked: list[tuple[str, str]]) -> str:
    """How many misspelt texts give the street that was meant as the first or among the first five."""
    ranked = [(meant, [c.text.upper() for c in search(text, 5)]) for text, meant in asked]
    first = sum(bool(found) and found[0].startswith(meant) for meant, found in ranked)
    among = sum(any(text.startswith(meant) for text in found) for meant, found in ranked)
    return f"{first} first, {among} among five, of {len(asked)}"


def run(points: int, streets: int, rounds: int, seed: int) -> None:
    rng = random.Random(seed)
    gazetteer_load()
    rows = FileRows("invented.csv", Content.ADDRESSES, places=list(address_rows(points, streets, rng)))
    began = time.perf_counter()
    geography_load(rows)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{AddressPoint.objects.count():,} points on {AddressStreet.objects.count():,} streets")
    print(f"written in {time.perf_counter() - began:.0f} s, peak {peak_mb:.0f} MB, load {os.getloadavg()[0]:.1f}")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE dispatch_addresspoint, dispatch_addressstreet, dispatch_street, dispatch_place")
        cursor.execute("CHECKPOINT")
    began = time.perf_counter()
    search("7 Park St")
    print(f"first search of a process, which reads the streets' names: {(time.perf_counter() - began) * 1000:.0f} ms")
    print(f"{'ms':34} {'p50':>7} {'p95':>7} {'p99':>7} {'max':>7}")
    for what, asked in texts(rng).items():
        measure(f"search: {what}", search, asked, rounds)
    measure("locate: address", locate, texts(rng)["address"], rounds)
    some = [street.name.upper() for street in rng.sample(list(AddressStreet.objects.order_by("pk")), 300)]
    print(f"load {os.getloadavg()[0]:.1f}")
    print("one letter wrong:", found_first([(f"7 {misspelt(name, rng)}", f"7 {name}") for name in some]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--streets", type=int, default=12_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(given.points, given.streets, given.rounds, given.seed)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
