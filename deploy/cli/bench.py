"""`ruche bench`: what this machine does, on servers of the bench's own, beside what it is compared with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from deploy.bench import append as append_bench
from deploy.bench import documents as documents_bench
from deploy.bench import http as http_bench
from deploy.bench import publish as publish_bench
from deploy.bench import replay as replay_bench
from deploy.bench import tally as tally_bench
from deploy.bench import vote as vote_bench
from deploy.bench.beside import NotAnswering
from deploy.bench.measuring import SECONDS, Measured, NotGapless
from deploy.bench.sample_books import NotRecorded
from deploy.bench.statement_lines import NothingProposed
from deploy.bench.vote_room import NotCounted
from deploy.cli.ending import CheckFailed, answering, codes
from deploy.cli.speaking import Json, Lang, Quiet, as_json, as_table, progress, results, spoken

bench_app = typer.Typer(no_args_is_help=True, help="Measure this machine, on temporary servers of the bench's own.")

ENDS = codes(found="what was measured went wrong: the figures are worth nothing")
WORTHLESS = (NotGapless, NotRecorded, append_bench.Lost, replay_bench.Different, NotAnswering, NotCounted, NothingProposed)

Seconds = Annotated[float, typer.Option("--seconds", min=0.1, help="How long each line runs; every line runs twice.")]
Records = Annotated[int, typer.Option("--records", min=100, help="How many records are replayed.")]
Lag = Annotated[int, typer.Option("--lag", min=100, help="How many records are caught up with.")]


@bench_app.command(epilog=ENDS)
@answering
def append(seconds: Seconds = SECONDS, json: Json = False, lang: Lang = "fr", quiet: Quiet = False) -> None:
    """Durable single-record appends a second, against the eventsourcing library's own recorder."""
    with _measuring(lang, quiet=quiet or json):
        found = append_bench.measure(seconds)
    _show(found, json=json, lang=lang)


@bench_app.command(epilog=ENDS)
@answering
def replay(records: Records = replay_bench.RECORDS, json: Json = False, lang: Lang = "fr", quiet: Quiet = False) -> None:
    """Records read, decoded and folded a second by one thread, against the library's own aggregates."""
    with _measuring(lang, quiet=quiet or json):
        found = replay_bench.measure(records)
    _show(found, json=json, lang=lang)


@bench_app.command(epilog=ENDS)
@answering
def publish(
    seconds: Seconds = SECONDS, lag: Lag = publish_bench.LAG_RECORDS, json: Json = False, lang: Lang = "fr", quiet: Quiet = False
) -> None:
    """From commit to consumer: delay at 100 and 500 records a second, and how fast a lag is caught up with."""
    with _measuring(lang, quiet=quiet or json):
        found = publish_bench.measure(seconds, lag)
    _show(found, json=json, lang=lang)


@bench_app.command(epilog=ENDS)
@answering
def http(seconds: Seconds = SECONDS, json: Json = False, lang: Lang = "fr", quiet: Quiet = False) -> None:
    """Receipts recorded a second over HTTP, against an endpoint of the same app that records nothing."""
    with _measuring(lang, quiet=quiet or json):
        found = http_bench.measure(seconds)
    _show(found, json=json, lang=lang)


@contextmanager
def _measuring(lang: str, *, quiet: bool) -> Iterator[None]:
    """Show that the time passes; raises CheckFailed when the figures are worth nothing."""
    with progress(spoken("Mesure en cours", "Measuring", lang), None, quiet=quiet):
        try:
            yield
        except WORTHLESS as wrong:
            raise CheckFailed(str(wrong)) from wrong


@bench_app.command(epilog=ENDS)
@answering
def tally(json: Json = False, lang: Lang = "fr", quiet: Quiet = False) -> None:
    """Seconds to count 5,000 papers: rankings and grades of 20 options, approvals of 100 projects; needs no server."""
    with _measuring(lang, quiet=quiet or json):
        found = tally_bench.measure()
    _show(found, json=json, lang=lang)


@bench_app.command(epilog=ENDS)
@answering
def vote(json: Json = False, lang: Lang = "fr", quiet: Quiet = False) -> None:
    """How long voters wait, 30 within ten seconds and 500 within a minute, with cards and by name; every vote counted once."""
    with _measuring(lang, quiet=quiet or json):
        found = vote_bench.measure()
    _show(found, json=json, lang=lang)


@bench_app.command(epilog=ENDS)
@answering
def documents(json: Json = False, lang: Lang = "fr", quiet: Quiet = False) -> None:
    """Seconds for a year of 1,000 entries: its journal, general ledger and report drawn, its statement matched; needs no server."""
    with _measuring(lang, quiet=quiet or json):
        found = documents_bench.measure()
    _show(found, json=json, lang=lang)


def _show(found: Measured, *, json: bool, lang: str) -> None:
    if json:
        as_json(found.plain())
        return
    rows = [*found.figures.items(), *((f"{name} (ratio)", ratio) for name, ratio in found.ratios.items())]
    as_table(
        f"ruche bench {found.name}",
        (spoken("Mesure", "Figure", lang), spoken("Valeur", "Value", lang)),
        [(name, f"{value:,.2f}") for name, value in rows],
    )
    results.print(", ".join(f"{name} {value}" for name, value in found.machine.items()))
