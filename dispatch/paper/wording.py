"""What the board says in English, in the language of the page."""

from __future__ import annotations

from typing import Any

from dispatch.rules.timers import ALERTS, AlertKind
from hearteam.language.catalogue import catalogue, shown_language

SERVED = "served\x04"


def word(text: str) -> str:
    """A label of ours in the language of the page; what is not known there stays as it is."""
    known = (catalogue(shown_language()) or {"texts": {}})["texts"]
    said = known.get(SERVED + text) or known.get(text)
    return said if isinstance(said, str) else text


def alert_words(alert: dict[str, Any]) -> str:
    """The text of a board's alert: its title in the language of the page, its details as they were written."""
    spec = ALERTS[AlertKind(alert["kind"])]
    names = {"unit": alert["unit"] or "", "call": alert["call_number"] or ""}
    title = spec.text(**names)
    if not alert["text"].startswith(title):
        return str(alert["text"])
    said = " ".join(word(spec.title).format(**names).split())
    return said + str(alert["text"][len(title) :])
