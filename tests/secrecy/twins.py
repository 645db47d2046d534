"""Twin runs of one ballot: the same people do the same things in the same order, and only what they choose differs (trust, B19)."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from deploy.embedded_postgres import BOOTSTRAP_ROLE
from deploy.installation import Installation, running
from shared.settings import Settings
from tests.running import Running
from tests.secrecy.dump import OF_SYSTEM, messages, text_of
from tests.secrecy.election import RULE, paper, start
from tests.secrecy.house import School, new_school
from tests.secrecy.masking import Mask

VOTERS: Final = 8
LEVEL_SECONDS_MAX: Final = 20.0
OF_THE_LOG: Final = frozenset({"position", "first_position", "log_id"})  # one register comes after the other
QUESTIONS: Final = (
    "governance/ballots",
    "governance/ballots/{ballot}",
    "governance/ballots/{ballot}/result",
    "governance/ballots/{ballot}/steps",
    "governance/ballots/{ballot}/participation",
)
PAGES: Final = ("/c/{register}/scrutins", "/c/{register}/scrutins/{ballot}", "/c/{register}/a-faire", "/c/{register}/decisions")
OF_CONNECTIONS: Final = b'"logger": "shared.messaging.'  # these tell of lost connections, which come when they come
RECEIPT: Final = re.compile(rb'"paper":"[0-9a-f]{64}","signature":"[^"]+"')  # to a voter's own device, of the voter's own paper (B8)

Votes = Callable[[School, list[str]], str]  # gives the choices of the voters, and returns the ballot, still open
Channels = dict[str, list[bytes]]


@dataclass
class Twin:
    """One run: what each channel held before the ballot closed, and after, masked."""

    before: Channels = field(default_factory=dict)
    after: Channels = field(default_factory=dict)


def by_name(school: School, choices: list[str]) -> str:
    """Everybody votes in their own name; the first one votes again."""
    ballot = school.opened(**RULE, way="named", publish="list", tellers=[])
    for voter, choice in [*zip(school.pupils, choices, strict=True), (school.pupils[0], choices[0])]:
        school.ask("cast-vote", {"ballot": ballot, "choice": {"marks": [choice]}}, by=voter)
    return ballot


def by_hand(school: School, choices: list[str]) -> str:
    """One teller has entered what was counted; the other has not."""
    ballot = school.opened(**RULE, way="hand", publish="counts", tellers=[school.teacher, school.pupils[0]])
    school.ask("enter-hand-count", {"ballot": ballot, "count": counted(choices)})
    return ballot


def by_card(school: School, choices: list[str]) -> str:
    """Everybody has put in a paper; one of them twice, one tried another."""
    started = start(school, school.pupils, Random(1))
    tokens = list(started.drew.values())
    for token, choice in [*zip(tokens, choices, strict=True), (tokens[0], choices[0])]:
        assert school.cast(started.ballot, token, paper(choice, started.length)).status == 200
    assert school.cast(started.ballot, tokens[1], paper(None, started.length)).status == 409
    return started.ballot


def closed(way: str, school: School, ballot: str, choices: list[str]) -> None:
    """Close the ballot as its way is closed."""
    match way:
        case "hand":
            school.ask("enter-hand-count", {"ballot": ballot, "count": counted(choices)}, by=school.pupils[0])
        case "cards":
            school.ask("close-ballot", {"ballot": ballot, "counted": len(choices)})
        case _:
            school.ask("close-ballot", {"ballot": ballot})


WAYS: Final[Mapping[str, Votes]] = {"named": by_name, "hand": by_hand, "cards": by_card}


def counted(choices: list[str]) -> dict[str, Any]:
    """Return a teller's count of these choices."""
    piles = [{"choice": {"marks": [one]}, "papers": choices.count(one)} for one in sorted(set(choices))]
    return {"found": len(choices), "present": len(choices), "piles": piles}


def run(house: Running, way: str, choices: list[str]) -> Twin:
    """Run one twin in a school of its own; everything it left is taken before the ballot closes, and again after."""
    twin, mask = Twin(), Mask()
    said_before = Path(house.log.name).stat().st_size
    school = new_school(house, VOTERS)
    school.pupils.sort()  # pages and rolls list people in the order of their pseudonyms: the same rank is the same person in both runs
    mask(" ".join([school.register, school.teacher, *school.pupils, *(school.names[one] for one in school.pupils)]).encode())
    school.line.heard, set_up = [], int(school.look("governance/members").headers["ruche-seq"])
    ballot = WAYS[way](school, choices)
    _look(school, ballot)
    twin.before = _channels(house, school, mask, (set_up, said_before))
    closed(way, school, ballot, choices)
    _look(school, ballot)
    twin.after = _channels(house, school, mask, (set_up, said_before))
    return twin


def _look(school: School, ballot: str) -> None:
    """Ask everything that can be asked of a ballot, as a teacher and as a pupil, in JSON and as pages; then ask the urn."""
    time.sleep(2.1)  # the tick of the turnout has passed
    for by in (school.teacher, school.pupils[-1]):
        for question in QUESTIONS:
            school.look(question.format(ballot=ballot), by)
        for page in PAGES:
            school.line.send("GET", page.format(register=school.register, ballot=ballot), None, school.card(by) | {"Accept": "text/html"})
    school.line.send("GET", f"/urn/{ballot}")


def _channels(house: Running, school: School, mask: Mask, since: tuple[int, int]) -> Channels:
    """Return what each channel holds since the school was set up: from a `seq` of the register, and a byte of the log file, on."""
    installation = running(Settings(data=house.data))
    assert installation is not None
    _portal_is_level(installation, school.register)
    set_up, said_before = since
    said = Path(house.log.name).read_bytes()[said_before:]
    stream = [one.text.encode() for one in asyncio.run(messages(installation)) if school.register in one.text][set_up:]
    answers = [RECEIPT.sub(b'"receipt":""', one) for one in school.line.heard or ()]
    found = {"answers": [mask(one) for one in answers], "stream": [mask(one) for one in stream]}
    rows = sorted(_with_sorted_keys(mask.known(one)) for one in _rows(installation, school.register, set_up))
    lines = [mask.known(line) for line in said.splitlines() if OF_CONNECTIONS not in line]
    return found | {"rows": rows, "logs": lines}


def _rows(installation: Installation, register: str, set_up: int) -> Iterator[bytes]:
    """Iterate over every row of every table that has to do with a register; of facts those after it was set up."""
    tables = """select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attname = 'register_id'
                where c.relkind in ('r', 'm') and n.nspname <> all(%s) order by 1, 2"""
    with psycopg.connect(installation.url(BOOTSTRAP_ROLE), row_factory=dict_row) as connection:
        for table in connection.execute(tables, (list(OF_SYSTEM),)).fetchall():
            name = sql.SQL("{}.{}").format(sql.Identifier(table["nspname"]), sql.Identifier(table["relname"]))
            query = sql.SQL("select * from {} where register_id = %s").format(name)
            yield from (_written(table["relname"], row) for row in connection.execute(query, (register,)) if _is_of_the_ballot(row, set_up))


def _is_of_the_ballot(row: dict[str, Any], set_up: int) -> bool:
    return int(row.get("first_seq", row.get("seq", set_up + 1))) > set_up


def _written(table: str, row: dict[str, Any]) -> bytes:
    """Write a row; of bytes that are no text, which are random or encrypted, the length alone is kept."""
    said = {name: _kept(value) for name, value in row.items() if name not in OF_THE_LOG}
    return orjson.dumps({"table": table} | said, default=str)


def _with_sorted_keys(row: bytes) -> bytes:
    """Write a row, and the state of a view in it, with keys in one order: theirs is that of pseudonyms, which are drawn at random."""
    columns = orjson.loads(row)
    if columns["table"] == "views":
        columns["state"] = orjson.loads(columns["state"])
    return orjson.dumps(columns, option=orjson.OPT_SORT_KEYS)


def _kept(value: Any) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return f"<{len(value)} bytes>"
    return text_of(value)


def _portal_is_level(installation: Installation, register: str) -> None:
    """Wait until the portal has applied what is recorded."""
    level = """select (select seq from eventlog.registers where register_id = %(r)s)
                    = (select seq from portal.seen where register_id = %(r)s)"""
    deadline = time.monotonic() + LEVEL_SECONDS_MAX
    with psycopg.connect(installation.url(BOOTSTRAP_ROLE), autocommit=True) as connection:
        while connection.execute(level, {"r": register}).fetchone() != (True,):
            assert time.monotonic() < deadline, "the portal does not follow"
            time.sleep(0.05)
