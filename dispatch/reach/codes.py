"""Codes that prove an address: six digits, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from django.conf import settings

CODE_DIGITS: Final = 6


def new_code() -> str:
    """A code to be sent."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_hash(channel_id: int, code: str) -> str:
    """What is kept of a code: good for this channel only, and worth nothing without the installation's secret."""
    return hashlib.sha256(f"{settings.SECRET_KEY} {channel_id} {code}".encode()).hexdigest()
