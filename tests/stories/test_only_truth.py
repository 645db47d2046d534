"""The log is the only truth: nobody changes it, every table of views may go and comes back equal, and everybody reads what they wrote."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from deploy.installation import Installation
from deploy.installation import running as running_installation
from shared.settings import read_settings
from tests.running import Running, installation
from tests.stories.asking import Asker, opened, raw_records, somebody_of, with_a_teacher, with_books
from tests.stories.test_mistakes import RECEIPT

WELL_KNOWN_PORTS = (5432, 4222, 8000)
QUESTIONS = ("portal/treasury", "portal/balances", "portal/advances", "portal/memberships", "portal/trail")


@pytest.fixture
def fresh() -> Iterator[Running]:
    with installation() as started:
        yield started


def here(running: Running) -> Installation:
    """Return the installation that runs."""
    found = running_installation(read_settings(data=running.data))
    assert found is not None
    return found


def after(asked: Asker, question: str, seq: int) -> dict[str, Any]:
    """Ask a question that waits for a record, as a client does that sends the `Ruche-Seq` it got."""
    url = f"{asked.running.http}/v1/registers/{asked.register}/{question}"
    headers = {"Authorization": f"Bearer {asked.token}", "Ruche-After": str(seq), "Prefer": "wait=10"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        assert int(answer.headers["Ruche-Seq"]) >= seq
        told: dict[str, Any] = json.load(answer)
    return told


def test_update_delete_and_truncate_on_the_log_fail_for_every_role(teacher: Asker) -> None:
    ours = here(teacher.running)
    with psycopg.connect(ours.url("ruche_reader")) as connection:
        before = connection.execute("select log_id, position, record from eventlog.records order by 1, 2").fetchall()
        roles = [name for (name,) in connection.execute("select rolname from pg_roles where rolcanlogin and rolname like 'ruche%'")]
    assert {"ruche_writer", "ruche_reader", "ruche_publisher", "ruche_portal", "ruche_vault", "ruche_migrator"} <= set(roles)
    for role in roles:
        for table in ("records", "commands"):
            for change in (f"update eventlog.{table} set log_id = 2", f"delete from eventlog.{table}", f"truncate eventlog.{table}"):
                with psycopg.connect(ours.url(role), autocommit=True) as connection, pytest.raises(InsufficientPrivilege):
                    connection.execute(change)
    with psycopg.connect(ours.url("ruche_reader")) as connection:
        assert connection.execute("select log_id, position, record from eventlog.records order by 1, 2").fetchall() == before
    assert len(before) > 10


def test_every_table_of_views_is_dropped_and_comes_back_equal(fresh: Running) -> None:
    fresh.start()
    teacher = with_a_teacher(opened(fresh))
    with_books(teacher)
    head = teacher.ask("ledger/record-receipt", RECEIPT).body["last_seq"]
    before = {question: after(teacher, question, head) for question in QUESTIONS}
    records = raw_records(teacher)
    with psycopg.connect(here(fresh).url("ruche_migrator"), autocommit=True) as connection:
        connection.execute("set role ruche_owner")
        connection.execute("drop schema portal cascade")
    fresh.stop()
    fresh.start()
    assert {question: after(teacher, question, head) for question in QUESTIONS} == before
    assert raw_records(teacher) == records
    told = json.loads(fresh.ruche("replay", teacher.register, "--compare", "--json"))["compared"]
    assert told["identical"] == told["views"]


def test_whoever_sends_the_seq_they_got_never_sees_an_older_state(teacher: Asker) -> None:
    for number in range(1, 21):
        before = teacher.look("ledger/balances").body["treasury"]
        receipt = RECEIPT | {"voucher": {"series": "L", "number": number}, "label": f"Vente {number}"}
        head = teacher.ask("ledger/record-receipt", receipt).body["last_seq"]
        for question in ("ledger/balances", "portal/balances"):
            assert after(teacher, question, head)["treasury"] == before + 8450


def test_the_demo_starts_with_the_usual_ports_taken_and_stopping_and_starting_loses_nothing(fresh: Running) -> None:
    with ExitStack() as taken:
        for port in WELL_KNOWN_PORTS:
            listening = taken.enter_context(socket.socket())
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if listening.connect_ex(("127.0.0.1", port)) != 0:  # else somebody listens there already, which is as good
                listening.close()
                taken.enter_context(socket.create_server(("127.0.0.1", port)))
        fresh.start("demo")
        assert int(fresh.http.rpartition(":")[2]) not in WELL_KNOWN_PORTS
        verifier = somebody_of(fresh, "P01")
        with urllib.request.urlopen(f"{fresh.http}/entrer", timeout=20) as page:
            assert "Trésorière ou trésorier de classe" in page.read().decode()
        before = raw_records(verifier), verifier.look("portal/balances").body
        assert len(before[0]) > 400
        fresh.stop()
        fresh.start()
        again = somebody_of(fresh, "P01")
        assert after(again, "portal/balances", len(before[0])) == before[1]
        assert raw_records(again) == before[0]
