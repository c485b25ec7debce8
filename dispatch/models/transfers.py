"""Callers handed to a line or a center that works for itself: offered, and ours until somebody there takes them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.models.calls import Call


class Transfer(models.Model):
    """One attempt to transfer a call. `name` and `phone` are what was shown then, whatever the directory says later."""

    class Kind(models.TextChoices):
        LINE = "LINE", "Phone service"
        CENTER = "CENTER", "Other 911 center"

    class Status(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="transfers")
    resource = models.ForeignKey(
        "partners.Resource", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=24)
    consent = models.BooleanField(default=False, help_text="The caller agreed to be transferred.")
    status = models.CharField(max_length=9, choices=Status, default=Status.OFFERED)
    note = models.CharField(max_length=200, blank=True)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    offered_by_name = models.CharField(max_length=150)
    taken_by = models.CharField(max_length=120, blank=True, help_text="Who took it there, by name.")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    settled_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["offered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(status="offered"), name="one_offered_transfer_per_call"
            ),
            models.CheckConstraint(
                condition=Q(status="offered", settled_at__isnull=True)
                | (~Q(status="offered") & Q(settled_at__isnull=False)),
                name="transfer_settled_when_not_offered",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | ~Q(taken_by=""), name="accepted_transfer_names_who_took_it"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.status}"
