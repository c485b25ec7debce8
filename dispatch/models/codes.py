"""Code tables a center edits: call types, response plans, dispositions, interventions. Exchange codes stand beside
ours.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class CallType(models.Model):
    """What a call is about.

    `asks_triage` says whether the triage questions are asked (yes), offered (maybe) or not (no).
    """

    class Asks(models.TextChoices):
        YES = "YES", "Yes"
        MAYBE = "MAYBE", "Maybe"
        NO = "NO", "No"

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=80)
    apco = models.CharField(max_length=16, blank=True, help_text="APCO type code for exchange.")
    asks_triage = models.CharField(max_length=5, choices=Asks, default=Asks.NO)
    default_priority = models.PositiveSmallIntegerField(default=3)
    extra_roles = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        help_text="Roles added to any triaged response, such as FIRE.",
    )
    situation = models.CharField(
        max_length=16, blank=True, help_text="What rules must know beside the answers, such as OVERDOSE."
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ResponsePlan(models.Model):
    """For calls that triage does not decide: how many units of a role, by call type (empty: any) and priority."""

    call_type = models.ForeignKey(CallType, on_delete=models.CASCADE, null=True, blank=True, related_name="plans")
    priority = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16)
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["call_type", "priority", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["call_type", "priority", "role"], name="one_plan_line_per_role", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="plan_priority_1_to_4"),
            models.CheckConstraint(condition=Q(count__gte=1), name="plan_count_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.call_type_id or 'any'} P{self.priority}: {self.count} {self.role}"


class Disposition(models.Model):
    """How a call ended; `apco` is the exchange code ("15")."""

    name = models.CharField(max_length=40, unique=True, help_text="Our name, such as settled_by_contact.")
    label = models.CharField(max_length=80)
    apco = models.CharField(max_length=4)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["apco", "name"]

    def __str__(self) -> str:
        return f"{self.apco} {self.label}"


class Intervention(models.Model):
    """A service given on scene, coded."""

    code = models.CharField(max_length=24, unique=True)
    label = models.CharField(max_length=80)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label
