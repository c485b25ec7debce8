"""What is kept of a call, for how long: holds that keep all of it, and what was taken out of its record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dispatch.models.calls import Call


class LegalHold(models.Model):
    """Nothing of the call is redacted while one stands: a court, an inquiry or a records request needs it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=200)
    placed_by = models.CharField(max_length=150)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(lifted_at__isnull=True), name="one_legal_hold_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class Redaction(models.Model):
    """That data of a class was taken out of a call's record and of its events, and when it last was."""

    class DataClass(models.TextChoices):
        PERSON = "PERSON", "Person, callers and phone numbers"
        NARRATIVE = "NARRATIVE", "Narrative and texts"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="redactions")
    data_class = models.CharField(max_length=9, choices=DataClass)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "data_class"], name="class_redacted_once_per_call")]

    def __str__(self) -> str:
        return f"{self.data_class} of call {self.call_id}"
