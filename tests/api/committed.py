"""The city on committed rows, for tests in which several connections must see the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command

from dispatch.actions.reference import reference_load
from hearteam.events.models import Stream
from tests.cast import Cast, make_cast
from tests.factories import make_unit

MORE_UNITS = (("CRT2", "CRT"), ("HPD2", "HPD"), ("EMS1", "EMS"), ("HFD1", "HFD"))


@contextmanager
def committed_city() -> Iterator[Cast]:
    """Reference data, the cast and more units beside theirs; all tables are emptied at the end."""
    Stream.objects.get_or_create(name="board")
    cast = make_cast()
    for callsign, team in MORE_UNITS:
        make_unit(callsign, team)
    reference_load()
    try:
        yield cast
    finally:
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        Stream.objects.get_or_create(name="board")
