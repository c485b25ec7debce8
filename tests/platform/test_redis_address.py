"""Redis behind sentinels: how the address is read, and real valkey-sentinels that move the lead."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from hearteam.embedded.binaries import valkey_server
from hearteam.embedded.processes import free_port, wait_until
from hearteam.redis_address import RedisAddress

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


@dataclass
class Group:
    """Two servers and three sentinels on loopback."""

    folder: Path
    password: str = field(default_factory=lambda: secrets.token_hex(8))
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, name: str, *lines: str, sentinel: bool = False) -> int:
        port = free_port()
        config = self.folder / f"{name}.conf"
        config.write_text("\n".join([f"port {port}", "bind 127.0.0.1", f"dir {self.folder}", *lines]) + "\n")
        command = [str(valkey_server()), str(config), *(["--sentinel"] if sentinel else [])]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running.append(subprocess.Popen(command, stdout=log, stderr=log))
        assert wait_until(lambda: answers(port), 20), (self.folder / f"{name}.log").read_text()
        return port

    def start(self) -> RedisAddress:
        ours = (f"requirepass {self.password}", f"primaryauth {self.password}", 'save ""', "repl-diskless-sync-delay 0")
        leader = self.run("one", *ours)
        follower = self.run("two", *ours, f"replicaof 127.0.0.1 {leader}")
        with redis.Redis(port=follower, password=self.password) as client:
            assert wait_until(lambda: client.info("replication")["master_link_status"] == "up", 20)
        watched = (
            f"sentinel monitor board 127.0.0.1 {leader} 2",
            f"sentinel auth-pass board {self.password}",
            "sentinel down-after-milliseconds board 800",
            "sentinel failover-timeout board 6000",
        )
        ports = [self.run(f"sentinel-{n}", *watched, sentinel=True) for n in (1, 2, 3)]
        for port in ports:
            with redis.Redis(port=port, decode_responses=True) as client:
                assert wait_until(lambda client=client: knows_all(client), 20)
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
        return RedisAddress.parse(f"redis+sentinel://:{self.password}@{hosts}/board/0?sentinel_password=")

    def stop(self) -> None:
        for one in self.running:
            one.kill()
            one.wait(10)


def answers(port: int) -> bool:
    try:
        with redis.Redis(port=port, socket_connect_timeout=1) as client:
            client.ping()
    except redis.AuthenticationError:
        return True
    except redis.RedisError:
        return False
    return True


def knows_all(sentinel: redis.Redis) -> bool:
    seen = sentinel.sentinel_master("board")
    return seen["num-slaves"] == 1 and seen["num-other-sentinels"] == 2


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
    group.running[0].kill()
    began = time.monotonic()

    def works() -> bool:
        try:
            return bool(client.set("after", "written"))
        except redis.RedisError:
            return False

    assert wait_until(works, 30, 0.1), time.monotonic() - began
    assert client.get("before") == b"kept"
