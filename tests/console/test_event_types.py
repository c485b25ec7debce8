"""The browser's types are generated from the events and may not drift from them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from dispatch.management.commands.event_types import declarations, type_of


def test_the_committed_types_are_those_of_the_events() -> None:
    call_command("event_types", check=True)


def test_a_difference_is_refused(settings, tmp_path: Path) -> None:
    settings.PROJECT_DIR = tmp_path
    with pytest.raises(CommandError, match=r"events\.d\.ts differs"):
        call_command("event_types", check=True)


def test_every_row_and_event_has_its_type() -> None:
    text = declarations()
    for name in ("interface CallRow", "interface UnitRow", "interface AlertRow", "call_received: CallReceived"):
        assert name in text
    assert "level: 1 | 2 | 3;" in text
    assert 'order: "STAGE" | "WITHDRAW" | null;' in text


def test_a_shape_nobody_thought_of_is_an_error() -> None:
    with pytest.raises(ValueError, match="no TypeScript"):
        type_of({"type": "tuple"})


def test_the_file_is_where_the_browser_finds_it() -> None:
    assert (settings.PROJECT_DIR / "static/dispatch/js/types/events.d.ts").exists()
