"""Where Redis (or Valkey) is, and how each of ours gets there: one server, or whichever one the sentinels say leads.

    redis://:PASSWORD@host:6379/0                                    rediss:// for TLS
    redis+sentinel://:PASSWORD@host1:26379,host2:26379/NAME/0        NAME is what the sentinels call the group

The password is that of the servers, and of the sentinels too unless `?sentinel_password=` says another (empty: none).
Without Django: `make run` asks here before any settings are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

import redis
import redis.asyncio
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.sentinel import Sentinel

SCHEME: Final = "redis+sentinel"
SENTINEL_PORT: Final = 26379
SENTINEL_PATIENCE: Final = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
"""A sentinel that is silent must not hold a request: the next one is asked."""


@dataclass(frozen=True)
class RedisAddress:
    """`sentinels` is empty where `url` is that of a server."""

    url: str
    sentinels: tuple[tuple[str, int], ...] = ()
    group: str = ""
    database: int = 0
    username: str = ""
    password: str = ""
    sentinel_password: str = ""

    @classmethod
    def parse(cls, url: str) -> RedisAddress:
        """Raises ValueError with one plain sentence where sentinels are meant and not all is said."""
        if not url.startswith(f"{SCHEME}://"):
            return cls(url)
        parts = urlsplit(url)
        _, _, hosts = parts.netloc.rpartition("@")
        sentinels = tuple(_host(one) for one in hosts.split(",") if one)
        group, _, database = parts.path.strip("/").partition("/")
        if not sentinels or not group or not (database or "0").isdigit():
            raise ValueError(f"REDIS_URL with sentinels is {SCHEME}://:PASSWORD@host1:26379,host2:26379/NAME/0.")
        login, at, _ = parts.netloc.rpartition("@")
        username, _, password = login.partition(":") if at else ("", "", "")
        asked = parse_qs(parts.query, keep_blank_values=True).get("sentinel_password", [unquote(password)])
        return cls(url, sentinels, group, int(database or 0), unquote(username), unquote(password), asked[-1])

    def client(self, **options: Any) -> redis.Redis:
        """A client that goes to the server, or to the one that leads; connects when first used."""
        if not self.sentinels:
            return redis.Redis.from_url(self.url, **options)
        watch: Any = Sentinel
        leader: redis.Redis = watch(self.sentinels, sentinel_kwargs=self._sentinel_options).master_for(
            self.group, **self._server_options, **options
        )
        return leader

    def async_client(self, **options: Any) -> redis.asyncio.Redis:
        """The same for asynchronous processes."""
        if not self.sentinels:
            return redis.asyncio.Redis.from_url(self.url, **options)
        watch: Any = AsyncSentinel
        leader: redis.asyncio.Redis = watch(self.sentinels, sentinel_kwargs=self._sentinel_options).master_for(
            self.group, **self._server_options, **options
        )
        return leader

    @property
    def celery_url(self) -> str:
        """The broker as Celery is told of it."""
        if not self.sentinels:
            return self.url
        login = f"{quote(self.username, '')}:{quote(self.password, '')}@" if self.password else ""
        return ";".join(f"sentinel://{login}{host}:{port}/{self.database}" for host, port in self.sentinels)

    @property
    def celery_options(self) -> dict[str, Any]:
        """What the broker's transport needs beside the address."""
        return {"master_name": self.group, "sentinel_kwargs": self._sentinel_options} if self.sentinels else {}

    @cached_property
    def _server_options(self) -> dict[str, Any]:
        return {"db": self.database, "username": self.username or None, "password": self.password or None}

    @cached_property
    def _sentinel_options(self) -> dict[str, Any]:
        password = {"password": self.sentinel_password} if self.sentinel_password else {}
        return {**SENTINEL_PATIENCE, **password}


def _host(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        return text.strip("[]"), SENTINEL_PORT
    return host.strip("[]"), int(port)
