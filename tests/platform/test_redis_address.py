"""Redis behind sentinels: how the address is read, and real valkey-sentinels that move the lead."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from hearteam.embedded.processes import wait_until
from hearteam.redis_address import RedisAddress
from tests.sentinels import Group

THREE = "redis+sentinel://:se%40cret@one:26380,two,[::1]:26382/board/3"


def test_a_server_is_used_as_it_is_named() -> None:
    address = RedisAddress.parse("redis://:x@there:6379/4")
    assert address.celery_url == "redis://:x@there:6379/4"
    assert address.celery_options == {}
    assert address.client().get_connection_kwargs()["db"] == 4


def test_sentinels_are_named_with_their_group_and_the_database() -> None:
    address = RedisAddress.parse(THREE)
    assert address.sentinels == (("one", 26380), ("two", 26379), ("::1", 26382))
    assert (address.group, address.database, address.password) == ("board", 3, "se@cret")
    assert address.client().get_connection_kwargs()["db"] == 3
    assert address.celery_options["master_name"] == "board"
    assert address.celery_url.startswith("sentinel://:se%40cret@one:26380/3;sentinel://:se%40cret@two:26379/3;")


def test_sentinels_may_have_another_password_or_none() -> None:
    assert RedisAddress.parse(THREE).celery_options["sentinel_kwargs"]["password"] == "se@cret"
    assert "password" not in RedisAddress.parse(f"{THREE}?sentinel_password=").celery_options["sentinel_kwargs"]


@pytest.mark.parametrize("url", ["redis+sentinel://one:1", "redis+sentinel:///board", "redis+sentinel://one/board/x"])
def test_half_an_address_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="REDIS_URL with sentinels is"):
        RedisAddress.parse(url)


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    made = Group(tmp_path)
    yield made
    made.stop()


@pytest.mark.reliability
def test_when_the_leading_server_is_killed_the_same_client_goes_on_with_the_next(group: Group) -> None:
    client = group.start().client(socket_timeout=0.5, socket_connect_timeout=0.5)
    client.set("before", "kept")
    assert client.wait(1, 2000) == 1
    group.kill_leader()
    began = time.monotonic()

    def works() -> bool:
        try:
            return bool(client.set("after", "written"))
        except redis.RedisError:
            return False

    assert wait_until(works, 30, 0.1), time.monotonic() - began
    assert client.get("before") == b"kept"
