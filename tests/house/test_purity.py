"""Time and chance come in by few doors, each with its reason; the core knows neither, and counts in whole numbers."""

from fnmatch import fnmatch

from tests.house.purity_rules import CLOCKS, DICE, floats, uses
from tests.house.sources import Source, python_files, said

# Waiting and measuring by a monotonic clock is free: it never reaches a record.
CLOCK_DOORS = {
    "shared.clock": "the one that records are dated by",
    "shared.web.asking": "whether a token is still valid, before anything is asked",
    "services.governance.sign_in": "until when a session lasts",
    "shared.eventlog.safety": "how far the server's clock is from ours, at start",
    "shared.messaging.publisher_status": "how old the oldest unpublished record is: a figure for operators",
    "deploy.*": "what somebody does at a terminal starts now",
}
DICE_DOORS = {
    "shared.handling": "the seed of a command's fresh ids, and a pause before deciding again",
    "shared.seeds": "the seeds of the fresh ids of commands, read many at a time",
    "shared.secret_files": "a draft's name that nobody else takes",
    "shared.vault.ciphers": "keys and nonces",
    "shared.vault.files": "the salt of a file's commitment",
    "shared.vault.sealing": "the salt of a commitment",
    "shared.web.tokens": "the codes of links and the ids of tokens",
    "shared.web.forms": "the id of the command that a form of a page gives",
    "shared.web.problems": "the reference of a failure that somebody quotes",
    "shared.messaging.publisher": "which positions an audit looks at",
    "shared.messaging.sending": "the name of one batch",
    "deploy.*": "new registers, persons, keys and server names of one installation",
}
CORE = (
    "services.*.events", "services.*.commands", "services.*.deciders*", "services.*.projections*", "services.governance.standing",
    "services.ledger.books", "services.ledger.kept", "services.ledger.double_entry", "services.ledger.sharing", "services.ledger.watch",
    "services.ledger.exports*",
    "shared.values", "shared.messages", "shared.identity", "shared.refusals", "shared.deciding", "shared.projecting", "shared.merkle",
    "shared.sentences", "shared.text",
)  # fmt: skip


def outside(doors: dict[str, str], names: tuple[str, ...], sources: tuple[Source, ...]) -> list[str]:
    """Return where these names are used without a door."""
    return [
        f"{source.path}: {', '.join(found)}"
        for source in sources
        if (found := uses(source, names)) and not any(fnmatch(source.module, door) for door in doors)
    ]


def test_the_time_comes_in_by_its_doors() -> None:
    assert not (found := outside(CLOCK_DOORS, CLOCKS, python_files("services", "shared", "deploy"))), said(found)


def test_chance_comes_in_by_its_doors() -> None:
    assert not (found := outside(DICE_DOORS, DICE, python_files("services", "shared", "deploy"))), said(found)


def test_every_door_is_used() -> None:
    sources = python_files("services", "shared", "deploy")
    for doors, names in ((CLOCK_DOORS, CLOCKS), (DICE_DOORS, DICE)):
        idle = [door for door in doors if not any(fnmatch(source.module, door) and uses(source, names) for source in sources)]
        assert not idle, idle


def test_the_core_counts_in_whole_numbers() -> None:
    core = [source for source in python_files("services", "shared") if any(fnmatch(source.module, shape) for shape in CORE)]
    assert len(core) >= len(CORE)
    assert not (found := [line for source in core for line in floats(source)]), said(found)


def test_a_planted_clock_is_found_under_any_name() -> None:
    for line in (
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date as day\nday.today()",
        "from time import time\ntime()",
        "import time as t\nt.time_ns()",
    ):
        assert outside(CLOCK_DOORS, CLOCKS, (Source("services/ledger/planted.py", line),)), line
    assert not outside(CLOCK_DOORS, CLOCKS, (Source("services/ledger/planted.py", "import time\ntime.monotonic()"),))


def test_a_planted_die_is_found_under_any_name() -> None:
    for line in (
        "from random import choice\nchoice([1])",
        "import os\nos.urandom(1)",
        "from uuid import uuid4\nuuid4()",
        "import secrets as s\ns.token_hex()",
    ):
        assert outside(DICE_DOORS, DICE, (Source("shared/planted.py", line),)), line


def test_a_planted_float_is_found() -> None:
    for line in ("half = 0.5", "share = amount / 3", "amount /= 2", "whole = float('1')", "near = round(amount)"):
        assert list(floats(Source("services/ledger/events.py", line))), line
    assert not list(floats(Source("services/ledger/events.py", "share = amount // 3")))
