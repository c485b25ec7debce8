"""What was answered, what was decided by which rule of which version, and which units were proposed."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from dispatch.models.calls import Call
from hearteam.kept_saves import KeptSaves


class TriageAnswers(KeptSaves):
    """One full set of answers; each correction is a new row. An empty column was not asked."""

    class Source(models.TextChoices):
        CALLER = "CALLER", "Caller"
        CALLER_AGAIN = "CALLER_AGAIN", "Caller asked again"
        OFFICER_ON_SCENE = "OFFICER_ON_SCENE", "Officer on scene"
        CREW_ON_SCENE = "CREW_ON_SCENE", "Crew on scene"
        PREMISE = "PREMISE", "Premise record"
        OTHER = "OTHER", "Other"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="answer_sets")
    weapon = models.CharField(max_length=12, blank=True)
    violence = models.CharField(max_length=12, blank=True)
    medical = models.CharField(max_length=12, blank=True)
    self_harm = models.CharField(max_length=12, blank=True)
    scene = models.CharField(max_length=12, blank=True)
    crime = models.CharField(max_length=14, blank=True)
    age = models.CharField(max_length=12, blank=True)
    acuity = models.CharField(max_length=12, blank=True)
    caller_wants_police = models.CharField(max_length=12, blank=True)
    premise_caution = models.CharField(max_length=12, blank=True)
    more = models.JSONField(
        default=dict, blank=True, help_text="Answers to questions a city added: {question: answer}."
    )
    source = models.CharField(
        max_length=60, default=Source.CALLER, help_text="Who says so: one of the usual sources, or in words."
    )
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "triage answers"

    def __str__(self) -> str:
        return f"answers {self.pk} of call {self.call_id}"


class Decision(KeptSaves):
    """A decision with everything needed to replay it to the same result, for years (invariant 11).

    `availability` is {team code: {"available", "code", "reason"}}. An override keeps the ruleset's own result in
    `ruled_response` and `ruled_tier`.
    """

    class Direction(models.TextChoices):
        NONE = "", "Not overridden"
        UP = "UP", "More protection"
        DOWN = "DOWN", "Less protection"
        SIDEWAYS = "SIDEWAYS", "Same protection"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="decisions")
    answers = models.ForeignKey(TriageAnswers, on_delete=models.PROTECT, related_name="decisions")
    ruleset = models.ForeignKey("dispatch.Ruleset", on_delete=models.PROTECT, related_name="+")
    availability = models.JSONField()
    context = models.JSONField(default=dict, help_text="What the call added: extra_roles, situation.")
    rule = models.CharField(max_length=16)
    ruled_tier = models.PositiveSmallIntegerField()
    ruled_response = ArrayField(models.CharField(max_length=16))
    tier = models.PositiveSmallIntegerField()
    response = ArrayField(models.CharField(max_length=16))
    priority = models.PositiveSmallIntegerField()
    data = models.JSONField(help_text="The ruleset's whole result as the API gives it.")
    provisional = models.BooleanField()
    override_direction = models.CharField(max_length=8, choices=Direction, default=Direction.NONE, blank=True)
    override_reason = models.CharField(max_length=200, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["call"], name="decision_overridden", condition=~models.Q(override_direction="")),
        ]

    def __str__(self) -> str:
        return f"{self.rule} T{self.tier} for call {self.call_id}"


class Recommendation(KeptSaves):
    """The ranked units as they were shown; an assignment that differs is measured against it.

    `units` is [{"unit", "team", "role", "eta_s", "distance_m", "reasons"}] in order.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="recommendations")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    response = ArrayField(models.CharField(max_length=16))
    units = models.JSONField()
    short_of = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{len(self.units)} units for call {self.call_id}"
