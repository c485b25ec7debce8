"""Who was asked for, who was sent, and how far they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.models.calls import Call
from hearteam.kept_saves import KeptSaves


class ResponseSlot(KeptSaves):
    """One role of the response: requested until a unit fills it; unfilled ones stay on the row."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        ASSIGNED = "assigned", "Assigned"
        DECLINED = "declined", "Declined"
        UNFILLED = "unfilled", "Unfilled"
        CANCELLED = "cancelled", "Cancelled"

    WAITED_FOR = (Status.REQUESTED, Status.UNFILLED)
    """Nobody is sent for it yet; that nobody could be found does not end it."""

    class Source(models.TextChoices):
        RULESET = "ruleset", "Ruleset"
        JOIN = "join", "Joins when the scene is safe"
        PLAN = "plan", "Response plan"
        REQUEST = "request", "Asked for by a person"
        OVERRIDE = "override", "Override"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="slots")
    role = models.CharField(max_length=16)
    status = models.CharField(max_length=9, choices=Status, default=Status.REQUESTED)
    source = models.CharField(max_length=8, choices=Source)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(
        max_length=150, blank=True, default="", db_default="", help_text="Empty: the rules or the plan."
    )
    filled_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When it was declined or found unfillable.")
    answered_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    answer = models.CharField(max_length=200, blank=True, default="", db_default="", help_text="Why.")
    reason = models.CharField(max_length=200, blank=True)
    asked_from = models.ForeignKey(
        "partners.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The unit on the call whose crew asked for it.",
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["call"], name="slot_call_waiting", condition=Q(status="requested"))]

    def __str__(self) -> str:
        return f"{self.role} {self.status}"


class Assignment(KeptSaves):
    """One unit on one call, from dispatch to clear. The database lets a unit have one active assignment at most."""

    class Status(models.TextChoices):
        DP = "DP", "Dispatched"
        ER = "ER", "En route"
        ST = "ST", "Staging"
        OS = "OS", "On scene"
        TR = "TR", "Transporting"
        AD = "AD", "At destination"
        AV = "AV", "Cleared"

    class Order(models.TextChoices):
        STAGE = "STAGE", "Stage"
        WITHDRAW = "WITHDRAW", "Withdraw"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey("partners.Unit", on_delete=models.PROTECT, related_name="assignments")
    slot = models.ForeignKey(ResponseSlot, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignments")
    role = models.CharField(max_length=16)
    status = models.CharField(max_length=2, choices=Status, default=Status.DP)
    status_since = models.DateTimeField()
    joins = models.BooleanField(default=False, help_text="Stages and enters only once the scene is marked safe.")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_reason = models.CharField(max_length=200, blank=True)

    dispatched_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    en_route_at = models.DateTimeField(null=True, blank=True)
    staged_at = models.DateTimeField(null=True, blank=True)
    on_scene_at = models.DateTimeField(null=True, blank=True)
    transporting_at = models.DateTimeField(null=True, blank=True)
    at_destination_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    clear_reason = models.CharField(max_length=200, blank=True)
    undone = models.BooleanField(
        default=False, db_default=False, help_text="Sent by mistake and taken back within seconds: no report counts it."
    )
    destination = models.CharField(max_length=160, blank=True)
    eta_at = models.DateTimeField(null=True, blank=True)

    order = models.CharField(max_length=8, choices=Order, blank=True)
    order_at = models.DateTimeField(null=True, blank=True)
    order_reason = models.CharField(max_length=200, blank=True)
    order_acknowledged_at = models.DateTimeField(null=True, blank=True)
    welfare_due_at = models.DateTimeField(null=True, blank=True)
    welfare_ok_at = models.DateTimeField(null=True, blank=True)
    heard_by_voice_at = models.DateTimeField(
        null=True, blank=True, help_text="When the center last recorded what the crew said."
    )
    silent_since = models.DateTimeField(
        null=True, blank=True, help_text="The last sign of a crew that has given none for too long; empty otherwise."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(cleared_at__isnull=True), name="one_active_assignment_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(status="AV", cleared_at__isnull=False) | (~Q(status="AV") & Q(cleared_at__isnull=True)),
                name="assignment_cleared_when_available",
            ),
        ]
        indexes = [
            models.Index(fields=["call"], name="assignment_call_active", condition=Q(cleared_at__isnull=True)),
            models.Index(fields=["unit", "-dispatched_at"], name="assignment_unit_dispatched"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} on {self.call_id} {self.status}"


class Handoff(models.Model):
    """An attempt to hand a call to a team that is reached by phone."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        NO_ANSWER = "no_answer", "No answer"
        DECLINED = "declined", "Declined"
        CALLING = "calling", "Being called"
        CALL_BACK = "call_back", "Will call back"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="handoffs")
    team = models.ForeignKey("partners.Team", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=Outcome)
    attempt = models.PositiveSmallIntegerField()
    phone = models.CharField(max_length=24, blank=True)
    contact = models.CharField(max_length=120, blank=True, help_text="Who answered.")
    clinician = models.CharField(max_length=120, blank=True)
    clinician_phone = models.CharField(max_length=24, blank=True, default="", db_default="")
    guardian = models.CharField(max_length=120, blank=True, default="", db_default="")
    guardian_phone = models.CharField(max_length=24, blank=True, default="", db_default="")
    school = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="Who to ask for there.")
    school_phone = models.CharField(max_length=24, blank=True, default="", db_default="")
    meeting_point = models.CharField(max_length=160, blank=True, default="", db_default="")
    eta_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    callback_at = models.DateTimeField(null=True, blank=True, help_text="When they said they would call back.")
    note = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="When their number was dialled.")
    at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="handoff"
    )

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="accepted", assignment__isnull=False)
                | (~Q(outcome="accepted") & Q(assignment__isnull=True)),
                name="accepted_handoff_has_an_assignment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="call_back") | Q(callback_at__isnull=False), name="handoff_call_back_has_a_time"
            ),
            models.UniqueConstraint(
                fields=["call", "team"], condition=Q(outcome="calling"), name="team_is_called_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.outcome}"


class WelfareCheck(models.Model):
    """A crew said that it is well (or a dispatcher heard it)."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="welfare_checks")
    due_at = models.DateTimeField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    saved_at = models.DateTimeField(auto_now_add=True)
    late = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["occurred_at"]

    def __str__(self) -> str:
        return f"assignment {self.assignment_id} well at {self.occurred_at:%H:%M}"
