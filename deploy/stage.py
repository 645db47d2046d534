"""The stage of a play: a sandbox register with a played clock, its people by the codes of their list, and how to ask.

Playing again repeats the same command ids, so a play that was cut goes on where it stopped and one that is finished
records nothing: what the register holds already is answered from there. People are found again by their pseudonyms.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import orjson

from deploy.assembly import Doors
from deploy.sample import Sample
from services.governance.main import GOVERNANCE
from services.ledger.main import LEDGER
from services.ledger.projections.balances import BALANCES, Balances
from shared.clock import system_clock
from shared.eventlog.reading import StoredRecord
from shared.handling import Answer, Asked, Handling
from shared.messages import Command, Event, id_from
from shared.projecting import Cut, fold
from shared.values import Sealed

OPENS_AT = time(8, 0)  # school starts: the first command of a played day

C = TypeVar("C", bound=Command)


class PlayedClock:
    """A clock that stands where the play puts it, a minute further at each command; never past the real present."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Start before everything."""
        self._zone = zone
        self._now = datetime(1970, 1, 1, tzinfo=UTC)

    def turn_to(self, day: date) -> None:
        """Go to the opening of a day, or a minute on if it is that day already."""
        opening = datetime.combine(day, OPENS_AT, self._zone).astimezone(UTC)
        self._now = min(max(opening, self._now + timedelta(minutes=1)), system_clock())

    def __call__(self) -> datetime:
        """Return the played moment."""
        return self._now


@dataclass
class Stage:
    """Where the play happens: the register, its people so far, and how to ask."""

    doors: Doors
    register: str
    sample: Sample
    people: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)  # by the vote they came from
    asked: int = 0
    last_seq: int = 0  # of what the last command recorded

    def __post_init__(self) -> None:
        """Build command handling on a played clock, which works in a sandbox only."""
        means = self.doors.means
        self._played = _by_command(means.reader.through(self.register))
        self._zone = ZoneInfo(self.sample.setup["cooperative"]["zone"])
        self.clock = PlayedClock(self._zone)

        def handling(rulebook: Any) -> Handling:
            return Handling(
                rulebook,
                means.codec,
                means.log,
                means.reader,
                means.fingerprint_key,
                means.confidant,
                clock=self.clock,
                sandbox_only=True,
                bringer=means.bringer,
            )

        self._handlings = {command: one for one in (handling(GOVERNANCE), handling(LEDGER)) for command in one.rulebook.commands}

    def ask(self, day: date, by: str, command: Command, seals: Mapping[str, Sealed] | None = None) -> Answer:
        """Ask one command on a played day, by the person with this code; `seals` as for `Handling.handle`."""
        self.clock.turn_to(day)
        self.asked += 1
        command_id = id_from(f"{self.register} {self.asked} {command.slug()}".encode())
        answer = self._played.get(command_id) or self._handled(by, command, command_id, seals)
        self.last_seq = answer.last_seq
        return answer

    def balances(self, known_on: date) -> Balances:
        """Return every balance as it was known on a played day, the same however often the play is repeated."""
        records = self.doors.means.reader.through(self.register)
        cut = Cut(connu_au=known_on, zone=self._zone)
        return fold(BALANCES, (self.doors.means.codec.decode(one.type, one.record) for one in records), cut)

    def _handled(self, by: str, command: Command, command_id: str, seals: Mapping[str, Sealed] | None) -> Answer:
        badge = self.sample.setup["association"]["code"] if by == self.officer else None
        return self._handlings[type(command)].handle(command, Asked(self.register, self.people[by], command_id, badge), seals)

    @property
    def officer(self) -> str:
        """Return the code of the association's officer."""
        return str(self.sample.setup["association"]["officer"]["code"])


def built(command: type[C], **told: Any) -> C:
    """Build a command from the plain values of a file, as a program would over HTTP."""
    return command.model_validate_json(orjson.dumps(told))


def data_of(answer: Answer, index: int = 0) -> dict[str, Any]:
    """Return the data of one record of an answer."""
    data: dict[str, Any] = orjson.loads(answer.records[index])["data"]
    return data


def facts_of(answer: Answer, kind: type[Event]) -> list[dict[str, Any]]:
    """Return the data of each record of one kind in an answer, in order."""
    records = (orjson.loads(record) for record in answer.records)
    return [record["data"] for record in records if record["type"] == kind.wire]


def _by_command(records: Iterable[StoredRecord]) -> dict[str, Answer]:
    """Return what each command of a register recorded."""
    known: dict[str, Answer] = {}
    for one in records:
        command = orjson.loads(one.record)["command"]
        before = known.get(command, Answer(one.seq, one.seq))
        known[command] = Answer(before.first_seq, one.seq, (*before.records, one.record), repeated=True)
    return known
