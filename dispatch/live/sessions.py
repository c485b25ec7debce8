"""Telling the live processes that a session ended, so that its sockets close at once, not at the next look around."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from hearteam.events.broadcast import publish_control


def digest(session_key: str) -> str:
    """What a session is called between processes: its key would let a reader of Redis sign in."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def announce_session_end(session_key: str, user_id: int) -> None:
    """Close the sockets of this session, in every live process."""
    publish_control({"kind": "session_ended", "session": digest(session_key), "user_id": user_id})


def announce_standing_changed() -> None:
    """Roles, accounts or crews changed: have every live process look at once who may still listen."""
    publish_control({"kind": "standing_changed"})


@receiver(user_logged_out, dispatch_uid="live.sessions")
def on_logout(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Django's word for "signed out"; it comes before the session's row goes."""
    key = request.session.session_key if request is not None and hasattr(request, "session") else None
    if key and user is not None:
        announce_session_end(key, user.pk)
