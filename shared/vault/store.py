"""The vault: names and sealed texts outside the log, each opening noted, each person forgettable."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from shared.eventlog.connecting import REACH
from shared.refusals import Busy
from shared.vault import files, openings, people
from shared.vault.keys import Keyring, Transaction
from shared.vault.naming import NameIndex, Span
from shared.vault.openings import Opening
from shared.vault.people import Access, Name, Person

POOL_SIZE_MAX: Final = 4  # a page asks once; more connections would only wait for the same two processors
WAIT_SECONDS_MAX: Final = 2.0  # for a connection; past it the page says that names are away
STATEMENT_MS_MAX: Final = 2_000  # the longest, 2,000 names, takes under 50 ms
LIMITS: Final = f"-c statement_timeout={STATEMENT_MS_MAX} -c lock_timeout=1000 -c idle_in_transaction_session_timeout=5000"
INDEXES_MAX: Final = 256  # registers whose index of names is kept warm, about 200 kB each at 400 members
LEFTOVERS_MAX: Final = 1_000  # unconfirmed rows looked at in one purge; the next purge takes the rest
ACCESSES_MAX: Final = 5_000  # openings shown to one person at a time, newest first


class Leftover(NamedTuple):
    """What was put in the vault for a record that nobody confirmed: a person, or the opening or the file of a commitment."""

    register: str
    person: str | None
    commitment: bytes | None


class Vault:
    """One connection pool of the role ruche_vault, one key-encryption key (32 bytes, `keys.kek_from`). Safe to share
    between threads. Every method raises Busy when PostgreSQL is away or slow, Corrupt when a row was tampered with."""

    def __init__(self, conninfo: str, kek: bytes) -> None:
        self._kek = kek
        self._pool = ConnectionPool[Transaction](
            conninfo,
            min_size=1,
            max_size=POOL_SIZE_MAX,
            timeout=WAIT_SECONDS_MAX,
            kwargs={"application_name": "ruche-vault", "options": LIMITS, **REACH},
            check=ConnectionPool.check_connection,
            name="vault",
            open=True,
        )
        self._indexes: OrderedDict[str, tuple[int, NameIndex]] = OrderedDict()
        self._indexes_lock = Lock()

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # People

    def keep_person(self, register: str, person: str, name: Name, kind: str) -> None:
        """Put a name under a pseudonym, before the record that brings the person in. Again changes nothing; another
        name replaces one that is not confirmed. Raises people.AlreadyConfirmed."""
        with self._transaction(register) as connection:
            people.keep(Keyring.made(connection, register, self._kek), person, name, kind)

    def confirm(self, register: str, person: str) -> None:
        """The record that brings this person in is in the log: the name stays until it is erased."""
        query = "UPDATE vault.persons SET confirmed_at = now() WHERE register_id = %s AND person = %s AND confirmed_at IS NULL"
        with self._transaction(register) as connection:
            connection.execute(query, (register, person))

    def drop_person(self, register: str, person: str) -> bool:
        """Take back somebody whose record was refused; False when there is nobody, or somebody confirmed."""
        with self._transaction(register) as connection:
            return people.drop(connection, register, person)

    def names(self, register: str, persons: Collection[str], *, reader: str, why: str) -> dict[str, Name]:
        """Pseudonym -> name, for a reader (a pseudonym) who is entitled to them; those erased or unknown are absent.
        Who read whose name, and why (a code such as "page.members"), is committed before anything is returned."""
        with self._transaction(register) as connection:
            keys = Keyring.found(connection, register, self._kek)
            found = people.opened_names(keys, persons) if keys else {}
            people.note_access(connection, register, reader, why, found)
        return found

    def members(self, register: str) -> tuple[Person, ...]:
        """Everybody the vault knows in a register, by pseudonym, without names: so nothing is noted."""
        query = "SELECT person, kind, confirmed_at IS NOT NULL FROM vault.persons WHERE register_id = %s ORDER BY person"
        with self._transaction(register) as connection:
            return tuple(Person(*row) for row in connection.execute(query, (register,)))

    def person_by_code(self, register: str, code: str) -> str | None:
        """The pseudonym of the person an outside list calls `code` (Name.source_code), exactly as it was written."""
        with self._transaction(register) as connection:
            keys = Keyring.found(connection, register, self._kek)
            return people.by_code(keys, code) if keys else None

    def names_in(self, register: str, text: str) -> tuple[Span, ...]:
        """The places of a text that name somebody of this register; never a name that was not typed."""
        return self.name_index(register).found_in(text)

    def name_index(self, register: str) -> NameIndex:
        """The index of a register's names, kept warm until a name of that register changes in any process."""
        with self._transaction(register) as connection:
            row = connection.execute("SELECT names_version FROM vault.register_keys WHERE register_id = %s", (register,)).fetchone()
            version = row[0] if row else 0
            with self._indexes_lock:
                warm = self._indexes.get(register)
            if warm and warm[0] == version:
                return warm[1]
            keys = Keyring.found(connection, register, self._kek)
            index = people.name_index(keys) if keys else NameIndex(frozenset(), {}, {})
        with self._indexes_lock:
            self._indexes[register] = (version, index)
            self._indexes.move_to_end(register)
            while len(self._indexes) > INDEXES_MAX:
                self._indexes.popitem(last=False)
        return index

    def erase_person(self, register: str, person: str) -> bool:
        """Forget a person: name, key, every text by or about that person, who opened them. False when nothing was
        kept. Backups keep the locked rows until their published horizon, their keys apart."""
        with self._transaction(register) as connection:
            return people.erase(connection, register, person)

    def accesses(self, register: str, person: str) -> tuple[Access, ...]:
        """Who had this person's name or texts opened, newest first, at most ACCESSES_MAX."""
        query = "SELECT at, who, what, subject FROM vault.access_log WHERE register_id = %s AND subject = %s ORDER BY at DESC LIMIT %s"
        with self._transaction(register) as connection:
            return tuple(Access(*row) for row in connection.execute(query, (register, person, ACCESSES_MAX)))

    # Sealed texts

    def keep_opening(self, register: str, commitment: bytes, salt: bytes, value: Any, *, subjects: Iterable[str], author: str) -> None:
        """Put what `sealing.seal` sealed under its commitment, before the record that carries it; again changes
        nothing. Raises ValueError when salt and value do not open the commitment."""
        with self._transaction(register) as connection:
            openings.keep(Keyring.made(connection, register, self._kek), commitment, (salt, value), subjects, author)

    def confirm_opening(self, register: str, commitment: bytes) -> None:
        """The record that carries this commitment is in the log."""
        with self._transaction(register) as connection:
            openings.confirm(connection, register, commitment)

    def opening(self, register: str, commitment: bytes, *, reader: str, why: str) -> Opening | None:
        """Salt and value, for a reader who is entitled to them, noted for everybody the text concerns; None when it
        was erased or never kept."""
        with self._transaction(register) as connection:
            keys = Keyring.found(connection, register, self._kek)
            found = openings.found(keys, commitment) if keys else None
            if found:
                people.note_access(connection, register, reader, why, found.concerns)
        return found

    def drop_opening(self, register: str, commitment: bytes, *, only_unconfirmed: bool = True) -> bool:
        """Forget one sealed text: that of a record that was refused or, not only unconfirmed, one that another record
        has replaced. False when there was none to forget."""
        with self._transaction(register) as connection:
            return openings.drop(connection, register, commitment, only_unconfirmed=only_unconfirmed)

    # Files

    def keep_file(self, register: str, content: bytes) -> bytes:
        """Lock a file away before the record that will hold its commitment (32 bytes), which is returned."""
        with self._transaction(register) as connection:
            return files.keep(Keyring.made(connection, register, self._kek), content)

    def confirm_file(self, register: str, commitment: bytes) -> None:
        """The record that holds this commitment is in the log."""
        with self._transaction(register) as connection:
            files.confirm(connection, register, commitment)

    def file(self, register: str, commitment: bytes, *, reader: str, why: str, concerns: Iterable[str] = ()) -> bytes | None:
        """The content, for a reader who is entitled to it, noted for the file and for the people it concerns; None when it was
        deleted or never kept."""
        opened = self.file_opening(register, commitment, reader=reader, why=why, concerns=concerns)
        return None if opened is None else opened.content

    def file_opening(
        self, register: str, commitment: bytes, *, reader: str, why: str, concerns: Iterable[str] = ()
    ) -> files.FileOpening | None:
        """The same with its salt, for whoever is to check the commitment without us; noted as well."""
        with self._transaction(register) as connection:
            keys = Keyring.found(connection, register, self._kek)
            found = files.found(keys, commitment) if keys else None
            if found is not None:
                people.note_access(connection, register, reader, why, [file_subject(commitment), *concerns])
        return found

    def drop_file(self, register: str, commitment: bytes, *, only_unconfirmed: bool = True) -> bool:
        """Forget one file: that of a record that was refused or, not only unconfirmed, one whose years are over. False when there was
        none to forget."""
        with self._transaction(register) as connection:
            return files.drop(connection, register, commitment, only_unconfirmed=only_unconfirmed)

    # What other files keep here

    @contextmanager
    def keyring(self, register: str) -> Iterator[Keyring]:
        """The keys of a register, in one transaction that ends with the block: for the `sheets` of a service."""
        with self._transaction(register) as connection:
            yield Keyring.made(connection, register, self._kek)

    def purge_unconfirmed(self, still_known: Callable[[Leftover], bool], older_than_seconds: int = 3600) -> int:
        """Settle what nobody confirmed: kept for good when `still_known` finds its record in the log (the process
        died between append and confirmation), else forgotten. Returns how many were forgotten."""
        query = "SELECT * FROM vault.unconfirmed(make_interval(secs => %s), %s)"
        with self._transaction("") as connection:
            leftovers = [Leftover(*row) for row in connection.execute(query, (older_than_seconds, LEFTOVERS_MAX))]
        return sum(self._settle(leftover, known=still_known(leftover)) for leftover in leftovers)

    def _settle(self, leftover: Leftover, *, known: bool) -> bool:
        """True when the leftover was forgotten."""
        register, person, commitment = leftover
        if person is not None:
            if not known:
                return self.drop_person(register, person)
            self.confirm(register, person)
        elif commitment is not None:
            if not known:
                return self.drop_opening(register, commitment) or self.drop_file(register, commitment)
            self.confirm_opening(register, commitment)  # whichever of the two it is, the other finds no row
            self.confirm_file(register, commitment)
        return False

    @contextmanager
    def _transaction(self, register: str) -> Iterator[Transaction]:
        """One transaction that sees one register: `set_config(…, true)` ends with it, so nothing leaks through the pool."""
        try:
            with self._pool.connection() as connection:
                connection.execute("SELECT set_config('ruche.register', %s, true)", (register,))
                yield connection
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as error:
            raise Busy(part="vault") from error


def file_subject(commitment: bytes) -> str:
    """How the log of accesses names a file."""
    return f"file {commitment.hex()}"
