"""Which addresses a browser may name as its push service. We post to them, so no other host may be named."""

from __future__ import annotations

import ipaddress
import socket
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from dispatch.reach.keys import decoded

HTTPS_PORT = 443
AUTH_BYTES = 16


def endpoint_problem(endpoint: str) -> str:
    """Why we do not post there; empty when we do: https, at a host of `PUSH_HOSTS`, at the usual port."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "It is no address."
    if parts.scheme != "https" or parts.username is not None or parts.fragment:
        return "A push service is reached by https."
    if not any(fnmatchcase(host, pattern) for pattern in settings.PUSH_HOSTS):
        return "It is no push service that is known here."
    if port not in (None, HTTPS_PORT) and not settings.PUSH_PRIVATE_NETWORK:
        return "A push service is reached at the usual port."
    return ""


def keys_problem(p256dh: str, auth: str) -> str:
    """Why nothing can be encrypted for these keys of a browser; empty when it can."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        secret = decoded(auth)
    except ValueError:
        return "They are no keys of a subscription."
    return "" if len(secret) == AUTH_BYTES else "They are no keys of a subscription."


def resolved(host: str, port: int) -> str:
    """An IP address of the host. Raises OSError where it has none, or only such as belong to a private network."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if settings.PUSH_PRIVATE_NETWORK or ipaddress.ip_address(address.partition("%")[0]).is_global:
            return address
    raise OSError(f"{host} is in a private network")
