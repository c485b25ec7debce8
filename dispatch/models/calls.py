"""The call: one event somebody needs help with, every contact about it, the person it is about, and its notes."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from dispatch.models.codes import CallType
from hearteam.kept_saves import KeptSaves


class CallNumber(models.Model):
    """The last call number given out in a year; advanced under a row lock, so numbers are gapless within a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Premise(models.Model):
    """A place known from earlier calls or on its own account. `key` is the normalised address without the apartment."""

    key = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=200)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class PremiseCaution(models.Model):
    """What a crew must know about a place. Only an active, recently reviewed VIOLENCE one counts in triage.

    Nothing of it is deleted: it ends, by its date or by somebody's word (`ended_at`).
    """

    class Class(models.TextChoices):
        VIOLENCE = "VIOLENCE", "Violence"
        ENVIRONMENT = "ENVIRONMENT", "Environment"
        CARE_PLAN = "CARE_PLAN", "Care plan (clinicians)"

    premise = models.ForeignKey(Premise, on_delete=models.CASCADE, related_name="cautions")
    caution_class = models.CharField("class", max_length=11, choices=Class)
    unit = models.CharField("apartment", max_length=16, blank=True, help_text="Empty: the whole premise.")
    text = models.CharField(max_length=200, help_text="The risk, not an arrest.")
    source = models.CharField(max_length=120)
    reviewed_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(max_length=200, blank=True, db_default="", default="")

    class Meta:
        ordering = ["premise", "caution_class"]

    def __str__(self) -> str:
        return self.text


class Call(KeptSaves):
    """A call from its first keystroke to its disposition.

    `version` is advanced by every change (optimistic locking).
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        DISPATCHED = "dispatched", "Dispatched"
        EN_ROUTE = "en_route", "En route"
        ON_SCENE = "on_scene", "On scene"
        TRANSPORTING = "transporting", "Transporting"
        HELD = "held", "Held"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"
        MERGED = "merged", "Merged into another"

    ENDED = (Status.CLOSED, Status.CANCELLED, Status.MERGED)

    class Origin(models.TextChoices):
        E911 = "911", "911"
        L988 = "988", "988"
        L211 = "211", "2-1-1"
        FIELD = "FIELD", "From the field"
        ADMIN = "ADMIN", "Administrative line"
        OTHER_CENTER = "OTHER_CENTER", "Other center"

    class ContactChannel(models.TextChoices):
        VOICE = "voice", "Voice"
        TEXT = "text", "Text"
        TTY = "tty", "TTY"
        RELAY = "relay", "Relay"
        VIDEO_RELAY = "video_relay", "Video relay"

    class Behavioural(models.TextChoices):
        YES = "YES", "Yes"
        NO = "NO", "No"
        UNKNOWN = "UNKNOWN", "Not known"

    number = models.CharField(max_length=12, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    version = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.E911)
    channel = models.CharField(max_length=12, choices=ContactChannel, default=ContactChannel.VOICE)
    never_voice_call = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True, help_text="The person's language, else the caller's.")
    call_type = models.ForeignKey(
        "dispatch.CallType", on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    reported_type = models.CharField(
        max_length=80, blank=True, help_text="The type as the call came in, in the center's own vocabulary."
    )
    asks_triage = models.CharField(
        max_length=5,
        choices=CallType.Asks,
        default=CallType.Asks.MAYBE,
        db_default=CallType.Asks.MAYBE,
        help_text="Whether the questions are asked on it, by the vocabulary or its type as they were when it was set.",
    )
    behavioural = models.CharField(max_length=7, choices=Behavioural, default=Behavioural.UNKNOWN)
    priority = models.PositiveSmallIntegerField(default=2)
    priority_fixed = models.BooleanField(
        default=False, help_text="Set by a person: triage does not change it any more."
    )
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    decision = models.ForeignKey("dispatch.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    location_text = models.CharField(max_length=200, blank=True)
    apartment = models.CharField(max_length=16, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    location_source = models.CharField(max_length=16, blank=True)
    uncertainty_m = models.PositiveIntegerField(null=True, blank=True)
    neighborhood = models.CharField(max_length=60, blank=True)
    town = models.CharField(max_length=40, blank=True)
    in_city = models.BooleanField(null=True, blank=True)
    location_verified = models.BooleanField(default=False)
    premise = models.ForeignKey(Premise, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls")

    received_at = models.DateTimeField()
    first_dispatched_at = models.DateTimeField(null=True, blank=True)
    first_on_scene_at = models.DateTimeField(null=True, blank=True)
    triaged_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    hold_reason = models.CharField(max_length=200, blank=True)
    scheduled_for = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it is to be worked. While it is held until then it waits; from then on its clocks count.",
    )
    callback_at = models.DateTimeField(null=True, blank=True)
    scene_safe_at = models.DateTimeField(null=True, blank=True)
    scene_safe_by = models.CharField(max_length=150, blank=True)
    scene_unsafe_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when only an officer's word opens the scene: somebody marked it unsafe or asked for police.",
    )
    police_requested_at = models.DateTimeField(null=True, blank=True)

    disposition = models.ForeignKey(
        "dispatch.Disposition", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=200, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    unserved_team = models.CharField(max_length=16, blank=True)
    unserved_reason = models.CharField(max_length=16, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_calls"
    )
    referrer_name = models.CharField(max_length=120, blank=True)
    referrer_agency = models.CharField(max_length=120, blank=True)
    referrer_phone = models.CharField(max_length=24, blank=True)
    referrer_reference = models.CharField(max_length=60, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.ForeignKey(
        "dispatch.Position", on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    pace = models.PositiveIntegerField(
        default=1, help_text="1 for real calls. A replayed call's timers run this many times faster; 0: it has none."
    )
    source_reference = models.CharField(
        max_length=80, blank=True, help_text="The row of an export this call was replayed from."
    )

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(
                fields=["priority", "received_at"],
                name="call_open",
                condition=~Q(status__in=["closed", "cancelled", "merged"]),
            ),
            models.Index(fields=["-received_at"], name="call_received"),
            models.Index(fields=["premise", "-received_at"], include=["id", "status"], name="call_premise_year"),
            GinIndex(OpClass(Upper("location_text"), name="gin_trgm_ops"), fastupdate=False, name="call_place_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=4), name="call_priority_1_to_4"),
            models.CheckConstraint(
                condition=Q(tier__isnull=True) | Q(tier__gte=1, tier__lte=4), name="call_tier_1_to_4"
            ),
            models.CheckConstraint(
                condition=~Q(status="merged") | Q(merged_into__isnull=False), name="merged_call_names_the_other"
            ),
            models.UniqueConstraint(
                fields=["source_reference"], condition=~Q(source_reference=""), name="call_source_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open(self) -> bool:
        """Still somebody's work."""
        return self.status not in self.ENDED


class CallContact(models.Model):
    """Somebody who called about the call. The first is the caller; every later one is kept beside."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    relationship = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["phone", "-at"], name="contact_phone_at", condition=~Q(phone=""))]

    def __str__(self) -> str:
        return self.name or self.phone or "unknown caller"


class PersonInCrisis(models.Model):
    """The person the call is about, who is not the caller unless `is_caller`."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="person")
    name = models.CharField(max_length=120, blank=True)
    apparent_age = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=200, blank=True)
    clothing = models.CharField(max_length=200, blank=True)
    direction = models.CharField(max_length=120, blank=True)
    presentation = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True)
    access_needs = models.CharField(max_length=200, blank=True)
    is_caller = models.BooleanField(null=True, blank=True)
    on_the_line = models.BooleanField(null=True, blank=True)
    alone = models.BooleanField(null=True, blank=True)
    someone_stays = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "people in crisis"

    def __str__(self) -> str:
        return f"person of call {self.call_id}"


class Note(KeptSaves):
    """A line of the narrative. Never changed or deleted (a trigger refuses it): a correction is a new note.

    A CLINICAL note's text is kept with the care records (`partners.CareNote`); here `text` is empty.
    """

    class Audience(models.TextChoices):
        ALL = "ALL", "Everyone"
        CLINICAL = "CLINICAL", "Clinicians"
        POLICE = "POLICE", "Police"
        CENTER = "CENTER", "The center and crews, not police"

    class Kind(models.TextChoices):
        NARRATIVE = "NARRATIVE", "Narrative"
        RADIO = "RADIO", "Radio"
        HAZARD = "HAZARD", "Hazard"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.ALL)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.NARRATIVE)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    strikes = models.BooleanField(
        default=False, db_default=False, help_text="It only strikes out what it corrects and puts nothing in its place."
    )
    written_at = models.DateTimeField(help_text="When it was said or typed.")
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["call", "written_at"], name="note_call_written")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class CallIntervention(models.Model):
    """A coded service given on scene."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="interventions")
    intervention = models.ForeignKey("dispatch.Intervention", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("partners.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "intervention", "unit"], name="intervention_once_per_call_and_unit")
        ]

    def __str__(self) -> str:
        return f"{self.intervention_id} on call {self.call_id}"


class Unserved(models.TextChoices):
    """Why an eligible call was not served by its team; the audited reason code."""

    OFF_HOURS = "OFF_HOURS", "Off hours"
    NO_CONTRACT = "NO_CONTRACT", "No contract in force"
    NO_UNIT = "NO_UNIT", "No unit free"
    OUT_OF_AREA = "OUT_OF_AREA", "Outside the team's area"
    HANDOFF_FAILED = "HANDOFF_FAILED", "Phone hand-off failed"
    REFUSED = "REFUSED", "Refused by the caller or the person"
    CANCELLED = "CANCELLED", "Cancelled"
    OVERRIDDEN = "OVERRIDDEN", "Overridden"
    TRANSFERRED = "TRANSFERRED", "Transferred to somebody who took it"
