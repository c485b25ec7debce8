"""Two live processes behind sentinels: the leading Redis dies while events are made, and nobody misses one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings

from hearteam import health
from hearteam.embedded.children import celery
from hearteam.embedded.processes import wait_until
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


def test_when_the_leading_redis_dies_the_worker_goes_on_getting_the_tasks_of_beat(
    watched: tuple[Group, RedisAddress], tmp_path: Path
) -> None:
    group, address = watched
    environment = LiveProcess(redis_url=address.url).environment
    commands = [[*celery("worker"), "-c", "1"], [*celery("beat"), "-s", str(tmp_path / "beat.db"), "--pidfile="]]
    with (tmp_path / "celery.log").open("wb") as log:
        both = [
            subprocess.Popen(command, cwd=settings.PROJECT_DIR, env=environment, stdout=log, stderr=log)
            for command in commands
        ]

    def has_done_a_task() -> bool:
        try:
            return bool(broadcast.redis_client().exists(health.key("worker")))
        except redis.RedisError:
            return False

    def is_forgotten() -> bool:
        try:
            return broadcast.redis_client().delete(health.key("worker")) is not None
        except redis.RedisError:
            return False

    try:
        assert wait_until(has_done_a_task, 60, 0.2)
        group.kill_leader()
        assert wait_until(is_forgotten, 30, 0.2)
        assert wait_until(has_done_a_task, 60, 0.2), (tmp_path / "celery.log").read_text()[-2000:]
    finally:
        for process in both:
            process.kill()
            process.wait(10)


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
