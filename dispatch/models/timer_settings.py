"""The center's time limits, as supervisors set them one after another."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.rules.timer_limits import LIMITS


class TimerLimits(models.Model):
    """All limits as they are from `at` on; the newest row counts, and before the first one the programme's defaults.

    Append-only (a trigger refuses anything else), so what held before a change, who made it and why stays known.
    `dispatch.rules.timer_limits` says what each column is.
    """

    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=200)
    pending_1_s = models.PositiveIntegerField()
    pending_2_s = models.PositiveIntegerField()
    pending_3_s = models.PositiveIntegerField()
    pending_4_s = models.PositiveIntegerField()
    amber_percent = models.PositiveIntegerField()
    acknowledge_s = models.PositiveIntegerField()
    eta_overrun_s = models.PositiveIntegerField()
    triage_s = models.PositiveIntegerField()
    handoff_next_s = models.PositiveIntegerField()
    handoff_attempts = models.PositiveIntegerField()
    handoff_fallback_s = models.PositiveIntegerField()
    transfer_callback_s = models.PositiveIntegerField(db_default=900)
    police_unassigned_s = models.PositiveIntegerField()
    order_acknowledge_s = models.PositiveIntegerField()
    notify_next_s = models.PositiveIntegerField(db_default=60)
    welfare_first_on_scene_s = models.PositiveIntegerField()
    welfare_every_s = models.PositiveIntegerField()
    welfare_after_eta_s = models.PositiveIntegerField()
    welfare_longest_s = models.PositiveIntegerField()
    welfare_tier_1_s = models.PositiveIntegerField(db_default=900)
    welfare_tier_2_s = models.PositiveIntegerField(db_default=900)
    welfare_tier_3_s = models.PositiveIntegerField(db_default=1800)
    welfare_tier_4_s = models.PositiveIntegerField(db_default=1800)
    welfare_level_2_s = models.PositiveIntegerField()
    welfare_level_1_s = models.PositiveIntegerField()
    welfare_police_s = models.PositiveIntegerField()
    level_1_escalate_s = models.PositiveIntegerField()
    level_2_escalate_s = models.PositiveIntegerField()
    contact_s = models.PositiveIntegerField()
    tablet_seen_s = models.PositiveIntegerField()
    voice_check_s = models.PositiveIntegerField()
    silent_s = models.PositiveIntegerField(db_default=120)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "time limits"
        verbose_name_plural = "time limits"
        constraints = [
            models.UniqueConstraint(fields=["replaces"], nulls_distinct=False, name="time_limits_are_one_chain"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{limit.name}__gte": limit.least, f"{limit.name}__lte": limit.most}),
                    name=f"time_limit_{limit.name}",
                )
                for limit in LIMITS
            ),
        ]

    def __str__(self) -> str:
        return f"Time limits of {self.at:%Y-%m-%d %H:%M} by {self.by_name}"

    def values(self) -> dict[str, int]:
        """Every limit by name."""
        return {limit.name: getattr(self, limit.name) for limit in LIMITS}
