"""Tables of places: intersections, sites, schools, hospitals, address points, parcels, neighbourhood centres."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from dispatch.geo.normalise import MAX_NUMBER, TextKind, clean, is_position, name_normal, parse, street_normal
from dispatch.geo.rows import AreaRow, Content, Fault, FileRows, PlaceRow

LAT_KEYS = ("lat", "latitude", "y", "label_lat", "centroid_lat")
LON_KEYS = ("lon", "lng", "long", "longitude", "x", "label_lon", "centroid_lon")
CROSS_KEYS = ("cross_or_landmark", "cross_street", "cross", "street_2", "intersecting_street")
STREET_KEYS = ("street", "street_1", "street_name", "on_street")
NUMBER_KEYS = (
    "number", "house_number", "housenumber", "addr_num", "add_number", "addr_no", "address_number", "street_number",
    "st_number", "st_num", "house_no", "hse_num",
)  # fmt: skip
WHOLE_STREET_KEYS = (*STREET_KEYS, "fullname", "full_name", "full_street", "st_fullname", "stname_full", "streetname")
BEFORE_STREET_KEYS = ("st_predir", "predir", "pre_dir", "prefix_dir")
BARE_STREET_KEYS = ("st_name", "stname", "street_nam", "str_name")
AFTER_STREET_KEYS = ("st_postyp", "st_type", "street_type", "sttype", "post_type", "suffix")
LAST_STREET_KEYS = ("st_posdir", "postdir", "post_dir", "sufdir")
AREA_KEYS = ("neighborhood", "neighbourhood", "nbhd", "neighborho", "nbrhd_name")
NAME_KEYS = ("name", "school name", "school", "facility", "landname", "site")
ADDRESS_KEYS = ("address", "full_address", "street_address", "fulladdress", "full_addr", "fulladdr", "add_full")
TOWN_KEYS = ("town", "city", "municipality", "inc_muni", "post_city", "postal_city")
HOSPITAL_HINTS = ("beds", "trauma")
SCHOOL_HINTS = ("school name", "school", "school_id", "organization type")
UNCERTAIN_WORDS = ("approx", "estimate", "no source")
MAX_NAME = 200

KINDS = {
    "hospital": "HOSPITAL",
    "school": "SCHOOL",
    "police": "PUBLIC_SAFETY",
    "psap": "PUBLIC_SAFETY",
    "fire": "PUBLIC_SAFETY",
    "jail": "PUBLIC_SAFETY",
    "detention": "PUBLIC_SAFETY",
    "public_safety": "PUBLIC_SAFETY",
    "partner": "SERVICE",
    "service": "SERVICE",
    "clinic": "SERVICE",
    "city": "SERVICE",
    "housing": "HOUSING",
    "shelter": "HOUSING",
}
"""Beginning of a category, or a part of it after "_" -> kind of place; anything else is a landmark."""

Record = dict[str, str]
Converter = Callable[[Record, int], PlaceRow | AreaRow]


def read(text: str, source: str) -> FileRows:
    """Recognise a table by its columns and read it."""
    rows = FileRows(source)
    read_records(_records(text, rows.faults), rows)
    return rows


def read_records(records: Iterable[tuple[int, Record]], rows: FileRows) -> None:
    """Fill `rows` from (line, column -> text) records; the columns decide what they are."""
    following = iter(records)
    first = list(islice(following, 50))
    content, convert = _recognise({key for _, record in first for key in record})
    if not first or convert is None:
        rows.note = "no rows" if not first else "no columns of a place (name or street, and lat/lon)"
        return
    rows.content = content
    seen: dict[tuple[object, ...], int] = {}
    for line, record in chain(first, following):
        try:
            row = convert(record, line)
            key = (row.kind, row.name, row.lat, row.lon) if isinstance(row, PlaceRow) else (row.name,)
            if key in seen and content == Content.ADDRESSES:
                continue  # one row for each flat of a house
            if key in seen:
                raise ValueError(f"repeats line {seen[key]}")
        except ValueError as error:
            rows.faults.append(Fault(line, str(error)))
            continue
        seen[key] = line
        if isinstance(row, PlaceRow):
            rows.places.append(row)
        else:
            rows.areas.append(row)


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, Record]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(line, f"not CSV: {error}"))
            continue
        if header is None:
            header = [clean(name).lower() for name in fields]
        elif len(fields) != len(header) and fields:
            faults.append(Fault(line, f"{len(fields)} columns, expected {len(header)}"))
        elif fields:
            yield line, {name: clean(value) for name, value in zip(header, fields, strict=True)}


def _recognise(columns: set[str]) -> tuple[Content, Converter | None]:
    """What the columns make of a table; the first that fits."""
    if not (columns & set(LAT_KEYS) and columns & set(LON_KEYS)):
        return Content.UNUSED, None
    on_street, named = bool(columns & set(STREET_KEYS)), bool(columns & set(NAME_KEYS))
    numbered: tuple[Content, Converter] = (Content.ADDRESSES, _address_point)
    readings: list[tuple[bool, Content, Converter]] = [
        (named and bool(columns & {"label_lat", "centroid_lat"}), Content.CENTERS, _center),
        ("parcel_id" in columns, Content.PARCELS, _parcel),
        (on_street and bool(columns & set(CROSS_KEYS)), Content.INTERSECTIONS, _intersection),
        (bool(columns & {*WHOLE_STREET_KEYS, *BARE_STREET_KEYS} and columns & set(NUMBER_KEYS)), *numbered),
        (named and bool(columns & set(HOSPITAL_HINTS)), Content.HOSPITALS, _named("HOSPITAL")),
        (named and bool(columns & set(SCHOOL_HINTS)), Content.SCHOOLS, _named("SCHOOL")),
        (named, Content.PLACES, _named("")),
        (bool(columns & set(ADDRESS_KEYS)), *numbered),
    ]
    return next(((content, convert) for fits, content, convert in readings if fits), (Content.UNUSED, None))


def _text(record: Record, keys: tuple[str, ...]) -> str:
    return next((record[key] for key in keys if record.get(key)), "")


def _position(record: Record) -> tuple[float, float]:
    """Latitude and longitude, or ValueError with the reason."""
    texts = _text(record, LAT_KEYS), _text(record, LON_KEYS)
    try:
        lat, lon = float(texts[0]), float(texts[1])
    except ValueError:
        raise ValueError(f"no position in {texts[0]!r}, {texts[1]!r}") from None
    if not is_position(lat, lon) or (lat == 0 and lon == 0):
        raise ValueError(f"position off the map: {lat}, {lon}")
    return lat, lon


def _name(name: str) -> str:
    if not name_normal(name):
        raise ValueError("no name")
    if len(name) > MAX_NAME - 1:
        raise ValueError(f"name of {MAX_NAME} characters or more")
    return name


def _center(record: Record, line: int) -> AreaRow:
    return AreaRow(_name(_text(record, NAME_KEYS)), None, _position(record), line)


def _parcel(record: Record, line: int) -> PlaceRow:
    lat, lon = _position(record)
    if not record["parcel_id"]:
        raise ValueError("no parcel_id")
    return PlaceRow("PARCEL", record["parcel_id"], lat, lon, neighborhood=record.get("neighborhood", ""), line=line)


def _intersection(record: Record, line: int) -> PlaceRow:
    """A street with a cross street, or with a landmark or a house number on it (told by `kind`, else by the text)."""
    lat, lon = _position(record)
    on, cross = _name(_text(record, STREET_KEYS)), _name(_text(record, CROSS_KEYS))
    street, other = street_normal(on), street_normal(cross)
    neighborhood, kind = record.get("neighborhood", ""), record.get("kind", "").lower()
    if not street or not other:
        raise ValueError(f"no street in {on!r} & {cross!r}")
    address = parse(cross)
    if kind == "address" or (kind == "" and address.kind == TextKind.ADDRESS):
        return _numbered(cross, lat, lon, neighborhood=neighborhood, line=line)
    if kind not in ("", "intersection"):
        return PlaceRow("LANDMARK", cross, lat, lon, street, neighborhood=neighborhood, line=line)
    if street == other:
        raise ValueError(f"{on!r} cannot cross itself")
    first, second = sorted((street, other))
    return PlaceRow(
        "INTERSECTION", _name(f"{on} & {cross}"), lat, lon, first, second, neighborhood=neighborhood, line=line
    )


def _address_point(record: Record, line: int) -> PlaceRow:
    lat, lon = _position(record)
    number = _text(record, NUMBER_KEYS).removesuffix(".0")
    name = f"{number} {_street_of(record)}" if number else _text(record, ADDRESS_KEYS)
    low, high, street = _address(number, _street_of(record)) if number.isdecimal() else _address("", name)
    return PlaceRow(
        "ADDRESS", _name(name), lat, lon, street, "", low, high, _text(record, AREA_KEYS), _text(record, TOWN_KEYS),
        line=line,
    )  # fmt: skip


def _street_of(record: Record) -> str:
    """The street's whole name, from one column or from those of its parts."""
    parts = (BEFORE_STREET_KEYS, BARE_STREET_KEYS, AFTER_STREET_KEYS, LAST_STREET_KEYS)
    return _text(record, WHOLE_STREET_KEYS) or " ".join(filter(None, (_text(record, keys) for keys in parts)))


def _address(number: str, text: str) -> tuple[int, int, str]:
    """Low and high house number and the normal street; a number of its own spares reading the street again."""
    if number:
        street = _known_street(text)
        if street and 0 < int(number[:9]) <= MAX_NUMBER:
            return int(number), int(number), street
    parsed = parse(f"{number} {text}")
    if parsed.kind != TextKind.ADDRESS or parsed.number is None:
        raise ValueError(f"no house number and street in {f'{number} {text}'.strip()!r}")
    return parsed.number, parsed.number_high or parsed.number, parsed.street


@lru_cache(maxsize=50_000)
def _known_street(text: str) -> str:
    parsed = parse(f"1 {text}")
    return parsed.street if parsed.kind == TextKind.ADDRESS else ""


def _numbered(name: str, lat: float, lon: float, *, neighborhood: str, line: int, town: str = "") -> PlaceRow:
    parsed = parse(name)
    if parsed.kind != TextKind.ADDRESS:
        raise ValueError(f"no house number and street in {name!r}")
    return PlaceRow(
        "ADDRESS", _name(name), lat, lon, parsed.street, "", parsed.number, parsed.number_high, neighborhood, town,
        line=line,
    )  # fmt: skip


def _named(kind: str) -> Callable[[Record, int], PlaceRow]:
    def convert(record: Record, line: int) -> PlaceRow:
        lat, lon = _position(record)
        parsed = parse(_text(record, ADDRESS_KEYS))
        doubt = f"{record.get('confidence', '')} {record.get('source', '')} {record.get('verified', '')}".lower()
        return PlaceRow(
            kind=kind or _kind(record.get("kind") or record.get("category") or record.get("type", "")),
            name=_name(_text(record, NAME_KEYS)),
            lat=lat,
            lon=lon,
            street_1=parsed.street,
            number_low=parsed.number,
            number_high=parsed.number_high,
            neighborhood=record.get("neighborhood", ""),
            town=_text(record, TOWN_KEYS),
            verified=doubt.strip() != "no" and not any(word in doubt for word in UNCERTAIN_WORDS),
            line=line,
        )

    return convert


def _kind(category: str) -> str:
    words = [category.lower(), *category.lower().split("_")]
    return next((KINDS[word] for word in words if word in KINDS), "LANDMARK")
