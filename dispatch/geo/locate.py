"""Where a call is: a text, coordinates or both -> `Location`. Nothing is refused: what is not found is flagged."""

from dataclasses import dataclass, replace

from dispatch.geo import address_points, lookup
from dispatch.geo.address_points import SAME_SPOT_M
from dispatch.geo.areas import Areas, current, distance_m
from dispatch.geo.lookup import Candidate
from dispatch.geo.matching import GUESS, LEAST, SURE
from dispatch.geo.normalise import ParsedPlace, TextKind, area_code, is_position, parse
from dispatch.models.geography import Area

MOST_CANDIDATES = 8
GIVEN_UNCERTAINTY_M = 30
LEAST_TYPED = 0.5
"""What a suggestion must score while somebody is still typing."""

PICKED_M = 1.0
AS_GOOD = 0.02
AGREES_M = 400.0
NEAR_CITY_M = 60_000.0


@dataclass(frozen=True, slots=True)
class Location:
    """Where a call is, as far as known.

    `kind`: a kind of place (ADDRESS, INTERSECTION, HOSPITAL ..), STREET, NEIGHBORHOOD, TOWN, COORDINATES or UNKNOWN.
    `source`: how the point was had: GIVEN, ADDRESS, INTERSECTION, PLACE, INTERPOLATED, CROSSING, STREET, AREA, or
    AMBIGUOUS and NONE, when there is no point. `uncertainty_m` is null exactly when there is none.
    `in_city` is None when that cannot be said; `town` is given outside the city when it is known.
    `verified`: the geofile has this very place, or the caller's position and words agree. A guess is never verified.
    `matched` is the geofile's own name for it; `unit` the apartment; `key` the normal text without it, the same for
    every way to say the place, and never shared by two places when `verified`.
    `candidates`: what else (or what at all) it may mean, best first, at most 8.
    """

    text: str
    kind: str
    source: str
    lat: float | None
    lon: float | None
    uncertainty_m: int | None
    neighborhood: str | None
    in_city: bool | None
    town: str | None
    verified: bool
    matched: str
    unit: str
    key: str
    candidates: tuple[Candidate, ...]


def locate(
    text: str, *, lat: float | None = None, lon: float | None = None, uncertainty_m: float | None = None
) -> Location:
    """Find a place. Coordinates given beside the text win over it; ones off the globe count as not given.

    A few short statements (the geofile's version, places, streets, address points). A name that fits several places
    more than `SAME_SPOT_M` apart, or none well, gives no point but the candidates: a wrong pin is worse than none.
    A name spelt a little wrong (`matching.GUESS`) is proposed with its point, never as verified.
    """
    areas = current()
    parsed = parse(text)
    if is_position(lat, lon) and lat is not None and lon is not None:
        return _at_given(parsed, areas, lat, lon, uncertainty_m)
    if parsed.kind == TextKind.COORDINATES and parsed.lat is not None and parsed.lon is not None:
        turned = _as_meant(areas, parsed.lat, parsed.lon)
        return _at_given(parsed, areas, *turned, uncertainty_m)
    town = _town_named(parsed, areas)
    found = _find(parsed, areas, town=town, least=LEAST)
    if found:
        return _of_candidates(parsed, areas, found)
    return _not_found(parsed, areas, town)


def search(text: str, limit: int = MOST_CANDIDATES) -> list[Candidate]:
    """Suggestions while somebody types, best first, one for each spot; the same name always before one like it."""
    areas = current()
    parsed = parse(text)
    if parsed.kind == TextKind.EMPTY:
        return []
    if parsed.kind == TextKind.COORDINATES:
        return [_coordinates(parsed, areas)][: max(limit, 0)]
    town = _town_named(parsed, areas)
    found = _narrowly(parsed, areas, town=town, least=LEAST_TYPED)
    is_sure = bool(found) and found[0].score >= SURE
    if len(found) < limit and not is_sure:
        found = found + _names(parsed, areas, town=town, least=LEAST_TYPED)
    return [_in_its_neighborhood(c, areas) for c in _distinct(found)[: max(limit, 0)]]


def _coordinates(parsed: ParsedPlace, areas: Areas) -> Candidate:
    lat, lon = _as_meant(areas, parsed.lat or 0.0, parsed.lon or 0.0)
    found = _at_given(parsed, areas, lat, lon, None)
    return Candidate(
        text=parsed.text,
        key=found.key,
        kind=found.kind,
        source=found.source,
        lat=lat,
        lon=lon,
        uncertainty_m=GIVEN_UNCERTAINTY_M,
        neighborhood=found.neighborhood or "",
        town=found.town or "",
        verified=found.verified,
        score=1.0,
    )


def _in_its_neighborhood(found: Candidate, areas: Areas) -> Candidate:
    """A point on a street lies in a neighbourhood too, though no file says so."""
    if found.neighborhood or found.town:
        return found
    neighborhood, inside, town = _surroundings(areas, found, found.lat, found.lon)
    return replace(found, neighborhood=neighborhood or "", town=town or "" if inside is False else "")


def _find(parsed: ParsedPlace, areas: Areas, *, town: str | None, least: float) -> list[Candidate]:
    """By the narrowest reading of the text first, by its name when that finds nothing."""
    if parsed.kind == TextKind.EMPTY:
        return []
    return _narrowly(parsed, areas, town=town, least=least) or _names(parsed, areas, town=town, least=least)


def _narrowly(parsed: ParsedPlace, areas: Areas, *, town: str | None, least: float) -> list[Candidate]:
    """As a house number or an intersection, where the text reads as one."""
    if parsed.kind == TextKind.ADDRESS:
        return address_points.addresses(parsed, areas, town=town or "", least=least)
    if parsed.kind == TextKind.INTERSECTION:
        return lookup.intersections(parsed, areas, town=town or "", least=least)
    return []


def _names(parsed: ParsedPlace, areas: Areas, *, town: str | None, least: float) -> list[Candidate]:
    """By name. A street whose name others have too is given once for each of them, in place of one line for all."""
    found = lookup.names(parsed, areas, town=town, least=least)
    apart = [] if town else address_points.streets_of_one_name(parsed, areas, least)
    shared = {c.key.partition(",")[0] for c in apart}
    return lookup.best_first([*apart, *(c for c in found if c.kind != "STREET" or c.key not in shared)], least)


def _town_named(parsed: ParsedPlace, areas: Areas) -> str | None:
    """The town around the city that the text names after a comma or after the street, else None."""
    words = parsed.tail.split()
    for count in range(min(3, len(words)), 0, -1):
        name = " ".join(words[-count:])
        if area_code(name) == area_code(areas.city_name()):
            return None
        town = areas.find(Area.Kind.TOWN, name)
        if town:
            return town.name
    return None


def _of_candidates(parsed: ParsedPlace, areas: Areas, found: list[Candidate]) -> Location:
    best = found[0]
    rivals = [c for c in found if c.score >= best.score - AS_GOOD and (best.score < SURE or c.score >= SURE)]
    spots = _distinct(rivals)
    others = tuple(_distinct(found)[:MOST_CANDIDATES])
    if best.score < GUESS:
        return _unresolved(parsed, "NONE", None, others)
    if len(spots) > 1:
        answers = {_surroundings(areas, c, c.lat, c.lon)[1] for c in spots}
        return _unresolved(parsed, "AMBIGUOUS", answers.pop() if len(answers) == 1 else None, others)
    same = [c for c in rivals if c.key == best.key and c.source == best.source] or [best]
    lat, lon = sum(c.lat for c in same) / len(same), sum(c.lon for c in same) / len(same)
    spread = max(distance_m(lat, lon, c.lat, c.lon) for c in same)
    neighborhood, inside, town = _surroundings(areas, best, lat, lon)
    return Location(
        text=parsed.text,
        kind=best.kind,
        source=best.source,
        lat=round(lat, 6),
        lon=round(lon, 6),
        uncertainty_m=max(best.uncertainty_m, round(spread)),
        neighborhood=neighborhood,
        in_city=inside,
        town=town,
        verified=best.verified,
        matched=best.text,
        unit=parsed.unit,
        key=_key(best),
        candidates=() if best.verified else others,
    )


def _unresolved(
    parsed: ParsedPlace, source: str, inside: bool | None, candidates: tuple[Candidate, ...]
) -> Location:  # fmt: skip
    """Kept as said, without a point; a person chooses among the candidates or asks the caller."""
    return Location(
        text=parsed.text,
        kind="UNKNOWN",
        source=source,
        lat=None,
        lon=None,
        uncertainty_m=None,
        neighborhood=None,
        in_city=inside,
        town=None,
        verified=False,
        matched="",
        unit=parsed.unit,
        key=parsed.normal,
        candidates=candidates,
    )


def _at_given(parsed: ParsedPlace, areas: Areas, lat: float, lon: float, uncertainty_m: float | None) -> Location:
    """At the coordinates given; the words are looked up too, and must agree for the place to count as verified.

    The geofile's own point, as it is picked from candidates, confirms nothing: it is as sure as without it.
    """
    found: list[Candidate] = []
    if parsed.kind != TextKind.COORDINATES:
        found = _find(parsed, areas, town=_town_named(parsed, areas), least=LEAST)
    picked = next((c for c in found if distance_m(lat, lon, c.lat, c.lon) <= PICKED_M), None)
    uncertainty = _whole_metres(picked.uncertainty_m if picked and uncertainty_m is None else uncertainty_m)
    near = [c for c in found if distance_m(lat, lon, c.lat, c.lon) <= AGREES_M + uncertainty + c.uncertainty_m]
    sure = [c for c in found if c.score >= SURE]
    inside = areas.in_city(lat, lon)
    known = next((c for c in near if c.verified), None)
    key = f"{lat:.5f}, {lon:.5f}"
    if known or parsed.kind == TextKind.ADDRESS:
        key = _key(known) if known else parsed.normal
    return Location(
        text=parsed.text or f"{lat:.5f}, {lon:.5f}",
        kind="COORDINATES",
        source="GIVEN",
        lat=round(lat, 6),
        lon=round(lon, 6),
        uncertainty_m=uncertainty,
        neighborhood=areas.neighborhood_of(lat, lon) if inside is not False else None,
        in_city=inside,
        town=areas.town_of(lat, lon) if inside is False else None,
        verified=picked.verified if picked else bool(near) or not sure,
        matched=near[0].text if near else "",
        unit=parsed.unit,
        key=key,
        candidates=tuple(_distinct(found)[:MOST_CANDIDATES]),
    )


def _not_found(parsed: ParsedPlace, areas: Areas, town: str | None) -> Location:
    """Kept as said. A town named in it still says that it is outside, and roughly where."""
    area = areas.find(Area.Kind.TOWN, town) if town else None
    if area is None:
        return _unresolved(parsed, "NONE", None, ())
    return replace(
        _unresolved(parsed, "AREA", False, ()),
        kind="TOWN",
        lat=area.center_lat,
        lon=area.center_lon,
        uncertainty_m=lookup.TOWN_M,
        town=area.name,
        matched=area.name,
        key=f"{parsed.normal}, {area.name.upper()}",
    )


def _surroundings(
    areas: Areas, found: Candidate, lat: float, lon: float
) -> tuple[str | None, bool | None, str | None]:  # fmt: skip
    """Neighbourhood, in the city or not, and town: what the geofile says of the place, else what the areas say."""
    if found.town and area_code(found.town) != area_code(areas.city_name()):
        return None, False, found.town
    if found.neighborhood:
        return found.neighborhood, True, None
    inside = areas.in_city(lat, lon)
    if inside is False:
        return None, False, areas.town_of(lat, lon)
    return areas.neighborhood_of(lat, lon), inside, None


def _key(found: Candidate) -> str:
    """Streets of one name are in many towns."""
    return f"{found.key}, {found.town.upper()}" if found.town and found.source != "AREA" else found.key


def _distinct(found: list[Candidate]) -> list[Candidate]:
    """The best of each spot, in the same order: no second one of the same name or kind within `SAME_SPOT_M`."""
    kept: list[Candidate] = []
    for candidate in found:
        if not any(_same_spot(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _same_spot(one: Candidate, other: Candidate) -> bool:
    if (one.key, one.kind) != (other.key, other.kind) and one.kind in ("INTERSECTION", "ADDRESS", "STREET"):
        return False
    return distance_m(one.lat, one.lon, other.lat, other.lon) <= SAME_SPOT_M


def _as_meant(areas: Areas, lat: float, lon: float) -> tuple[float, float]:
    """Longitude first is how maps export; turned round only when that, and only that, lands near the city."""
    city = areas.boundary
    if city is None or not is_position(lon, lat):
        return lat, lon
    far = distance_m(lat, lon, city.center_lat, city.center_lon) > NEAR_CITY_M
    turned_near = distance_m(lon, lat, city.center_lat, city.center_lon) <= NEAR_CITY_M
    return (lon, lat) if far and turned_near else (lat, lon)


def _whole_metres(uncertainty_m: float | None) -> int:
    if uncertainty_m is None or not 0 <= uncertainty_m < 1_000_000:
        return GIVEN_UNCERTAINTY_M
    return round(uncertainty_m)
