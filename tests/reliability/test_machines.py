"""Two machines, as network namespaces, on one PostgreSQL and one Redis: one of them loses its network for a while."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.live.conftest import cast, token_of, transactional_db
from tests.live.process import LiveProcess, frame, joined, versions, write

__all__ = ["cast", "transactional_db"]
pytestmark = pytest.mark.reliability


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@dataclass
class Door:
    """Lets other machines in to a service that listens on this machine's loopback only."""

    address: str
    service: tuple[str, int]
    listener: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.listener = socket.create_server((self.address, 0))
        threading.Thread(target=self.let_in, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def let_in(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                outer, _ = self.listener.accept()
                inner = socket.create_connection(self.service)
                for one, other in ((outer, inner), (inner, outer)):
                    threading.Thread(target=self.carry, args=[one, other], daemon=True).start()

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Network:
    """This machine at 10.x.y.1 and each other one on a cable of its own."""

    base: str
    names: tuple[str, ...]
    doors: list[Door] = field(default_factory=list)

    def lay(self) -> None:
        for number, name in enumerate(self.names):
            steps = (
                f"ip netns add {name}",
                f"ip link add {name} type veth peer name eth0 netns {name}",
                f"ip addr add {self.here(number)}/30 dev {name}",
                f"ip link set {name} up",
                f"ip -n {name} addr add {self.base}.{4 * number + 2}/30 dev eth0",
                f"ip -n {name} link set eth0 up",
                f"ip -n {name} link set lo up",
            )
            for step in steps:
                done = run(*step.split())
                if done.returncode:
                    pytest.skip(f"network namespaces do not work here: {step}: {done.stderr.strip()}")

    def here(self, number: int) -> str:
        return f"{self.base}.{4 * number + 1}"

    def cut(self, name: str) -> None:
        """Nothing passes any more, and nobody is told: a cable that is pulled out further on."""
        assert run("ip", "-n", name, "link", "set", "eth0", "down").returncode == 0

    def mend(self, name: str) -> None:
        assert run("ip", "-n", name, "link", "set", "eth0", "up").returncode == 0

    def take_away(self) -> None:
        for door in self.doors:
            door.listener.close()
        for name in self.names:
            run("ip", "netns", "del", name)
            run("ip", "link", "del", name)


@pytest.fixture
def network() -> Iterator[Network]:
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2: two machines were not tried")
    number = os.getpid() % 65_536
    found = Network(f"10.{200 + number // 256 % 50}.{number % 256}", (f"ht{number}a", f"ht{number}b"))
    try:
        found.lay()
        yield found
    finally:
        found.take_away()


def machine(network: Network, number: int) -> LiveProcess:
    """A live process that reaches the services over its cable."""
    urls = LiveProcess().environment["DATABASE_URL"], settings.REDIS_URL
    moved = []
    for url in urls:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        door = Door(network.here(number), (parts.hostname, parts.port))
        network.doors.append(door)
        login = parts.netloc.rpartition("@")[0]
        moved.append(parts._replace(netloc=f"{login}@{door.address}:{door.port}").geturl())
    return LiveProcess(*moved, within=("ip", "netns", "exec", network.names[number])).start()


def test_a_machine_that_lost_its_network_catches_up_and_the_other_one_never_waits(network: Network, cast: Cast) -> None:
    lives = [machine(network, number) for number in range(2)]
    token = token_of(cast.dispatcher)
    try:
        with lives[0].connect("/ws/board/", token=token) as one, lives[1].connect("/ws/board/", token=token) as two:
            joined(one), joined(two)
            written = write(3)
            assert versions(one, 3) == versions(two, 3) == written
            network.cut(network.names[1])
            missed = write(20)
            assert versions(one, 20) == missed
            assert frame(two)["type"] == "heartbeat"
            network.mend(network.names[1])
            assert versions(two, 20) == missed
            written = write(2)
            assert versions(one, 2) == versions(two, 2) == written
    finally:
        for live in lives:
            live.kill()
