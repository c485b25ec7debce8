"""Whose token a request brings: as the framework does it, by a statement that is kept."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, OuterRef
from django.utils.translation import gettext
from rest_framework import authentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from hearteam.prepared import Parameter, Prepared
from partners.access import groups_of

_token = Prepared(
    lambda: (
        Token.objects.select_related("user__person__team__agency")
        .annotate(group_names=groups_of(OuterRef("user")))
        .filter(key=Parameter("key", CharField()))
    )
)


class TokenAuthentication(authentication.TokenAuthentication):
    """Raises AuthenticationFailed (401) for a token that nobody has, and for one of an account that is closed."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Token]:
        token = _token.first(key=key)
        if token is None:
            raise AuthenticationFailed(gettext("Invalid token."))
        if not token.user.is_active:
            raise AuthenticationFailed(gettext("User inactive or deleted."))
        token.user.group_names = token.group_names
        return token.user, token
