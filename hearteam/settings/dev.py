"""Settings of `make run` and of work on the code: one machine, invented people. Never for real calls."""

import secrets
import socket
from pathlib import Path

from hearteam.settings import environment
from hearteam.settings.base import *  # noqa: F403
from hearteam.settings.base import HEARTEAM_HOME

DEBUG = environment.flag("DEBUG")
DEMO = True
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


def own_secret(home: Path, name: str, size: int) -> str:
    """A secret of this machine of so many bytes, made once and kept in a file (mode 0600): sign-ins and push
    subscriptions outlive a restart.
    """
    path = home / name
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"{name}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(size))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = environment.text("SECRET_KEY") or own_secret(HEARTEAM_HOME, "secret-key", 48)
METRICS_TOKEN = environment.text("METRICS_TOKEN") or own_secret(HEARTEAM_HOME, "metrics-token", 32)
PUSH_KEY = environment.text("PUSH_KEY") or own_secret(HEARTEAM_HOME, "push-key", 32)
REACH_SMS_URL = environment.text("REACH_SMS_URL", "file:")
REACH_VOICE_URL = environment.text("REACH_VOICE_URL", "file:")
REACH_EMAIL_URL = environment.text("REACH_EMAIL_URL", "file:")


def reachable_names(host: str) -> list[str]:
    """Host names under which a server bound to `host` may be asked for."""
    local = ["localhost", "127.0.0.1", "[::1]"]
    if host in EVERY_ADDRESS:
        machine = socket.gethostname()
        try:
            addresses = sorted({str(info[4][0]) for info in socket.getaddrinfo(machine, None)})
        except OSError:
            addresses = []
        return [*local, machine, *addresses]
    return [*local, host]


ALLOWED_HOSTS = [*reachable_names(environment.text("HOST", "127.0.0.1")), *environment.names("ALLOWED_HOSTS")]

# Served straight from the source folders: an edited file shows on the next reload, nothing to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
