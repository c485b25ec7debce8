"""Links for the own phone of somebody who has no account: one crew, one call, until it is over or revoked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dispatch.models.assignments import Assignment
from dispatch.models.calls import Call


class GuestLink(models.Model):
    """Lets whoever holds it follow and report one assignment of a crew reached by phone.

    The address is signed and never stored: it is made of the row's id and `nonce` with the installation's own key.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="guest_links")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="guest_links")
    nonce = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_by_name = models.CharField(max_length=150)
    expires_at = models.DateTimeField()
    sent_to = models.CharField(max_length=16, blank=True, default="", db_default="", help_text="By text, last.")
    send_asked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the provider took it.")
    send_failed = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="Why it did not.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(revoked_at__isnull=True), name="one_standing_guest_link_of_a_crew"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="guest_link_expires_after_it_was_issued"
            ),
        ]

    def __str__(self) -> str:
        return f"link of assignment {self.assignment_id}"


class GuestLinkUse(models.Model):
    """Somebody opened a link on a device, or did something by it: when, from where, and what came of it."""

    class Act(models.TextChoices):
        OPEN = "open", "Opened"
        CONFIRM = "confirm", "Confirmed"
        ON_THE_WAY = "on_the_way", "On the way"
        STAGING = "staging", "At the meeting point"
        ARRIVED = "arrived", "Arrived"
        LEAVING = "leaving", "Leaving"
        POLICE = "police", "Asked for police"

    link = models.ForeignKey(GuestLink, on_delete=models.CASCADE, related_name="uses")
    at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=Act)
    device = models.PositiveSmallIntegerField(help_text="The first device that opened it is 1.")
    refused = models.CharField(max_length=200, blank=True, help_text="Why nothing came of it.")
    address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["link", "at"], name="guest_link_use_link_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "device"], condition=Q(act="open"), name="device_opens_a_guest_link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%H:%M}"
