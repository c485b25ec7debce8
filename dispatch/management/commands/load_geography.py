"""manage.py load_geography DIR: the city's own GeoJSON and CSV files into the geofile."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.actions.geography import Loaded, geography_load
from dispatch.geo.readers import read_directory
from dispatch.geo.rows import Content, Fault, FileRows
from dispatch.models.geography import AddressPoint, Area, Place, Street

MOST_FAULTS_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Load neighborhood polygons, the city boundary, towns, street lines, intersections, address points, places, "
        "schools, hospitals and parcels from the GeoJSON (EPSG:4326) and CSV files in a directory. Files are "
        "recognised by what they hold. Rows that cannot be used are reported and left out. Loading again changes "
        "nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="the directory with the files")
        parser.add_argument("--all-faults", action="store_true", help="print every fault, not only the first of a file")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a directory.")
        try:
            files = list(read_directory(directory))
        except OSError as error:
            raise CommandError(f"{directory} cannot be read: {error.strerror}.") from error
        if not files:
            raise CommandError(f"{directory} holds no .geojson, .json or .csv file.")
        most = None if options["all_faults"] else MOST_FAULTS_SHOWN
        used = [self._load(rows, most) for rows in files]
        self._summarise()
        if not any(used):
            raise CommandError("No file held anything that could be loaded.")

    def _load(self, rows: FileRows, most: int | None) -> bool:
        if rows.content == Content.UNUSED:
            self.stdout.write(f"{rows.source}: not used{': ' + rows.note if rows.note else ''}")
            self._report(rows.source, rows.faults, most)
            return False
        loaded: Loaded = geography_load(rows)
        self.stdout.write(
            f"{rows.source}: {rows.row_count()} {rows.content}"
            f" ({loaded.created} new, {loaded.updated} changed, {loaded.unchanged} as before, {loaded.removed} removed)"
        )
        self._report(rows.source, [*rows.faults, *loaded.doubts], most)
        return True

    def _report(self, source: str, faults: list[Fault], most: int | None) -> None:
        for fault in faults[:most]:
            self.stderr.write(f"{source}:{fault.line}: {fault.reason}" if fault.line else f"{source}: {fault.reason}")
        if most is not None and len(faults) > most:
            self.stderr.write(f"{source}: {len(faults) - most} more; --all-faults shows them")

    def _summarise(self) -> None:
        kinds = [(Area.Kind.BOUNDARY, "boundary"), (Area.Kind.NEIGHBORHOOD, "neighborhoods"), (Area.Kind.TOWN, "towns")]
        areas = ", ".join(f"{Area.objects.filter(kind=kind).count()} {label}" for kind, label in kinds)
        parcels = Place.objects.filter(kind=Place.Kind.PARCEL).count()
        self.stdout.write(
            f"The geofile now holds {areas}, {Street.objects.count()} streets,"
            f" {Place.objects.count() - parcels} places, {parcels} parcels,"
            f" {AddressPoint.objects.count()} address points."
        )
