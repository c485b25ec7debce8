"""The fields of a body are declared once a process: nothing of one request stays in them for the next."""

from __future__ import annotations

import pytest
from django.utils import translation

from dispatch.api.fields import LocationFields


@pytest.mark.parametrize(
    ("body", "spanish", "english"),
    [
        ({"text": "x" * 201}, "Asegúrese", "Ensure this field has no more than 200 characters."),
        ({"lat": 91, "lon": 0}, "Asegúrese", "Ensure this value is less than or equal to 90."),
        ({"lat": -91, "lon": 0}, "Asegúrese", "Ensure this value is greater than or equal to -90."),
    ],
)
def test_each_is_told_in_their_own_language_whoever_was_wrong_before(
    body: dict[str, object], spanish: str, english: str
) -> None:
    def told(language: str) -> str:
        fields = LocationFields(data=body)
        with translation.override(language):
            assert not fields.is_valid()
            return str(next(iter(fields.errors.values()))[0])

    assert told("es").startswith(spanish)
    assert told("en") == english
    assert told("es").startswith(spanish)
