"""Cases for every event type, in the order of the shared file."""

from tests.events import call_cases, unit_cases, desk_cases  # noqa: F401, I001 (each adds its cases, in this order)
from tests.events.case import CASES, Case

__all__ = ["CASES", "Case"]
