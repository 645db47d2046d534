"""Every record takes effect once, in order, at a program downstream, whatever comes twice, late or not at all."""

import asyncio
import time
import uuid

import pytest
from nats.js.errors import NotFoundError

from shared.messaging.arrivals import Delivered, Foreign, Hole
from shared.messaging.by_sequence import fetch_range, tail
from shared.messaging.subjects import stream
from tests.shared.messaging.scene import Reader, Running, Scene, as_user, eventually, fresh_register, record


async def move_durable(scene: Scene, position: int, program: str = "portal") -> None:
    """Moves a program's cursor behind its back: what was delivered comes again, or what follows is skipped."""
    async with as_user(scene, program) as client:
        await client.jetstream().reset_consumer(stream(scene.log_id), program, position)


def test_every_record_is_applied_once_in_order(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            running.start(subscriber, scene.publisher())  # the subscriber first: it waits for the stream and the durable
            scene.append(3)
            await eventually(lambda: reader.has(scene))
            scene.append(1_200)
            await eventually(lambda: reader.has(scene))
        first = reader.records[0]
        assert first == Delivered(1, scene.register, 1, "ledger.receipt-recorded.v1", scene.recorded()[0][1])
        assert max(reader.batches) <= 500
        assert (subscriber.status.position, subscriber.status.applied, subscriber.status.lag) == (1_203, 1_203, 0)

    asyncio.run(story())


def test_a_batch_that_was_not_committed_comes_again(scene: Scene) -> None:
    async def story() -> None:
        reader, attempts = Reader(), 0

        def fails_twice(_: list[Delivered]) -> None:
            nonlocal attempts
            attempts += 1
            if attempts <= 2:
                raise OSError("the program's database is away")

        reader.fails = fails_twice
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            running.start(scene.publisher(), subscriber)
            scene.append(10)
            await eventually(lambda: reader.has(scene))
        assert subscriber.status.troubles == 2
        assert "the program's database is away" in subscriber.status.last_trouble

    asyncio.run(story())


def test_what_comes_again_is_left_aside(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            running.start(scene.publisher(), subscriber)
            scene.append(20)
            await eventually(lambda: reader.has(scene))
            await move_durable(scene, 1)
            await eventually(lambda: subscriber.status.ignored == 20)
            scene.append(5)
            await eventually(lambda: reader.has(scene))
        assert subscriber.status.applied == 25

    asyncio.run(story())


def test_a_hole_applies_nothing_and_the_cursor_goes_back(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            running.start(scene.publisher(), subscriber)
            scene.append(10)
            await eventually(lambda: reader.has(scene))
            await move_durable(scene, 16)  # past the end: 11 to 15 will not be delivered
            scene.append(20)
            await eventually(lambda: reader.has(scene))
        assert subscriber.status.holes >= 1
        assert subscriber.status.applied == 30

    asyncio.run(story())


def test_a_durable_lost_while_following_is_waited_for(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        async with Running() as running:
            running.start(scene.publisher(), reader.subscriber(scene))
            scene.append(10)
            await eventually(lambda: reader.has(scene))
            async with as_user(scene, "admin") as client:
                await client.jetstream().delete_consumer(stream(scene.log_id), "portal")
            scene.append(10)
            await eventually(lambda: reader.has(scene))

    asyncio.run(story())


def test_the_program_s_database_decides_even_when_it_went_back(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(30)
            stop = running.start(reader.subscriber(scene))
            await eventually(lambda: reader.has(scene))
            stop.set()
            await asyncio.sleep(0.2)
            del reader.records[12:]  # a backup of the program's database was restored
            running.start(reader.subscriber(scene))
            await eventually(lambda: reader.has(scene))

    asyncio.run(story())


def test_an_overtaken_program_stops(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            running.start(scene.publisher(), subscriber)
            scene.append(3)
            await eventually(lambda: reader.has(scene))
            reader.overtaken = True
            scene.append(3)
            await eventually(lambda: subscriber.status.overtaken)
        assert len(reader.records) == 3

    asyncio.run(story())


@pytest.mark.parametrize("fault", ["no record at all", "another register", "another id", "not canonical"])
def test_a_message_that_is_no_record_of_this_log_stops_the_consumer_and_is_named(scene: Scene, fault: str) -> None:
    async def story() -> None:
        reader = Reader()
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            stop = running.start(scene.publisher())
            running.start(subscriber)
            scene.append(5)
            await eventually(lambda: reader.has(scene))
            stop.set()
            content = record(fresh_register() if fault == "another register" else scene.register, 6)
            content = {"no record at all": b"?", "not canonical": b" " + content}.get(fault, content)
            message_id = uuid.uuid4().hex if fault == "another id" else f"{scene.register}/6"
            async with as_user(scene, "publisher") as client:
                subject = f"coop.{scene.log_id}.{scene.register}.ledger.receipt-recorded"
                await client.jetstream().publish(subject, content, headers={"Nats-Msg-Id": message_id})
            await eventually(lambda: "position 6" in subscriber.status.halted)
            assert len(reader.records) == 5

    asyncio.run(story())


def test_a_durable_of_another_log_is_refused(scene: Scene) -> None:
    async def story() -> None:
        reader, stranger = Reader(), Reader()
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(5)
            await scene.level()
            async with as_user(scene, "portal") as client:
                info = await client.jetstream().consumer_info(stream(scene.log_id), "portal")
            refused = stranger.subscriber(scene, born=str(uuid.uuid4()))
            stop = running.start(refused)
            await eventually(lambda: "another log" in refused.status.halted)
            stop.set()
            running.start(reader.subscriber(scene, born=(info.config.metadata or {})["ruche.log"]))
            await eventually(lambda: reader.has(scene))
        assert stranger.records == []

    asyncio.run(story())


def test_two_programs_follow_the_same_log_each_at_its_own_pace(scene: Scene) -> None:
    async def story() -> None:
        quick, slow = Reader(), Reader()
        slow.fails = lambda _: time.sleep(0.05)
        async with Running() as running:
            running.start(scene.publisher(), quick.subscriber(scene), slow.subscriber(scene, "analyst"))
            for _ in range(30):
                await asyncio.to_thread(scene.append)
            await eventually(lambda: quick.has(scene) and slow.has(scene))

    asyncio.run(story())


def test_stopping_is_prompt(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        async with Running() as running:
            running.start(scene.publisher(), reader.subscriber(scene))
            scene.append(3)
            await eventually(lambda: reader.has(scene))
            asked = time.monotonic()
        assert time.monotonic() - asked < 1

    asyncio.run(story())


def test_a_range_is_read_by_position(scene: Scene) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(1_100)
            await scene.level()
        portal, analyst = scene.nats.login("portal"), scene.nats.login("analyst")
        records = await fetch_range(portal, scene.log_id, 17, 1_080)
        assert [(one.position, one.record) for one in records] == scene.recorded()[16:1_080]
        with pytest.raises(Hole):
            await fetch_range(portal, scene.log_id, 1_090, 1_101)
        with pytest.raises(TimeoutError):  # the right is the portal's alone: the server does not answer
            await fetch_range(analyst, scene.log_id, 1, 2)

    asyncio.run(story())


def test_a_log_is_watched_from_now_or_from_a_position(scene: Scene) -> None:
    async def story() -> None:
        stop = asyncio.Event()
        from_now: list[int] = []
        from_three: list[int] = []

        async def watch(into: list[int], after: int | None) -> None:
            async for one in tail(scene.nats.login("portal"), scene.log_id, stop, after=after):
                into.append(one.position)  # noqa: PERF401 - the test looks while it fills

        async with Running() as running:
            running.start(scene.publisher())
            scene.append(5)
            await scene.level()
            watching = [asyncio.create_task(watch(from_now, None)), asyncio.create_task(watch(from_three, 3))]
            await eventually(lambda: from_three == [4, 5])
            await asyncio.sleep(0.2)
            scene.append(2)
            await eventually(lambda: (from_now, from_three) == ([6, 7], [4, 5, 6, 7]))
            stop.set()
            await asyncio.gather(*watching)

    asyncio.run(story())


def test_a_watched_stream_with_a_stranger_s_message_is_refused(scene: Scene) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(1)
            await scene.level()
        async with as_user(scene, "publisher") as client:
            await client.jetstream().publish(f"coop.{scene.log_id}.{scene.register}.ledger.receipt-recorded", b"?")
        with pytest.raises(Foreign):
            await fetch_range(scene.nats.login("portal"), scene.log_id, 1, 2)

    asyncio.run(story())


def test_a_subscriber_without_a_publisher_waits(scene: Scene) -> None:
    async def story() -> None:
        reader = Reader()
        subscriber = reader.subscriber(scene)
        async with Running() as running:
            running.start(subscriber)
            await asyncio.sleep(0.7)
            async with as_user(scene, "admin") as client:
                with pytest.raises(NotFoundError):  # it made nothing itself
                    await client.jetstream().stream_info(stream(scene.log_id))
        assert (subscriber.status.troubles, reader.records) == (0, [])

    asyncio.run(story())
