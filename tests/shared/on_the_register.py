"""A register on the real log, and the command handling of a service over it, on a clock that the test sets."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.catalogue import CODEC
from services.ledger.main import LEDGER
from shared.deciding import Rulebook
from shared.eventlog.append import Append, Appended
from shared.eventlog.recorder import RegisterRecorder
from shared.handling import Answer, Asked, Confidant, Handling
from shared.messages import Command, Event, Recorded, id_from
from shared.refusals import Unanswered
from shared.values import Sealed
from tests.examples_governance import GARNIER, OFFICER
from tests.examples_ledger import OPEN_BOOKS
from tests.postgres_fixture import LogUnderTest

OPENED_AT = datetime(2024, 10, 1, 8, tzinfo=UTC)
KEY = bytes(range(32))


class PlayedClock:
    """A clock that stands where it was put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Nothing:
    """The confidant of a service whose commands have nothing to confide."""

    def confide(self, register: str, person: str, private: dict[str, str]) -> None:
        raise AssertionError("a command of the ledger has no private field")

    def seal(self, register: str, values: Mapping[str, Any], about: Collection[str], author: str) -> dict[str, Sealed]:
        raise AssertionError("a command of the ledger has no sealed field")

    def settle(self, register: str, person: str | None, seals: Collection[Sealed], *, recorded: bool) -> None:
        raise AssertionError("a command of the ledger has nothing to confide")

    def refuse_names(self, register: str, command: Command, people: Sized) -> None:
        """Nobody has a name here; tests/shared/vault/test_checking.py has people with names."""


@dataclass(frozen=True)
class Desk:
    """One process: its handling, its clock."""

    handling: Handling
    clock: PlayedClock
    register: str

    def ask(self, command: Command, key: str | None = None, by: str = GARNIER, badge: str | None = None) -> Answer:
        """Ask under a key, a new one by default; raises what the handling raises."""
        return self.handling.handle(command, Asked(self.register, by, key or fresh_id(), badge))

    def outcome(self, command: Command, key: str) -> tuple[Any, ...]:
        """Say what came of a command: its records and warnings, or the reason of the no."""
        try:
            answer = self.ask(command, key)
        except Unanswered as no:
            return (no.code(),)
        return (answer.records, [warning.code() for warning in answer.warnings])


@contextmanager
def desks(
    log: LogUnderTest,
    count: int = 1,
    *,
    register: str,
    rulebook: Rulebook = LEDGER,
    confidant: Confidant | None = None,
    sandbox_only: bool = False,
) -> Iterator[list[Desk]]:
    """Open several processes' worth of handling over one register; each has its own warm state."""
    recorder = RegisterRecorder(log.writer, log.postgres.url("ruche_reader"))
    clock = PlayedClock(datetime(2024, 10, 14, 8, tzinfo=UTC))
    try:
        yield [
            Desk(
                Handling(rulebook, CODEC, recorder, log.registers, KEY, confidant or Nothing(), clock=clock, sandbox_only=sandbox_only),
                clock,
                register,
            )
            for _ in range(count)
        ]
    finally:
        recorder.close()


def fresh_id() -> str:
    """Return 26 random base32 characters."""
    return id_from(os.urandom(32))


def opened(log: LogUnderTest, facts: Sequence[Event] = OPEN_BOOKS, at: datetime = OPENED_AT) -> str:
    """Write some facts in a new register; return its name."""
    register = fresh_id()
    appended = log.writer.submit(
        Append(
            register,
            0,
            tuple((fact.wire, CODEC.encode(register, seq, at, OFFICER, "k" * 26, fact)) for seq, fact in enumerate(facts, start=1)),
        )
    )
    assert isinstance(appended, Appended)
    return register


def written(log: LogUnderTest, register: str) -> list[Recorded[Any]]:
    """Return every record of a register, decoded."""
    return [CODEC.decode(stored.type, stored.record) for stored in log.registers.through(register)]
