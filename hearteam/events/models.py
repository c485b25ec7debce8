"""The event log's tables. Nothing here knows what a call or a unit is beyond its name."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from hearteam.kept_saves import KeptSaves


class Stream(models.Model):
    """One row per log; its version is advanced under a row lock, so versions are gapless and in commit order."""

    name = models.CharField(max_length=32, primary_key=True)
    version = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="A follower that knows less is not told event by event: what it missed was archived, or undone by a "
        "restored backup.",
    )

    def __str__(self) -> str:
        return f"{self.name} at {self.version}"


class Event(KeptSaves):
    """One thing that happened. Rows are only ever inserted (a database trigger refuses anything else)."""

    v = models.BigIntegerField(primary_key=True)
    type = models.CharField(max_length=48)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=150)
    by_user_id = models.BigIntegerField(null=True, blank=True)
    call_id = models.BigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    data = models.JSONField()

    class Meta:
        ordering = ["v"]
        indexes = [
            models.Index(fields=["call_id", "v"], name="event_call_v", condition=models.Q(call_id__isnull=False)),
            models.Index(fields=["unit", "v"], name="event_unit_v", condition=~models.Q(unit="")),
            models.Index(fields=["type", "v"], name="event_type_v"),
        ]

    def __str__(self) -> str:
        return f"{self.v} {self.type}"


class EventAudience(KeptSaves):
    """That a unit's tablet receives an event, and which event it received before (so that it notices a gap)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, db_column="v", related_name="audience")
    unit = models.CharField(max_length=16)
    prev = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "event"], name="one_audience_row_per_unit_and_event")]

    def __str__(self) -> str:
        return f"{self.unit} {self.prev} -> {self.event_id}"


class ArchivedEvents(models.Model):
    """That the events of a range of versions were written to a file, and whether they left (docs/backup.md)."""

    first = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(unique=True)
    file = models.CharField(max_length=300, help_text="Where it was written, as the command was told.")
    sha256 = models.CharField(max_length=64)
    archived_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="Since when the table has them no more.")

    class Meta:
        ordering = ["first"]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"
