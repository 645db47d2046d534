"""Every shape ever written is still read, written again to the same bytes, and folded."""

import json
from typing import Any

import pytest

from services.governance.events.catalogue import GovernanceEvent
from services.ledger.available import FUNDS
from services.ledger.books import BOOKS
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.projections.advances import ADVANCE_BOOK
from services.ledger.projections.balances import BALANCES
from services.ledger.projections.chase import CHASE
from services.ledger.projections.commitments import COMMITMENTS
from services.ledger.projections.journal import JOURNAL
from services.ledger.projections.membership import MEMBERSHIPS
from services.ledger.projections.vouchers import VOUCHER_BOOK
from shared.deciding import members
from shared.eventlog.codec import codec_of
from shared.messages import Event
from shared.projecting import Projection
from shared.refusals import Corrupt
from tests.examples_ledger import EXAMPLES, LATER_SHAPES
from tests.governance.every_example import EXAMPLES as GOVERNANCE_EXAMPLES
from tests.ledger.write_goldens import GOLDEN, golden_file, golden_record, later_file

CODEC = codec_of(LedgerEvent)
VIEWS: tuple[Projection[Any], ...] = (BALANCES, JOURNAL, CHASE, ADVANCE_BOOK, MEMBERSHIPS, COMMITMENTS, FUNDS, VOUCHER_BOOK)
CLASSES: list[type[Event]] = sorted(members(LedgerEvent), key=lambda event: event.wire)
OF_ALL_SERVICES = sorted({*members(LedgerEvent), *members(GovernanceEvent)}, key=lambda event: event.wire)


@pytest.mark.parametrize("event", CLASSES, ids=lambda event: event.wire)
def test_every_event_has_a_golden_record_that_reads_writes_and_folds(event: type[Event]) -> None:
    stored = golden_file(event).read_bytes()
    record = CODEC.decode_strictly(stored)
    assert type(record.event) is event
    assert CODEC.encode(*record) == stored
    BOOKS.evolve(BOOKS.initial, record)
    for view in VIEWS:
        view.evolve(view.initial, record)


def test_the_examples_are_what_the_golden_records_say() -> None:
    """A changed shape shows here first: it needs another file, not another content."""
    assert len(EXAMPLES) == len(CLASSES)
    for example in EXAMPLES:
        assert golden_record(CODEC, example) == golden_file(type(example)).read_bytes()


@pytest.mark.parametrize(("example", "shape"), LATER_SHAPES, ids=lambda one: one if isinstance(one, str) else one.wire)
def test_every_later_shape_has_a_golden_record_of_its_own(example: LedgerEvent, shape: str) -> None:
    stored = later_file(type(example), shape).read_bytes()
    assert golden_record(CODEC, example) == stored != golden_file(type(example)).read_bytes()
    record = CODEC.decode_strictly(stored)
    assert CODEC.encode(*record) == stored
    BOOKS.evolve(BOOKS.initial, record)
    for view in VIEWS:
        view.evolve(view.initial, record)


@pytest.mark.parametrize("event", OF_ALL_SERVICES, ids=lambda event: event.wire)
def test_every_event_class_of_every_service_has_an_example_and_a_golden_file(event: type[Event]) -> None:
    assert event in {type(example) for example in (*EXAMPLES, *GOVERNANCE_EXAMPLES)}
    assert json.loads(golden_file(event).read_bytes())["type"] == event.wire


def test_every_golden_file_of_the_ledger_has_its_class() -> None:
    assert {path.name for path in GOLDEN.glob("ledger.*.json")} == {golden_file(event).name for event in CLASSES}


def test_the_books_hear_every_event_of_the_ledger() -> None:
    assert set(CLASSES) <= BOOKS.types()


@pytest.mark.parametrize("event", CLASSES, ids=lambda event: event.wire)
def test_a_golden_record_with_anything_more_or_less_is_corrupt(event: type[Event]) -> None:
    stored = golden_file(event).read_bytes()
    for altered in (
        stored.replace(b'"data":{', b'"data":{"extra":1,'),
        stored + b"\n",
        stored.replace(b'"data":{', b'"data":{ ', 1),
        stored[:-1],
    ):
        with pytest.raises(Corrupt):
            CODEC.decode_strictly(altered)
    without = json.loads(stored)
    without["data"].pop(next(name for name, field in event.model_fields.items() if field.is_required()))
    with pytest.raises(Corrupt):
        CODEC.decode(event.wire, json.dumps(without).encode())
