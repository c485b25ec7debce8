"""What happens after the call. Clinical: kept apart from the call's own record, each read of one audited.

The call is named by its id and number, not by a model of `dispatch`: partners never imports dispatch.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from partners.models.agencies import Team


class FollowUp(models.Model):
    """A team is to see or phone the person again."""

    class Status(models.TextChoices):
        OPEN = "OPEN", "Open"
        DONE = "DONE", "Done"
        CANCELLED = "CANCELLED", "Cancelled"

    call = models.ForeignKey("dispatch.Call", on_delete=models.PROTECT, related_name="follow_ups")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="follow_ups")
    reason = models.CharField(max_length=200)
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "team"], condition=models.Q(status="OPEN"), name="one_open_follow_up_per_call_and_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_id} follow-up, due {self.due_at:%Y-%m-%d}"


class CareNote(models.Model):
    """The text of a note whose audience is CLINICAL. The call's record holds only that it exists."""

    call = models.ForeignKey("dispatch.Call", on_delete=models.PROTECT, related_name="care_notes")
    note_id = models.BigIntegerField(unique=True, help_text="The call's note this is the text of.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]

    def __str__(self) -> str:
        return f"care note {self.pk}"


class RecordAccess(models.Model):
    """Somebody read what of a call is for few: its clinical records, a care plan, where its units were."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey("dispatch.Call", on_delete=models.PROTECT, related_name="record_accesses")
    what = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "record accesses"

    def __str__(self) -> str:
        return f"{self.user_id} read {self.what} of call {self.call_id}"
