"""Places to bring or refer people to, and numbers to call or transfer to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Facility(models.Model):
    """Where a crew may take a person."""

    class Kind(models.TextChoices):
        HOSPITAL = "HOSPITAL", "Hospital emergency room"
        CLINIC = "CLINIC", "Clinic"
        SHELTER = "SHELTER", "Shelter"
        PROVIDER = "PROVIDER", "Provider"
        HOME = "HOME", "Home"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    """A service that a dispatcher or responder finds, calls, transfers to or refers to."""

    class Kind(models.TextChoices):
        CRISIS_LINE = "CRISIS_LINE", "Crisis line"
        WALK_IN = "WALK_IN", "Walk-in clinic"
        TOWN = "TOWN", "Crisis service of a town"
        CENTER = "CENTER", "Other 911 center"
        COMMUNITY = "COMMUNITY", "Community agency"

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind)
    phone = models.CharField(max_length=24, blank=True)
    towns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    eligibility = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    cit_town = models.BooleanField(default=False)
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name
