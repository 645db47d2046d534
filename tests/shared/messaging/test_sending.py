"""What fences a publisher that is late, wrong, or not alone: each of the two nets by itself."""

import asyncio
from datetime import UTC, datetime

import pytest

from shared.messaging.continuity import Halted, Row
from shared.messaging.sending import Doubt, send
from shared.messaging.streams import stream_config
from tests.shared.messaging.scene import Running, Scene, as_user, fresh_register, record

WINDOW_SECONDS = 0.1  # the shortest the server accepts; past it, a known id is stored again


def rows_of(scene: Scene, first: int, last: int) -> list[Row]:
    return [
        Row(position, scene.register, position, "ledger.receipt-recorded.v1", content, datetime.now(UTC))
        for position, content in scene.recorded()
        if first <= position <= last
    ]


@pytest.mark.parametrize("count", [3, 10], ids=["singles", "batch"])
def test_a_publisher_that_wakes_after_the_window_is_refused_by_the_expected_sequence(scene: Scene, count: int) -> None:
    async def story() -> None:
        async with as_user(scene, "admin") as client:
            born = scene.born()
            await client.jetstream().add_stream(stream_config(scene.log_id, born).evolve(duplicate_window=WINDOW_SECONDS))
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(20)
            await scene.level()
        await asyncio.sleep(2 * WINDOW_SECONDS)
        async with as_user(scene, "publisher") as client:
            with pytest.raises(Doubt) as refused:
                await send(client, scene.log_id, rows_of(scene, 6, 5 + count))
        assert refused.value.code == "10071"
        await scene.level()

    asyncio.run(story())


@pytest.mark.parametrize("count", [1, 8], ids=["single", "batch"])
def test_a_known_id_at_the_right_place_is_not_taken_for_stored(scene: Scene, count: int) -> None:
    """A single one is acknowledged as a duplicate, with the sequence it had the first time; a batch is refused whole."""

    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher())
            scene.append(20)
            await scene.level()
        again = [row._replace(position=20 + index) for index, row in enumerate(rows_of(scene, 2, 1 + count), 1)]
        async with as_user(scene, "publisher") as client:
            with pytest.raises(Doubt) as refused:
                await send(client, scene.log_id, again)
        assert refused.value.code == ("duplicate" if count == 1 else "10201")
        await scene.level()

    asyncio.run(story())


def test_singles_with_a_gap_stop_at_the_gap(scene: Scene) -> None:
    async def story() -> None:
        async with Running() as running:
            running.start(scene.publisher(durables=[]))
            await scene.level()
        register = fresh_register()
        rows = [
            Row(position, register, position, "ledger.receipt-recorded.v1", record(register, position), datetime.now(UTC))
            for position in (1, 2, 4, 5)
        ]
        async with as_user(scene, "publisher") as client:
            with pytest.raises(Doubt, match="10071"):
                await send(client, scene.log_id, rows)
        assert [position for position, _ in await scene.published()] == [1, 2]

    asyncio.run(story())


def test_a_record_that_cannot_be_named_halts(scene: Scene) -> None:
    async def story() -> None:
        row = Row(1, scene.register, 1, "no version", b"{}", datetime.now(UTC))
        async with as_user(scene, "publisher") as client:
            with pytest.raises(Halted, match="position 1"):
                await send(client, scene.log_id, [row])

    asyncio.run(story())
