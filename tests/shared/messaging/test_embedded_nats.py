"""A server of our own: ready at once, gone at once, the same after any death, and never somebody else's."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.embedded_nats import EmbeddedNats, NatsNotStarted, supervise
from shared.messaging.permissions import PROBE_SUBJECT
from shared.messaging.probing import NotWriting, probe
from shared.messaging.subjects import stream
from tests.shared.messaging.scene import Running, Scene, as_user, eventually


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


async def writes(server: EmbeddedNats) -> bool:
    try:
        await probe(server.login("admin"), server.monitor_url)
    except NotWriting:
        return False
    return True


def test_it_writes_stops_quickly_and_comes_back_with_the_same_keys_and_messages(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats")
    with server:
        asyncio.run(probe(server.login("admin"), server.monitor_url))
        seeds, pid = {name: server.seed(name) for name in server.users}, server.pid
        asked = time.monotonic()
    assert time.monotonic() - asked < 3
    assert pid
    assert not alive(pid)
    with EmbeddedNats(tmp_path / "nats") as again:
        assert {name: again.seed(name) for name in again.users} == seeds
        asyncio.run(probe(again.login("admin"), again.monitor_url))
    with pytest.raises(NotWriting):
        asyncio.run(probe(again.login("admin"), again.monitor_url, 0.5))


def test_a_wipe_erases_the_messages_and_keeps_the_keys(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path)
    with server:
        asyncio.run(probe(server.login("admin"), server.monitor_url))
        with pytest.raises(RuntimeError):
            server.wipe()
    seed = server.seed("admin")
    server.wipe()
    assert not (tmp_path / "jetstream").exists()
    with server:
        asyncio.run(probe(server.login("admin"), server.monitor_url))
    assert server.seed("admin") == seed


def test_keys_and_configuration_are_for_their_owner_alone(nats: EmbeddedNats) -> None:
    keys = sorted((nats.folder / "keys").iterdir())
    assert [key.name for key in keys] == ["admin.nk", "analyst.nk", "portal.nk", "publisher.nk"]
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o400}
    assert stat.S_IMODE((nats.folder / "keys").stat().st_mode) == 0o700
    configuration = (nats.folder / "nats.conf").read_text()
    assert not any(key.read_text() in configuration for key in keys)  # only public keys
    assert len({nats.seed(name) for name in nats.users}) == 4
    with pytest.raises(KeyError):
        nats.login("stranger")


def test_it_listens_on_loopback_alone(nats: EmbeddedNats) -> None:
    assert nats.url.startswith("nats://127.0.0.1:")
    assert nats.monitor_url.startswith("http://127.0.0.1:")


def test_it_comes_back_on_its_port_after_a_kill(nats: EmbeddedNats) -> None:
    urls = nats.url, nats.monitor_url
    nats.kill()
    assert nats.pid is None
    nats.restart()
    assert (nats.url, nats.monitor_url) == urls
    asyncio.run(probe(nats.login("admin"), nats.monitor_url))


def test_a_taken_port_is_refused_and_not_taken_for_ours(nats: EmbeddedNats, tmp_path: Path) -> None:
    with pytest.raises(NatsNotStarted):
        EmbeddedNats(tmp_path, port=nats.port).start()
    asyncio.run(probe(nats.login("admin"), nats.monitor_url))


def test_two_programs_cannot_hold_one_folder(nats: EmbeddedNats) -> None:
    pid = nats.pid
    with pytest.raises(NatsNotStarted, match="in use by another program"):
        EmbeddedNats(nats.folder).start()
    assert nats.pid == pid


def test_a_server_left_by_a_killed_program_is_ended_by_the_next(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib; from deploy.embedded_nats import EmbeddedNats\n"
        "server = EmbeddedNats(pathlib.Path(sys.argv[1])); server.start(); print(server.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        left = int(parent.stdout.readline())
        parent.kill()
    assert alive(left)
    with EmbeddedNats(tmp_path) as server:
        assert not alive(left)
        assert server.pid != left
        asyncio.run(probe(server.login("admin"), server.monitor_url))


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGSTOP])
def test_the_supervisor_restarts_a_server_that_died_or_no_longer_writes(nats: EmbeddedNats, death: signal.Signals) -> None:
    async def story() -> None:
        stop, first = asyncio.Event(), nats.pid
        assert first
        supervising = asyncio.create_task(supervise(nats, stop, pulse_seconds=0.2, probe_seconds=0.5))
        await asyncio.sleep(1)
        assert nats.pid == first  # the control: a server that writes is left alone
        os.kill(first, death)
        await eventually(lambda: nats.pid not in {None, first})
        await eventually(lambda: writes(nats))
        stop.set()
        await supervising

    asyncio.run(story())


def test_a_stream_that_cannot_write_is_noticed_while_the_probe_stream_still_can(scene: Scene) -> None:
    """The folder of one stream vanished: the server keeps answering, and would go on refusing that stream for ever."""

    async def story() -> None:
        first = scene.nats.pid
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(10)
            await scene.level()
            shutil.rmtree(scene.nats.folder / "jetstream" / "$G" / "streams" / stream(scene.log_id) / "msgs")
            scene.append(500, note="é" * 29_000)  # 29 MB: more than the file it has open may hold

            async def is_noticed() -> bool:
                try:
                    await probe(scene.nats.login("admin"), scene.nats.monitor_url)
                except NotWriting as why:
                    return stream(scene.log_id) in str(why)
                return False

            await eventually(is_noticed)
            async with as_user(scene, "admin") as client:
                await client.jetstream().publish(PROBE_SUBJECT, b"?")  # the control: a probe by a message alone would see nothing
            stop = asyncio.Event()
            supervising = asyncio.create_task(supervise(scene.nats, stop, pulse_seconds=0.2))
            await eventually(lambda: scene.nats.pid not in {None, first})
            await scene.level()
            stop.set()
            await supervising

    asyncio.run(story())
