"""The commands that look, on a cooperative with its books open: each as text, as JSON, in two languages."""

import json
import subprocess
import urllib.request

import pytest

from tests.running import RUCHE
from tests.stories.asking import Asker
from tests.stories.test_mistakes import RECEIPT


@pytest.fixture(scope="module")
def books(teacher: Asker) -> Asker:
    """The teacher, after one receipt."""
    assert teacher.ask("ledger/record-receipt", RECEIPT).status == 201
    return teacher


def test_replay_folds_the_register_to_the_figures_of_the_api(books: Asker) -> None:
    told = json.loads(books.running.ruche("replay", books.register, "--json"))
    assert told["balances"] == books.look("ledger/balances").body
    before = json.loads(books.running.ruche("replay", books.register, "--au", "2025-09-30", "--json"))
    assert before["balances"] == books.look("ledger/balances?au=2025-09-30").body
    assert (before["balances"]["treasury"], told["balances"]["treasury"]) == (50000, 58450)


def test_replay_of_a_prefix_gives_the_root_of_that_prefix(books: Asker) -> None:
    whole = json.loads(books.running.ruche("replay", books.register, "--json"))
    part = json.loads(books.running.ruche("replay", books.register, "--seq", "3", "--json"))
    assert part["records"] == 3
    assert part["root"] != whole["root"]


def test_tail_says_what_happened_in_two_languages(books: Asker) -> None:
    french = books.running.ruche("tail", "--after", "0", "--limit", "1").decode()
    english = books.running.ruche("tail", "--after", "0", "--limit", "1", "--lang", "en").decode()
    assert "est affiliée" in french
    assert "is affiliated" in english


def test_status_names_the_address_and_every_register(books: Asker) -> None:
    told = json.loads(books.running.ruche("status", "--json"))
    assert told["running"] is True
    assert told["http"] == books.running.http
    assert [one["register"] for one in told["registers"]] == [books.register]


def test_doctor_finds_nothing_unsafe_and_shows_no_secret(books: Asker) -> None:
    told = json.loads(books.running.ruche("doctor", "--json"))
    assert told["ok"] is True
    assert {"fsync", "synchronous_commit", "full_page_writes", "data_checksums"} <= {one["name"] for one in told["server"]}


def test_rebuilding_the_views_changes_no_figure(books: Asker) -> None:
    before = books.look("portal/balances").body
    assert json.loads(books.running.ruche("projections", "rebuild", "--json"))["rebuilt"]
    assert books.look("portal/balances").body == before == books.look("ledger/balances").body


def test_a_command_that_needs_a_register_says_so_when_it_cannot_choose(books: Asker) -> None:
    ran = subprocess.run([RUCHE, "token", "Z99"], env=books.running.environment(), capture_output=True, timeout=60, check=False)
    assert ran.returncode == 3
    assert "Personne ne porte ce pseudonyme" in ran.stderr.decode()


def test_an_unknown_setting_stops_the_start_and_is_named(books: Asker) -> None:
    environment = books.running.environment(RUCHE_PROT="8000")
    ran = subprocess.run([RUCHE, "status"], env=environment, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert b"RUCHE_PROT" in ran.stderr


def test_a_second_start_on_the_same_folder_says_where_the_first_one_is(books: Asker) -> None:
    ran = subprocess.run([RUCHE, "up"], env=books.running.environment(), capture_output=True, timeout=60, check=False)
    assert ran.returncode == 4
    assert books.running.http in ran.stderr.decode()


def test_the_watch_pages_say_alive_ready_and_count_what_was_appended(books: Asker) -> None:
    def fetched(page: str) -> str:
        with urllib.request.urlopen(f"{books.running.http}{page}", timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    assert json.loads(fetched("/livez")) == {"alive": True}
    assert json.loads(fetched("/readyz")) == {"database": True}
    counted = dict(line.rsplit(" ", 1) for line in fetched("/metrics").splitlines() if not line.startswith("#"))
    assert float(counted["ruche_records_appended_total"]) >= 10
    assert float(counted["ruche_publisher_lag_records"]) == 0
    assert float(counted["ruche_publisher_halted"]) == 0
    assert not any(books.register in line for line in counted)


@pytest.mark.parametrize("command", [("replay", "a" * 26), ("token", "p_" + "a" * 26), ("token", "A01", "--register", "foo")])
def test_what_is_not_there_is_refused_in_a_sentence_and_not_by_a_traceback(books: Asker, command: tuple[str, ...]) -> None:
    ran = subprocess.run([RUCHE, *command], env=books.running.environment(), capture_output=True, timeout=60, check=False)
    assert ran.returncode == 3
    assert b"Traceback" not in ran.stderr
    assert ran.stderr.decode().strip()


def test_status_says_how_far_the_stream_and_the_portal_are(books: Asker) -> None:
    told = json.loads(books.running.ruche("status", "--json"))
    assert told["head"] == told["stream"] == told["portal"] > 0
