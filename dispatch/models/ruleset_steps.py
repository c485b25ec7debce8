"""What was done with rulesets, by whom and when: kept for good, also of a draft that was deleted."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dispatch.models.rulesets import Ruleset


class RulesetStep(models.Model):
    """One step in a ruleset's life. Append-only (a trigger refuses anything else).

    Who took a step of WRITING wrote into the ruleset, and does not approve it. ORIGINAL is by each writer of an
    unpublished draft, kept at the moment in which it was copied; its note names the draft.
    """

    class Step(models.TextChoices):
        IMPORTED = "imported", "Imported"
        COPIED = "copied", "Copied"
        ORIGINAL = "original", "Wrote what it was copied from"
        WRITTEN = "written", "Edited"
        FAILED = "failed", "Checked: not safe"
        CHECKED = "checked", "Checked: safe"
        APPROVED = "approved", "Approved"
        SCHEDULED = "scheduled", "Published for a later time"
        PUBLISHED = "published", "Published"
        REPUBLISHED = "republished", "Brought back"
        TOOK_EFFECT = "took_effect", "Took effect"
        WITHDRAWN = "withdrawn", "Withdrawn before it took effect"
        RETIRED = "retired", "Retired"
        DELETED = "deleted", "Deleted"

    WRITING = (Step.IMPORTED, Step.COPIED, Step.ORIGINAL, Step.WRITTEN)

    ruleset = models.ForeignKey(Ruleset, on_delete=models.DO_NOTHING, db_constraint=False, related_name="steps")
    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    step = models.CharField(max_length=12, choices=Step)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} v{self.version} {self.get_step_display().lower()} by {self.by_name}"
