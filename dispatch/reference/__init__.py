"""What a new center starts from, as files. `dispatch.actions.reference` loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


def partners() -> dict[str, list[dict[str, Any]]]:
    """`agencies`, `teams`, `facilities`, `resources`: rows with the fields of the models of those names."""
    return _read("partners.yaml")


def interventions() -> list[dict[str, str]]:
    """Rows of `code` and `label`."""
    return _read("interventions.yaml")


def intake() -> dict[str, list[dict[str, Any]]]:
    """`phrases` (`code`, `rank`, `en`, `es`) and interpreter `lines` (`language`, `name`, `phone`)."""
    return _read("intake.yaml")


def demo() -> dict[str, Any]:
    """The invented people and the roster of a demo."""
    return _read("demo.yaml")


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
