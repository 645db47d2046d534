"""`ruche demo --exit`: the sample year played, every figure right, log, stream and portal equal."""

import json
import subprocess

import pytest

from tests.running import RUCHE


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    """What the command prints."""
    ran = subprocess.run([RUCHE, "demo", "--exit", "--json"], capture_output=True, timeout=180, check=False)
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    printed: dict[str, object] = json.loads(ran.stdout)
    return printed


def test_every_figure_is_as_expected_from_the_log_and_from_the_stream(told: dict[str, object]) -> None:
    checks = told["checks"]
    assert isinstance(checks, list)
    assert told["ok"] is True
    assert [check for check in checks if not check["ok"]] == []
    for source, least in (("ledger", 100), ("portal", 180), ("governance", 80)):
        assert len([check for check in checks if check["name"].startswith(source)]) > least


def test_log_stream_and_portal_hold_as_many_records(told: dict[str, object]) -> None:
    assert told["records"] == told["messages"] == told["portal_records"]
    assert isinstance(told["records"], int) and told["records"] > 800
