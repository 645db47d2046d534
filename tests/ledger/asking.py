"""Small words for the tests of the ledger: a command with something changed, fresh ids, the warnings of the whole service."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from services.ledger.main import LEDGER
from shared.messages import Circumstances, Command, Event, Recorded, id_from
from tests.examples_governance import GARNIER
from tests.given import COMMAND_ID, PARIS, REGISTER, SEED, recorded

M = TypeVar("M", Command, Event)


def but(message: M, **changes: Any) -> M:
    """Return the same command or event with some fields changed, validated again."""
    return type(message)(**dict(message) | changes)


def fresh(index: int = 0) -> str:
    """Return the index-th id that a command of these tests gives."""
    return id_from(SEED + index.to_bytes(4, "big"))


def warned(facts: Sequence[Event], command: Command, *, on: date = date(2024, 10, 14), by: str = GARNIER) -> list[str]:
    """Return the codes of what the service says beside an accepted command, asked at eight in the morning UTC of a day."""
    state = LEDGER.initial
    for record in recorded(facts):
        state = LEDGER.evolve(state, record)
    now = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    events = LEDGER.answer(state, command, Circumstances(by, REGISTER, COMMAND_ID, now, SEED, PARIS))
    records = [Recorded(REGISTER, len(facts) + offset, now, by, COMMAND_ID, event) for offset, event in enumerate(events, start=1)]
    return [notice.code() for notice in LEDGER.warnings(state, records)]
