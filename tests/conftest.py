"""What every test may ask for: a real PostgreSQL, a real nats-server, a real browser; started only for tests that name them."""

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.given")  # its assertions show both sides, as a test's own do
pytest_plugins = ["tests.postgres_fixture", "tests.nats_fixture", "tests.browser_fixture"]

# No deadline: two cores are shared with the servers under test, and a slow example is no wrong one.
# `--hypothesis-profile=long` searches longer.
_WHATEVER_THE_PACE = [HealthCheck.too_slow]
settings.register_profile("usual", deadline=None, suppress_health_check=_WHATEVER_THE_PACE, print_blob=True)
settings.register_profile("long", settings.get_profile("usual"), max_examples=2_000)
settings.load_profile("usual")
