"""Ways to keep marks and papers that look careful and tell everything: built here, on tables of the test, never in the product.

An experiment that does not find them proves nothing about what it passes.
"""

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg

from services.governance.urn.cards import key_of
from shared.messages import id_from
from tests.secrecy.election import OPTIONS, Election

VOTERS: Final = 25
TABLES: Final = """
create schema if not exists broken;
create table if not exists broken.marks (ballot text, voter text, id bigserial, at timestamptz default clock_timestamp());
create table if not exists broken.papers (
    ballot text, token text, choice text, id text default gen_random_uuid()::text,
    at timestamptz default clock_timestamp());
"""
MARK: Final = "insert into broken.marks (ballot, voter) values (%s, %s)"
PAPER: Final = "insert into broken.papers (ballot, token, choice) values (%s, %s, %s)"
PAPER_WITH_ID: Final = "insert into broken.papers (ballot, token, choice, id) values (%s, %s, %s, %s)"

Connection = psycopg.Connection[tuple[Any, ...]]
Broken = Callable[[Connection, Path, Election, Random], None]


def in_one_transaction(connection: Connection, logs: Path, election: Election, rng: Random) -> None:
    """Each voter's mark and paper are committed together: both rows carry the same transaction."""
    for voter, token in election.drew.items():
        with connection.transaction():
            connection.execute(MARK, (election.ballot, voter))
            connection.execute(PAPER, (election.ballot, token, rng.choice(OPTIONS)))


def in_two_transactions(connection: Connection, logs: Path, election: Election, rng: Random) -> None:
    """All are marked first, then all vote, each on its own, in the same order."""
    for voter in election.drew:
        connection.execute(MARK, (election.ballot, voter))
    for token in election.drew.values():
        connection.execute(PAPER, (election.ballot, token, rng.choice(OPTIONS)))


def with_ordered_ids(connection: Connection, logs: Path, election: Election, rng: Random) -> None:
    """Papers come sorted in one batch, as they should, but each under an identifier that grows with time."""
    for voter in election.drew:
        connection.execute(MARK, (election.ballot, voter))
    identified = [(token, f"{time.time_ns():020x}-{rng.randbytes(4).hex()}") for token in election.drew.values()]
    _in_one_batch(connection, election, identified, rng)


def with_an_access_log(connection: Connection, logs: Path, election: Election, rng: Random) -> None:
    """Papers come sorted in one batch, but the urn wrote a line for each as it came."""
    for voter in election.drew:
        connection.execute(MARK, (election.ballot, voter))
    with (logs / "access.log").open("a") as log:
        for token in election.drew.values():
            log.write(f'127.0.0.1 "POST /urn/{election.ballot}/cast" 200 key={key_of(election.ballot, token)}\n')
    _in_one_batch(connection, election, [(token, secrets.token_hex(8)) for token in election.drew.values()], rng)


CONTROLS: Final[Mapping[str, tuple[Broken, tuple[str, ...]]]] = {  # and the attacks that must find it
    "one transaction": (in_one_transaction, ("xmin", "physical order", "write-ahead log", "timestamps")),
    "two transactions": (in_two_transactions, ("xmin", "physical order", "write-ahead log", "timestamps")),
    "time-ordered ids": (with_ordered_ids, ("id order",)),
    "access log": (with_an_access_log, ("log correlation",)),
}


def held(connection: Connection, logs: Path, broken: Broken, elections: int, rng: Random) -> list[Election]:
    """Hold so many elections in a broken way."""
    connection.execute(TABLES.encode())
    found = []
    for _ in range(elections):
        ballot = id_from(secrets.token_bytes(32))
        tokens = sorted((rng.randbytes(16).hex() for _ in range(VOTERS)), key=lambda token: key_of(ballot, token))
        voters = ["p_" + id_from(hashlib.sha256(rng.randbytes(32)).digest()) for _ in range(VOTERS)]
        election = Election(ballot, dict(zip(voters, rng.sample(tokens, VOTERS), strict=True)), Counter())
        broken(connection, logs, election, rng)
        found.append(election)
    return found


def _in_one_batch(connection: Connection, election: Election, identified: list[tuple[str, str]], rng: Random) -> None:
    with connection.transaction():
        for token, name in sorted(identified, key=lambda one: key_of(election.ballot, one[0])):
            connection.execute(PAPER_WITH_ID, (election.ballot, token, rng.choice(OPTIONS), name))
