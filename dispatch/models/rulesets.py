"""Rulesets as rows of typed columns: no expressions, no code. The shapes mirror `dispatch.rules.ruleset`.

The programme's ten questions have a column each. A question that a city adds has an entry in `more`:
{question: [accepted answers]}.

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
    more = models.JSONField(
        default=dict, blank=True, help_text="Accepted answers of the questions a city added: {question: [answers]}."
    )

    class Meta:
        abstract = True


class QuestionSet(models.Model):
    """A version of the triage questions: every wording and every answer. Never changed; a new wording is a new version.

    `digest` is `dispatch.rules.questions.questions_digest`: the same questions are the same set.
    """

    version = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=64, unique=True)
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Questions v{self.version}"


class TriageQuestion(models.Model):
    """One question of a set, as `dispatch.rules.ruleset.Question` describes it."""

    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=24)
    label = models.CharField(max_length=80)
    ask_en = models.CharField(max_length=400)
    ask_es = models.CharField(max_length=400)
    hint = models.CharField(max_length=400, blank=True)
    not_asked = models.CharField(max_length=16)
    safety = models.BooleanField(default=True)
    ordered = models.BooleanField(default=True)
    of_caller = models.BooleanField(default=True)

    class Meta:
        ordering = ["question_set", "position"]
        constraints = [models.UniqueConstraint(fields=["question_set", "field"], name="question_once_per_set")]

    def __str__(self) -> str:
        return self.label


class QuestionAnswer(models.Model):
    """One answer a question offers, the least dangerous first."""

    question = models.ForeignKey(TriageQuestion, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    label = models.CharField(max_length=80)
    key = models.CharField(max_length=1)
    danger = models.PositiveSmallIntegerField()
    clear = models.BooleanField()
    phrase = models.CharField(max_length=120)

    class Meta:
        ordering = ["question", "position"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="answer_once_per_question")]

    def __str__(self) -> str:
        return self.code


class Ruleset(models.Model):
    """A version of the table. Goes live only after the checks pass and a second person approves (invariant 13).

    Of the published ones that decides whose `effective_at` passed last; it is retired once the next one takes effect.
    """

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
    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="rulesets")
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    republishes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The earlier version this one brings back unchanged.",
    )
    published_by_name = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When a draft's rows were last written.")
    report = models.JSONField(null=True, blank=True, help_text="What the last check found.")

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="ruleset_version_once"),
            models.UniqueConstraint(
                fields=["effective_at"], condition=Q(status="published"), name="one_ruleset_takes_effect_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(effective_at__isnull=False), name="published_ruleset_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(approver_name="") | ~Q(approver_name=F("author_name")),
                name="ruleset_approver_is_not_the_author",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="ruleset_approver_is_another_user"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published"]) | ~Q(approver_name=""),
                name="ruleset_live_only_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published"])
                | Q(checked_at__isnull=False, approved_at__isnull=False),
                name="ruleset_live_only_when_checked",
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
    keep_asking = ArrayField(models.CharField(max_length=24), default=list, blank=True)

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


class RulesetInvariant(Condition):
    """A city's own demand on every decision where the columns match; the built-in ones stand beside it, always."""

    ruleset = models.ForeignKey(Ruleset, on_delete=models.CASCADE, related_name="invariants")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    must_send = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    never_send = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    never_join = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    tier_at_most = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["ruleset", "position"]
        constraints = [models.UniqueConstraint(fields=["ruleset", "code"], name="invariant_code_once_per_ruleset")]

    def __str__(self) -> str:
        return self.code


class RulesetCase(models.Model):
    """A golden case: a named situation and the response it must get. `available` null: every team is."""

    ruleset = models.ForeignKey(Ruleset, on_delete=models.CASCADE, related_name="cases")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    answers = models.JSONField(default=dict, help_text="{question: answer}; one left out was not asked.")
    available = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    extra_roles = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    situation = models.CharField(max_length=16, blank=True)
    tier = models.PositiveSmallIntegerField()
    response = ArrayField(models.CharField(max_length=16))
    rule = models.CharField(max_length=16, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    joins = ArrayField(models.CharField(max_length=16), null=True, blank=True)

    class Meta:
        ordering = ["ruleset", "position"]
        constraints = [models.UniqueConstraint(fields=["ruleset", "name"], name="case_name_once_per_ruleset")]

    def __str__(self) -> str:
        return self.name
