"""A center as `make run` sets it up: reference data, the demo's roster, everybody on shift."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from dispatch import reference
from dispatch.actions.demo import demo_load


@pytest.fixture
def center(db: None) -> None:
    call_command("load_reference", verbosity=0)
    demo_load(plan=reference.demo(), passwords={})
