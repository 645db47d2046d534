"""One installation for the tests of this package that ask for it."""

from collections.abc import Iterator

import pytest

from tests.running import Running
from tests.secrecy.house import house


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    with house() as ready:
        yield ready
