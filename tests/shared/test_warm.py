"""States kept warm: as good as read from the log, bounded, dropped at any time without a trace."""

import threading
import time

import pytest

from deploy.catalogue import CODEC
from services.ledger.commands.books import OpenPot, TransferBetweenPots
from services.ledger.events.books import PotKind
from services.ledger.events.pots import Purpose
from services.ledger.main import LEDGER
from shared.merkle import leaf_hash, tree_root
from shared.messages import Command
from shared.warm import BEFORE_ALL, Warm
from tests.examples_governance import RENTREE
from tests.examples_ledger import DEPOSIT, FAMILIES, FEES, OPEN_BOOKS, SHARE, voucher
from tests.ledger.asking import but
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import OPENED_AT, desks, fresh_id, opened, written

ASKED: tuple[Command, ...] = (
    FAMILIES,
    FAMILIES,
    FEES,
    but(FEES, voucher=voucher("D02"), pot="CM3"),
    DEPOSIT,
    OpenPot(pot="GS", label="Grande section", kind=PotKind.CLASS, on=RENTREE),
    SHARE,
    TransferBetweenPots(on=SHARE.on, label="Trop", out_of="CM2", into="GS", amount=183_04, purpose=Purpose.OTHER),
    TransferBetweenPots(on=SHARE.on, label="Juste", out_of="CM2", into="GS", amount=183_03, purpose=Purpose.OTHER),
)


@pytest.fixture
def warm(log: LogUnderTest) -> Warm:
    return Warm(LEDGER, CODEC, log.registers, registers_max=2)


def test_an_entry_stands_where_its_register_stands(log: LogUnderTest, warm: Warm) -> None:
    register = opened(log)
    with warm.entry(register) as entry:
        stored = [leaf_hash(record.record) for record in log.registers.through(register)]
        assert (entry.seq, entry.last_time) == (len(OPEN_BOOKS), OPENED_AT)
        assert (entry.frontier.size, entry.frontier.root()) == (len(stored), tree_root(stored))
        state = LEDGER.initial
        for record in written(log, register):
            state = LEDGER.evolve(state, record)
        assert entry.state == state
        assert not entry.catch_up()


def test_an_unopened_register_stands_before_everything_until_it_opens(warm: Warm) -> None:
    with warm.entry(fresh_id()) as entry:
        assert (entry.seq, entry.last_time, entry.frontier.size, entry.state) == (0, BEFORE_ALL, 0, LEDGER.initial)


def test_an_entry_catches_up_with_what_another_process_wrote(log: LogUnderTest, warm: Warm) -> None:
    register = opened(log)
    with warm.entry(register):
        pass
    with desks(log, register=register) as (desk,):
        desk.ask(FAMILIES)
    with warm.entry(register) as entry:
        assert entry.seq == len(OPEN_BOOKS)  # a warm entry may lag behind: the append would tell
        assert entry.catch_up()
        stored = [leaf_hash(record.record) for record in log.registers.through(register)]
        assert (entry.seq, entry.frontier.root()) == (len(OPEN_BOOKS) + 1, tree_root(stored))


def test_the_registers_used_last_stay_and_the_others_go(log: LogUnderTest, warm: Warm) -> None:
    registers = [opened(log, OPEN_BOOKS[:3]) for _ in range(3)]

    def entry_of(register: str) -> int:
        with warm.entry(register) as entry:
            return id(entry)

    with warm.entry(registers[0]) as first, warm.entry(registers[1]) as second:
        pass
    assert entry_of(registers[0]) == id(first)
    with warm.entry(registers[2]):
        pass
    assert entry_of(registers[0]) == id(first)
    assert entry_of(registers[1]) != id(second)


def test_commands_on_one_register_queue_and_those_on_another_do_not(log: LogUnderTest, warm: Warm) -> None:
    one, other = opened(log, OPEN_BOOKS[:3]), opened(log, OPEN_BOOKS[:3])
    order: list[str] = []

    def use(register: str, name: str) -> None:
        with warm.entry(register):
            order.append(name)

    with warm.entry(one):
        waiting = threading.Thread(target=use, args=(one, "same"))
        waiting.start()
        use(other, "other")
        time.sleep(0.1)  # long enough for a thread that does not wait to come through
        order.append("held")
    waiting.join(5)
    assert order == ["other", "held", "same"]


@pytest.mark.parametrize("dropped_before", [range(0), range(len(ASKED)), range(1, len(ASKED), 2)], ids=["never", "always", "sometimes"])
def test_dropping_the_warm_states_changes_no_answer(log: LogUnderTest, dropped_before: range) -> None:
    register = opened(log)
    told: list[object] = []
    with desks(log, register=register) as (desk,):
        for number, command in enumerate(ASKED):
            if number in dropped_before:
                desk.handling.warm.drop()
            outcome = desk.outcome(command, fresh_id())
            told.append(outcome if len(outcome) == 1 else (len(outcome[0]), outcome[1]))
    assert told == [
        (1, []), ("voucher-taken",), (1, ["without-decision"]), ("no-such-pot",), (1, []), (1, []), (6, []), ("beyond-pot",), (1, []),
    ]  # fmt: skip
    facts = [record.event.model_dump(exclude={"entry", "transfer"}) for record in written(log, register)[len(OPEN_BOOKS) :]]
    assert len(facts) == 11
