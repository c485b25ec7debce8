"""Who gets in, or is refused before the upgrade with the contract's status; who is put out later, with which code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import logout
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authtoken.models import Token
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection

from dispatch.live.sessions import announce_standing_changed
from partners.access import Role
from partners.models import CrewMember
from tests.cast import Cast
from tests.factories import make_user
from tests.live.conftest import session_of, token_of
from tests.live.process import OWN_ORIGIN, PATIENCE, LiveProcess, events, joined, write

MAY_READ_THE_BOARD = {"calltaker", "dispatcher", "supervisor", "auditor"}
ON_A_UNIT = {"crt1_clinician", "crt1_peer", "crmhc1_clinician", "hpd1_officer"}
EVERYBODY = sorted(MAY_READ_THE_BOARD | ON_A_UNIT | {"officer", "clinical_lead", "stranger"})


@pytest.fixture
def somebody(cast: Cast) -> Iterator[User]:
    """A dispatcher whom a test may put out."""
    user = make_user(f"somebody-{User.objects.count()}", Role.DISPATCHER)
    yield user
    user.delete()


def closed_with(socket: ClientConnection) -> int:
    """The code that the server closes the socket with."""
    with pytest.raises(ConnectionClosedError) as closed:
        while True:
            socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize("who", EVERYBODY)
def test_roles_decide_about_the_board_and_the_crew_about_the_unit(live: LiveProcess, cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    token, session = token_of(user), session_of(user)
    board = 101 if who in MAY_READ_THE_BOARD else 403
    unit = 101 if who in ON_A_UNIT else 403
    assert live.status("/ws/board/", token=token) == live.status("/ws/board/", session=session) == board
    assert live.status("/ws/unit/", token=token) == live.status("/ws/unit/", session=session) == unit


@pytest.mark.parametrize("path", ["/ws/board/", "/ws/unit/"])
def test_nobody_gets_in_without_signing_in(live: LiveProcess, cast: Cast, path: str) -> None:
    assert live.status(path) == 401
    assert live.status(path, origin=OWN_ORIGIN) == 401
    for token in ("0" * 40, "x", "%00", "a b", "é"):
        assert live.status(path, token=token) == 401, token
    for session in ("0" * 32, "x", '"\\000"', "a,b"):
        assert live.status(path, session=session) == 401, session


def test_a_wrong_token_is_not_saved_by_a_good_session(live: LiveProcess, cast: Cast) -> None:
    assert live.status("/ws/board/", token="0" * 40, session=session_of(cast.dispatcher)) == 401


def test_another_scheme_of_authorization_is_no_token(live: LiveProcess, dispatcher: str) -> None:
    for authorization in (f"Bearer {dispatcher}", dispatcher, "Token", "Basic x"):
        assert live.status("/ws/board/", authorization=authorization) == 401


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "https://127.0.0.1:8000.evil.example", "http://127.0.0.1:9999",
     "http://localhost:8000", "file://", "http://[", "http://127.0.0.1:x"],
)  # fmt: skip
def test_a_foreign_page_gets_no_socket_with_whatever_it_has(live: LiveProcess, cast: Cast, origin: str) -> None:
    assert live.status("/ws/board/", session=session_of(cast.dispatcher), origin=origin) == 403
    assert live.status("/ws/board/", token=token_of(cast.dispatcher), origin=origin) == 403


def test_a_missing_origin_is_for_programs_with_a_token_only(live: LiveProcess, cast: Cast, dispatcher: str) -> None:
    assert live.status("/ws/board/", session=session_of(cast.dispatcher), origin=None) == 403
    assert live.status("/ws/board/", token=dispatcher, origin=None) == 101
    assert live.status("/ws/board/", token=dispatcher, origin=OWN_ORIGIN) == 101


def test_a_page_under_a_name_that_is_not_ours_is_foreign_though_it_asks_for_itself(
    live: LiveProcess, cast: Cast
) -> None:
    how = {"session": session_of(cast.dispatcher), "origin": "http://rebound.example"}
    assert live.status("/ws/board/", host="rebound.example", **how) == 403


def test_an_ended_or_expired_session_and_a_deactivated_user_do_not_get_in(live: LiveProcess, somebody: User) -> None:
    session, token = session_of(somebody), token_of(somebody)
    assert live.status("/ws/board/", session=session) == 101
    Session.objects.filter(session_key=session).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert live.status("/ws/board/", session=session) == 401
    session = session_of(somebody)
    User.objects.filter(pk=somebody.pk).update(is_active=False)
    assert live.status("/ws/board/", session=session) == 401
    assert live.status("/ws/board/", token=token) == 401


def test_an_unknown_address_is_refused_with_404(live: LiveProcess, dispatcher: str) -> None:
    for path in ("/ws/", "/ws/boards/", "/ws/board/x", "/other", "/ws/board/%0a", "/%ff"):
        assert live.status(path, token=dispatcher) == 404, path


def test_signing_out_closes_the_sockets_of_that_session_and_no_others(live: LiveProcess, somebody: User) -> None:
    ended, other = session_of(somebody), session_of(somebody)
    with (
        live.connect("/ws/board/", session=ended) as leaving,
        live.connect("/ws/board/", session=other) as staying,
        live.connect("/ws/board/", token=token_of(somebody)) as program,
    ):
        joined(leaving), joined(staying), joined(program)
        sign_out(somebody, ended)
        assert closed_with(leaving) == 4401
        write(1)
        assert events(staying, 1) == events(program, 1)
    assert live.status("/ws/board/", session=ended) == 401


def sign_out(user: User, session_key: str) -> None:
    """As the web process does."""
    request = HttpRequest()
    request.user = user
    request.session = SessionStore(session_key)
    logout(request)


@pytest.mark.parametrize("how", ["expired", "password changed", "deactivated", "token deleted"])
def test_a_socket_whose_sign_in_ended_otherwise_is_closed_4401(live: LiveProcess, somebody: User, how: str) -> None:
    session, token = session_of(somebody), token_of(somebody)
    with_what = {"token": token} if how == "token deleted" else {"session": session}
    with live.connect("/ws/board/", **with_what) as socket:
        joined(socket)
        if how == "expired":
            Session.objects.filter(session_key=session).update(expire_date=timezone.now())
        elif how == "password changed":
            somebody.set_password("another one")
            somebody.save()
        elif how == "deactivated":
            User.objects.filter(pk=somebody.pk).update(is_active=False)
        else:
            Token.objects.filter(key=token).delete()
        announce_standing_changed()
        assert closed_with(socket) == 4401


def test_losing_the_role_closes_the_board_4403(live: LiveProcess, somebody: User) -> None:
    with live.connect("/ws/board/", session=session_of(somebody)) as socket:
        joined(socket)
        somebody.groups.remove(Group.objects.get(name=Role.DISPATCHER))
        announce_standing_changed()
        assert closed_with(socket) == 4403


def test_leaving_the_crew_closes_the_units_socket_4403_when_the_roster_changes(live: LiveProcess, cast: Cast) -> None:
    peer, clinician = token_of(cast.crt1_peer), token_of(cast.crt1_clinician)
    with live.connect("/ws/unit/", token=peer) as leaving, live.connect("/ws/unit/", token=clinician) as staying:
        joined(leaving), joined(staying)
        member = CrewMember.objects.get(person__user=cast.crt1_peer)
        shift, role, person = member.shift, member.role, member.person
        member.delete()
        write(1, units=("CRT1",))
        assert closed_with(leaving) == 4403
        assert len(events(staying, 1)) == 1
        CrewMember.objects.create(shift=shift, role=role, person=person)
