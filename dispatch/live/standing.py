"""Whether open sockets may stay open: all of a process in five statements, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.authtoken.models import Token

from dispatch.live.admission import Admission
from partners.access import Actor, Permission, crews_at, roles_named

SESSION_ENDED = 4401
NOT_ALLOWED_ANY_MORE = 4403


def codes(admissions: Sequence[Admission]) -> list[int | None]:
    """Per admission None while it holds, else the code to close with: 4401 signed out, 4403 no longer allowed."""
    ids = {admission.user_id for admission in admissions}
    now = timezone.now()
    active = get_user_model().objects.filter(pk__in=ids, is_active=True).prefetch_related("groups")
    users = {user.pk: user for user in active}
    tokens = _tokens({admission.token for admission in admissions if admission.token})
    sessions = {admission.session for admission in admissions if admission.session}
    alive = set(
        Session.objects.filter(session_key__in=sessions, expire_date__gt=now).values_list("session_key", flat=True)
    )
    crews = crews_at(now).filter(person__user_id__in=ids).order_by("shift__starts_at")
    units = dict(crews.values_list("person__user_id", "shift__unit__callsign"))

    def code(admission: Admission) -> int | None:
        user = users.get(admission.user_id)
        if user is None:
            return SESSION_ENDED
        if admission.token and tokens.get(admission.token) != user.pk:
            return SESSION_ENDED
        if admission.session and (
            admission.session not in alive
            or not constant_time_compare(admission.auth_hash, user.get_session_auth_hash())
        ):
            return SESSION_ENDED
        if admission.unit:
            return None if units.get(user.pk) == admission.unit else NOT_ALLOWED_ANY_MORE
        actor = Actor(name=user.get_username(), roles=roles_named(group.name for group in user.groups.all()))
        return None if actor.may(Permission.BOARD_READ) else NOT_ALLOWED_ANY_MORE

    return [code(admission) for admission in admissions]


def _tokens(keys: set[str]) -> dict[str, int]:
    return dict(Token.objects.filter(key__in=keys).values_list("key", "user_id"))
