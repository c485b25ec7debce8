"""What a changed ruleset, other hours or one more unit would have done with the calls of a past period."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dispatch.models.rulesets import Ruleset


class WhatIf(models.Model):
    """One trial on stored calls. `ruleset` null: the published one, with other hours or more units.

    `hours` is {team code: [{"weekday": 0-6, "opens": "HH:MM", "closes": "HH:MM"}]}: hours added to those in force.
    `extra_units` is {team code: how many more}. `summary` are the figures before and after (`dispatch.rules.whatif`).
    `calls` counts those looked at, also while it runs.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    UNFINISHED = (Status.QUEUED, Status.RUNNING)

    ruleset = models.ForeignKey(Ruleset, on_delete=models.CASCADE, null=True, blank=True, related_name="what_ifs")
    hours = models.JSONField(default=dict, blank=True)
    extra_units = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    problem = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    requested_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "what-if"
        constraints = [
            models.UniqueConstraint(
                fields=["ruleset"],
                condition=Q(status__in=["queued", "running"]),
                nulls_distinct=False,
                name="one_what_if_of_a_ruleset_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"What-if {self.pk}"


class WhatIfGroup(models.Model):
    """Calls whose decision changes in the same way; the approver ticks each. `examples` are call numbers."""

    what_if = models.ForeignKey(WhatIf, on_delete=models.CASCADE, related_name="groups")
    position = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=8)
    rule_before = models.CharField(max_length=16)
    tier_before = models.PositiveSmallIntegerField()
    response_before = ArrayField(models.CharField(max_length=16))
    rule_after = models.CharField(max_length=16)
    tier_after = models.PositiveSmallIntegerField()
    response_after = ArrayField(models.CharField(max_length=16))
    calls = models.PositiveIntegerField()
    figures = models.JSONField(default=dict, blank=True)
    examples = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ticked_by_name = models.CharField(max_length=150, blank=True)
    ticked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["what_if", "position"]

    def __str__(self) -> str:
        return f"{self.rule_before} T{self.tier_before} to {self.rule_after} T{self.tier_after}: {self.calls} calls"
