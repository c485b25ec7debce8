"""Reference data and the cast, committed once for the folder's tests; each test's own rows are rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.api.client import Api
from tests.api.committed import committed_city
from tests.cast import Cast

As = Callable[[str], Api]


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock(), committed_city() as cast:
        yield cast


@pytest.fixture
def cast(city: Cast, db: None) -> Cast:
    return city


@pytest.fixture
def as_(cast: Cast) -> As:
    """`as_("dispatcher")`: the API as that member of the cast; `as_("anonymous")` is not signed in."""
    return lambda who: Api(None if who == "anonymous" else getattr(cast, who))


@pytest.fixture
def desk(as_: As) -> Api:
    """The API as a dispatcher."""
    return as_("dispatcher")
