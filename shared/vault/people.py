"""Who a pseudonym is: names under their person's key, in one register, and who had them opened."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from shared.vault.ciphers import lock, place, unlock
from shared.vault.keys import Keyring, Transaction
from shared.vault.naming import NameIndex, index_of

NAME_LENGTH_MAX = 200  # characters of one part of a name: longer than any real one


class AlreadyConfirmed(ValueError):
    """The pseudonym stands for another name already: a pseudonym is drawn once, for one person."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's civil name, and the code an outside list gives that person (E030), if one does."""

    first_name: str
    last_name: str
    title: str | None = None
    source_code: str | None = None

    def __post_init__(self) -> None:
        for part in (self.first_name, self.last_name, self.title, self.source_code):
            if part is not None and not 0 < len(part) <= NAME_LENGTH_MAX:
                raise ValueError(f"each part of a name has 1 to {NAME_LENGTH_MAX} characters")


class Person(NamedTuple):
    """Somebody of a register, without the name."""

    person: str
    kind: str
    confirmed: bool


class Access(NamedTuple):
    """One opening of what is kept about a person."""

    at: datetime
    who: str
    what: str
    subject: str


def keep(keys: Keyring, person: str, name: Name, kind: str) -> None:
    """Put a name under its pseudonym. The same name again changes nothing, another one replaces it until it is
    confirmed; after that it raises AlreadyConfirmed."""
    key = keys.keys_made_for([person])[person]
    query = "SELECT sealed_name, kind, confirmed_at IS NOT NULL FROM vault.persons WHERE register_id = %s AND person = %s FOR UPDATE"
    known = keys.connection.execute(query, (keys.register, person)).fetchone()
    if known and known[2]:
        if (_opened(key, keys.register, person, known[0]), known[1]) == (name, kind):
            return
        raise AlreadyConfirmed("this pseudonym stands for another name already")
    sealed = lock(key, orjson.dumps(asdict(name)), place("name", keys.register, person))
    digest = None if name.source_code is None else keys.digest_of(name.source_code)
    query = """INSERT INTO vault.persons (register_id, person, kind, sealed_name, code_digest) VALUES (%s, %s, %s, %s, %s)
               ON CONFLICT (register_id, person) DO UPDATE SET kind = excluded.kind, sealed_name = excluded.sealed_name,
               code_digest = excluded.code_digest WHERE persons.confirmed_at IS NULL"""
    keys.connection.execute(query, (keys.register, person, kind, sealed, digest))
    names_changed(keys.connection, keys.register)


def opened_names(keys: Keyring, persons: Collection[str] | None = None) -> dict[str, Name]:
    """The names of these people, or of everybody; those erased or unknown are absent. Raises Corrupt."""
    query = """SELECT p.person, k.wrapped_key, p.sealed_name FROM vault.persons p JOIN vault.person_keys k USING (register_id, person)
               WHERE p.register_id = %s"""
    values: tuple[object, ...] = (keys.register,)
    if persons is not None:
        query, values = query + " AND p.person = ANY(%s)", (keys.register, list(persons))
    rows = keys.connection.execute(query.encode(), values)
    return {person: _opened(keys.unwrapped(person, wrapped), keys.register, person, sealed) for person, wrapped, sealed in rows}


def _opened(key: bytes, register: str, person: str, sealed: bytes) -> Name:
    return Name(**orjson.loads(unlock(key, sealed, place("name", register, person))))


def by_code(keys: Keyring, code: str) -> str | None:
    """The person an outside code stands for: the first one confirmed, else the last one kept."""
    query = """SELECT person FROM vault.persons WHERE register_id = %s AND code_digest = %s
               ORDER BY confirmed_at NULLS LAST, created_at DESC LIMIT 1"""
    row = keys.connection.execute(query, (keys.register, keys.digest_of(code))).fetchone()
    return None if row is None else row[0]


def names_changed(connection: Transaction, register: str) -> None:
    """Tell every process that its index of this register's names is stale."""
    connection.execute("UPDATE vault.register_keys SET names_version = names_version + 1 WHERE register_id = %s", (register,))


def drop(connection: Transaction, register: str, person: str) -> bool:
    """Take back somebody whose record never came; False when there is nobody, or somebody confirmed. The key goes too
    unless a sealed text needs it: it is locked first, so that a text being kept right now is seen."""
    connection.execute("SELECT 1 FROM vault.person_keys WHERE register_id = %s AND person = %s FOR UPDATE", (register, person))
    query = "DELETE FROM vault.persons WHERE register_id = %s AND person = %s AND confirmed_at IS NULL"
    if not connection.execute(query, (register, person)).rowcount:
        return False
    query = """DELETE FROM vault.person_keys k WHERE register_id = %s AND person = %s AND NOT EXISTS (SELECT FROM vault.openings o
               WHERE o.register_id = k.register_id AND (o.author = k.person OR k.person = ANY(o.subjects)))"""
    connection.execute(query, (register, person))
    names_changed(connection, register)
    return True


def erase(connection: Transaction, register: str, person: str) -> bool:
    """Forget a person: the key, the name, every text and sheet by or about that person, and who had them opened. False when
    nothing was kept. The key goes first, so that a text being kept right now is either seen here or refused there."""
    deletions = (
        "DELETE FROM vault.person_keys WHERE register_id = %(register)s AND person = %(person)s",
        "DELETE FROM vault.persons WHERE register_id = %(register)s AND person = %(person)s",
        "DELETE FROM vault.openings WHERE register_id = %(register)s AND (author = %(person)s OR %(person)s = ANY(subjects))",
        "DELETE FROM vault.sheets WHERE register_id = %(register)s AND subjects @> ARRAY[%(person)s::text]",
        "DELETE FROM vault.access_log WHERE register_id = %(register)s AND subject = %(person)s",
    )
    erased = sum(connection.execute(query, {"register": register, "person": person}).rowcount for query in deletions)
    names_changed(connection, register)
    return erased > 0


def note_access(connection: Transaction, register: str, reader: str, why: str, subjects: Iterable[str]) -> None:
    """One line per person whose name or text is about to be shown."""
    query = "INSERT INTO vault.access_log (register_id, who, what, subject) SELECT %s, %s, %s, unnest(%s::text[])"
    connection.execute(query, (register, reader, why, sorted(set(subjects))))


def name_index(keys: Keyring) -> NameIndex:
    """The index that tells which words of a text name somebody of this register."""
    return index_of((name.first_name, name.last_name) for name in opened_names(keys).values())
