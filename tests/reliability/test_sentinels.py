"""Two live processes behind sentinels: the leading Redis dies while events are made, and nobody misses one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from hearteam.events import broadcast
from hearteam.redis_address import RedisAddress
from tests.cast import Cast
from tests.live.conftest import cast, token_of, transactional_db
from tests.live.process import LiveProcess, joined, until, versions, write
from tests.sentinels import Group

__all__ = ["cast", "transactional_db"]
pytestmark = pytest.mark.reliability


@pytest.fixture
def watched(tmp_path: Path, settings: Any) -> Iterator[tuple[Group, RedisAddress]]:
    """The servers; and we, who write the events, publish to whichever of them leads."""
    group = Group(tmp_path)
    settings.REDIS = group.start()
    broadcast.redis_client.cache_clear()
    yield group, settings.REDIS
    broadcast.redis_client.cache_clear()
    group.stop()


def test_when_the_leading_redis_dies_followers_of_both_live_processes_get_every_event(
    watched: tuple[Group, RedisAddress], cast: Cast
) -> None:
    group, address = watched
    both = [LiveProcess(redis_url=address.url).start() for _ in range(2)]
    token = token_of(cast.dispatcher)

    def hear_each_publication() -> bool:
        try:
            return broadcast.redis_client().publish(broadcast.channel(broadcast.CONTROL_CHANNEL), '{"kind": "x"}') == 2
        except redis.RedisError:
            return False

    try:
        with both[0].connect("/ws/board/", token=token) as one, both[1].connect("/ws/board/", token=token) as other:
            joined(one), joined(other)
            until(hear_each_publication, "both have subscribed to the leader")
            written = write(5)
            group.kill_leader()
            written += write(20)
            assert versions(one, 25) == written
            assert versions(other, 25) == written
            until(hear_each_publication, "both have subscribed to the next leader")
            written = write(5)
            assert versions(one, 5) == versions(other, 5) == written
    finally:
        for live in both:
            live.kill()
