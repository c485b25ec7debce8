"""What comes from outside, typed as JSON types it: "5" is no number, 5 no text, and a time without its zone no time."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from dispatch.api.views import Fields, is_unsure
from hearteam.problems import Refused


class NoSurrogates(ProhibitSurrogateCharactersValidator):  # type: ignore[misc]
    """The framework's, which looks at each letter; nearly every text can be told at once."""

    def __call__(self, value: Any) -> None:
        if not str(value).isascii():
            super().__call__(value)


class Text(serializers.CharField):
    """Text without a NUL. Where it is optional, empty and null count as not given: it is then the empty string."""

    def __init__(self, max_length: int, *, required: bool = False) -> None:
        super().__init__(required=required, allow_blank=not required, allow_null=not required, max_length=max_length)
        self.validators = [
            NoSurrogates() if isinstance(one, ProhibitSurrogateCharactersValidator) else one for one in self.validators
        ]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            raise serializers.ValidationError("Not a valid string.")
        value = super().run_validation(data)
        return "" if value is None else value


class Id(Text):
    """The id of a record; None when it is not given."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(20, required=required)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or None


class Number(serializers.FloatField):
    """A finite number, or null where it is optional."""

    def __init__(self, low: float, high: float, *, required: bool = False) -> None:
        super().__init__(required=required, allow_null=not required, min_value=low, max_value=high)

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, (int, float)) or not math.isfinite(data):
            raise serializers.ValidationError("A valid number is required.")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, or null where it is optional."""

    def __init__(self, low: int, high: int, *, required: bool = False) -> None:
        super().__init__(required=required, allow_null=not required, min_value=low, max_value=high)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("A valid integer is required.")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false; null, where it may be unknown."""

    def __init__(self, *, unknown: bool = False) -> None:
        super().__init__(required=False, allow_null=unknown)

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Must be true or false.")
        return data


class Moment(serializers.DateTimeField):
    """An RFC 3339 time with its offset: one without it would be guessed hours wrong. Null where it is optional.

    One further than `within` (a day) from now is a clock or a typing error: Refused (422).
    """

    within = timedelta(days=1)

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, allow_null=not required)

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if self.field_name == "occurred_at" and is_unsure(getattr(self.parent, "initial_data", None)):
            now = timezone.now()
            return min(max(moment, now - self.within), now)
        if abs(moment - timezone.now()) > self.within:
            raise Refused("The time given is more than a day away: check the device's clock.")
        return moment

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise serializers.ValidationError('Give the offset from UTC as well, as in "2026-10-14T22:41:07Z".')
        return super().enforce_timezone(value)


class TabletFields(Fields):
    """What a tablet may tell later than it happened. `time_unsure`: it had not heard the server's clock since it was
    started, so the time is taken within what is possible, and marked.
    """

    occurred_at = Moment()
    time_unsure = Flag()


class Day(serializers.DateField):
    """A day as "2026-11-22"; null where it is optional."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, allow_null=not required)


class LocationFields(Fields):
    """Where: an address, an intersection ("PARK ST & WASHINGTON ST") or coordinates."""

    text = Text(200)
    lat = Number(-90, 90)
    lon = Number(-180, 180)
    unit = Text(16)
    source = Text(16)  # type: ignore[assignment]
    uncertainty_m = Number(0, 1_000_000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        has_point = attrs.get("lat") is not None and attrs.get("lon") is not None
        if not (attrs.get("text") or "").strip() and not has_point:
            raise serializers.ValidationError({"text": ["Give an address, an intersection or coordinates."]})
        return attrs


class CallerFields(Fields):
    """Who calls."""

    name = Text(120)
    phone = Text(24)
    relationship = Text(40)
    language = Text(8)


class ReferrerFields(Fields):
    """Who passed the call on: 988, 2-1-1, another center."""

    name = Text(120)
    agency = Text(120)
    phone = Text(24)
    reference = Text(60)


class PersonFields(Fields):
    """The person in crisis, who is not the caller unless `is_caller`."""

    name = Text(120)
    apparent_age = Text(20)
    description = Text(200)
    clothing = Text(200)
    direction = Text(120)
    presentation = Text(200)
    language = Text(8)
    access_needs = Text(200)
    is_caller = Flag(unknown=True)
    on_the_line = Flag(unknown=True)
    alone = Flag(unknown=True)
    someone_stays = Flag(unknown=True)
