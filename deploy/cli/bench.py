"""`ruche bench`: what this machine does, on servers of the bench's own, beside what it is compared with."""

from typing import Annotated

import typer

from deploy.bench import append as append_bench
from deploy.bench import http as http_bench
from deploy.bench import publish as publish_bench
from deploy.bench import replay as replay_bench
from deploy.bench.measuring import SECONDS, Measured
from deploy.cli.speaking import Json, Lang, answering, as_json, as_table, results, spoken

bench_app = typer.Typer(no_args_is_help=True, help="Measure this machine, on temporary servers of the bench's own.")

Seconds = Annotated[float, typer.Option("--seconds", min=0.1, help="How long each line runs; every line runs twice.")]
Records = Annotated[int, typer.Option("--records", min=100, help="How many records are replayed.")]
Lag = Annotated[int, typer.Option("--lag", min=100, help="How many records are caught up with.")]


@bench_app.command()
@answering
def append(seconds: Seconds = SECONDS, json: Json = False, lang: Lang = "fr") -> None:
    """Durable single-record appends a second, against the eventsourcing library's own recorder."""
    _show(append_bench.measure(seconds), json=json, lang=lang)


@bench_app.command()
@answering
def replay(records: Records = replay_bench.RECORDS, json: Json = False, lang: Lang = "fr") -> None:
    """Records read, decoded and folded a second by one thread, against the library's own aggregates."""
    _show(replay_bench.measure(records), json=json, lang=lang)


@bench_app.command()
@answering
def publish(seconds: Seconds = SECONDS, lag: Lag = publish_bench.LAG_RECORDS, json: Json = False, lang: Lang = "fr") -> None:
    """From commit to consumer: delay at 100 and 500 records a second, and how fast a lag is caught up with."""
    _show(publish_bench.measure(seconds, lag), json=json, lang=lang)


@bench_app.command()
@answering
def http(seconds: Seconds = SECONDS, json: Json = False, lang: Lang = "fr") -> None:
    """Receipts recorded a second over HTTP, against an endpoint of the same app that records nothing."""
    _show(http_bench.measure(seconds), json=json, lang=lang)


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
