"""A geofile with the built-in facts."""

import pytest

from dispatch.actions.geography import gazetteer_load


@pytest.fixture
def gazetteer(db: None) -> None:
    gazetteer_load()
