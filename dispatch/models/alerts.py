"""Due times, who watches them, and the alerts they raise; and the commands already answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.models.assignments import Assignment
from dispatch.models.calls import Call
from hearteam.kept_saves import KeptSaves


class Alert(KeptSaves):
    """Somebody must look. One open alert per (kind, call, unit)."""

    kind = models.CharField(max_length=32, help_text="A `dispatch.rules.timers.AlertKind`.")
    level = models.PositiveSmallIntegerField()
    call = models.ForeignKey(Call, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    unit = models.ForeignKey("partners.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    text = models.CharField(max_length=240)
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=150)
    sounded_at = models.DateTimeField(
        null=True, blank=True, help_text="When it last began to sound: raised, or raised again once acknowledged."
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_after_s = models.FloatField(
        null=True, blank=True, help_text="Seconds from when it last began to sound to its acknowledgement."
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    clear_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["level", "raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "call", "unit"],
                condition=Q(cleared_at__isnull=True),
                nulls_distinct=False,
                name="one_open_alert_per_kind_call_unit",
            ),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="alert_level_1_to_3"),
        ]
        indexes = [
            models.Index(fields=["level", "raised_at"], name="alert_open", condition=Q(cleared_at__isnull=True)),
            models.Index(fields=["raised_at"], name="alert_raised"),
        ]

    def __str__(self) -> str:
        return f"L{self.level} {self.kind}"


class Deadline(KeptSaves):
    """A due time. The timers process claims a due row by a conditional update, so none fires twice and none is
    forgotten.
    """

    kind = models.CharField(max_length=24, help_text="A `dispatch.rules.timers.DeadlineKind`.")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, null=True, blank=True, related_name="deadlines")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, null=True, blank=True, related_name="deadlines"
    )
    unit = models.ForeignKey("partners.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="How often acting on it failed since it was due.")
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "call", "assignment", "unit", "alert"],
                nulls_distinct=False,
                condition=Q(fired_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_deadline_per_kind_and_subject",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="deadline_due", condition=Q(fired_at__isnull=True, cancelled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.due_at:%H:%M:%S}"


class TimersWatch(models.Model):
    """The timers' sign of life: one row, renewed by their leader every few seconds after it worked off what was due."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"


class Command(models.Model):
    """A command that was answered: the same key and body again gets the same answer, also after a crash."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_command_key")]

    def __str__(self) -> str:
        return self.key
