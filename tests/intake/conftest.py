"""The city of the API's tests."""

from tests.api.conftest import as_, cast, city, desk

__all__ = ["as_", "cast", "city", "desk"]
