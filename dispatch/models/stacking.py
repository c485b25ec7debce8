"""Calls that wait for a unit which is busy, in the order in which it is to take them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dispatch.models.calls import Call


class StackedCall(models.Model):
    """A pending call on the list of a busy unit. Its own clocks run on; it may stand on several units' lists."""

    unit = models.ForeignKey("partners.Unit", on_delete=models.PROTECT, related_name="stack")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="stacked")
    place = models.PositiveIntegerField(help_text="The unit takes the lowest first.")
    added_at = models.DateTimeField()
    added_by_name = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "call"], condition=Q(removed_at__isnull=True), name="call_once_on_a_units_stack"
            )
        ]
        indexes = [
            models.Index(fields=["call"], name="stacked_call_waiting", condition=Q(removed_at__isnull=True)),
            models.Index(fields=["unit", "place"], name="stacked_unit_waiting", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} waits for {self.unit_id}"
