"""How a call reaches the center beside a person's typing: the phone's own word, texts, and the interpreter's line."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from dispatch.models.calls import Call


class PhoneSystem(models.Model):
    """A program that brings calls: a phone system or a text gateway. Its account has the role `phone-system`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="phone_system"
    )
    name = models.CharField(max_length=80, unique=True)
    carries_texts = models.BooleanField(default=False, help_text="Texts to callers go out through it.")
    text_url = models.URLField(
        blank=True,
        help_text="Texts to callers are posted here; empty: the gateway fetches them from /api/intake/texts/.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AliField(models.Model):
    """Where a field stands in the legacy text of a phone system; without a system, in that of any other."""

    class Field(models.TextChoices):
        NUMBER = "number", "Call-back number"
        CLASS_OF_SERVICE = "class_of_service", "Class of service"
        NAME = "name", "Subscriber"
        HOUSE_NUMBER = "house_number", "House number"
        STREET = "street", "Street"
        APARTMENT = "apartment", "Apartment"
        TOWN = "town", "Town"
        LAT = "lat", "Latitude"
        LON = "lon", "Longitude"
        UNCERTAINTY_M = "uncertainty_m", "Uncertainty (m)"
        CONFIDENCE = "confidence", "Confidence (%)"
        PROVIDER = "provider", "Provider"
        POSITION = "position", "Answering position"

    system = models.ForeignKey(PhoneSystem, on_delete=models.CASCADE, null=True, blank=True, related_name="ali_fields")
    field = models.CharField(max_length=16, choices=Field)
    line = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(60)])
    column = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(200)])
    length = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(200)])

    class Meta:
        ordering = ["system", "line", "column"]
        constraints = [
            models.UniqueConstraint(fields=["system", "field"], name="ali_field_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(line__gte=1, column__gte=1, length__gte=1), name="ali_field_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: line {self.line}, column {self.column}, {self.length} characters"


class PhoneCall(models.Model):
    """What a phone system said of a call as it came in. `reference` is the system's own name for it."""

    system = models.ForeignKey(PhoneSystem, on_delete=models.PROTECT, related_name="phone_calls")
    reference = models.CharField(max_length=80)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="phone_calls")
    number = models.CharField(max_length=24, blank=True)
    class_of_service = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=60, blank=True)
    position = models.CharField(max_length=40, blank=True, help_text="Which desk answers.")
    raw = models.TextField(blank=True, help_text="As it came, where it came as text.")
    problems = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["number", "-at"], name="phone_call_number", condition=~Q(number=""))]
        constraints = [models.UniqueConstraint(fields=["system", "reference"], name="phone_call_reference_once")]

    def __str__(self) -> str:
        return self.reference


class LocationBid(models.Model):
    """Where the phone said it was, each time it was asked. Kept whether or not the call's place followed it."""

    phone_call = models.ForeignKey(PhoneCall, on_delete=models.CASCADE, related_name="bids")
    at = models.DateTimeField()
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    uncertainty_m = models.PositiveIntegerField(null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.CharField(max_length=150, blank=True, help_text="Empty when the call's place followed by itself.")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.lat}, {self.lon} ± {self.uncertainty_m} m"


class TextMessage(models.Model):
    """A line of the text conversation with a caller."""

    class Direction(models.TextChoices):
        IN = "IN", "From the caller"
        OUT = "OUT", "To the caller"

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", "Received"
        QUEUED = "QUEUED", "On its way"
        SENT = "SENT", "Sent"
        DELIVERED = "DELIVERED", "Delivered"
        FAILED = "FAILED", "Not delivered"
        NO_GATEWAY = "NO_GATEWAY", "Not sent: no gateway"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="texts")
    system = models.ForeignKey(PhoneSystem, on_delete=models.PROTECT, null=True, blank=True, related_name="texts")
    reference = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=3, choices=Direction)
    number = models.CharField(max_length=24, blank=True, help_text="The caller's.")
    text = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=10, choices=State)
    state_at = models.DateTimeField()
    at = models.DateTimeField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=150, blank=True)
    posting_since = models.DateTimeField(
        null=True, blank=True, help_text="Somebody is posting it to its gateway since then."
    )
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["call"], name="text_unread", condition=Q(direction="IN", read_at__isnull=True)),
            models.Index(fields=["state"], name="text_queued", condition=Q(state="QUEUED")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "reference"], condition=~Q(reference=""), name="text_reference_once"
            )
        ]

    def __str__(self) -> str:
        return f"text {self.pk}"


class CannedPhrase(models.Model):
    """An approved text to callers, in both languages."""

    code = models.CharField(max_length=24, unique=True)
    en = models.CharField("English", max_length=300)
    es = models.CharField("Spanish", max_length=300)
    rank = models.PositiveSmallIntegerField(default=50)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.en


class InterpreterLine(models.Model):
    """A number to call for an interpreter. Without a language: of every language that has no line of its own."""

    language = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=24)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["language", "pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.phone}"


class InterpreterUse(models.Model):
    """An interpreter on a call: asked for, joined, gone. One at a time."""

    class Whose(models.TextChoices):
        CALLER = "CALLER", "The caller's"
        PERSON = "PERSON", "The person's"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="interpreters")
    language = models.CharField(max_length=8)
    whose = models.CharField(max_length=6, choices=Whose, default=Whose.CALLER)
    line_name = models.CharField(max_length=80, blank=True)
    line_phone = models.CharField(max_length=24, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=150)
    interpreter = models.CharField(max_length=40, blank=True, help_text="The id or name the interpreter gave.")
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(ended_at__isnull=True), name="one_interpreter_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=True) | Q(joined_at__gte=F("requested_at")),
                name="interpreter_joins_after_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} on call {self.call_id}"
