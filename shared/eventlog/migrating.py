"""How a schema comes to its present shape: numbered SQL files, forward only, by the migration role."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from shared.eventlog.connecting import connect

SCHEMA_FOLDER = Path(__file__).parent / "schema"
APPLICATIONS_FOLDER = SCHEMA_FOLDER / "optional"
ROLES_FILE = SCHEMA_FOLDER / "0000_roles.sql"
MIGRATING_LOCK = 73000  # advisory lock number: two programs that start at once on an empty database take turns


class Migration(NamedTuple):
    """One numbered SQL file."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class CannotMigrate(Exception):
    """The files and the database do not tell the same history; the message says where."""


def migrate(conninfo: str, folder: Path = SCHEMA_FOLDER, schema: str = "eventlog") -> list[str]:
    """Brings `schema` up to date with the files `NNNN_name.sql` of `folder`; returns the names of those applied now.

    `conninfo` logs in as ruche_migrator. Each file runs in one transaction, with its line in `<schema>.migrations`. Raises
    CannotMigrate when a file that was applied has changed or is gone, or when a new file has a number below one applied.
    """
    files = migrations_of(folder)
    with connect(conninfo, "ruche-migrate") as connection:
        connection.execute("set role ruche_owner")
        connection.execute("select pg_advisory_lock(%s, 0)", (MIGRATING_LOCK,))  # released when the connection closes
        applied = _applied(connection, schema)
        _check_history(files, applied, schema)
        pending = [file for file in files if file.number not in applied]
        for file in pending:
            _apply(connection, schema, file)
    return [file.name for file in pending]


def create_roles(conninfo: str) -> None:
    """Creates the roles and their limits; `conninfo` logs in as a role that may create roles and owns the database."""
    with connect(conninfo, "ruche-roles") as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s, 0)", (MIGRATING_LOCK,))
        connection.execute(ROLES_FILE.read_bytes())


def migrations_of(folder: Path) -> list[Migration]:
    """The migrations of a folder by number, from 1 on. Raises CannotMigrate when two files bear the same number."""
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        number = int(path.name[:4])
        if number == 0:  # the roles: another login runs them
            continue
        if number in found:
            raise CannotMigrate(f"{folder.name}: {found[number].name} and {path.name} bear the same number")
        found[number] = Migration(number, path.name, path.read_text(encoding="utf-8"))
    return list(found.values())


def _applied(connection: Connection[TupleRow], schema: str) -> dict[int, tuple[str, str]]:
    with connection.transaction():
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        connection.execute(
            sql.SQL(
                "create table if not exists {} (number int primary key, name text not null, digest text not null, "
                "applied_at timestamptz not null default now())"
            ).format(sql.Identifier(schema, "migrations"))
        )
    rows = connection.execute(sql.SQL("select number, name, digest from {}").format(sql.Identifier(schema, "migrations")))
    return {number: (name, digest) for number, name, digest in rows}


def _check_history(files: list[Migration], applied: Mapping[int, tuple[str, str]], schema: str) -> None:
    known = {file.number: file for file in files}
    for number, (name, digest) in sorted(applied.items()):
        if number not in known:
            raise CannotMigrate(f"{schema}: {name} was applied to this database and this program does not know it: it is older")
        if known[number].digest != digest:
            raise CannotMigrate(f"{schema}: {name} was applied and has changed since: a migration never changes, write a new one")
    for file in files:
        if file.number not in applied and file.number < max(applied, default=0):
            raise CannotMigrate(f"{schema}: {file.name} comes before {max(applied):04d}, which was applied: give it the next number")


def _apply(connection: Connection[TupleRow], schema: str, file: Migration) -> None:
    with connection.transaction():
        connection.execute(file.text.encode())
        connection.execute(
            sql.SQL("insert into {} (number, name, digest) values (%s, %s, %s)").format(sql.Identifier(schema, "migrations")),
            (file.number, file.name, file.digest),
        )
