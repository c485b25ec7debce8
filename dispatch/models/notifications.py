"""Reaching people: where they can be told of something, what they were to be told, and what became of it.

Nothing here says anything of a person in crisis: a notice names its call by its row, and what is sent holds no more
than the call's number.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.models.alerts import Alert
from dispatch.models.assignments import Assignment
from dispatch.models.calls import Call
from dispatch.rules.reaching import ChannelKind, NoticeKind
from hearteam.kept_saves import KeptSaves


class NotificationChannel(models.Model):
    """One way to reach a person. Only a verified one that is not quiet is used, and only while they are at work.

    The channel of kind PUSH has no address: it stands for all browsers that the person subscribed.
    """

    class Kind(models.TextChoices):
        PUSH = ChannelKind.PUSH, "Push"
        SMS = ChannelKind.SMS, "SMS"
        VOICE = ChannelKind.VOICE, "Voice call"
        EMAIL = ChannelKind.EMAIL, "E-mail"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_channels")
    kind = models.CharField(max_length=5, choices=Kind)
    address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=5, default="en")
    quiet = models.BooleanField(default=False, help_text="Kept, and not used.")
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_at = models.DateTimeField(null=True, blank=True, help_text="When the code was asked for.")
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "address"], name="one_channel_per_person_and_address"),
            models.CheckConstraint(
                condition=Q(kind="PUSH", address="") | (~Q(kind="PUSH") & ~Q(address="")),
                name="channel_address_unless_push",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.user_id}"


class PushSubscription(models.Model):
    """A browser that a person subscribed. One endpoint belongs to whoever signed in there last."""

    channel = models.ForeignKey(NotificationChannel, on_delete=models.CASCADE, related_name="subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    user_agent = models.CharField(max_length=200, blank=True)
    session = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the session that subscribed.")
    created_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text="When its service said that it is gone.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"subscription {self.pk} of channel {self.channel_id}"


class Notice(KeptSaves):
    """Somebody is to be told. Written in the transaction of what it tells; who that is, is found when it is told.

    `step` is its place on the ladder: 0 is the first telling, each later one a row of its own.
    """

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in NoticeKind])
    call = models.ForeignKey(Call, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    unit = models.ForeignKey("partners.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    channel = models.ForeignKey(
        NotificationChannel, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        help_text="The one that is tried or verified.",
    )  # fmt: skip
    step = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it was worked out whom to tell.")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["at"], name="notice_untold", condition=Q(told_at__isnull=True)),
            models.Index(fields=["at"], name="notice_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%H:%M:%S}"


class Delivery(models.Model):
    """One message to one person over one channel, and what became of it: the delivery log."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Not needed any more"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=NotificationChannel.Kind)
    channel = models.ForeignKey(NotificationChannel, on_delete=models.SET_NULL, null=True, related_name="+")
    subscription = models.ForeignKey(PushSubscription, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    why = models.CharField(max_length=120, blank=True, help_text="Why it was not sent.")
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["queued_at"], name="delivery_waiting", condition=Q(state__in=["queued", "sending"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id} {self.state}"
