"""One live process a module, on committed rows: what another process sees cannot be rolled back after each test."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import DjangoDbBlocker
from rest_framework.authtoken.models import Token

from hearteam.events.models import Stream
from tests.cast import Cast, make_cast
from tests.live.process import LiveProcess


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: rows are committed and stay as long as the module's live process."""
    with django_db_blocker.unblock():
        Stream.objects.get_or_create(name="board")
        yield
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        Stream.objects.get_or_create(name="board")


@pytest.fixture(scope="module")
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def live(cast: Cast) -> Iterator[LiveProcess]:
    process = LiveProcess().start()
    yield process
    process.stop()
    assert "Traceback" not in process.output(), process.output()


@pytest.fixture(scope="module")
def dispatcher(cast: Cast) -> str:
    return token_of(cast.dispatcher)


@pytest.fixture(scope="module")
def responder(cast: Cast) -> str:
    """On board of CRT1."""
    return token_of(cast.crt1_clinician)


def token_of(user: User) -> str:
    return Token.objects.get_or_create(user=user)[0].key


def session_of(user: User) -> str:
    """The key of a new session in which `user` is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
