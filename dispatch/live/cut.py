"""Counting the sockets that the server closes."""

from __future__ import annotations

from typing import Final

from hearteam.observe import metrics

REASONS: Final = {
    1011: "failed",
    1013: "log_unreadable",
    4008: "too_slow",
    4400: "garbage",
    4401: "signed_out",
    4403: "not_allowed",
}


def count_cut(code: int) -> None:
    """The server closes a socket with this code."""
    metrics.sockets_cut.labels(REASONS.get(code, "other")).inc()
