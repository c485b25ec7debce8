"""What the geofile knows that resembles a text: places by trigram index, streets by their names, scored in Python.

Each function returns candidates, best first, whose score is at least `least`.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import F, Q
from django.db.models.functions import Abs, Greatest
from shapely.geometry.base import BaseGeometry

from dispatch.geo import lines, street_names
from dispatch.geo.areas import Areas, KnownArea
from dispatch.geo.matching import SURE, name_score, pair_score, street_score
from dispatch.geo.normalise import ParsedPlace, street_normal
from dispatch.models.geography import DERIVED, Area, Place, Street

POINT_M = 25
BLOCK_M = 50
SITE_M = 75
ESTIMATED_POINT_M = 250
NEIGHBORHOOD_M = 900
TOWN_M = 4000

_NOT_BY_NAME = [Place.Kind.ADDRESS.value, Place.Kind.PARCEL.value]
"""As in the index of names."""

_ROWS = 40
_STREETS = 20
NO_EXACT_POINT = 0.03
_ON_ANOTHER_STREET = 0.03


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place a text may mean. `key` is its normal text, the same for everyone who names it.

    `kind` is a kind of place, STREET, NEIGHBORHOOD or TOWN; `source` is how the point was had: ADDRESS, INTERSECTION,
    PLACE, INTERPOLATED (between or beside known numbers), CROSSING (of two lines), STREET, AREA.
    `town` is "" inside the city; `score` is 1 for the same name, down to what was asked for at least.
    """

    text: str
    key: str
    kind: str
    source: str
    lat: float
    lon: float
    uncertainty_m: int
    neighborhood: str
    town: str
    verified: bool
    score: float


def addresses(
    parsed: ParsedPlace, areas: Areas, *, town: str, least: float, covered: Set[str] = frozenset()
) -> list[Candidate]:
    """A house number: its own point, else one estimated along the street, for every street that fits the name.

    Of `covered` streets, which address points tell better of, only a known point is given, not an estimate.
    """
    streets = [] if town else _streets_like([parsed.street], areas, covered)
    numbered = Place.objects.filter(number_low__isnull=False, town=town)
    if not town:
        fitting = {s.name_normal for s in streets if street_score(parsed.street, s.name_normal) >= least}
        numbered = numbered.filter(street_1__in=fitting | covered)
    rows = list(numbered.annotate(away=Abs(F("number_low") - (parsed.number or 0))).order_by("away")[:_ROWS])
    known = {row.street_1 for row in rows} | {street.name_normal for street in streets}
    found = []
    for street in known:
        score = street_score(parsed.street, street)
        if score >= least:
            on_street = [row for row in rows if row.street_1 == street]
            line = _longest(s for s in streets if s.name_normal == street)
            found.append(_address(parsed, street, on_street, line, score))
    estimated = {f"{parsed.number or 0} {street}" for street in covered}
    return best_first((c for c in found if c.source == "ADDRESS" or c.key not in estimated), least)


def intersections(parsed: ParsedPlace, areas: Areas, *, town: str, least: float) -> list[Candidate]:
    """Two streets: their known intersection, else where their lines meet, else the one that is known.

    A landmark named with its street ("MAIN ST & FIRE STATION") is found too.
    """
    asked = (parsed.street, parsed.cross)
    rows = (
        Place.objects.exclude(kind__in=_NOT_BY_NAME)
        .filter(name_normal__trigram_similar=parsed.normal, town=town)
        .annotate(like=TrigramSimilarity("name_normal", parsed.normal))
        .order_by("-like")[:_ROWS]
    )
    found = best_first((_place(row, _joined_score(parsed, row)) for row in rows), least)
    if (found and found[0].score >= SURE) or town:
        return found
    streets = _streets_like(asked, areas)
    return found or best_first(_crossings(asked, streets), least) or _one_street(asked, streets, least)


def names(parsed: ParsedPlace, areas: Areas, *, town: str | None, least: float) -> list[Candidate]:
    """A name: places in and around the city (`town` None: anywhere), areas, and a street without a number."""
    text = parsed.normal if parsed.kind == "NAME" else parsed.name
    similar = _resembles(text) | Q(name_normal__trigram_word_similar=text)
    rows = Place.objects.exclude(kind__in=_NOT_BY_NAME).filter(similar)
    rows = rows if town is None else rows.filter(town=town)
    likeness = Greatest(TrigramSimilarity("name_normal", text), TrigramWordSimilarity(text, "name_normal"))
    beside = street_normal(parsed.tail) if parsed.tail else ""
    found = [
        _place(row, _name_score(parsed, row, beside)) for row in rows.annotate(like=likeness).order_by("-like")[:_ROWS]
    ]
    found += [
        _area(area, score)
        for area in (*areas.neighborhoods, *areas.towns)
        if (score := _area_score(parsed, area)) >= least
    ]
    if parsed.street and not town:
        found += _one_street((parsed.street,), _streets_like([parsed.street], areas), least)
    return best_first(found, least)


def _resembles(text: str) -> Q:
    """A place alike by trigrams, or begun so: a few letters share too few trigrams with a whole name."""
    alike = Q(name_normal__trigram_similar=text)
    return alike | Q(name_normal__startswith=text) if len(text) > 1 else alike


def _streets_like(asked: Iterable[str], areas: Areas, covered: Set[str] = frozenset()) -> list[Street]:
    known = street_names.of(areas.token)
    best: set[str] = set()
    for text in asked:
        alike = [name for name in known.like(text, 2 * _STREETS) if name in known.lines and name not in covered]
        ranked = sorted((-street_score(text, name), name) for name in alike)
        best.update(name for _, name in ranked[:_STREETS])
    ids = [pk for name in best for pk in known.lines[name]]
    return list(Street.objects.filter(pk__in=ids)) if ids else []


def best_first(found: Iterable[Candidate], least: float) -> list[Candidate]:
    return sorted((c for c in found if c.score >= least), key=lambda c: (-c.score, not c.verified, c.text))


def _longest(streets: Iterable[Street]) -> Street | None:
    """A surveyed line before a derived one, the longest of each."""
    return max(streets, key=lambda street: (street.source != DERIVED, street.length_m), default=None)


def _address(
    parsed: ParsedPlace, street: str, rows: Sequence[Place], line: Street | None, score: float
) -> Candidate:  # fmt: skip
    number = parsed.number or 0
    key = f"{number} {street}"
    name = f"{number} {line.name if line else street}"
    exact = [row for row in rows if (row.number_low or 0) <= number <= (row.number_high or row.number_low or 0)]
    if exact and not parsed.is_block:
        row = min(exact, key=lambda row: (not row.verified, row.kind != Place.Kind.ADDRESS, row.pk))
        at = _place(row, score)
        text = name if row.kind == Place.Kind.ADDRESS else f"{name} ({row.name})"
        return replace(at, text=text, key=key, source="ADDRESS")
    known = [lines.KnownNumber(row.number_low or 0, row.lat, row.lon) for row in rows]
    drawn = _drawn(line, known)
    at_number = lines.position_of(number, drawn, known)
    return Candidate(
        text=name,
        key=key,
        kind=Place.Kind.ADDRESS,
        source="INTERPOLATED" if known else "STREET",
        lat=at_number.lat,
        lon=at_number.lon,
        uncertainty_m=round(at_number.uncertainty_m) + (BLOCK_M if parsed.is_block else 0),
        neighborhood="",
        town=rows[0].town if rows else "",
        verified=False,
        score=score - NO_EXACT_POINT,
    )


def _drawn(line: Street | None, known: list[lines.KnownNumber]) -> BaseGeometry:
    return lines.read_line(line.geometry) if line else lines.line_through([(k.lat, k.lon) for k in known])


def _place(row: Place, score: float) -> Candidate:
    is_point = row.kind in (Place.Kind.ADDRESS, Place.Kind.INTERSECTION)
    uncertainty = ESTIMATED_POINT_M if not row.verified else POINT_M if is_point else SITE_M
    address = " ".join(filter(None, (str(row.number_low or ""), row.street_1))) if not is_point else ""
    parts = (row.name, address if address not in row.name_normal else "", row.town)
    return Candidate(
        text=", ".join(filter(None, parts)),
        key=address if row.number_low and address else ", ".join(filter(None, (row.name_normal, address))),
        kind=row.kind,
        source=row.kind if is_point else "PLACE",
        lat=row.lat,
        lon=row.lon,
        uncertainty_m=uncertainty,
        neighborhood=row.neighborhood,
        town=row.town,
        verified=row.verified and score >= SURE,
        score=score,
    )


def _joined_score(parsed: ParsedPlace, row: Place) -> float:
    if row.kind == Place.Kind.INTERSECTION:
        return pair_score((parsed.street, parsed.cross), (row.street_1, row.street_2))
    whole = name_score(parsed.name, row.name_normal)
    if not row.street_1:
        return whole
    beside = max(
        min(street_score(parsed.street, row.street_1), name_score(parsed.cross, row.name_normal)),
        min(street_score(parsed.cross, row.street_1), name_score(parsed.street, row.name_normal)),
    )
    return max(whole, beside)


def _name_score(parsed: ParsedPlace, row: Place, beside: str) -> float:
    score = max(name_score(parsed.normal, row.name_normal), name_score(parsed.name, row.name_normal))
    if beside and row.street_1 and street_score(beside, row.street_1) < SURE:
        return score - _ON_ANOTHER_STREET
    return score


def _area_score(parsed: ParsedPlace, area: KnownArea) -> float:
    return max(name_score(parsed.name, area.name.upper()), name_score(parsed.normal, area.name.upper()))


def _area(area: KnownArea, score: float) -> Candidate:
    is_town = area.kind == Area.Kind.TOWN
    return Candidate(
        text=area.name,
        key=area.name.upper(),
        kind=area.kind,
        source="AREA",
        lat=area.center_lat,
        lon=area.center_lon,
        uncertainty_m=TOWN_M if is_town else NEIGHBORHOOD_M,
        neighborhood="" if is_town else area.name,
        town=area.name if is_town else "",
        verified=False,
        score=score,
    )


def _crossings(asked: tuple[str, str], streets: list[Street]) -> list[Candidate]:
    """Where the best-fitting lines of both streets meet."""
    one, other = (_fitting(name, streets) for name in asked)
    found = []
    for street, score in one:
        for cross, cross_score in other:
            if street.name_normal == cross.name_normal:
                continue
            within_m = lines.ROUGHLY_MEETING_M if _is_rough(street, cross) else lines.MEETING_M
            drawn = lines.read_line(street.geometry), lines.read_line(cross.geometry)
            meeting = lines.meeting_of(*drawn, within_m=within_m)
            if meeting:
                found.append(_crossing(street, cross, meeting, min(score, cross_score)))
    return found


def _crossing(street: Street, cross: Street, meeting: lines.Estimate, score: float) -> Candidate:
    rough = _is_rough(street, cross)
    return Candidate(
        text=f"{street.name} & {cross.name}",
        key=" & ".join(sorted((street.name_normal, cross.name_normal))),
        kind=Place.Kind.INTERSECTION,
        source="CROSSING",
        lat=meeting.lat,
        lon=meeting.lon,
        uncertainty_m=round(meeting.uncertainty_m) * (2 if rough else 1),
        neighborhood="",
        town="",
        verified=score >= SURE and not rough,
        score=score,
    )


def _is_rough(street: Street, cross: Street) -> bool:
    return DERIVED in (street.source, cross.source)


def _one_street(asked: Iterable[str], streets: list[Street], least: float) -> list[Candidate]:
    """The middle of each street that fits: all that is known is which street it is."""
    found: dict[str, Candidate] = {}
    for name in asked:
        for street, score in _fitting(name, streets):
            middle = lines.middle_of(lines.read_line(street.geometry))
            candidate = Candidate(
                text=street.name,
                key=street.name_normal,
                kind="STREET",
                source="STREET",
                lat=middle.lat,
                lon=middle.lon,
                uncertainty_m=round(middle.uncertainty_m),
                neighborhood="",
                town="",
                verified=False,
                score=score,
            )
            if score >= least and score > getattr(found.get(candidate.key), "score", 0):
                found[candidate.key] = candidate
    return list(found.values())


def _fitting(name: str, streets: list[Street]) -> list[tuple[Street, float]]:
    """One line for each street that fits the name, best first, at most three."""
    known = {street.name_normal for street in streets}
    scored = sorted(((street_score(name, normal), normal) for normal in known), reverse=True)[:3]
    picked = []
    for score, normal in scored:
        line = _longest(street for street in streets if street.name_normal == normal)
        if line and score >= 0.5:
            picked.append((line, score))
    return picked
