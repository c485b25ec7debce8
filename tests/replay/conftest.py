"""A center as `make run` sets it up: reference data, the demo's roster, everybody on shift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from dispatch import reference
from dispatch.actions.demo import demo_load
from partners.models import Unit
from tests.factories import timers_at_work

FEW = ("CRT1", "CRMHC1", "HPD1", "HPD2", "HPD3", "HPD4", "HPD5", "HPD6", "HPD7", "HPD8", "EMS1", "EMS2", "EMS3", "HFD1")


@pytest.fixture(scope="module")
def center_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once for all tests of a file, each of which is rolled back to it."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True  # type: ignore[attr-defined] # as Django's own test cases: durable blocks may nest
        with whole:
            call_command("load_reference", verbosity=0)
            demo_load(plan=reference.demo(), passwords={})
            timers_at_work()
            yield
            transaction.set_rollback(True)


@pytest.fixture
def center(center_rows: None, db: None) -> None:
    """The whole demo roster."""


@pytest.fixture
def small_center(center: None) -> None:
    """A center with a handful of units."""
    Unit.objects.exclude(callsign__in=FEW).update(active=False)
