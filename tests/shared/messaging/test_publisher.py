"""The stream equals the log: every record, in order, once, at its position, byte for byte."""

import asyncio
import time

from nats.js.errors import NotFoundError

from shared.messaging.log_tail import LogTail
from shared.messaging.publisher import Publisher
from shared.messaging.subjects import stream
from tests.shared.messaging.scene import Running, Scene, as_user, eventually


class Usurper(Publisher):
    """A publisher that leads without asking: what the expected sequence must withstand."""

    async def _take_lead(self, log: LogTail) -> bool:
        return True


def test_every_record_is_published_at_its_position_with_its_bytes(scene: Scene) -> None:
    async def story() -> None:
        scene.append(3)  # singles
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await scene.level()
            scene.append(1_200)  # batches of 500, 500 and 200
            await scene.level()
            scene.append(1)
            await scene.level()
        assert publisher.status.records == 1_204
        assert publisher.status.batches >= 3
        assert publisher.status.singles >= 4
        assert not publisher.status.doubts
        assert (publisher.status.head, publisher.status.unpublished, publisher.status.halted) == (1_204, 0, "")
        assert publisher.status.oldest_unpublished_seconds() == 0

    asyncio.run(story())


def test_a_large_lot_is_cut_by_its_bytes(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            for _ in range(3):
                scene.append(100, note="é" * 29_000)
            running.start(publisher)
            await scene.level()
        assert publisher.status.batches > 3  # 300 rows would fit in one batch, 17 MB would not

    asyncio.run(story())


def test_a_lone_record_is_published_within_milliseconds(scene: Scene) -> None:
    async def story() -> None:
        took: list[float] = []
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: publisher.status.leader)
            scene.append()
            await scene.level()
            for _ in range(200):
                started = time.perf_counter()
                await asyncio.to_thread(scene.append)
                while publisher.status.last_seq < scene.seq:  # noqa: ASYNC110 - a status is looked at, nobody rings
                    await asyncio.sleep(0.0005)
                took.append(time.perf_counter() - started)
        took.sort()
        assert len(scene.recorded()) == 201
        assert took[100] < 1, f"p50 {took[100] * 1000:.1f} ms, p99 {took[198] * 1000:.1f} ms"  # a second: the notification was lost

    asyncio.run(story())


def test_only_one_publisher_leads_and_the_other_takes_over(scene: Scene) -> None:
    async def story() -> None:
        first, second = scene.publisher(), scene.publisher()
        async with Running() as running:
            stop = running.start(first)
            await eventually(lambda: first.status.leader)
            running.start(second)
            scene.append(5)
            await scene.level()
            assert not second.status.leader
            assert second.status.records == 0
            stop.set()
            await eventually(lambda: second.status.leader)
            scene.append(5)
            await scene.level()
        assert second.status.records == 5

    asyncio.run(story())


def test_two_publishers_that_both_lead_neither_repeat_nor_skip(scene: Scene) -> None:
    async def story() -> None:
        one, other = scene.publisher(Usurper), scene.publisher(Usurper)
        async with Running() as running:
            running.start(one, other)
            for _ in range(150):
                await asyncio.to_thread(scene.append, 1)
                if scene.seq % 50 == 0:
                    await asyncio.to_thread(scene.append, 40)
            await scene.level()
        refused = sum((one.status.doubts + other.status.doubts)[code] for code in ("10071", "10201", "duplicate"))
        assert refused > 0, (one.status, other.status)  # otherwise the two never met, and nothing was proved
        assert one.status.halted == other.status.halted == ""

    asyncio.run(story())


def test_a_lost_notification_delays_a_record_by_less_than_two_seconds(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: publisher.status.leader)
            scene.append()
            await scene.level()
            started = time.monotonic()
            scene.append_unnoticed()
            await scene.level()
            assert time.monotonic() - started < 2

    asyncio.run(story())


def test_polling_alone_is_enough(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher(notified=False)
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: publisher.status.leader)
            for _ in range(5):
                started = time.monotonic()
                scene.append()
                await scene.level()
                assert time.monotonic() - started < 2

    asyncio.run(story())


def test_a_lost_database_connection_is_a_lost_lead_and_is_taken_again(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            scene.append()
            await scene.level()
            scene.end_connections_of_publishers()
            scene.append(20)
            await scene.level()
        assert publisher.status.doubts["database"] == 1

    asyncio.run(story())


def test_an_audit_compares_positions_at_random(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            scene.append(300)
            await scene.level()
            publisher.audit_soon()
            await eventually(lambda: publisher.status.audits == 1)
        assert publisher.status.audited_positions == 300
        assert publisher.status.halted == ""

    asyncio.run(story())


def test_a_deleted_durable_is_made_again(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            scene.append(3)
            await scene.level()
            async with as_user(scene, "admin") as client:
                js = client.jetstream()
                await js.delete_consumer(stream(scene.log_id), "portal")

                async def is_back() -> bool:
                    try:
                        return bool((await js.consumer_info(stream(scene.log_id), "portal")).num_pending == 3)
                    except NotFoundError:
                        return False

                assert not await is_back()
                await eventually(is_back)

    asyncio.run(story())
