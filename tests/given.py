"""Given facts, when a command, then facts or a refusal: the shape of every test of a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.deciding import Decider
from shared.merkle import Frontier
from shared.messages import Circumstances, Command, Event, Recorded
from shared.refusals import Notice, Unanswered
from shared.values import Sealed, TextClass

REGISTER = "r" * 26
COMMAND_ID = "k" * 26
SEED = bytes(32)
SEALED = Sealed(sealed="A" * 43 + "=")
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2024, 10, 14, 8, 15, 27, 123456, tzinfo=UTC)


def pseudonym(letter: str) -> str:
    """Return a readable pseudonym for tests."""
    return "p_" + letter * 26


SOMEBODY = pseudonym("s")


def recorded(facts: Sequence[Event], *, by: str = SOMEBODY, at: datetime = NOW) -> list[Recorded[Any]]:
    """Stand facts one after the other in a register."""
    return [Recorded(REGISTER, seq, at, by, COMMAND_ID, fact) for seq, fact in enumerate(facts, start=1)]


@dataclass
class Asked:
    """A command asked of a decider in a known state; the outcome is checked once."""

    decider: Decider[Any]
    state: Any
    command: Command
    given: Circumstances
    seq: int

    def events(self) -> Sequence[Event]:
        """Return what happened."""
        return self.decider.decide(self.state, self.command, self.given)

    def then(self, *facts: Event) -> None:
        """Exactly these facts happened."""
        assert list(self.events()) == list(facts)

    def refused(self, why: type[Unanswered], **details: Any) -> None:
        """It was refused for this reason, with at least these details."""
        with pytest.raises(why) as no:
            self.events()
        assert type(no.value) is why
        assert {name: no.value.details.get(name) for name in details} == details

    def warned(self, *codes: str) -> None:
        """It happened, and exactly these warnings were said."""
        said: list[Notice] = []
        state = self.state
        for offset, event in enumerate(self.events(), start=1):
            record = Recorded(REGISTER, self.seq + offset, self.given.now, self.given.actor, COMMAND_ID, event)
            said.extend(self.decider.warn(state, record))
            state = self.decider.fold.evolve(state, record) if type(event) in self.decider.fold.types() else state
        assert [warning.code() for warning in said] == list(codes)


@dataclass
class Given:
    """A decider whose fold was given some facts."""

    decider: Decider[Any]
    facts: list[Recorded[Any]]

    def when(
        self,
        command: Command,
        *,
        by: str = SOMEBODY,
        on: date | None = None,
        at: datetime = NOW,
        brought: Mapping[str, Any] | None = None,
        badge: str | None = None,
    ) -> Asked:
        """Ask a command, at a moment or at ten in the morning of a day; what it seals gets the commitment `SEALED`."""
        moment = datetime(on.year, on.month, on.day, 8, tzinfo=UTC) if on else at
        seals = {name: SEALED for name, field in type(command).model_fields.items() if TextClass.SEALED in field.metadata}
        given = Circumstances(by, REGISTER, COMMAND_ID, moment, SEED, PARIS, Frontier(), badge, seals, brought or {})
        state = self.decider.fold.initial
        for record in self.facts:
            if type(record.event) in self.decider.fold.types():
                state = self.decider.fold.evolve(state, record)
        return Asked(self.decider, state, command, given, len(self.facts))


def given(decider: Decider[Any], *facts: Event | Recorded[Any]) -> Given:
    """Start from facts, in order; a fact may come as recorded when who or when matters."""
    records = [
        fact if isinstance(fact, Recorded) else Recorded(REGISTER, seq, NOW, SOMEBODY, COMMAND_ID, fact)
        for seq, fact in enumerate(facts, start=1)
    ]
    return Given(decider, records)
