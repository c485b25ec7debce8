"""Who may open which socket, decided before the upgrade: 401 not signed in, 403 not allowed or from a foreign page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from dispatch.live.sessions import digest
from hearteam.problems import NotAllowed, Problem
from partners.access import Permission, actor_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

Headers = dict[str, str]
KEY = re.compile(r"[0-9A-Za-z]{1,64}")
DEFAULT_PORTS = {"http": 80, "https": 443}


class NotSignedIn(Problem):
    """401: nobody, or not any more."""

    status = 401
    title = "Not signed in"


@dataclass(frozen=True, slots=True)
class Admission:
    """On what grounds a socket is open. `unit` is the call sign it follows, empty for the board.

    `token` or `session` is the key it came in with; `auth_hash` changes with the password.
    """

    user_id: int
    unit: str = ""
    token: str = ""
    session: str = ""
    auth_hash: str = ""

    @property
    def session_digest(self) -> str:
        """What other processes call the session by; empty for a token."""
        return digest(self.session) if self.session else ""


def admit_to_board(headers: Headers) -> Admission:
    """For those who may read the board. Raises NotSignedIn, NotAllowed."""
    user, admission = _identify(headers)
    if not actor_for(user).may(Permission.BOARD_READ):
        raise NotAllowed("Your roles do not include the board.")
    return admission


def admit_to_unit(headers: Headers) -> Admission:
    """For those who are on board of a unit now; they follow that unit. Raises NotSignedIn, NotAllowed."""
    user, admission = _identify(headers)
    unit = actor_for(user).unit
    if not unit:
        raise NotAllowed("You are on no unit now.")
    return Admission(admission.user_id, unit, admission.token, admission.session, admission.auth_hash)


def _identify(headers: Headers) -> tuple[AbstractBaseUser, Admission]:
    origin = headers.get("origin")
    if origin is not None and not is_own_origin(origin, headers.get("host", "")):
        raise NotAllowed("Sockets are for this site's own pages.")
    if "authorization" in headers:
        return _by_token(headers["authorization"])
    user, admission = _by_session(headers.get("cookie", ""))
    if origin is None:
        raise NotAllowed("A session's socket must name the page it comes from (Origin).")
    return user, admission


def _by_token(authorization: str) -> tuple[AbstractBaseUser, Admission]:
    scheme, _, key = authorization.strip().partition(" ")
    key = key.strip()
    if scheme.lower() != "token" or not KEY.fullmatch(key):
        raise NotSignedIn("Authorization must be: Token <key>.")
    try:
        user, _token = TokenAuthentication().authenticate_credentials(key)
    except AuthenticationFailed as error:
        raise NotSignedIn(str(error.detail)) from error
    return user, Admission(user.pk, token=key)


def _by_session(cookie: str) -> tuple[AbstractBaseUser, Admission]:
    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")
    if not KEY.fullmatch(key):
        raise NotSignedIn("Sign in first.")
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user: AbstractBaseUser | AnonymousUser = get_user(request)
    if not user.is_authenticated:
        raise NotSignedIn("Sign in first.")
    return user, Admission(user.pk, session=key, auth_hash=user.get_session_auth_hash())


def is_own_origin(origin: str, host: str) -> bool:
    """Whether `origin` is a page of this site: a host of ours, and the one (name and port) the socket was asked of."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        page = urlsplit(origin)
        port = page.port or DEFAULT_PORTS[page.scheme]
    except (ValueError, KeyError):
        return False
    name, own_port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    return f"{page.hostname}:{port}" == f"{name.strip('[]')}:{own_port or DEFAULT_PORTS[page.scheme]}"
