"""Reference data and the cast, committed once for the folder's tests; each test's own rows are rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from dispatch.actions.reference import reference_load
from hearteam.events.models import Stream
from tests.api.client import Api
from tests.cast import Cast, make_cast
from tests.factories import make_unit

As = Callable[[str], Api]


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Reference data, the cast, and more units beside theirs."""
    with django_db_blocker.unblock():
        Stream.objects.get_or_create(name="board")
        cast = make_cast()
        for callsign, team in (("CRT2", "CRT"), ("HPD2", "HPD"), ("EMS1", "EMS"), ("HFD1", "HFD")):
            make_unit(callsign, team)
        reference_load()
        yield cast
        call_command("flush", interactive=False, verbosity=0)
        Stream.objects.get_or_create(name="board")


@pytest.fixture
def cast(city: Cast, db: None) -> Cast:
    return city


@pytest.fixture
def as_(cast: Cast) -> As:
    """`as_("dispatcher")`: the API as that member of the cast; `as_("anonymous")` is not signed in."""
    return lambda who: Api(None if who == "anonymous" else getattr(cast, who))


@pytest.fixture
def desk(as_: As) -> Api:
    """The API as a dispatcher."""
    return as_("dispatcher")
