"""A school's register as records, its portal on a real database, and the means to feed the one with the other."""

import itertools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from deploy.catalogue import CODEC
from deploy.embedded_postgres import EmbeddedPostgres
from services.governance.standing import STANDING
from services.portal.arrivals import Arrivals
from services.portal.consumer import Consumer
from services.portal.copy import Copy
from services.portal.database import Database
from services.portal.main import STORED
from services.portal.views import PortalViews
from shared.eventlog.codec import Codec
from shared.messages import Event, Recorded
from shared.messaging.arrivals import Delivered
from shared.projecting import Projection
from shared.view_store import ViewStore
from tests.examples_governance import GARNIER
from tests.examples_ledger import EXAMPLES, FAMILIES_RECEIVED, FEES_PAID, OPEN_BOOKS

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
FIRST_TIME = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)
BOOKS: tuple[Event, ...] = (*OPEN_BOOKS, FAMILIES_RECEIVED, FEES_PAID)  # 302,477 + 180,600 − 40,560 cents
SOON_SECONDS = 10.0  # what was appended has arrived by then, whatever else the machine does
YEAR: tuple[Event, ...] = (*BOOKS, *EXAMPLES[9:])  # with transfers, a reversal, a share, an advance from end to end
_log_ids = itertools.count(20_000)  # the portal needs no log of its own: a number is enough


def fresh_register() -> str:
    """A register no other test has drawn."""
    return "".join(secrets.choice(ALPHABET) for _ in range(26))


def time_of(seq: int) -> datetime:
    """When the record `seq` of a made-up register was recorded: one a day."""
    return FIRST_TIME + timedelta(days=seq - 1)


def records_of(register: str, events: Iterable[Event], *, first: int = 1) -> list[Recorded[Any]]:
    """The events as they stand in a register, one a day, all by the same mandate holder."""
    return [Recorded(register, seq, time_of(seq), GARNIER, command_of(seq), event) for seq, event in enumerate(events, first)]


def command_of(seq: int) -> str:
    """The id of the command that wrote a made-up record."""
    return f"{seq:0>26}".translate(str.maketrans("0189", "abcd"))


def delivered(records: Sequence[Recorded[Any]], position: int = 0, codec: Codec = CODEC) -> list[Delivered]:
    """The records as the stream brings them, from the position after `position` on."""
    return [Delivered(place, one.register, one.seq, one.event.wire, codec.encode(*one)) for place, one in enumerate(records, position + 1)]


class PortalScene:
    """The portal's tables, consumer and views, without a stream: tests hand the lots over themselves."""

    def __init__(self, postgres: EmbeddedPostgres, projections: Iterable[Projection[Any]] = STORED, codec: Codec = CODEC) -> None:
        self.postgres = postgres
        self.database = Database(postgres.url("ruche_portal"))
        self.copy = Copy(codec)
        self.store = ViewStore(projections, "portal")
        self.arrivals = Arrivals()
        self.views = PortalViews(self.database, self.copy, self.store, STANDING, self.arrivals)
        self.told: list[Mapping[str, int]] = []
        self.log_id = next(_log_ids)
        self.consumer = self.another_consumer()

    def another_consumer(self, log_id: int | None = None) -> Consumer:
        """A second instance of the same program."""
        return Consumer(self.database, self.copy, self.store, self.log_id if log_id is None else log_id, self._moved)

    def _moved(self, seqs: Mapping[str, int]) -> None:
        self.told.append(seqs)
        self.arrivals.tell(seqs)

    def take(self, records: Sequence[Recorded[Any]], consumer: Consumer | None = None) -> None:
        """Apply the records as the next lot."""
        consumer = consumer or self.consumer
        consumer.apply(delivered(records, consumer.position()))

    def level(self) -> None:
        """Make every view live."""
        self.store.level(self.database.every, self.copy.facts)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the tables hold, seen by their owner."""
        with psycopg.connect(self.postgres.url("ruche_migrator"), autocommit=True) as connection:
            connection.execute("set role ruche_owner")
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def stored(self, projection: Projection[Any], register: str) -> Any:
        """The state in the table, or None while it is not live."""
        with self.database.one(register) as connection:
            found = self.store.load(connection, projection, register)
        return found and found.state

    def close(self) -> None:
        """Closes every connection."""
        self.database.close()
