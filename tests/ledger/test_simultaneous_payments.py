"""Two payments at once, each within the envelope, together beyond it: the register as a whole decides, on the real log."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.ledger.commands.books import RecordExpense
from services.ledger.deciders.checks import BeyondEnvelope
from services.ledger.events.entries import ExpenseRecorded
from shared.handling import Answer
from shared.messages import id_from
from tests.examples_ledger import OPEN_BOOKS, voucher
from tests.ledger.asking import but
from tests.ledger.decided import decided, paying
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import Desk, desks, opened, written

RACES = 60
COUNCIL = tuple(id_from(b"race%d" % number) for number in range(RACES))


@pytest.fixture
def two(log: LogUnderTest) -> Iterator[list[Desk]]:
    """Two processes over one register in which a council has decided sixty times on an envelope of ten euros."""
    register = opened(log, [*OPEN_BOOKS, *(decided(name, 10_00) for name in COUNCIL)])
    with desks(log, 2, register=register) as both:
        yield both


def payments(race: int, cents: int) -> list[RecordExpense]:
    """Return two payments that cite the same decision, with numbers of their own."""
    return [paying(cents, decision=COUNCIL[race], voucher=voucher(f"D{2 * race + one:03d}")) for one in (1, 2)]


def at_once(two: list[Desk], commands: list[RecordExpense]) -> list[Answer | BeyondEnvelope]:
    """Ask each process one of two commands, both at the same moment."""
    start = threading.Barrier(2)

    def ask(desk: Desk, command: RecordExpense) -> Answer | BeyondEnvelope:
        start.wait()
        try:
            return desk.ask(command)
        except BeyondEnvelope as no:
            return no

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ask, two, commands))


def test_of_two_payments_that_do_not_fit_together_exactly_one_is_recorded(log: LogUnderTest, two: list[Desk]) -> None:
    first_of_both = set()
    for race in range(RACES):
        commands = payments(race, 6_00)
        came = at_once(two, commands)
        (won,) = (place for place, one in enumerate(came) if isinstance(one, Answer) and one.records)
        lost = came[1 - won]
        assert isinstance(lost, BeyondEnvelope)
        assert lost.details == {"pot": "ECOLE", "left": 4_00, "asked": {"ECOLE": 6_00}}
        assert lost.sentences()[0].startswith("C'est plus que ce qui reste de l'enveloppe décidée")
        first_of_both.add(won)
        records = [one.event for one in written(log, two[0].register) if isinstance(one.event, ExpenseRecorded)]
        assert [(one.decision, one.irregular) for one in records if one.decision == COUNCIL[race]] == [(COUNCIL[race], None)]
    assert log.writer.conflicts > 0  # some of the losers had already decided yes, on what was true a moment before
    assert first_of_both == {0, 1}


def test_two_payments_that_fit_together_are_both_recorded(two: list[Desk]) -> None:
    """The negative control: being simultaneous is no reason for a no."""
    for race in range(10):
        assert all(isinstance(one, Answer) and one.records for one in at_once(two, payments(race, 5_00)))


def test_the_one_that_was_refused_is_a_fact_all_the_same_once_somebody_says_why(two: list[Desk]) -> None:
    came = at_once(two, payments(0, 6_00))
    lost = payments(0, 6_00)[next(place for place, one in enumerate(came) if isinstance(one, BeyondEnvelope))]
    answer = two[0].ask(but(lost, irregular="Le chèque était déjà parti"))
    assert [warning.code() for warning in answer.warnings] == ["without-decision"]
