"""The scene of the tests of the messages."""

from collections.abc import Iterator

import pytest

from deploy.embedded_nats import EmbeddedNats
from deploy.embedded_postgres import EmbeddedPostgres
from tests.shared.messaging.scene import Scene


@pytest.fixture
def scene(postgres: EmbeddedPostgres, nats: EmbeddedNats, log_id: int) -> Iterator[Scene]:
    """An empty log, and a server that has never heard of it."""
    opened = Scene(postgres, nats, log_id)
    yield opened
    opened.close()
