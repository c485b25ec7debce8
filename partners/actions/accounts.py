"""Sign-ins of people: an account with its roles, and the token its programs use."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from rest_framework.authtoken.models import Token

from partners.access import Actor, Role
from partners.actions.transaction import roster_action


def account_ensure(*, by: Actor, username: str, roles: Iterable[Role], password: str | None = None) -> User:
    """The account, made when there is none, with at least these roles. A `password` replaces the one it has."""
    with roster_action(by) as work:
        user = User.objects.filter(username=username).first() or User(username=username)
        if password is not None:
            user.set_password(password)
        elif user.pk is None:
            user.set_unusable_password()
        user.save()
        user.groups.add(*Group.objects.filter(name__in=[role.value for role in roles]))
        work.standing_changed()
    return user


def token_of(*, by: Actor, user: User) -> str:
    """The account's token, made when it has none."""
    with roster_action(by):
        return str(Token.objects.get_or_create(user=user)[0].key)


def account_save(*, by: Actor, user: User) -> User:
    """Add or change an account, whose groups its page saves with it; sockets it may no longer have are closed."""
    with roster_action(by) as work:
        user.save()
        work.standing_changed()
    return user
