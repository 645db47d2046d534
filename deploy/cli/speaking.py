"""How a command speaks: results on standard output, everything else on standard error, a bar only where somebody watches."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Annotated, Any, Literal, TypeVar

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

Opened = TypeVar("Opened")
Tell = Callable[[int, int], None]  # how many are done, of how many
REFRESHES_PER_S = 4  # a bar is looked at, and the bench's own threads need the processor

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output; a failure is one as well: {“error”: …}.")]
JsonLines = Annotated[bool, typer.Option("--json", help="The very bytes of each record, one JSON document a line, instead of sentences.")]
Lang = Annotated[Literal["fr", "en"], typer.Option("--lang", help="The language of what is said.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Nothing but the result.")]

results = Console(highlight=False)
aside = Console(stderr=True, highlight=False)


def spoken(french: str, english: str, lang: str) -> str:
    """Choose the sentence of a language; French unless English is asked."""
    return english if lang.startswith("en") else french


def as_json(value: Any, *, in_one_line: bool = False) -> None:
    """Write one JSON document on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=0 if in_one_line else orjson.OPT_INDENT_2, default=str) + b"\n")
    sys.stdout.flush()


def as_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a table on standard output."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    results.print(table)


@contextmanager
def progress(label: str, total: int | None, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show how far something long has come, on standard error; give the function that moves it on. Without a total it only shows time."""
    with _bar(counted=total is not None, quiet=quiet) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def meter(label: str, *, quiet: bool) -> Iterator[Tell]:
    """Show the same for something that says itself how far it has come, and of how many."""
    with _bar(counted=True, quiet=quiet) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def waiting(label: str, opening: AbstractContextManager[Opened], *, quiet: bool) -> Iterator[Opened]:
    """Enter something that takes its time, with a bar until it is ready; what is done inside has none."""
    with ExitStack() as stack:
        with progress(label, None, quiet=quiet):
            opened = stack.enter_context(opening)
        yield opened


def watched() -> bool:
    """Tell whether somebody sees standard error: a bar in a pipe or a file would be noise, whatever rich is told to force."""
    return sys.stderr.isatty()


def _bar(*, counted: bool, quiet: bool) -> Progress:
    count: tuple[ProgressColumn, ...] = (MofNCompleteColumn(),) if counted else ()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *count,
        TimeElapsedColumn(),
        console=aside,
        transient=True,
        redirect_stdout=False,  # results stay on standard output
        redirect_stderr=False,
        refresh_per_second=REFRESHES_PER_S,
        disable=quiet or not watched(),
    )
