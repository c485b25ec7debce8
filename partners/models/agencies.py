"""Agencies, their teams, and when, where and how a team can be had. All of it is dated data that a supervisor edits."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Agency(models.Model):
    """An organisation that sends people."""

    class Kind(models.TextChoices):
        POLICE = "POLICE", "Police"
        FIRE = "FIRE", "Fire"
        EMS = "EMS", "EMS"
        CIVILIAN = "CIVILIAN", "Civilian crisis response"

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    phone = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.code


class Team(models.Model):
    """What a dispatcher asks for: CRT, CRMHC, WHEELER, or a public-safety service (HPD, HFD, EMS).

    `ages` is the age band in triage terms; a team is never recommended outside it (invariant 5).
    `area` lists neighbourhoods served; empty means the whole city.
    """

    class Age(models.TextChoices):
        ADULT = "ADULT", "Adult"
        CHILD_3_17 = "CHILD_3_17", "3 to 17"
        UNDER_3 = "UNDER_3", "Under 3"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(
        max_length=16, help_text="The response role it fills: POLICE, FIRE, EMS, or its own code for a civilian team."
    )
    ages = ArrayField(models.CharField(max_length=12, choices=Age), default=list, blank=True)
    area = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    dedicated_phone = models.CharField(max_length=24, blank=True)
    arrival_target_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    min_crew_roles = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    equipment = ArrayField(
        models.CharField(max_length=60),
        default=list,
        db_default=[],
        blank=True,
        help_text="What its crews check when a shift begins, in the order in which they are asked.",
    )
    may_transport = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def civilian(self) -> bool:
        """A mental-health team, as opposed to police, fire and EMS."""
        return self.agency.kind == Agency.Kind.CIVILIAN


class Contract(models.Model):
    """A period in which the city may send the team. Public safety needs none."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="contracts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day in force; empty while open-ended.")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["team", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="contract_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.starts_on} - {self.ends_on or ''}"


class Channel(models.TextChoices):
    """How a team is reached in an hour of the week."""

    TABLET = "TABLET", "Tablet (units on the board)"
    PHONE = "PHONE", "Phone hand-off"
    RADIO = "RADIO", "Radio"


class ServiceHours(models.Model):
    """Weekly hours with their channel, valid between two dates. `closes` at or before `opens` means past midnight.

    Several rows a day are allowed (tablet by day, phone after hours). `opens` == `closes` is round the clock.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(
        choices=[(i, d) for i, d in enumerate(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])]
    )
    opens = models.TimeField()
    closes = models.TimeField()
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.TABLET)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["team", "weekday", "opens"]
        verbose_name_plural = "service hours"
        constraints = [models.CheckConstraint(condition=Q(weekday__lte=6), name="service_hours_weekday")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ServiceException(models.Model):
    """One date on which other hours hold: closed all day, or these hours in place of the weekly ones."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField()
    closed = models.BooleanField(default=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.TABLET)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["team", "date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed=True) | Q(opens__isnull=False, closes__isnull=False),
                name="service_exception_has_hours",
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.date} {'closed' if self.closed else 'other hours'}"
