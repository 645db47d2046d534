"""Stored views: a spoilt record stops one view of one register, a rebuild is a clean fold, a new version is seen whole or not at all."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from immutables import Map

from deploy.embedded_postgres import EmbeddedPostgres
from services.ledger.available import FUNDS
from services.ledger.events.entries import ReceiptRecorded
from services.portal.main import STORED
from shared.messages import Recorded
from shared.projecting import Projection, fold
from shared.values import Table
from shared.view_store import Progress
from tests.examples_ledger import FAMILIES_RECEIVED
from tests.portal.conftest import portal_tables  # noqa: F401 - the fixture
from tests.portal.scene import BOOKS, PortalScene, fresh_register, records_of


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records of each type there are."""

    by_type: Table[str, int] = Map()
    receipts: int = 0


def count(before: Counted, record: Recorded[Any]) -> Counted:
    kind = record.event.wire
    return replace(before, by_type=before.by_type.set(kind, before.by_type.get(kind, 0) + 1))


def count_with_receipts(before: Counted, record: Recorded[Any]) -> Counted:
    return replace(count(before, record), receipts=before.receipts + isinstance(record.event, ReceiptRecorded))


def stumbles(before: Counted, record: Recorded[Any]) -> Counted:
    if record.seq == 7:
        raise ValueError("planted")
    return count(before, record)


def counting(evolve: Any, version: int = 1, *, name: str | None = None) -> Projection[Counted]:
    return Projection(name or f"test.{fresh_register()}", version, Counted(), evolve)


@pytest.fixture
def scenes(portal_tables: EmbeddedPostgres) -> Iterator[Any]:  # noqa: F811 - pytest passes it by its name
    """Makes scenes with their own projections, all on the same tables; the views of the test disappear with it."""
    opened: list[PortalScene] = []

    def scene(*projections: Projection[Any]) -> PortalScene:
        opened.append(PortalScene(portal_tables, projections))
        opened[-1].level()
        return opened[-1]

    yield scene
    for one in opened:
        for name, _version in one.store.projections:
            if name.startswith("test."):
                one.rows("delete from portal.live_version where name = %s", name)
                one.rows("delete from portal.views where name = %s", name)
                one.rows("delete from portal.parked where name = %s", name)
        one.close()


def test_every_stored_state_is_read_back_as_it_was_written(scenes: Any) -> None:
    scene, register = scenes(*STORED), fresh_register()
    records = records_of(register, BOOKS)
    for record in records:  # at each of its states
        scene.take([record])
        for projection in STORED:
            assert scene.stored(projection, register) == fold(projection, records[: record.seq])


def test_a_record_a_view_cannot_take_parks_that_view_of_that_register_and_nothing_else(scenes: Any) -> None:
    spoilt, sound = counting(stumbles), counting(count)
    scene, register, other = scenes(spoilt, sound), fresh_register(), fresh_register()
    records, others = records_of(register, BOOKS), records_of(other, BOOKS[:6])
    scene.take([*records[:10], *others])
    scene.take(records[10:])
    assert scene.stored(spoilt, register) == fold(sound, records[:6])
    assert scene.stored(sound, register) == fold(sound, records)
    assert scene.stored(spoilt, other) == fold(sound, others)
    assert scene.rows("select name, seq, reason from portal.parked where register_id = %s", register) == [
        (spoilt.name, 7, "ValueError: planted")
    ]


def test_after_the_mend_the_rebuilt_view_is_a_clean_fold_and_follows_again(scenes: Any) -> None:
    spoilt = counting(stumbles)
    scene, register = scenes(spoilt), fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records[:10])
    scene.store.rebuild(scene.database.every, scene.copy.facts, spoilt.name, register)  # not mended yet
    assert scene.rows("select seq, attempts from portal.parked where register_id = %s", register) == [(7, 2)]
    mended = scenes(counting(count, name=spoilt.name))
    mended.log_id, mended.consumer = scene.log_id, mended.another_consumer(scene.log_id)
    told: list[Progress] = []
    mended.store.rebuild(mended.database.every, mended.copy.facts, spoilt.name, register, told.append)
    assert told == [Progress(f"{spoilt.name} 1", 1, 1, 10)]
    assert mended.rows("select * from portal.parked where register_id = %s", register) == []
    mended.take(records[10:])
    assert mended.stored(spoilt, register) == fold(counting(count), records)


def test_a_view_that_nobody_knows_is_not_rebuilt(scenes: Any) -> None:
    scene = scenes(counting(count))
    with pytest.raises(KeyError):
        scene.store.rebuild(scene.database.every, scene.copy.facts, "test.nobody-knows")


def test_a_new_version_is_filled_beside_the_old_one_while_records_arrive_and_readers_read(scenes: Any) -> None:
    name = f"test.{fresh_register()}"
    old, new = counting(count, 1, name=name), counting(count_with_receipts, 2, name=name)
    scene, registers = scenes(old), [fresh_register() for _ in range(4)]
    books = {register: records_of(register, [*BOOKS, *[FAMILIES_RECEIVED] * 60]) for register in registers}
    for register in registers[:3]:
        scene.take(books[register][:40])
    both = PortalScene(scene.postgres, (old, new))
    both.log_id, both.consumer = scene.log_id, both.another_consumer(scene.log_id)
    wrong: list[str] = []
    done = threading.Event()

    def write() -> None:
        for first in range(40, 90, 10):
            for register in registers[:3]:
                both.take(books[register][first : first + 10])
            both.take(books[registers[3]][first - 40 : first - 30])  # one that begins meanwhile

    def read() -> None:
        while not done.is_set():
            for register in registers[:3]:
                for version in (old, new):
                    with both.database.one(register) as connection:
                        found = both.store.load(connection, version, register)
                    if found and found.state != fold(version, books[register][: found.seq]):
                        wrong.append(f"version {version.version} at {found.seq}")
                    if found and found.seq < 40:
                        wrong.append(f"half filled at {found.seq}")

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    told: list[Progress] = []
    both.store.level(both.database.every, both.copy.facts, told.append)
    threads[0].join()
    done.set()
    threads[1].join()
    assert wrong == []
    assert told
    assert both.rows("select version from portal.live_version where name = %s", name) == [(2,)]
    for register in registers:
        assert both.stored(old, register) is None
        assert both.stored(new, register) == fold(new, books[register][: 90 if register != registers[3] else 50])
    assert both.store.undo_switch(both.database.every, both.copy.facts, name) == 1  # one act, and the other way in another
    for register in registers:
        assert both.stored(new, register) is None
        assert both.stored(old, register) == fold(old, books[register][: 90 if register != registers[3] else 50])
    with pytest.raises(LookupError):
        both.store.undo_switch(both.database.every, both.copy.facts, name)
    both.store.rebuild(both.database.every, both.copy.facts, name)
    assert both.rows("select version from portal.live_version where name = %s", name) == [(2,)]
    both.level()  # the rows left behind go at the next start
    assert both.rows("select distinct version from portal.views where name = %s", name) == [(2,)]
    both.close()


def test_a_rebuild_stopped_half_way_is_never_seen_and_is_begun_again(scenes: Any) -> None:
    name = f"test.{fresh_register()}"
    old, new = counting(count, 1, name=name), counting(count_with_receipts, 2, name=name)
    scene, registers = scenes(old), [fresh_register() for _ in range(3)]
    for register in registers:
        scene.take(records_of(register, BOOKS))
    upgraded = PortalScene(scene.postgres, (new,))

    class Killed(Exception):
        pass

    def kill(_progress: Progress) -> None:
        raise Killed

    with pytest.raises(Killed):
        upgraded.store.level(upgraded.database.every, upgraded.copy.facts, kill)
    assert [upgraded.stored(new, register) for register in registers] == [None] * 3
    assert scene.stored(old, registers[0]) is not None
    upgraded.level()
    for register in registers:
        assert upgraded.stored(new, register) == fold(new, records_of(register, BOOKS))
    upgraded.close()


def test_a_lower_version_does_not_take_the_place_of_a_higher_one(scenes: Any) -> None:
    name = f"test.{fresh_register()}"
    newer = scenes(counting(count, 2, name=name))
    older = scenes(counting(count, 1, name=name))
    assert older.rows("select version from portal.live_version where name = %s", name) == [(2,)]
    assert newer.stored(counting(count, 2, name=name), fresh_register()) is None


def test_readers_of_a_state_that_cannot_be_read_back_fold_from_the_first_record(scenes: Any) -> None:
    scene, register = scenes(*STORED), fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records)
    scene.rows("update portal.views set state = '{\"balances\": 3}' where register_id = %s and name = %s", register, FUNDS.name)
    assert scene.stored(FUNDS, register) is None
    assert scene.views.of(FUNDS, register).state == fold(FUNDS, records)
