"""Units, the people on them, their shifts, and how we know that a unit can be reached."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hearteam.kept_saves import KeptSaves
from partners.models.agencies import Team


class Unit(KeptSaves):
    """What is sent: a call sign, its team, its own status when on no call, and its newest position.

    A temporary unit stands for a crew reached by phone (one per accepted hand-off) and is gone once cleared.
    """

    class Status(models.TextChoices):
        AV = "AV", "Available"
        BK = "BK", "Break"
        OO = "OO", "Out of service"
        OFF = "OFF", "Off duty"

    callsign = models.CharField(max_length=16, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="units")
    vehicle = models.CharField(max_length=60, blank=True)
    cit_trained = models.BooleanField(
        default=False, help_text="Crisis intervention training, shown and preferred by R8."
    )
    temporary = models.BooleanField(default=False)
    phone = models.CharField(max_length=24, blank=True)
    active = models.BooleanField(default=True)

    status = models.CharField(max_length=3, choices=Status, default=Status.OFF)
    status_since = models.DateTimeField()
    status_reason = models.CharField(max_length=200, blank=True)
    status_until = models.DateTimeField(null=True, blank=True)

    tablet_seen_at = models.DateTimeField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    speed_mps = models.FloatField(null=True, blank=True)
    heading = models.FloatField(null=True, blank=True)
    fix_at = models.DateTimeField(null=True, blank=True)
    station_lat = models.FloatField(null=True, blank=True)
    station_lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["callsign"]

    def __str__(self) -> str:
        return self.callsign


class Person(models.Model):
    """Someone who rides on a unit or works at the center. `user` is their sign-in, when they have one."""

    class Role(models.TextChoices):
        CLINICIAN = "CLINICIAN", "Clinician"
        PEER = "PEER", "Peer responder"
        OFFICER = "OFFICER", "Police officer"
        FIREFIGHTER = "FIREFIGHTER", "Firefighter"
        EMT = "EMT", "EMT"
        PARAMEDIC = "PARAMEDIC", "Paramedic"
        DISPATCHER = "DISPATCHER", "Dispatcher"
        SUPERVISOR = "SUPERVISOR", "Supervisor"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )
    name = models.CharField(max_length=120)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    role = models.CharField(max_length=12, choices=Role)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    competencies = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    cit_trained = models.BooleanField(default=False)
    phone = models.CharField(max_length=24, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """A unit is on the roster from `starts_at` to `ends_at` (open-ended while empty).

    What its crew said when it signed on: since when it is there, in which vehicle, and what of its team's equipment is
    missing. Until then, and after it handed over, `signed_on_at` is empty and the crew is the roster's plan.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    signed_on_at = models.DateTimeField(null=True, blank=True)
    vehicle = models.CharField(max_length=60, blank=True, default="", db_default="")
    missing = ArrayField(models.CharField(max_length=60), default=list, db_default=[], blank=True)
    announced_start = models.BooleanField(default=False, help_text="The board was told that it began.")
    announced_end = models.BooleanField(default=False, help_text="The board was told that it ended.")

    class Meta:
        ordering = ["unit", "starts_at"]
        indexes = [
            models.Index(fields=["unit", "starts_at"], name="shift_unit_start"),
            models.Index(fields=["starts_at"], name="shift_to_begin", condition=Q(announced_start=False)),
            models.Index(
                fields=["ends_at"], name="shift_to_end", condition=Q(announced_end=False, ends_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} from {self.starts_at:%Y-%m-%d %H:%M}"


class CrewMember(models.Model):
    """A person on a unit for a shift, in a role. `signed_on_at`: since when they, or a colleague, say that."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="crew")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="crews")
    role = models.CharField(max_length=12, choices=Person.Role)
    signed_on_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["shift", "role"]
        constraints = [models.UniqueConstraint(fields=["shift", "person"], name="person_once_per_shift")]

    def __str__(self) -> str:
        return f"{self.person_id} as {self.role}"


class ChannelCheck(models.Model):
    """A logged radio or phone check: proof for 15 minutes that the unit can be reached (invariant 12)."""

    class Kind(models.TextChoices):
        RADIO = "RADIO", "Radio"
        PHONE = "PHONE", "Phone"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="channel_checks")
    kind = models.CharField(max_length=5, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["unit", "-at"], name="channel_check_unit_at")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.at:%H:%M}"
