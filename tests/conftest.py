"""What every test has: an empty Redis, and when long suites run. Databases come from `hearteam.embedded.testing`."""

import os
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.template import migrated_template

# A busy machine makes drawing examples slow: no reason to fail.
hypothesis_settings.register_profile("hearteam", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("hearteam")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Databases of tests are copies of a migrated one; to be run before pytest-django makes them."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session", autouse=True)
def empty_redis() -> None:
    """A run that was killed may have left keys in the Redis database that this one got."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


@pytest.fixture
def redis_client() -> Iterator["redis.Redis"]:
    """This worker's own Redis database, emptied before and after."""
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


LONGEST = {
    "test_any_order", "test_bad_input", "test_following", "test_invented_day", "test_migrations", "test_permissions",
    "test_privacy", "test_race_for_a_call", "test_race_for_a_unit", "test_replay",
    "test_ruleset_edit", "test_shared_cases", "test_snapshot_and_events", "test_two_processes", "test_undo",
}  # fmt: skip
"""Files of ten seconds and more come first, so that no process is left alone with one at the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long suites run only when asked for by marker (`-m`) or by file."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)
    if config.option.markexpr or any(os.path.isfile(argument.split("::")[0]) for argument in config.args):
        return
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in ("reliability", "data"))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
