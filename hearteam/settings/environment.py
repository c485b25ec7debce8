"""Read settings from environment variables, with one plain sentence when a value is wrong."""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def names(name: str) -> list[str]:
    """A comma-separated list, blanks left out."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def number(name: str, default: int) -> int:
    """0 or more: a -1 that was meant as "never" is tomorrow to what deletes all that is older."""
    value = text(name)
    if not value:
        return default
    if not re.fullmatch(r"[0-9]+", value, re.ASCII):
        raise ImproperlyConfigured(f"{name} must be a whole number, 0 or more, not {value!r}.")
    return int(value)


def choice(name: str, *allowed: str) -> str:
    """One of the words allowed; the first where nothing is said."""
    value = text(name).lower() or allowed[0]
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(allowed)}, not {value!r}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in ("", "1", "0", "true", "false", "yes", "no"):
        return default if value == "" else value in ("1", "true", "yes")
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def home_dir() -> Path:
    """Where this machine's private data is kept: `HEARTEAM_HOME`, by default `var/` in the project."""
    return Path(text("HEARTEAM_HOME", str(PROJECT_DIR / "var"))).expanduser().resolve()
