"""Awaiting what happens by itself, in another process or on another thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0


def until(
    found: Callable[[], Any], what: str, patience: float = PATIENCE, pause: Callable[[float], None] = time.sleep
) -> Any:
    """Ask until it says something true, with a pause between; fails with `what` when it has not for `patience` s."""
    deadline = time.monotonic() + patience
    while not (answer := found()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        pause(0.02)
    return answer
