"""A batch is what the server has, at once and no more than asked for; why there is none is always said, or noticed."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.messaging.connecting import connected
from shared.messaging.pulling import BATCH_ROWS, EARLY_SECONDS, REQUEST_SECONDS, SILENCE_SECONDS, Interrupted, Pull, pulling
from shared.messaging.streams import durable_config
from shared.messaging.subjects import stream
from tests.shared.messaging.scene import Running, Scene, as_user, delete_stream, eventually

PROMPT_SECONDS = REQUEST_SECONDS / 2  # what does not wait for the request's end takes milliseconds, on a slow machine too


async def publish(scene: Scene, count: int) -> None:
    """Puts so many more records on the stream."""
    async with Running() as running:
        running.start(scene.publisher())
        if count:
            scene.append(count)
        await scene.level()


@asynccontextmanager
async def pulled(scene: Scene, silence_seconds: float = SILENCE_SECONDS) -> AsyncIterator[Pull]:
    """The messages of the portal's durable, on a connection of their own."""
    async with connected(scene.nats.login("portal")) as line, pulling(line, scene.log_id, "portal", silence_seconds) as pull:
        yield pull


async def unacknowledged(scene: Scene) -> int:
    """How many messages the server waits for the portal to acknowledge."""
    async with as_user(scene, "portal") as client:
        return (await client.jetstream().consumer_info(stream(scene.log_id), "portal")).num_ack_pending or 0


def test_a_lag_comes_in_full_batches_and_the_last_one_does_not_wait(scene: Scene) -> None:
    async def story() -> None:
        await publish(scene, BATCH_ROWS + 7)
        async with pulled(scene) as pull:
            began = time.monotonic()
            batches = [await pull.batch(), await pull.batch()]
            assert time.monotonic() - began < PROMPT_SECONDS
        assert [len(batch) for batch in batches] == [BATCH_ROWS, 7]
        assert [message.data for batch in batches for message in batch] == [content for _, content in scene.recorded()]

    asyncio.run(story())


def test_whoever_waits_gets_the_first_record_as_soon_as_it_is_published(scene: Scene) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            await scene.level()
            async with pulled(scene) as pull:
                waiting = asyncio.create_task(pull.batch())
                await asyncio.sleep(0.3)
                assert not waiting.done()
                scene.append()
                began = time.monotonic()
                assert len(await waiting) == 1
                assert time.monotonic() - began < PROMPT_SECONDS

    asyncio.run(story())


def test_only_what_was_acknowledged_is_done_with(scene: Scene) -> None:
    async def story() -> None:
        await publish(scene, 30)
        async with pulled(scene) as pull:
            messages = await pull.batch()
            assert await unacknowledged(scene) == 30  # the control
            await pull.acknowledge(messages[:20])
            await eventually(ten_are_left)

    async def ten_are_left() -> bool:
        return await unacknowledged(scene) == 10

    asyncio.run(story())


def test_a_quiet_log_gives_an_empty_batch_and_its_heartbeats_are_no_silence(scene: Scene) -> None:
    async def story() -> None:
        await publish(scene, 0)
        async with pulled(scene, REQUEST_SECONDS / 2) as pull:
            began = time.monotonic()
            assert await pull.batch() == []
            assert time.monotonic() - began > REQUEST_SECONDS - 0.5

    asyncio.run(story())


def test_a_server_that_falls_silent_is_noticed(scene: Scene) -> None:
    async def story() -> None:
        await publish(scene, 0)
        server = scene.nats.pid
        assert server
        async with pulled(scene, REQUEST_SECONDS / 2) as pull:
            waiting = asyncio.create_task(pull.batch())
            await asyncio.sleep(0.3)
            os.kill(server, signal.SIGSTOP)
            try:
                with pytest.raises(Interrupted, match="nothing heard"):
                    await waiting
            finally:
                os.kill(server, signal.SIGCONT)

    asyncio.run(story())


@pytest.mark.parametrize("lost", ["durable", "stream"])
def test_a_durable_lost_while_it_is_waited_on_interrupts(scene: Scene, lost: str) -> None:
    async def story() -> None:
        await publish(scene, 0)
        async with pulled(scene) as pull:
            waiting = asyncio.create_task(pull.batch())
            await asyncio.sleep(0.3)
            if lost == "stream":
                await delete_stream(scene)
            else:
                async with as_user(scene, "admin") as client:
                    await client.jetstream().delete_consumer(stream(scene.log_id), "portal")
            with pytest.raises(Interrupted, match="409 Consumer Deleted"):
                await waiting
            with pytest.raises(Interrupted, match="503"):  # nobody answers for it any more
                await pull.batch()

    asyncio.run(story())


def test_behind_another_who_waits_one_asks_again_slowly(scene: Scene) -> None:
    """The server answers at once that others come first: without a pause the two would ask each other out of breath."""

    async def story() -> None:
        await publish(scene, 5)
        async with as_user(scene, "admin") as client:
            await client.jetstream().add_consumer(stream(scene.log_id), durable_config("portal", scene.born()).evolve(max_ack_pending=1))
        async with pulled(scene) as first, pulled(scene) as second:
            assert len(await first.batch()) == 1  # not acknowledged: nothing more may be delivered
            waiting = asyncio.create_task(first.batch())
            await asyncio.sleep(0.3)
            began = time.monotonic()
            assert await second.batch() == []
            assert EARLY_SECONDS <= time.monotonic() - began < PROMPT_SECONDS
            waiting.cancel()

    asyncio.run(story())
