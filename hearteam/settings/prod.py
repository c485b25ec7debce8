"""Settings of a real installation. Refuses to start with a demo secret, without host names or without services."""

import re

from django.core.exceptions import ImproperlyConfigured

from hearteam.settings import environment
from hearteam.settings.base import *  # noqa: F403
from hearteam.settings.base import METRICS_TOKEN, PUSH_CONTACT, PUSH_KEY

DEMO = False
DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

METRICS_TOKEN_MIN = 24


def refusals() -> list[str]:
    """What stops this installation from starting, one sentence each; empty when all is well."""
    found = []
    if environment.flag("DEBUG"):
        found.append("DEBUG is set: unset it, production pages must not show internals.")
    if len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 10:
        found.append("SECRET_KEY is missing or too simple: set it to at least 40 random characters.")
    demo_key = environment.home_dir() / "secret-key"
    if demo_key.exists() and demo_key.read_text().strip() == SECRET_KEY:
        found.append("SECRET_KEY is the one of the demo: make a new one for production.")
    if METRICS_TOKEN and len(METRICS_TOKEN) < METRICS_TOKEN_MIN:
        found.append(f"METRICS_TOKEN is too short: set it to at least {METRICS_TOKEN_MIN} random characters.")
    found += _push_refusals()
    if not ALLOWED_HOSTS or any(name in ("*", ".") for name in ALLOWED_HOSTS):
        found.append("ALLOWED_HOSTS is missing or open to all: name the hosts that browsers use, separated by commas.")
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not environment.text(name):
            found.append(f"{name} is missing: production never uses the private services of `make run`.")
    return found


def _push_refusals() -> list[str]:
    """Without a key no push is sent, and pages say so; a wrong one would be found out only when a crew is not told."""
    if not PUSH_KEY:
        return []
    demo_key = environment.home_dir() / "push-key"
    if demo_key.exists() and demo_key.read_text().strip() == PUSH_KEY:
        return ["PUSH_KEY is the one of the demo: make a new one with `manage.py push_key`."]
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", PUSH_KEY):
        return ["PUSH_KEY is no push key: make one with `manage.py push_key`."]
    if PUSH_CONTACT.endswith("@example.org"):
        return ["PUSH_CONTACT is missing: name the address at which push services find you."]
    return []


if refusals():
    raise ImproperlyConfigured(" ".join(refusals()))
