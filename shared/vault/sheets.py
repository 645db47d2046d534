"""What is noted apart about a few people and is in no record at all: corrected in place, gone as soon as one of them is erased."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from shared.vault.ciphers import lock, place, unlock
from shared.vault.keys import Keyring, joint_key
from shared.vault.openings import padded
from shared.vault.people import note_access
from shared.vault.sealing import canonical

COLUMNS = "sheet, binder, subjects, version, sealed"


class NobodyKept(ValueError):
    """One of these people has no key: never enrolled, or erased."""


class OnAnotherSheet(ValueError):
    """One of these people is on another sheet of the same binder."""


class ChangedMeanwhile(ValueError):
    """The version that was read is no longer the one that is kept."""


class Sheet(NamedTuple):
    """One sheet: its id, its binder (a code), the pseudonyms of those it is about, a JSON value, how often it was written (0: never)."""

    sheet: str
    binder: str
    subjects: tuple[str, ...]
    value: Any
    version: int = 0


def put(keys: Keyring, sheet: Sheet, *, who: str, why: str) -> Sheet:
    """Write a new sheet, or over the version that was read; the same content again changes nothing. Noted for all whom it concerns.
    Raises NobodyKept, OnAnotherSheet, ChangedMeanwhile."""
    people = keys.keys_of(sheet.subjects)  # before the register's row, in the order in which an erasure takes them
    if len(people) < len(set(sheet.subjects)):
        raise NobodyKept
    one_writer = "SELECT 1 FROM vault.register_keys WHERE register_id = %s FOR UPDATE"
    keys.connection.execute(one_writer, (keys.register,))  # two at once could put a person on two sheets
    asked = sheet._replace(subjects=tuple(sorted(people)))
    known = next(_opened(keys, "sheet = %s", asked.sheet), None)
    if known is not None and known == asked._replace(version=known.version):
        return known
    if (known.version if known else 0) != asked.version:
        raise ChangedMeanwhile
    if next(_rows(keys, "binder = %s AND subjects && %s AND sheet <> %s", asked.binder, list(asked.subjects), asked.sheet), None):
        raise OnAnotherSheet
    written = asked._replace(version=asked.version + 1)
    sealed = lock(joint_key(people), padded(canonical(written.value)), _place(keys, written.sheet, written.binder))
    query = """INSERT INTO vault.sheets (register_id, sheet, binder, subjects, version, sealed) VALUES (%s, %s, %s, %s, %s, %s)
               ON CONFLICT (register_id, sheet) DO UPDATE SET binder = excluded.binder, subjects = excluded.subjects,
               version = excluded.version, sealed = excluded.sealed, changed_at = now()"""
    row = (keys.register, written.sheet, written.binder, list(written.subjects), written.version, sealed)
    keys.connection.execute(query, row)
    note_access(keys.connection, keys.register, who, why, {*written.subjects, *(known.subjects if known else ())})
    return written


def found(keys: Keyring, sheet: str, *, who: str, why: str) -> Sheet | None:
    """One sheet, noted for all whom it concerns; None when it went or never was. Raises Corrupt when it is no longer what it was."""
    return next(_noted(keys, _opened(keys, "sheet = %s", sheet), who, why), None)


def in_binder(keys: Keyring, binder: str | None, *, who: str, why: str) -> tuple[Sheet, ...]:
    """Every sheet of a binder, or of all, in the order of their ids; noted for all whom they concern. Raises Corrupt."""
    kept = _opened(keys, "true") if binder is None else _opened(keys, "binder = %s", binder)
    return tuple(_noted(keys, kept, who, why))


def drop(keys: Keyring, sheet: str, *, who: str, why: str) -> bool:
    """Forget one sheet, noted for all whom it concerned; False when there was none."""
    query = "DELETE FROM vault.sheets WHERE register_id = %s AND sheet = %s RETURNING subjects"
    gone = keys.connection.execute(query, (keys.register, sheet)).fetchone()
    if gone is not None:
        note_access(keys.connection, keys.register, who, why, gone[0])
    return gone is not None


def _rows(keys: Keyring, where: str, *values: object) -> Iterator[tuple[Any, ...]]:
    query = f"SELECT {COLUMNS} FROM vault.sheets WHERE register_id = %s AND {where} ORDER BY sheet"  # noqa: S608 - conditions of this file
    return iter(keys.connection.execute(query.encode(), (keys.register, *values)).fetchall())


def _opened(keys: Keyring, where: str, *values: object) -> Iterator[Sheet]:
    rows = list(_rows(keys, where, *values))
    known = keys.keys_of(person for _, _, subjects, _, _ in rows for person in subjects)
    for sheet, binder, subjects, version, sealed in rows:
        if all(person in known for person in subjects):  # else one of them is being erased
            key = joint_key({person: known[person] for person in subjects})
            value = orjson.loads(unlock(key, sealed, _place(keys, sheet, binder)))
            yield Sheet(sheet, binder, tuple(subjects), value, version)


def _noted(keys: Keyring, kept: Iterable[Sheet], who: str, why: str) -> Iterator[Sheet]:
    opened = list(kept)
    note_access(keys.connection, keys.register, who, why, {person for one in opened for person in one.subjects})
    return iter(opened)


def _place(keys: Keyring, sheet: str, binder: str) -> bytes:
    return place("sheet", keys.register, sheet, binder)
