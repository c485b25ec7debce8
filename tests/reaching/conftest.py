"""Each module has its own stage; what is "sent" goes into a file of the test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stage import committed, module_stage, stage, transactional_db

__all__ = ["committed", "module_stage", "outbox", "stage", "transactional_db"]

Outbox = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def outbox(tmp_path: Path, settings: Any) -> Outbox:
    """What went out by SMS, voice and e-mail so far, oldest first."""
    path = tmp_path / "sent.jsonl"
    settings.REACH_SMS_URL = settings.REACH_VOICE_URL = settings.REACH_EMAIL_URL = f"file:{path}"
    return lambda: [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
