"""`ruche replay --compare`: every view folded again from the first record, and found equal, or not, to the one that is shown."""

import json
import subprocess
from typing import Any

import psycopg
import pytest

from deploy.installation import running as running_installation
from shared.settings import read_settings
from tests.running import RUCHE
from tests.stories.asking import Asker
from tests.stories.test_mistakes import RECEIPT

STORED = {"ledger.funds", "governance.cooperative", "governance.members"}


@pytest.fixture(scope="module")
def books(teacher: Asker) -> Asker:
    """The teacher, after one receipt that the portal has."""
    told = teacher.ask("ledger/record-receipt", RECEIPT)
    assert told.status == 201
    head = told.body["last_seq"]
    assert teacher.look(f"portal/balances?seq={head}").status == 200
    while json.loads(teacher.running.ruche("status", "--json"))["portal"] < head:
        pass
    return teacher


def compared(asked: Asker, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the command; return its exit code and what it found."""
    ran = subprocess.run(
        [RUCHE, "replay", asked.register, "--compare", "--json", *options],
        env=asked.running.environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode in {0, 1}, ran.stderr.decode()
    told = json.loads(ran.stdout)
    return ran.returncode, told["compared"] | {"records": told["records"]}


def portal(asked: Asker) -> psycopg.Connection[Any]:
    """Return a connection of the portal's own role, for every register."""
    here = running_installation(read_settings(data=asked.running.data))
    assert here is not None
    connection = psycopg.connect(here.url("ruche_portal"), autocommit=True)
    connection.execute("set ruche.register = '*'")
    return connection


def test_every_view_is_identical_and_the_stored_ones_are_read_from_their_rows(books: Asker) -> None:
    code, found = compared(books)
    assert (code, found["identical"]) == (0, found["views"])
    assert found["views"] >= 8
    assert {one["view"] for one in found["each"] if one["stored"]} == STORED
    assert {one["seq"] for one in found["each"]} == {found["records"]}


@pytest.mark.parametrize("cut", [("--seq", "4"), ("--au", "2025-09-30"), ("--connu-au", "2199-01-01")], ids=" ".join)
def test_another_moment_is_compared_as_well(books: Asker, cut: tuple[str, str]) -> None:
    code, found = compared(books, *cut)
    assert (code, found["identical"]) == (0, found["views"])
    if cut[0] == "--seq":
        assert {one["seq"] for one in found["each"]} == {4}


def test_a_stored_view_altered_behind_our_back_is_named_with_the_first_path_that_differs(books: Asker) -> None:
    with portal(books) as connection:
        change = "update portal.views set state = convert_to(replace(convert_from(state, 'UTF8'), %s, %s), 'UTF8') where name = %s"
        assert connection.execute(change, ("8450", "8451", "ledger.funds")).rowcount == 1
        code, found = compared(books)
        (wrong,) = [one for one in found["each"] if not one["identical"]]
        assert (code, found["identical"]) == (1, found["views"] - 1)
        assert (wrong["view"], wrong["path"], wrong["live"], wrong["folded"]) == ("ledger.funds", "/balances/accounts/530", "8451", "8450")
        ran = subprocess.run(
            [RUCHE, "replay", books.register, "--compare"], env=books.running.environment(), capture_output=True, timeout=60, check=False
        )
        assert ran.returncode == 1
        assert "ledger.funds diffère" in ran.stdout.decode() and "/accounts/530" in ran.stdout.decode()
        books.running.ruche("projections", "rebuild")
        assert compared(books)[0] == 0


@pytest.mark.parametrize(
    "damage",
    [
        "delete from portal.views where name = 'governance.members'",
        "update portal.views set state = '{' where name = 'governance.members'",
        "update portal.views set seq = seq + 1 where name = 'governance.members'",
    ],
)
def test_a_row_that_is_gone_not_readable_or_ahead_of_the_log_is_named(books: Asker, damage: str) -> None:
    with portal(books) as connection:
        assert connection.execute(damage.encode()).rowcount == 1
        code, found = compared(books)
        assert (code, [one["view"] for one in found["each"] if not one["identical"]]) == (1, ["governance.members"])
        books.running.ruche("projections", "rebuild")
        assert compared(books)[0] == 0
