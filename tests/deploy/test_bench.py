"""Each bench runs, measures every line it promises, and finds its log whole; no test looks at a time."""

import json
import socket
import sys
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.bench import append, documents, http, publish, replay, vote
from deploy.bench.beside import NotAnswering, beside, told
from deploy.bench.http_asking import ask
from deploy.bench.library import Book, Books
from deploy.bench.measuring import Measured, NotGapless, driven, percentile_ms, stand
from deploy.bench.sample_books import ACTOR, entries, opening
from deploy.bench.statement_lines import NothingProposed, imported, statement_file
from deploy.bench.vote_room import NotCounted
from deploy.cli.bench import bench_app
from services.ledger.projections.balances import BALANCES
from shared.eventlog.connecting import connect
from shared.projecting import fold
from tests.given import recorded

MACHINE = {"cores", "python", "fsync_ms", "load_before", "load_after"}
APPEND = {
    "append_per_s",
    "append_p50_ms",
    "append_p99_ms",
    "append_average_batch_records",
    "library_per_s",
    "library_p50_ms",
    "library_p99_ms",
    "log_records",
}
REPLAY = {
    f"{line}_{unit}" for line in ("read_records", "decode_records", "fold_records", "library_events") for unit in ("per_s", "per_cpu_s")
}
PUBLISH = {"catch_up_publish_records_per_s", "catch_up_consume_records_per_s"} | {
    f"delay_at_{rate}_per_s_p{share}_ms" for rate in (100, 500) for share in (50, 99)
}
HTTP = {f"{line}_{figure}" for line in ("receipts", "empty") for figure in ("per_s", "p50_ms", "p99_ms")} | {
    "connections",
    "serving_processes",
}
VOTE = {
    f"{way}_8_{figure}" for way in ("cards", "named") for figure in ("p50_ms", "p99_ms", "empty_p50_ms", "empty_p99_ms", "counted")
}  # in the names, how many vote: 8 are enough for the papers to be listed


def whole(found: Measured, name: str, figures: set[str], ratios: set[str]) -> bool:
    assert found.name == name
    assert found.figures.keys() == figures | {"log_records"}
    assert found.ratios.keys() == ratios
    assert found.machine.keys() == MACHINE
    return all(value > 0 for value in (found.figures | found.ratios).values())


def test_appends_are_measured_beside_the_library() -> None:
    assert whole(append.measure(0.3), "append", APPEND, {"append_vs_library"})


def test_a_replay_is_measured_beside_the_library() -> None:
    found = replay.measure(400)
    assert whole(found, "replay", REPLAY, {"fold_vs_library"})
    assert found.figures["log_records"] == 400 + len(opening(ACTOR, date(2024, 10, 14)))


def test_the_way_from_commit_to_consumer_is_measured() -> None:
    assert whole(publish.measure(0.3, 200), "publish", PUBLISH, set())


def test_receipts_over_http_are_measured_beside_an_empty_endpoint() -> None:
    assert whole(http.measure(0.3), "http", HTTP, {"http_vs_empty"})


def test_votes_are_timed_beside_routes_that_keep_nothing_and_each_is_counted_once() -> None:
    found = vote.measure((vote.Crowd(8, 0.4),))
    assert whole(found, "vote", VOTE, {"cards_8_p99_vs_empty", "named_8_p99_vs_empty"})
    assert found.figures["cards_8_counted"] == found.figures["named_8_counted"] == 8


def test_documents_are_drawn_and_a_statement_is_matched() -> None:
    found = documents.measure(20)
    assert found.figures.keys() == {"journal_s", "journal_pdf_s", "general_ledger_pdf_s", "report_pdf_s", "import_20_lines_s"}
    assert all(seconds >= 0 for seconds in found.figures.values())


def test_a_statement_of_other_sums_fails_the_bench() -> None:
    begins = date(2024, 9, 1)
    year = [*recorded([*opening(ACTOR, date(2024, 10, 14)), *entries(20, begins, ACTOR)])]
    file = statement_file(year, 10, begins)
    assert imported(file, year) == 10
    with pytest.raises(NothingProposed, match="0 of 10"):
        imported(file, year[:-20])


@pytest.mark.parametrize("counted", [{"a": 1, "b": 1}, {"a": 3, "b": 1}, {"a": 2, "c": 1}, {"a": 2, "b": 1, "c": 1}])
def test_a_vote_that_is_lost_counted_twice_or_changed_fails_the_bench(counted: dict[str, int]) -> None:
    answers = [(201, 0.1)] * 3
    vote.must_be_counted("aab", answers, {"a": 2, "b": 1, "c": 0})
    with pytest.raises(NotCounted, match="declared"):
        vote.must_be_counted("aab", answers, counted)


def test_a_vote_that_is_refused_fails_the_bench() -> None:
    with pytest.raises(NotCounted, match="409"):
        vote.must_be_counted("aab", [(201, 0.1), (409, 0.1), (201, 0.1)], {"a": 2, "b": 1})


def test_the_command_prints_one_json_object() -> None:
    printed = CliRunner().invoke(bench_app, ["replay", "--records", "200", "--json"])
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.stdout).keys() == {"name", "figures", "ratios", "machine"}


def test_the_command_prints_a_table_for_people() -> None:
    printed = CliRunner().invoke(bench_app, ["replay", "--records", "200", "--lang", "en"])
    assert printed.exit_code == 0, printed.output
    assert "fold_records_per_s" in printed.stdout and "fsync_ms" in printed.stdout


def test_a_log_with_a_hole_is_not_measured() -> None:
    with stand() as ready:
        assert ready.measured("nothing", {}, {}).figures == {"log_records": 0}
        with connect(ready.installation.url("ruche_migrator"), "test") as connection:
            connection.execute("set role ruche_owner")
            connection.execute("update eventlog.logs set head = 3")
        with pytest.raises(NotGapless):
            ready.measured("nothing", {}, {})


def test_a_bench_never_uses_the_servers_of_an_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUCHE_WRITER_URL", "postgresql://nobody@nowhere.invalid/none")
    with stand() as ready:
        assert "nowhere" not in ready.installation.url("ruche_writer")


def test_a_replay_that_folds_to_other_sums_is_noticed() -> None:
    ours = fold(BALANCES, recorded([*opening(ACTOR, date(2024, 10, 14)), *entries(50, date(2024, 9, 1), ACTOR)]))
    theirs = Book("2024-25", "2024-09-01", "2025-08-31")
    assert not replay.agree(ours, theirs)
    for fact in entries(50, date(2024, 9, 1), ACTOR):
        Books.write(theirs, fact)
    assert replay.agree(ours, theirs)


def leave(_line: object, status: int) -> None:
    sys.exit(status)


def test_a_process_beside_that_fails_fails_the_bench() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, never listening
        with (
            beside(ask, nobody.getsockname()[1], "/", [("register", "token")], 0.1) as asking,
            pytest.raises(NotAnswering, match="Refused"),
        ):
            told(asking)


def test_a_process_beside_that_ends_is_noticed_at_once() -> None:
    with beside(leave, 3) as line, pytest.raises(NotAnswering, match="without a word"):
        told(line)


def test_a_process_beside_that_is_silent_is_not_waited_for_for_ever() -> None:
    with beside(silent) as line, pytest.raises(NotAnswering, match="no word within"):
        told(line, 0.1)


def silent(line: "Connection[Any, Any]") -> None:
    line.recv()


def test_a_failing_driver_fails_the_line() -> None:
    def one_of(number: int) -> object:
        def one() -> None:
            if number == 1:
                raise OSError("gone")

        return one

    with pytest.raises(OSError, match="gone"):
        driven(2, 0.05, one_of)  # type: ignore[arg-type]


@pytest.mark.parametrize(("share", "milliseconds"), [(0.5, 50_000), (0.99, 99_000), (1.0, 100_000)])
def test_a_percentile_is_one_of_the_measures(share: float, milliseconds: float) -> None:
    assert percentile_ms([float(number) for number in range(100, 0, -1)], share) == milliseconds
    assert percentile_ms([], share) == 0
