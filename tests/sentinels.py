"""A group of Valkey servers on loopback, watched by sentinels as a center would run them."""

from __future__ import annotations

import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis

from hearteam.embedded.binaries import valkey_server
from hearteam.embedded.processes import free_port, wait_until
from hearteam.redis_address import RedisAddress


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
        assert wait_until(lambda: answers(port), 60), (self.folder / f"{name}.log").read_text()
        return port

    def start(self) -> RedisAddress:
        """Returns when all know each other."""
        ours = (f"requirepass {self.password}", f"primaryauth {self.password}", 'save ""', "repl-diskless-sync-delay 0")
        leader = self.run("one", *ours)
        follower = self.run("two", *ours, f"replicaof 127.0.0.1 {leader}")
        with redis.Redis(port=follower, password=self.password) as client:
            assert wait_until(lambda: client.info("replication")["master_link_status"] == "up", 60)
        watched = (
            f"sentinel monitor board 127.0.0.1 {leader} 2",
            f"sentinel auth-pass board {self.password}",
            "sentinel down-after-milliseconds board 800",
            "sentinel failover-timeout board 6000",
        )
        ports = [self.run(f"sentinel-{n}", *watched, sentinel=True) for n in (1, 2, 3)]
        for port in ports:
            with redis.Redis(port=port, decode_responses=True) as client:
                assert wait_until(lambda client=client: knows_all(client), 60)
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
        return RedisAddress.parse(f"redis+sentinel://:{self.password}@{hosts}/board/0?sentinel_password=")

    def kill_leader(self) -> None:
        self.running[0].kill()

    def stop(self) -> None:
        for one in self.running:
            one.kill()
            one.wait(60)


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
