"""Who may read the figures: whoever says METRICS_TOKEN, or asks directly from one of METRICS_NETWORKS.

Neither is set by default, and then nobody may. What came by a proxy needs the token: a proxy's peers are the world.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.utils.crypto import constant_time_compare

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


def may_read(peer: str, authorization: str, *, forwarded: bool) -> bool:
    """`peer` is the other end's address, `forwarded` whether a proxy passed the request on."""
    scheme, _, token = authorization.strip().partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return not forwarded and is_within(peer, settings.METRICS_NETWORKS)


def is_within(peer: str, networks: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in ipaddress.ip_network(network, strict=False) for network in networks)
