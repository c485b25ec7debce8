"""Who is a person here: signed in at a desk, or on a unit's tablet. Simulation stays off what is theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from partners.access import Role
from partners.models import Unit

DESK_ROLES = (Role.CALLTAKER, Role.DISPATCHER, Role.SUPERVISOR)
MANNED_FOR = timedelta(minutes=3)
"""A tablet that went quiet may be in a tunnel: its crew stays a person's for this long."""


def desk_staffed(now: datetime) -> bool:
    """Whether a person is signed in who works at a desk. Simulated colleagues have no session."""
    sessions = Session.objects.filter(expire_date__gt=now).order_by("-expire_date")[:50]
    users = {session.get_decoded().get("_auth_user_id") for session in sessions} - {None}
    desk = User.objects.filter(is_active=True, groups__name__in=[role.value for role in DESK_ROLES])
    return bool(users) and desk.filter(pk__in=[int(user) for user in users if str(user).isdigit()]).exists()


def manned(unit: Unit, now: datetime) -> bool:
    """Whether a person works the unit's tablet: it marks itself seen, which nothing simulated ever does.

    The simulation proves its units' channels by logged radio checks instead.
    """
    return unit.tablet_seen_at is not None and now - unit.tablet_seen_at < MANNED_FOR
