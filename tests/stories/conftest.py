"""One installation for the stories of a file, and a cooperative with its books open."""

from collections.abc import Iterator

import pytest

from tests.running import Running, installation
from tests.stories.asking import Asker, opened, raw_records, somebody_of, with_a_teacher, with_books


@pytest.fixture(scope="session")
def installation_to_share() -> Iterator[Running]:
    """An installation in which several files open cooperatives of their own."""
    with installation() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """An installation that is up: of the file's own, or the shared one for a file that stops nothing and looks at its registers alone."""
    if request.node.get_closest_marker("shares_an_installation") is not None:
        yield request.getfixturevalue("installation_to_share")
        return
    with installation() as started:
        started.start()
        yield started


@pytest.fixture(scope="module")
def teacher(running: Running) -> Asker:
    """A teacher who holds the mandate, in a cooperative whose books are open."""
    holder = with_a_teacher(opened(running))
    with_books(holder)
    return holder


@pytest.fixture(scope="session")
def sample_to_read() -> Iterator[Asker]:
    """The account verifier of a played sample that many files read and none changes."""
    with installation() as started:
        started.start("demo", "--port", "0")
        reader = somebody_of(started, "P01")
        records = len(raw_records(reader))
        yield reader
        assert len(raw_records(reader)) == records, "a file that records in the sample is marked alters_the_sample"


@pytest.fixture(scope="module")
def verifier(request: pytest.FixtureRequest) -> Iterator[Asker]:
    """The account verifier of the played sample: the one that files share, or one of the file's own where it is marked to alter it."""
    if request.node.get_closest_marker("alters_the_sample") is None:
        yield request.getfixturevalue("sample_to_read")
        return
    with installation() as started:
        started.start("demo", "--port", "0")
        yield somebody_of(started, "P01")
