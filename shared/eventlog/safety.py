"""Refuses an unsafe server, and says which setting makes it so."""

import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from shared.eventlog.connecting import connect

CLOCK_SECONDS_MAX = 2.0  # a record's time is the service's, its order the database's: they must tell the same day
UNLOCKED_FUNCTIONS = "POSTGRES_ENABLE_DB_FUNCTIONS"  # the library's option that takes no lock: readers miss records

DURABLE = "ALTER SYSTEM SET {name} = on, then restart: without it an acknowledged record can be lost in a power cut"
UNTRACED = "ALTER SYSTEM SET {name} = {wanted}, then restart: secret ballots must leave no trace of who voted when"
# setting -> the values accepted, the one to prefer first, and what to do
SETTINGS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "fsync": (("on",), DURABLE),
    "synchronous_commit": (("on", "remote_apply"), DURABLE),
    "full_page_writes": (("on",), DURABLE),
    "data_checksums": (("on",), "stop the server and run pg_checksums --enable: without checksums a damaged page goes unnoticed"),
    "server_encoding": (("UTF8",), "create the database with ENCODING UTF8: records are UTF-8 text"),
    "track_commit_timestamp": (("off",), UNTRACED),
    "log_statement": (("none",), UNTRACED),
    "log_min_duration_statement": (("-1",), UNTRACED),
}
TRIGGERS = ("records_stay", "records_all_stay", "commands_stay", "commands_all_stay")
GUARDED_TABLES = ("registers", "records", "commands")
MIGRATE = "run `ruche migrate`"


class Unsafe(Exception):
    """The server cannot be trusted with records; the message names each setting and its remedy."""


class Setting(NamedTuple):
    """One thing looked at: its value, the value wanted, and what to do when they differ."""

    name: str
    value: str
    wanted: str
    ok: bool
    remedy: str


def check(conninfo: str) -> None:
    """Raises Unsafe unless the server behind `conninfo`, seen by its login role, keeps every promise of the log.

    The role must be one that reads the log's schema (ruche_writer, ruche_reader, ruche_publisher). psycopg.OperationalError when away.
    """
    refuse_unlocked_functions()
    with connect(conninfo, "ruche-safety") as connection:
        wrong = [setting for setting in settings_found(connection) if not setting.ok]
    if wrong:
        raise Unsafe("; ".join(f"{found.name} is {found.value}, not {found.wanted}: {found.remedy}" for found in wrong))


def settings_found(connection: Connection[TupleRow], clock: Callable[[], float] = time.time) -> list[Setting]:
    """Every setting the log depends on, as the connection's role has it; the findings of `ruche doctor`. `clock` gives epoch seconds."""
    return [*_server_settings(connection), *_role(connection), _triggers(connection), _policies(connection), _clock(connection, clock)]


def refuse_unlocked_functions(environment: Mapping[str, str] | None = None) -> None:
    """Raises Unsafe when the library's unlocked functions are set, whatever the prefix and the value; the process's own by default."""
    for name in os.environ if environment is None else environment:
        if name.upper().endswith(UNLOCKED_FUNCTIONS):
            raise Unsafe(f"{name} is set: remove it, its functions take no lock and readers miss records")


def _server_settings(connection: Connection[TupleRow]) -> list[Setting]:
    rows = connection.execute("select name, setting from pg_settings where name = any(%s)", (list(SETTINGS),)).fetchall()
    values = {str(name): str(value) for name, value in rows}
    found = []
    for name, (accepted, remedy) in SETTINGS.items():
        value = values.get(name, "unknown")
        found.append(Setting(name, value, accepted[0], value in accepted, remedy.format(name=name, wanted=accepted[0])))
    return found


def _role(connection: Connection[TupleRow]) -> list[Setting]:
    row = connection.execute("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = session_user").fetchone()
    name, is_superuser, bypasses = row if row is not None else ("unknown", True, True)
    remedy = f"give this program the URL of its own role, not of {name}"
    return [
        Setting("superuser", "yes" if is_superuser else "no", "no", not is_superuser, remedy),
        Setting("bypassrls", "yes" if bypasses else "no", "no", not bypasses, remedy),
    ]


def _triggers(connection: Connection[TupleRow]) -> Setting:
    rows = connection.execute(
        "select t.tgname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'eventlog' and t.tgenabled = 'A' and not t.tgisinternal"
    ).fetchall()
    missing = sorted(set(TRIGGERS) - {name for (name,) in rows})
    return Setting("triggers", f"without {', '.join(missing)}" if missing else "always", "always", not missing, MIGRATE)


def _policies(connection: Connection[TupleRow]) -> Setting:
    rows = connection.execute(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'eventlog' "
        "and c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid)"
    ).fetchall()
    missing = sorted(set(GUARDED_TABLES) - {name for (name,) in rows})
    return Setting("row level security", f"not on {', '.join(missing)}" if missing else "forced", "forced", not missing, MIGRATE)


def _clock(connection: Connection[TupleRow], clock: Callable[[], float]) -> Setting:
    before = clock()
    row = connection.execute("select extract(epoch from clock_timestamp())::float8").fetchone()
    after = clock()
    there = float(row[0]) if row is not None else 0.0
    apart = max(before - there, there - after, 0.0)  # the answer was made somewhere between the two
    wanted = f"within {CLOCK_SECONDS_MAX:.0f} s"
    return Setting("clock", f"{apart:.1f} s apart", wanted, apart <= CLOCK_SECONDS_MAX, "set both machines to network time")
