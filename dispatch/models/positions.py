"""Workstations of the center: who sits where, which call is open there, and shifts handed over."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.models.calls import Call


class Position(models.Model):
    """A workstation by its name, as D2. Whoever signs in there holds it; the calls worked there are its calls."""

    name = models.CharField(max_length=12, unique=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When its console's socket was open last.")
    open_call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, blank=True, related_name="open_at")
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["holder"], condition=Q(holder__isnull=False), name="one_position_per_person_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Handover(models.Model):
    """A shift's open calls offered to a colleague. Until it is accepted they stay where they are."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="handovers")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    calls = models.ManyToManyField(Call, related_name="handovers")
    note = models.CharField(max_length=500, blank=True)
    offered_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-offered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["position"], condition=Q(answer=""), name="one_unanswered_handover_per_position"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="handover_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position_id} to {self.to_user_id} {self.answer or 'offered'}"
