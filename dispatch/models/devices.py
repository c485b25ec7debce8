"""Phones that report where a unit is, and the fixes that came in: the newest moves the unit, all make its track."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Device(models.Model):
    """A phone that runs a tracking app. It speaks for one unit, or for the unit its person is on board of.

    Its token is shown once, when it is made; only the token's SHA-256 is kept. A revoked one stays, for the record.
    """

    label = models.CharField(max_length=60, unique=True)
    unit = models.ForeignKey(
        "partners.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="position_devices"
    )
    person = models.ForeignKey(
        "partners.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="position_devices"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.CharField(max_length=150, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.CharField(max_length=150, blank=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_verdict = models.CharField(
        max_length=12, blank=True, editable=False, help_text="A `dispatch.rules.fixes.Verdict`."
    )

    class Meta:
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, person__isnull=True) | Q(unit__isnull=True, person__isnull=False),
                name="device_of_a_unit_or_a_person",
                violation_error_message="A device is a unit's or a person's.",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Fix(models.Model):
    """Where a unit was at a moment, as a device or its tablet (no device) said. Never one from off duty.

    One a unit and moment: what is sent again is not kept again.
    """

    unit = models.ForeignKey("partners.Unit", on_delete=models.CASCADE, related_name="fixes")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lat = models.FloatField()
    lon = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    speed_mps = models.FloatField(null=True)
    heading = models.FloatField(null=True)
    verdict = models.CharField(max_length=12, help_text="A `dispatch.rules.fixes.Verdict` of those that are kept.")

    class Meta:
        ordering = ["unit", "at"]
        constraints = [models.UniqueConstraint(fields=["unit", "at"], name="one_fix_a_unit_and_moment")]

    def __str__(self) -> str:
        return f"{self.unit_id} at {self.at:%H:%M:%S}"
