"""The geofile: areas, street lines and places that a call's location is looked up in."""

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models

BUILT_IN = "built-in"
"""`source` of the facts that come with the product; a loaded file takes their place."""

DERIVED = "derived"
"""`source` of a street line that was laid through known points because no file has the street itself."""


class Area(models.Model):
    """A neighbourhood, the city's boundary or a town around it.

    `geometry` is a GeoJSON Polygon or MultiPolygon (WGS 84), or null when only the centre is known.
    `accuracy_m` says how far the outline may be off: 0 for a surveyed one.
    """

    class Kind(models.TextChoices):
        NEIGHBORHOOD = "NEIGHBORHOOD"
        BOUNDARY = "BOUNDARY"
        TOWN = "TOWN"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(max_length=64, help_text="the name in capitals without blanks and hyphens")
    name = models.CharField(max_length=80)
    geometry = models.JSONField(null=True, blank=True)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    center_lat = models.FloatField()
    center_lon = models.FloatField()
    accuracy_m = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="area_once")]

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """One street as one file knows it: a GeoJSON (Multi)LineString, or a Point when one point is all there is."""

    name = models.CharField(max_length=120)
    name_normal = models.CharField(max_length=120, help_text="as normalise.street_normal writes it")
    geometry = models.JSONField()
    length_m = models.FloatField()
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["name_normal", "source"]
        constraints = [models.UniqueConstraint(fields=["name_normal", "source"], name="street_once_per_source")]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A point with a name: an address, an intersection, a hospital, a landmark.

    `street_1` (and `street_2` of an intersection, in alphabetical order) are normal street names;
    `number_low`..`number_high` is the house number range of an address on `street_1`.
    Addresses, of which a city may have 50,000, are looked up by street and number, all else by its name's trigrams.
    `town` is blank inside the city. `verified` is false for a point its source calls an estimate.
    """

    class Kind(models.TextChoices):
        ADDRESS = "ADDRESS"
        INTERSECTION = "INTERSECTION"
        LANDMARK = "LANDMARK"
        SCHOOL = "SCHOOL"
        HOSPITAL = "HOSPITAL"
        PUBLIC_SAFETY = "PUBLIC_SAFETY"
        SERVICE = "SERVICE"
        HOUSING = "HOUSING"
        PARCEL = "PARCEL"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    name_normal = models.CharField(max_length=200, blank=True)
    street_1 = models.CharField(max_length=120, blank=True)
    street_2 = models.CharField(max_length=120, blank=True)
    number_low = models.PositiveIntegerField(null=True, blank=True)
    number_high = models.PositiveIntegerField(null=True, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    neighborhood = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=120)
    verified = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "name", "lat", "lon"], name="place_once_per_source"),
        ]
        indexes = [
            GinIndex(
                fields=["name_normal"],
                opclasses=["gin_trgm_ops"],
                condition=~models.Q(kind__in=["ADDRESS", "PARCEL"]),
                name="place_name_trigram",
            ),
            models.Index(
                fields=["street_1", "number_low"], condition=models.Q(number_low__isnull=False), name="place_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AddressStreet(models.Model):
    """One street that address points lie on. Streets of one name that lie apart are rows of their own.

    `qualifier` tells it from another street of its name: its neighbourhood, else its middle; blank when it is the only
    one. `lat`, `lon` is one of its points near its middle, and `reach_m` how far its points are from there.
    """

    name = models.CharField(max_length=120)
    name_normal = models.CharField(max_length=120, help_text="as normalise.street_normal writes it")
    town = models.CharField(max_length=80, blank=True, help_text="blank inside the city")
    neighborhood = models.CharField(max_length=80, blank=True)
    qualifier = models.CharField(max_length=80, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    reach_m = models.PositiveIntegerField()
    point_count = models.PositiveIntegerField()
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["name_normal", "town", "qualifier"]
        indexes = [models.Index(fields=["source"], name="address_street_source")]

    def __str__(self) -> str:
        return f"{self.name}, {self.qualifier}" if self.qualifier else self.name


class AddressPoint(models.Model):
    """A house number's point: a city may have a million, so that a text is matched with the streets' names only."""

    street = models.ForeignKey(AddressStreet, on_delete=models.CASCADE, related_name="points", db_index=False)
    number = models.PositiveIntegerField()
    number_high = models.PositiveIntegerField(help_text="the same as the number, but for one like 12-16")
    lat = models.FloatField()
    lon = models.FloatField()
    neighborhood = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["street", "number"]
        indexes = [models.Index(fields=["street", "number"], name="address_point_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.street_id}"


class GeographyVersion(models.Model):
    """One row whose token changes with every change of the geofile, so that each process drops its cached areas."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_geography_version")]

    def __str__(self) -> str:
        return str(self.token)
