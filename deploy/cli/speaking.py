"""How a command speaks: results on standard output, everything else on standard error, codes that mean something.

Exit codes: 0 done; 1 the check found something; 2 wrong usage; 3 refused by the rules; 4 database or NATS unreachable;
5 unsafe settings; 130 interrupted.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

import orjson
import psycopg
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.embedded_nats import NatsNotStarted
from deploy.installation import NotReachable
from deploy.server_account import Unusable
from shared.eventlog import safety as log_safety
from shared.eventlog.connecting import Unavailable
from shared.eventlog.migrating import CannotMigrate
from shared.messaging import safety as stream_safety
from shared.refusals import Busy, Unanswered
from shared.secret_files import UnsafeSecretFile
from shared.settings import UnknownSetting

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """What the exit code says."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    UNSAFE = 5


Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Lang = Annotated[Literal["fr", "en"], typer.Option("--lang", help="The language of what is said.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Nothing but the result.")]

results = Console(highlight=False)
aside = Console(stderr=True, highlight=False)


def spoken(french: str, english: str, lang: str) -> str:
    """Choose the sentence of a language; French unless English is asked."""
    return english if lang.startswith("en") else french


def as_json(value: Any) -> None:
    """Write one JSON document on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str) + b"\n")
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
    """Show how far something long has come, on standard error; give the function that moves it on."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=aside,
        transient=True,
        disable=quiet,
    ) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)


def answering(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what stops a command into a sentence on standard error and its exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        lang = str(kwargs.get("lang") or "fr")
        try:
            return command(*args, **kwargs)
        except Busy as no:
            raise _stopped(_sentence(no, lang), Exit.UNREACHABLE) from no
        except Unanswered as no:
            raise _stopped(_sentence(no, lang), Exit.REFUSED) from no
        except (log_safety.Unsafe, stream_safety.Unsafe, UnsafeSecretFile) as unsafe:
            raise _stopped(str(unsafe), Exit.UNSAFE) from unsafe
        except (Unavailable, psycopg.OperationalError, NatsNotStarted, Unusable, NotReachable, CannotMigrate, ConnectionError) as away:
            raise _stopped(str(away), Exit.UNREACHABLE) from away
        except UnknownSetting as unknown:
            sentence = spoken(f"réglage inconnu : {unknown}", f"unknown setting: {unknown}", lang)
            raise _stopped(sentence, Exit.USAGE) from unknown
        except ValidationError as faulty:
            lines = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in faulty.errors()]
            raise _stopped("\n".join(lines), Exit.USAGE) from faulty

    return run


def _sentence(no: Unanswered, lang: str) -> str:
    said = spoken(*no.sentences(), lang)
    details = ", ".join(f"{name} = {value}" for name, value in no.details.items())
    return f"{said} ({details})" if details else said


def _stopped(sentence: str, code: Exit) -> typer.Exit:
    aside.print(sentence, style="bold", markup=False)
    return typer.Exit(code)
