"""Everything that somebody who gets all can read after closing: rows with their versions, write-ahead log, stream, files, logs, metrics."""

import asyncio
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
from nats.aio.client import Client
from psycopg import sql
from psycopg.rows import dict_row

from deploy.embedded_postgres import BOOTSTRAP_ROLE
from deploy.installation import Installation, running
from deploy.server_account import installed_programs
from shared.messaging.connecting import connected
from shared.messaging.subjects import stream
from shared.settings import Settings
from tests.running import Running
from tests.secrecy.election import aliases
from tests.secrecy.house import Line
from tests.secrecy.sightings import Sightings, Trace

OF_SYSTEM: Final = ("pg_catalog", "information_schema", "pg_toast")
RECORDED: Final = "eventlog.records"
OF_ITSELF: Final = frozenset({"voter", "token", "choice"})  # columns that are what is looked for, not its identifier
READ_SECONDS: Final = 30.0
ROWS_AT_ONCE: Final = 500
WAL_LINE: Final = re.compile(r"lsn: ([0-9A-F]+)/([0-9A-F]+),.*?desc: (\S+) (.*?)blkref #0: rel \d+/\d+/(\d+) (?:fork main )?blk (\d+)")
NEW_PLACE: Final = re.compile(r"(?:new_off|off): (\d+)")
MANY_PLACES: Final = re.compile(r"offsets: \[([0-9, ]+)\]")

Place = tuple[int, int, int]  # file, block, line pointer


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, or a message, with its text and, of a record, what it says."""

    trace: Trace
    text: str
    said: Mapping[str, Any] | None = None


@dataclass
class Dump:
    """What was found, by ballot: `marks` of each voter, `boards` of published tokens, `results` of papers by option."""

    marks: dict[str, dict[str, Trace]] = field(default_factory=lambda: defaultdict(dict))
    boards: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    results: dict[str, dict[str, int]] = field(default_factory=dict)
    sightings: Sightings = field(default_factory=lambda: Sightings(()))
    logs: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


def taken(house: Running) -> Dump:
    """Take everything from a running installation; nothing is held back, keys to the vault excepted."""
    installation = running(Settings(data=house.data))
    assert installation is not None
    dump = Dump()
    written = dict(_wal(house.data))  # before anything makes PostgreSQL recycle it
    rows = list(_rows(installation, written))
    rows += asyncio.run(messages(installation))
    for row in rows:
        _note(dump, row)
    dump.sightings = Sightings({name for ballot, tokens in dump.boards.items() for token in tokens for name in aliases(ballot, token)})
    for row in rows:
        dump.sightings.look(row.trace, row.text)
    dump.sizes |= {"rows and messages": len(rows), "rows found in the write-ahead log": sum(one.trace.lsn is not None for one in rows)}
    _files(dump, house, installation)
    _lines(dump, house)
    return dump


def _note(dump: Dump, row: Row) -> None:
    """Read what is public: who was marked, and the board."""
    if row.said is None or not row.trace.series.startswith((RECORDED, "broken.")):
        return
    ballot = str(row.said.get("ballot"))
    if row.trace.series.endswith(("voter-marked.v1", "marks")):
        dump.marks[ballot][row.said["voter"]] = row.trace
    elif row.trace.series.endswith("box-opened.v1"):
        dump.boards[ballot] += [one["tracker"] for one in row.said.get("papers") or ()]
    elif row.trace.series.endswith("result-declared.v1"):
        dump.results[ballot] = {one["of"]: int(one["value"]) for one in row.said["tallied"]["counts"]}
    elif row.trace.series == "broken.papers":
        dump.boards[ballot].append(row.said["token"])


# The rows of PostgreSQL


def _rows(installation: Installation, written: Mapping[Place, int]) -> Iterator[Row]:
    tables = """select n.nspname, c.relname, pg_relation_filenode(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'm') and n.nspname <> all(%s) order by 1, 2"""
    with psycopg.connect(installation.url(BOOTSTRAP_ROLE), row_factory=dict_row) as connection:
        for table in connection.execute(tables, (list(OF_SYSTEM),)).fetchall():
            name = sql.SQL("{}.{}").format(sql.Identifier(table["nspname"]), sql.Identifier(table["relname"]))
            query = sql.SQL("select xmin::text::bigint as _xmin, ctid::text as _ctid, t.* from {} t").format(name)
            for row in connection.execute(query):
                yield _row(f"{table['nspname']}.{table['relname']}", int(table["pg_relation_filenode"]), row, written)


def _row(table: str, filenode: int, columns: dict[str, Any], written: Mapping[Place, int]) -> Row:
    xmin, (block, pointer) = columns.pop("_xmin"), [int(one) for one in columns.pop("_ctid").strip("()").split(",")]
    said = orjson.loads(columns["record"]) if isinstance(columns.get("record"), bytes) else None
    data = said["data"] if said else columns
    text = " ".join(text_of(value) for value in columns.values())
    trace = Trace(
        f"{table} {columns['type']}" if "type" in columns else table,
        xmin=xmin,
        place=(filenode, block, pointer),
        lsn=written.get((filenode, block, pointer)),
        times=tuple(_moments([*columns.values(), said["time"] if said else None])),
        ids={name: value for name, value in columns.items() if isinstance(value, str | int | UUID) and name not in OF_ITSELF}
        | ({"command": said["command"]} if said else {}),
    )
    return Row(trace, text, data)


def text_of(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            return bytes(value).hex()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _moments(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, datetime) or (type(value) is str and re.match(r"\d{4}-\d\d-\d\dT", value)):
            yield value.isoformat() if isinstance(value, date) else value


# The write-ahead log, read by PostgreSQL's own tool


def _wal(data: Path) -> Iterator[tuple[Place, int]]:
    """Iterate over where each row was written, and its position in the write-ahead log."""
    folder = data / "postgres" / "data" / "pg_wal"
    segments = sorted(one.name for one in folder.iterdir() if re.fullmatch(r"[0-9A-F]{24}", one.name))
    command: list[str | Path] = [installed_programs() / "pg_waldump", "-p", folder, "-r", "Heap", "-r", "Heap2", segments[0], segments[-1]]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # it ends with an error where the log ends
    assert told.stdout, told.stderr
    for line in told.stdout.splitlines():
        if (found := WAL_LINE.search(line)) is None or not found[3].startswith(("INSERT", "UPDATE", "HOT_UPDATE", "MULTI_INSERT")):
            continue
        pointers = NEW_PLACE.findall(found[4])[-1:] or [p for many in MANY_PLACES.findall(found[4]) for p in many.split(",")]
        for pointer in pointers:
            yield (int(found[5]), int(found[6]), int(pointer)), int(found[1], 16) << 32 | int(found[2], 16)


# The stream


async def messages(installation: Installation) -> list[Row]:
    async with connected(installation.login("portal")) as line:
        return await _read(line.client, installation.settings.log_id)


async def _read(client: Client, log_id: int) -> list[Row]:
    """Read every message of the stream with the moment at which it was stored."""
    rows: list[Row] = []
    while True:
        inbox = client.new_inbox()
        subscription = await client.subscribe(inbox)
        request = json.dumps({"seq": len(rows) + 1, "batch": ROWS_AT_ONCE}).encode()
        await client.publish(f"$JS.API.DIRECT.GET.{stream(log_id)}", request, reply=inbox)
        before = len(rows)
        while (message := await subscription.next_msg(READ_SECONDS)).data:
            headers = message.headers or {}
            said = orjson.loads(message.data)
            trace = Trace(
                f"stream {said['type']}",
                place=(int(headers["Nats-Sequence"]),),
                times=(headers["Nats-Time-Stamp"], said["time"]),
                ids={"sequence": int(headers["Nats-Sequence"]), "id": headers.get("Nats-Msg-Id", ""), "command": said["command"]},
            )
            rows.append(Row(trace, message.data.decode(), said["data"]))
        await subscription.unsubscribe()
        if len(rows) == before:
            return rows


# Files


def _files(dump: Dump, house: Running, installation: Installation) -> None:
    """Look through the bytes of the files of both servers: dead versions of rows and what a crash would find again included."""
    wal = house.data / "postgres" / "data" / "pg_wal"
    content = b"".join(one.read_bytes() for one in sorted(wal.iterdir()) if one.is_file())
    dump.sightings.look_file("write-ahead log, bytes", content, "lsn")
    dump.sizes["bytes of write-ahead log"] = len(content)
    with psycopg.connect(installation.url(BOOTSTRAP_ROLE), autocommit=True) as connection:
        connection.execute("checkpoint")
    for kind, folder in (("heap", house.data / "postgres" / "data" / "base"), ("stream", house.data / "nats")):
        files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
        for one in files:
            dump.sightings.look_file(f"{kind} {one.relative_to(folder)}", one.read_bytes(), "place")
        dump.sizes[f"files of {kind}"] = len(files)


def _lines(dump: Dump, house: Running) -> None:
    """Look through every log file of every process, and what the page for whoever watches says."""
    found = [Path(house.log.name), *house.data.rglob("*.log")]
    dump.logs = {one.name: one.read_text(errors="replace") for one in found}
    dump.logs["metrics"] = Line(house).send("GET", "/metrics").raw.decode()
    for name, content in dump.logs.items():
        for number, text in enumerate(content.splitlines()):
            trace = Trace(f"log {name}", line=number)
            dump.sightings.look(trace, text)
    dump.sizes["log lines"] = sum(len(one.splitlines()) for one in dump.logs.values())
