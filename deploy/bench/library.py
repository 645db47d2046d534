"""The eventsourcing library as it comes: its own PostgreSQL recorder and its own aggregates, for the benches to compare with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from deploy.embedded_postgres import BOOTSTRAP_ROLE, DATABASE
from deploy.installation import Installation
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import ExpenseRecorded, ReceiptRecorded, TransferRecorded
from shared.eventlog.connecting import connect

SCHEMA = "library"
PORT = "5432"
SAVE_EVENTS = 200  # a larger save hangs in the library's pipeline mode once it reaches some 0.6 MB


@contextmanager
def appending(installation: Installation, connections: int) -> Iterator[PostgresApplicationRecorder]:
    """Open the library's recorder on a table of its own in the same server, with a connection for each thread."""
    host = _ready(installation)
    with PostgresDatastore(
        DATABASE, host, PORT, BOOTSTRAP_ROLE, "", pool_size=connections, max_waiting=connections, connect_timeout=30, schema=SCHEMA
    ) as datastore:
        recorder = PostgresApplicationRecorder(datastore, events_table_name="bench_events")
        recorder.create_table()
        yield recorder


def stored(originator: UUID, version: int, topic: str, state: bytes) -> StoredEvent:
    """Return one event as the library's recorder takes it."""
    return StoredEvent(originator, version, topic, state)


class Book(Aggregate):
    """The balances of a register as an aggregate: the same facts, plain JSON values, the same sums in plain dicts."""

    @event("Opened")
    def __init__(self, year: str, starts: str, ends: str) -> None:
        self.years = [(year, starts, ends)]
        self.accounts: dict[str, int] = {}
        self.pots: dict[str, int] = {}
        self.results: dict[str, dict[str, int]] = {}
        self.projects: dict[str, list[int]] = {}
        self.entries: dict[str, list[tuple[str, int, str | None, str | None]]] = {}

    @event("ReceiptRecorded")
    def receive(self, fact: dict[str, Any]) -> None:
        """Money came in."""
        self._post(fact, _split(fact, -1))

    @event("ExpenseRecorded")
    def spend(self, fact: dict[str, Any]) -> None:
        """Money went out."""
        self._post(fact, _split(fact, 1))

    @event("TransferRecorded")
    def transfer(self, fact: dict[str, Any]) -> None:
        """Money changed place."""
        self._post(fact, [(fact["out_of"], -fact["amount"], None, None), (fact["into"], fact["amount"], None, None)])

    def _post(self, fact: dict[str, Any], lines: list[tuple[str, int, str | None, str | None]]) -> None:
        on = fact["on"]
        year = next((year for year, starts, ends in self.years if starts <= on <= ends), "-")
        self.entries[fact["entry"]] = lines
        for account, amount, pot, project in lines:
            self.accounts[account] = self.accounts.get(account, 0) + amount
            if pot is not None:
                self.pots[pot] = self.pots.get(pot, 0) - amount
            if account[0] in "67":
                turnover = self.results.setdefault(year, {})
                turnover[account] = turnover.get(account, 0) + amount
                if project is not None:
                    margin = self.projects.setdefault(project, [0, 0])
                    margin[account[0] == "6"] += abs(amount)


class Books(Application[UUID]):
    """The library's application, with its default JSON transcoder, no cache and no snapshots."""

    @classmethod
    def on(cls, installation: Installation) -> "Books":
        """Open it on a table of its own in the same server."""
        return cls(
            env={
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": DATABASE,
                "POSTGRES_HOST": _ready(installation),
                "POSTGRES_PORT": PORT,
                "POSTGRES_USER": BOOTSTRAP_ROLE,
                "POSTGRES_PASSWORD": "",
                "POSTGRES_SCHEMA": SCHEMA,
            }
        )

    def written(self, opening: tuple[str, str, str], facts: Sequence[LedgerEvent]) -> UUID:
        """Write a book with as many events as facts, and its opening; return its id."""
        book = Book(*opening)
        for number, fact in enumerate(facts, 1):
            self.write(book, fact)
            if number % SAVE_EVENTS == 0:
                self.save(book)
        self.save(book)
        return book.id

    @staticmethod
    def write(book: Book, fact: LedgerEvent) -> None:
        """Have the aggregate say the same fact; raises KeyError for one that is no entry."""
        write = {ReceiptRecorded: book.receive, ExpenseRecorded: book.spend, TransferRecorded: book.transfer}
        write[type(fact)](fact.model_dump(mode="json", exclude_none=True))

    def read(self, book: UUID) -> Book:
        """Rebuild one book from its events."""
        found: object = self.repository.get(book)
        if not isinstance(found, Book):
            raise TypeError(f"{book} is not a book")
        return found


def new_originator() -> UUID:
    """Return a fresh id of an aggregate."""
    return uuid4()


def _split(fact: dict[str, Any], sign: int) -> list[tuple[str, int, str | None, str | None]]:
    lines = [(leg["account"], leg["amount"], None, None) for leg in fact["treasury"]]
    pot, project = fact["pot"], fact.get("project")
    return lines + [
        (one["account"], sign * one["amount"], one.get("pot") or pot, one.get("project") or project) for one in fact["allocations"]
    ]


def _ready(installation: Installation) -> str:
    """Make the library's schema where it is missing; return the folder of the server's socket."""
    url = installation.url(BOOTSTRAP_ROLE)
    with connect(url, "ruche-bench") as connection:
        connection.execute(f"create schema if not exists {SCHEMA}".encode())
    return parse_qs(urlsplit(url).query)["host"][0]
