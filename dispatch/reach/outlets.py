"""E-mail, SMS and voice calls by Apprise, which speaks to whatever provider the center has; or into a file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from dispatch.reach.offer import outlet_urls
from dispatch.reach.push import Attempt, Outcome
from dispatch.rules.reaching import ChannelKind

FILE = "file:"
KEPT_LINES_IN = "notifications.jsonl"
TITLE = "HEARTeam"
# What Apprise says of a failure may hold the address: it is not for our log.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


def outlet_send(kind: ChannelKind, address: str, text: str) -> Attempt:
    """Send the text to an address that was checked when its channel was made. Never raises."""
    url = outlet_urls()[kind]
    if not url:
        return Attempt(Outcome.REFUSED, f"{kind.lower()} is not set up here")
    if url.startswith(FILE):
        return _write(url.removeprefix(FILE), kind, address, text)
    # Loaded with the first message: only the worker sends, and every process would start later and larger for it.
    asset = import_string("apprise.AppriseAsset")(app_id="HEARTeam", async_mode=False, secure_logging=True)
    outlet = import_string("apprise.Apprise")(asset=asset)
    try:
        accepted = outlet.add(url.replace("{to}", quote(address, safe="")))
        sent = accepted and outlet.notify(body=text, title=TITLE)
    except Exception:  # a provider's module may fail in ways of its own
        sent = False
    return Attempt(Outcome.SENT) if sent else Attempt(Outcome.LATER, "the provider did not take it")


def _write(path: str, kind: ChannelKind, address: str, text: str) -> Attempt:
    """A line of JSON in place of sending: for the demo and for tests."""
    line = {"at": timezone.now().isoformat(), "kind": kind, "to": address, "text": text}
    try:
        with (Path(path) if path else settings.HEARTEAM_HOME / KEPT_LINES_IN).open("a") as kept:
            kept.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        return Attempt(Outcome.LATER, f"the file cannot be written: {type(error).__name__}")
    return Attempt(Outcome.SENT)
