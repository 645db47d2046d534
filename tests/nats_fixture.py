"""A real nats-server for the tests that ask: a fresh one for each test, since tests kill it and wipe it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded_nats import EmbeddedNats


@pytest.fixture
def nats(log_id: int) -> Iterator[EmbeddedNats]:
    """A server whose keys have their rights on the test's own log (fixture `log_id`) and no other."""
    folder = Path(tempfile.mkdtemp(prefix="ruche-nats-"))
    try:
        with EmbeddedNats(folder, logs=(log_id,)) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
