"""The parts of a call as they come from outside."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dispatch.api.views import Fields


class Text(serializers.CharField):
    """Optional text that may be empty or null; null counts as empty."""

    def __init__(self, max_length: int) -> None:
        super().__init__(required=False, allow_blank=True, allow_null=True, max_length=max_length)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, bool):
            raise serializers.ValidationError("Not a valid string.")
        value = super().run_validation(data)
        return "" if value is None else value


class LocationFields(Fields):
    """Where: an address, an intersection ("PARK ST & WASHINGTON ST") or coordinates."""

    text = Text(200)
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    unit = Text(16)
    source = Text(16)
    uncertainty_m = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1_000_000)

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
    is_caller = serializers.BooleanField(required=False, allow_null=True)
    on_the_line = serializers.BooleanField(required=False, allow_null=True)
    alone = serializers.BooleanField(required=False, allow_null=True)
    someone_stays = serializers.BooleanField(required=False, allow_null=True)
