"""House numbers and streets as the address points have them, whose streets of one name are told apart.

The streets' names are matched in memory, then the fitting streets and the nearest numbers of each are read: two
statements, whatever the number of points.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet

from dispatch.geo import lines, lookup, street_names
from dispatch.geo.areas import Areas, distance_m
from dispatch.geo.lookup import Candidate, best_first
from dispatch.geo.matching import SURE, street_score
from dispatch.geo.normalise import ParsedPlace, area_code
from dispatch.models.geography import AddressPoint, AddressStreet

SAME_SPOT_M = 250.0
"""Places of one name this near each other are one place (two corners of a crossing), not an ambiguity."""

_STREETS = 60
_NAMES = 12
"""Street names whose numbers are looked at, each with all its streets: more than are ever shown."""

_ALSO_A_STREET_OF_THE_NAME = 0.05
"""What a street loses when the number lies beyond its own, but within those of another street of its name."""

_NEAREST = """
    SELECT point.* FROM unnest(%s::bigint[]) AS asked(id) CROSS JOIN LATERAL (
        (SELECT * FROM dispatch_addresspoint
          WHERE street_id = asked.id AND number <= %s ORDER BY number DESC LIMIT 6)
        UNION ALL
        (SELECT * FROM dispatch_addresspoint
          WHERE street_id = asked.id AND number > %s ORDER BY number LIMIT 4)
    ) AS point
"""

Scored = tuple[AddressStreet, float]


def addresses(parsed: ParsedPlace, areas: Areas, *, town: str, least: float) -> list[Candidate]:
    """A house number by everything known: its own point, else one estimated along each street that fits the name."""
    streets = _fitting(parsed, areas, AddressStreet.objects.filter(town=town), least)
    by_name: dict[str, list[Scored]] = defaultdict(list)
    for street, score in streets:
        by_name[street.name_normal].append((street, score))
    sites = lookup.addresses(parsed, areas, town=town, least=least, covered=by_name.keys())
    if not streets:
        return sites
    points = _nearest([street for street, _ in streets], parsed.number or 0)
    found = [c for named in by_name.values() for c in _numbered(parsed, named, points)]
    found = [c for c in found if not any(_is_site(site, c) for site in sites)]
    return best_first([*sites, *found], least)


def streets_of_one_name(parsed: ParsedPlace, areas: Areas, least: float) -> list[Candidate]:
    """Each of the streets that share a name resembling the text; a name that only one street has is not among them."""
    shared = AddressStreet.objects.filter(town="").exclude(qualifier="")
    return best_first((_whole(street, score) for street, score in _fitting(parsed, areas, shared, least)), least)


def _fitting(
    parsed: ParsedPlace, areas: Areas, streets: QuerySet[AddressStreet], least: float
) -> list[Scored]:  # fmt: skip
    """Streets that fit the name; of one name, those whose neighbourhood the text gives, if it gives one."""
    known = street_names.of(areas.token)
    alike = known.like(parsed.street, _STREETS) if parsed.street else []
    scores = {name: score for name in alike if (score := street_score(parsed.street, name)) >= least}
    ids = [pk for name in scores for pk in known.lying.get(name, ())]
    rows = list(streets.filter(pk__in=ids).order_by("-point_count", "pk")) if ids else []
    lying = {row.name_normal for row in rows}
    kept = sorted((name for name in scores if name in lying), key=lambda name: -scores[name])[:_NAMES]
    fits = [(street, scores[street.name_normal]) for street in rows if street.name_normal in kept]
    chosen = {street.name_normal for street, _ in fits if _is_said(parsed, street)}
    return [(street, score) for street, score in fits if street.name_normal not in chosen or _is_said(parsed, street)]


def _is_said(parsed: ParsedPlace, street: AddressStreet) -> bool:
    """Whether the text tells this street from the others of its name."""
    return bool(street.qualifier and parsed.tail) and area_code(street.qualifier) == area_code(parsed.tail)


def _nearest(streets: list[AddressStreet], number: int) -> dict[int, list[AddressPoint]]:
    rows: dict[int, list[AddressPoint]] = defaultdict(list)
    asked = [street.pk for street in streets]
    for point in AddressPoint.objects.raw(_NEAREST, [asked, number, number]):
        rows[point.street_id].append(point)
    return rows


def _numbered(parsed: ParsedPlace, streets: list[Scored], points: dict[int, list[AddressPoint]]) -> list[Candidate]:
    """The number on each street of one name: its points where there are any, else an estimate on every one."""
    exact = [
        _exact(parsed, street, spot, score, alone=len(spots) == 1)
        for street, score in streets
        for spots in [_spots(parsed, points[street.pk])]
        for spot in spots
    ]
    if exact:
        return _one_a_spot(exact)
    estimates = [(_estimate(parsed, street, points[street.pk], score), points[street.pk]) for street, score in streets]
    within = [c for c, known in estimates if _is_within(parsed, known)]
    return [
        c if not within or c in within else replace(c, score=c.score - _ALSO_A_STREET_OF_THE_NAME)
        for c, _ in estimates
    ]  # fmt: skip


def _spots(parsed: ParsedPlace, known: list[AddressPoint]) -> list[AddressPoint]:
    """The number's own points, one for each spot; none for a block, which is no single point."""
    kept: list[AddressPoint] = []
    for point in sorted(known, key=lambda point: (point.number, point.pk)):
        is_there = point.number <= (parsed.number or 0) <= point.number_high and not parsed.is_block
        if is_there and all(distance_m(point.lat, point.lon, o.lat, o.lon) > SAME_SPOT_M for o in kept):
            kept.append(point)
    return kept


def _is_within(parsed: ParsedPlace, known: list[AddressPoint]) -> bool:
    numbers = [point.number for point in known]
    return bool(numbers) and min(numbers) <= (parsed.number or 0) <= max(numbers)


def _one_a_spot(found: list[Candidate]) -> list[Candidate]:
    """Two files may have one house."""
    kept: list[Candidate] = []
    for c in found:
        if all(distance_m(c.lat, c.lon, other.lat, other.lon) > SAME_SPOT_M for other in kept):
            kept.append(c)
    return kept


def _is_site(site: Candidate, c: Candidate) -> bool:
    """Whether a hospital, a school .. is the very address: it says more than the address alone."""
    is_address = site.source == c.source == "ADDRESS" and c.key.startswith(site.key)
    return is_address and distance_m(site.lat, site.lon, c.lat, c.lon) <= SAME_SPOT_M


def _exact(parsed: ParsedPlace, street: AddressStreet, at: AddressPoint, score: float, *, alone: bool) -> Candidate:
    apart = street.qualifier if alone else f"{at.lat:.4f}, {at.lon:.4f}"
    point = lines.Estimate(at.lat, at.lon, lookup.POINT_M)
    return replace(_candidate(parsed, street, point, score, apart=apart), neighborhood=at.neighborhood)


def _estimate(parsed: ParsedPlace, street: AddressStreet, known: Iterable[AddressPoint], score: float) -> Candidate:
    numbers = [lines.KnownNumber(point.number, point.lat, point.lon) for point in known]
    line = lines.line_through([(k.lat, k.lon) for k in numbers] or [(street.lat, street.lon)])
    at = lines.position_of(parsed.number or 0, line, numbers)
    wide = replace(at, uncertainty_m=at.uncertainty_m + (lookup.BLOCK_M if parsed.is_block else 0))
    found = _candidate(parsed, street, wide, score - lookup.NO_EXACT_POINT, apart=street.qualifier)
    return replace(found, source="INTERPOLATED", verified=False)


def _candidate(
    parsed: ParsedPlace, street: AddressStreet, at: lines.Estimate, score: float, *, apart: str
) -> Candidate:  # fmt: skip
    number = parsed.number or 0
    return Candidate(
        text=", ".join(filter(None, (f"{number} {street.name}", apart, street.town))),
        key=", ".join(filter(None, (f"{number} {street.name_normal}", apart))),
        kind="ADDRESS",
        source="ADDRESS",
        lat=at.lat,
        lon=at.lon,
        uncertainty_m=round(at.uncertainty_m),
        neighborhood="",
        town=street.town,
        verified=score >= SURE,
        score=score,
    )


def _whole(street: AddressStreet, score: float) -> Candidate:
    return Candidate(
        text=str(street),
        key=f"{street.name_normal}, {street.qualifier}",
        kind="STREET",
        source="STREET",
        lat=street.lat,
        lon=street.lon,
        uncertainty_m=max(street.reach_m, round(lines.NEAREST_GAP_M)),
        neighborhood=street.neighborhood,
        town=street.town,
        verified=False,
        score=score,
    )
