"""A server that would lose acknowledged messages is refused, by the name of its setting."""

import subprocess
from pathlib import Path

import pytest

from deploy.embedded_nats import EmbeddedNats
from deploy.nats_binary import nats_server
from shared.messaging.safety import Unsafe, refuse_unsafe, varz


class Careless(EmbeddedNats):
    """The same server without one line of its configuration: the negative control."""

    without = ""

    def _config(self, name: str) -> str:
        return super()._config(name).replace(self.without, "")


def test_the_embedded_server_is_safe(nats: EmbeddedNats) -> None:
    refuse_unsafe(nats.monitor_url)
    # Why the field beside it is not tested: it says two minutes on a safe server too.
    assert varz(nats.monitor_url)["jetstream"]["config"]["sync_interval"] == 120_000_000_000


def test_a_server_that_flushes_later_is_refused_by_the_name_of_the_setting(tmp_path: Path) -> None:
    server = Careless(tmp_path)
    server.without = '"sync_interval": "always", '
    with server, pytest.raises(Unsafe, match="sync_interval"):
        refuse_unsafe(server.monitor_url)


def test_a_server_without_jetstream_is_refused(tmp_path: Path) -> None:
    server = Careless(tmp_path)
    server.without = next(line for line in EmbeddedNats(tmp_path)._config("x").splitlines() if line.startswith("jetstream"))
    with server, pytest.raises(Unsafe, match="jetstream is not enabled"):
        refuse_unsafe(server.monitor_url)


def test_a_server_that_does_not_answer_is_an_error_not_a_pass(nats: EmbeddedNats) -> None:
    nats.stop()
    with pytest.raises(OSError, match="refused"):
        refuse_unsafe(nats.monitor_url)
    with pytest.raises(ValueError, match="not http"):
        refuse_unsafe("file:///etc")


def test_the_binary_is_the_pinned_version() -> None:
    said = subprocess.run([nats_server(), "--version"], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "nats-server: v2.15.1"
