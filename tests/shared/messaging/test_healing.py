"""What heals alone, and what only a person may decide: NATS lost in every way, and streams that are not this log's."""

import asyncio
import shutil
import uuid
from pathlib import Path

import pytest
from nats.js.api import StreamConfig
from nats.js.errors import APIError

from shared.messaging.streams import stream_config
from shared.messaging.subjects import every_subject, stream
from tests.shared.messaging.scene import Reader, Running, Scene, as_user, delete_stream, eventually, fresh_register, record


async def publish_alone(scene: Scene, content: bytes, *, expected: int | None = None, message_id: str = "") -> int:
    """Puts a message on the stream with the publisher's key, behind its back; gives the sequence."""
    subject = f"coop.{scene.log_id}.{scene.register}.ledger.receipt-recorded"
    headers = {"Nats-Msg-Id": message_id or uuid.uuid4().hex} | ({} if expected is None else {"Nats-Expected-Last-Sequence": str(expected)})
    async with as_user(scene, "publisher") as client:
        return (await client.jetstream().publish(subject, content, headers=headers)).seq


def test_all_of_nats_is_lost_and_the_stream_equals_the_log_again(scene: Scene) -> None:
    async def story() -> None:
        publisher, reader = scene.publisher(), Reader()
        async with Running() as running:
            running.start(publisher, reader.subscriber(scene))
            scene.append(700)
            await scene.level()
            await eventually(lambda: reader.has(scene))
            seen = list(reader.records)
            scene.nats.stop()
            scene.append(10)
            scene.nats.wipe()
            scene.nats.start()
            await scene.level()
            await eventually(lambda: reader.has(scene))
        assert reader.records[: len(seen)] == seen  # nothing was applied again

    asyncio.run(story())


def test_the_tail_of_the_stream_is_lost_and_published_again(scene: Scene, tmp_path: Path) -> None:
    async def story() -> None:
        publisher, reader = scene.publisher(), Reader()
        store, copy = scene.nats.folder / "jetstream", tmp_path / "jetstream"
        async with Running() as running:
            running.start(publisher, reader.subscriber(scene))
            scene.append(500)
            await scene.level()
            scene.nats.stop()
            shutil.copytree(store, copy)
            scene.nats.start()
            scene.append(500)
            await scene.level()
            await eventually(lambda: reader.has(scene))
            scene.nats.stop()
            shutil.rmtree(store)
            shutil.copytree(copy, store)
            scene.nats.start()
            assert len(await scene.published()) == 500 or publisher.status.last_seq == 1000  # the second 500 are gone, or back already
            await scene.level()
            scene.append(20)
            await scene.level()
            await eventually(lambda: reader.has(scene))
        assert publisher.status.halted == ""
        assert publisher.status.records == 1_520

    asyncio.run(story())


def test_killing_the_server_while_publishing_loses_and_repeats_nothing(scene: Scene) -> None:
    async def story() -> None:
        publisher, reader = scene.publisher(), Reader()
        async with Running() as running:
            running.start(publisher, reader.subscriber(scene))
            for kill in range(4):
                for _ in range(25):
                    await asyncio.to_thread(scene.append, 1 if kill % 2 else 30)
                await asyncio.to_thread(scene.nats.kill)
                await asyncio.to_thread(scene.append, 3)
                await asyncio.to_thread(scene.nats.restart)
            await scene.level()
            await eventually(lambda: reader.has(scene))
        assert publisher.status.connections > 1

    asyncio.run(story())


def test_an_existing_stream_of_another_log_halts_the_publisher(scene: Scene) -> None:
    async def story() -> None:
        async with as_user(scene, "admin") as client:
            await client.jetstream().add_stream(stream_config(scene.log_id, str(uuid.uuid4())))
        publisher = scene.publisher()
        scene.append(3)
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: "belongs to another log" in publisher.status.halted)
            async with as_user(scene, "admin") as client:
                assert await client.jetstream().consumers_info(stream(scene.log_id)) == []  # nothing was made on it
            assert publisher.status.records == 0
            assert publisher.status.leader  # a halt is a state: it neither crashes nor lets another try
            await delete_stream(scene)  # a person decided
            await scene.level()
        assert publisher.status.halted == ""

    asyncio.run(story())


@pytest.mark.parametrize("setting", [{"deny_purge": False}, {"allow_atomic": False}, {"max_msgs": 10}])
def test_a_stream_that_could_lose_records_halts_the_publisher(scene: Scene, setting: dict[str, object]) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: publisher.status.leader)
            await scene.level()
            born = scene.born()
        await delete_stream(scene)
        async with as_user(scene, "admin") as client:
            await client.jetstream().add_stream(stream_config(scene.log_id, born).evolve(**setting))
        halted = scene.publisher()
        scene.append()
        async with Running() as running:
            running.start(halted)
            await eventually(lambda: next(iter(setting)) in halted.status.halted)
        assert halted.status.records == 0

    asyncio.run(story())


def test_a_stream_ahead_of_the_log_halts_the_publisher_at_once_and_after_a_restart(scene: Scene) -> None:
    """An older database was restored: five records that were published are not in the log any more."""

    async def story() -> None:
        scene.append(10)
        async with Running() as running:
            running.start(scene.publisher())
            await scene.level()
        scene.tamper("delete from eventlog.records where log_id = %s and position > 5", scene.log_id)
        scene.tamper("update eventlog.logs set head = 5 where log_id = %s", scene.log_id)
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: "ahead of the log" in publisher.status.halted)
        assert publisher.status.records == 0

    asyncio.run(story())


def test_a_log_that_shrinks_under_a_publisher_halts_it(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            scene.append(10)
            await scene.level()
            scene.tamper("update eventlog.logs set head = 5 where log_id = %s", scene.log_id)
            await eventually(lambda: publisher.status.halted != "")

    asyncio.run(story())


def test_a_hole_in_the_log_halts_the_publisher(scene: Scene) -> None:
    async def story() -> None:
        scene.append(10)
        scene.tamper("delete from eventlog.records where log_id = %s and position = 4", scene.log_id)
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: "no record at position 4" in publisher.status.halted)
        assert publisher.status.records == 0

    asyncio.run(story())


def test_the_same_length_with_other_bytes_halts_the_publisher(scene: Scene) -> None:
    """An older database was restored, then written to until the numbers agree again."""

    async def story() -> None:
        scene.append(10)
        async with Running() as running:
            running.start(scene.publisher())
            await scene.level()
        other = record(scene.register, 10, "autre chose")
        scene.tamper("update eventlog.records set record = %s where log_id = %s and position = 10", other, scene.log_id)
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: "position 10: the stream holds other bytes" in publisher.status.halted)
            scene.append()
            await asyncio.sleep(0.5)
        assert publisher.status.records == 0

    asyncio.run(story())


def test_an_altered_record_in_the_middle_is_found_by_an_audit_and_not_before(scene: Scene) -> None:
    async def story() -> None:
        scene.append(50)
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await scene.level()
            scene.tamper(
                "update eventlog.records set record = %s where log_id = %s and position = 7",
                record(scene.register, 7, "faux"),
                scene.log_id,
            )
            scene.append()
            await eventually(lambda: publisher.status.records == 51)
            assert publisher.status.halted == ""  # the control: only the audit looks there
            publisher.audit_soon()
            await eventually(lambda: "position 7: the stream holds other bytes" in publisher.status.halted)
            scene.append()
            await asyncio.sleep(6)  # past the next look: it must stay halted
            assert publisher.status.records == 51
            assert "position 7" in publisher.status.halted

    asyncio.run(story())


def test_a_stranger_s_message_is_refused_by_the_expectation_and_halts_the_publisher_without_it(scene: Scene) -> None:
    async def story() -> None:
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            scene.append(5)
            await scene.level()
            stranger = record(fresh_register(), 1)
            with pytest.raises(APIError) as refused:
                await publish_alone(scene, stranger, expected=4)
            assert refused.value.err_code == 10_071
            assert await publish_alone(scene, stranger) == 6
            await eventually(lambda: "ahead of the log" in publisher.status.halted)

    asyncio.run(story())


def test_a_stream_may_start_after_an_archived_prefix(scene: Scene) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(10)
            await scene.level()
            born = scene.born()
        await delete_stream(scene)
        async with as_user(scene, "admin") as client:
            await client.jetstream().add_stream(stream_config(scene.log_id, born, first_seq=8))
        publisher = scene.publisher()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: publisher.status.last_seq == 10)
        assert publisher.status.records == 3

    asyncio.run(story())


def test_a_plain_stream_on_the_same_subjects_is_not_taken_for_ours(scene: Scene) -> None:
    async def story() -> None:
        async with as_user(scene, "admin") as client:
            await client.jetstream().add_stream(StreamConfig(name=stream(scene.log_id), subjects=[every_subject(scene.log_id)]))
        publisher = scene.publisher()
        scene.append()
        async with Running() as running:
            running.start(publisher)
            await eventually(lambda: "belongs to another log" in publisher.status.halted)

    asyncio.run(story())
