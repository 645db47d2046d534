"""The stream takes effect once in the portal's tables, whatever comes twice, out of order, from elsewhere or spoilt."""

from typing import Any

import psycopg
import pytest

from services.governance.projections.members import MEMBERS
from services.ledger.available import FUNDS
from shared.messaging.subscriber import Overtaken
from shared.projecting import fold
from tests.portal.scene import BOOKS, PortalScene, delivered, fresh_register, records_of, time_of


def clean(projection: Any, records: Any) -> Any:
    """A fold of the same records that never saw a table."""
    return fold(projection, records)


def parked(scene: PortalScene, register: str) -> list[tuple[Any, ...]]:
    return scene.rows("select name, seq from portal.parked where register_id = %s order by name", register)


def test_records_become_views_and_the_bytes_are_kept(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records[:5])
    scene.take(records[5:])
    assert scene.stored(FUNDS, register) == clean(FUNDS, records)
    assert scene.stored(MEMBERS, register) == clean(MEMBERS, records)
    assert scene.views.of(FUNDS, register) == (clean(FUNDS, records), len(records))
    assert scene.views.of(FUNDS, register).state.balances.in_treasury == 2_846_37 + 62_40 + 1_806_00 - 405_60
    kept = scene.rows("select seq, type, time, record from portal.records where register_id = %s order by seq", register)
    assert kept == [(one.seq, one.type, time_of(one.seq), one.record) for one in delivered(records)]
    assert scene.consumer.position() == len(records)
    assert scene.told == [{register: 5}, {register: len(records)}]


def test_a_lot_may_carry_many_registers(scene: PortalScene) -> None:
    registers = [fresh_register() for _ in range(20)]
    by_register = {register: records_of(register, BOOKS) for register in registers}
    scene.take([by_register[register][index] for index in range(len(BOOKS)) for register in registers])
    for register in registers:
        assert scene.stored(FUNDS, register) == clean(FUNDS, by_register[register])


def test_a_second_delivery_changes_nothing(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records)
    before = scene.rows("select name, seq, state from portal.views where register_id = %s order by name", register)
    scene.take(records[3:])  # the stream was made again: the same records at other positions
    assert scene.rows("select name, seq, state from portal.views where register_id = %s order by name", register) == before
    assert parked(scene, register) == []
    assert scene.told[-1] == {}


def test_a_failed_lot_leaves_nothing_behind(scene: PortalScene, monkeypatch: pytest.MonkeyPatch) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records[:3])
    scene.rows("alter table portal.views add constraint planted check (seq < 4) not valid")
    try:
        with pytest.raises(psycopg.errors.CheckViolation):
            scene.take(records[3:])
        assert scene.consumer.position() == 3
        assert scene.views.head(register).seq == 3
    finally:
        scene.rows("alter table portal.views drop constraint planted")
    scene.take(records[3:])
    assert scene.stored(FUNDS, register) == clean(FUNDS, records)


def test_another_instance_that_moved_the_position_stops_this_one(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    lot = delivered(records)
    scene.consumer.apply(lot[:4])
    scene.another_consumer().apply(lot[4:6])
    with pytest.raises(Overtaken):
        scene.consumer.apply(lot[4:8])
    assert scene.views.head(register).seq == 6


def test_a_hole_parks_the_register_and_the_missing_record_takes_it_up_again(scene: PortalScene) -> None:
    register, other = fresh_register(), fresh_register()
    records, others = records_of(register, BOOKS), records_of(other, BOOKS)
    scene.take([*records[:4], *records[6:9], *others])
    assert parked(scene, register) == [("", 5)]
    assert scene.views.head(register).seq == 4
    assert scene.stored(FUNDS, other) == clean(FUNDS, others)
    scene.take(records[9:12])
    assert scene.views.head(register).seq == 4
    scene.take(records[4:6])  # the other log of a register that moved has caught up
    assert scene.views.head(register).seq == 12
    assert parked(scene, register) == []
    assert scene.rows("select * from portal.held where register_id = %s", register) == []
    scene.take(records[12:])
    assert scene.stored(FUNDS, register) == clean(FUNDS, records)


def test_a_register_that_moved_may_come_from_two_logs_at_once(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    second = scene.another_consumer(log_id=scene.log_id + 10_000)
    scene.take(records[6:10], second)
    scene.take(records[:6])
    scene.take(records[10:], second)
    assert scene.stored(FUNDS, register) == clean(FUNDS, records)
    assert parked(scene, register) == []


def test_a_record_that_comes_again_with_other_bytes_parks_the_register_for_good(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    scene.take(records[:6])
    forged = records[5]._replace(actor="p_" + "z" * 26)
    scene.take([forged, *records[6:8]])
    scene.take(records[8:])
    assert parked(scene, register) == [("", 6)]
    assert scene.views.head(register).seq == 6
    assert scene.rows("select count(*) from portal.held where register_id = %s", register) == [(len(records) - 6,)]


def test_two_records_that_claim_one_place_in_one_lot_park_the_register_for_good(scene: PortalScene) -> None:
    register = fresh_register()
    records = records_of(register, BOOKS)
    scene.take([*records[:6], records[5]._replace(actor="p_" + "z" * 26), *records[6:8]])
    scene.take(records[8:])
    assert parked(scene, register) == [("", 6)]
    assert scene.views.of(FUNDS, register) == (clean(FUNDS, records[:6]), 6)


def test_a_record_of_another_register_is_not_taken_for_this_one(scene: PortalScene) -> None:
    register, stranger = fresh_register(), fresh_register()
    records = records_of(register, BOOKS)
    lot = delivered([*records[:4], *records_of(stranger, BOOKS)[4:5], *records[5:]])
    lot[4] = lot[4]._replace(register=register)  # foreign bytes under our name
    scene.consumer.apply(lot)
    assert parked(scene, register) == [("", 5)]
    assert scene.views.of(FUNDS, register) == (clean(FUNDS, records[:4]), 4)
    scene.take(records[4:5])  # the true one
    assert scene.views.of(FUNDS, register) == (clean(FUNDS, records), len(records))
    assert parked(scene, register) == []


def test_an_unknown_type_of_record_parks_every_view_of_its_register_alone(scene: PortalScene) -> None:
    register, other = fresh_register(), fresh_register()
    records, others = records_of(register, BOOKS), records_of(other, BOOKS)
    lot = delivered([*records, *others])
    lot[4] = lot[4]._replace(type="governance.never-heard-of.v1")
    scene.consumer.apply(lot)
    assert parked(scene, register) == [(name, 5) for name in ("governance.cooperative", "governance.members", "ledger.funds")]
    assert scene.views.head(register).seq == len(records)  # the bytes are kept all the same
    assert scene.stored(FUNDS, other) == clean(FUNDS, others)
