"""Rulesets as rows of typed columns: no expressions, no code. The shapes mirror `dispatch.rules.ruleset`.

A published ruleset and all its rows are immutable: triggers refuse any change but retirement.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

QUESTIONS = (
    "weapon",
    "violence",
    "medical",
    "self_harm",
    "scene",
    "crime",
    "age",
    "acuity",
    "caller_wants_police",
    "premise_caution",
)


def _accepts() -> ArrayField:
    return ArrayField(
        models.CharField(max_length=16), default=list, blank=True, help_text="Accepted answers; empty: any."
    )


class Condition(models.Model):
    """Columns of accepted answers, combined by ALL or ANY; all empty matches everything."""

    class Match(models.TextChoices):
        ANY = "ANY", "Any column"
        ALL = "ALL", "All columns"

    match = models.CharField(max_length=3, choices=Match, default=Match.ALL)
    weapon = _accepts()
    violence = _accepts()
    medical = _accepts()
    self_harm = _accepts()
    scene = _accepts()
    crime = _accepts()
    age = _accepts()
    acuity = _accepts()
    caller_wants_police = _accepts()
    premise_caution = _accepts()

    class Meta:
        abstract = True


class Ruleset(models.Model):
    """A version of the table. Goes live only after the checks pass and a second person approves (invariant 13)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        CHECKED = "checked", "Checked"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approver_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="ruleset_version_once"),
            models.UniqueConstraint(fields=["status"], condition=Q(status="published"), name="one_published_ruleset"),
            models.CheckConstraint(
                condition=Q(approver_name="") | ~Q(approver_name=F("author_name")),
                name="ruleset_approver_is_not_the_author",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published"]) | ~Q(approver_name=""),
                name="ruleset_live_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class RulesetTeam(Condition):
    """A civilian team the ruleset may send, its ages, and (the columns) what must hold for it to be sent."""

    ruleset = models.ForeignKey(Ruleset, on_delete=models.CASCADE, related_name="teams")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    ages = ArrayField(models.CharField(max_length=12))

    class Meta:
        ordering = ["ruleset", "position"]
        constraints = [models.UniqueConstraint(fields=["ruleset", "code"], name="team_once_per_ruleset")]

    def __str__(self) -> str:
        return self.code


class Rule(Condition):
    """One row of the table; the first that matches decides."""

    ruleset = models.ForeignKey(Ruleset, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["ruleset", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ruleset", "code"], name="rule_code_once_per_ruleset"),
            models.UniqueConstraint(fields=["ruleset", "position"], name="rule_position_once_per_ruleset"),
        ]

    def __str__(self) -> str:
        return self.code


class RuleOutcome(Condition):
    """What a rule gives; its first outcome that matches counts."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="outcomes")
    position = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField()
    keep_asking = ArrayField(
        models.CharField(max_length=24, choices=[(q, q) for q in QUESTIONS]), default=list, blank=True
    )

    class Meta:
        ordering = ["rule", "position"]
        constraints = [
            models.CheckConstraint(condition=Q(tier__gte=1, tier__lte=4), name="outcome_tier_1_to_4"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="outcome_priority_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} T{self.tier}"


class OutcomePriority(Condition):
    """A priority that replaces the outcome's own when the columns match."""

    outcome = models.ForeignKey(RuleOutcome, on_delete=models.CASCADE, related_name="priorities")
    position = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["outcome", "position"]
        verbose_name_plural = "outcome priorities"

    def __str__(self) -> str:
        return f"P{self.priority}"


class OutcomeAlternative(models.Model):
    """What may be offered to the caller instead, at the lowest tier only."""

    class Kind(models.TextChoices):
        HOLD = "HOLD", "Hold for a team"
        TRANSFER = "TRANSFER", "Warm transfer"

    outcome = models.ForeignKey(RuleOutcome, on_delete=models.CASCADE, related_name="alternatives")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    callback_min = models.PositiveSmallIntegerField()
    team = models.CharField(max_length=16, blank=True)
    wait_min = models.PositiveSmallIntegerField(null=True, blank=True)
    resources = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    class Meta:
        ordering = ["outcome", "position"]

    def __str__(self) -> str:
        return self.kind


class OutcomeOption(models.Model):
    """One response; the first whose teams are all available is given. `send` are roles and team codes."""

    outcome = models.ForeignKey(RuleOutcome, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    send = ArrayField(models.CharField(max_length=16))
    prefer = ArrayField(models.CharField(max_length=8), default=list, blank=True)

    class Meta:
        ordering = ["outcome", "position"]

    def __str__(self) -> str:
        return " + ".join(self.send)


class OptionAddition(Condition):
    """A public-safety role added to an option when the columns match."""

    option = models.ForeignKey(OutcomeOption, on_delete=models.CASCADE, related_name="additions")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16)

    class Meta:
        ordering = ["option", "position"]

    def __str__(self) -> str:
        return f"+ {self.role}"


class OptionJoin(Condition):
    """A team that comes beside the response and enters only once the scene is marked safe."""

    option = models.ForeignKey(OutcomeOption, on_delete=models.CASCADE, related_name="joins")
    position = models.PositiveSmallIntegerField()
    team = models.CharField(max_length=16)
    mode = models.CharField(max_length=16)
    only_without = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["option", "position"]

    def __str__(self) -> str:
        return f"{self.team} joins"


class OptionFollowUp(Condition):
    """A follow-up task opened for a team when the call ends."""

    option = models.ForeignKey(OutcomeOption, on_delete=models.CASCADE, related_name="follow_ups")
    position = models.PositiveSmallIntegerField()
    team = models.CharField(max_length=16)
    situation = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["option", "position"]

    def __str__(self) -> str:
        return f"{self.team} follow-up"
