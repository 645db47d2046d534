"""One installation for the stories of a file, and a cooperative with its books open."""

from collections.abc import Iterator

import pytest

from tests.running import Running, installation
from tests.stories.asking import Asker, opened, somebody_of, with_a_teacher, with_books


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """An installation that is up."""
    with installation() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def teacher(running: Running) -> Asker:
    """A teacher who holds the mandate, in a cooperative whose books are open."""
    holder = with_a_teacher(opened(running))
    with_books(holder)
    return holder


@pytest.fixture(scope="module")
def verifier() -> Iterator[Asker]:
    """The account verifier of the played sample."""
    with installation() as started:
        started.start("demo", "--port", "0")
        yield somebody_of(started, "P01")
