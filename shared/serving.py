"""What every service is built from, and the app that carries it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from fastapi import FastAPI

from shared.clock import Clock, system_clock
from shared.deciding import Fold, Rulebook
from shared.eventlog.codec import Codec
from shared.eventlog.reading import RegisterReader
from shared.handling import Appending, Bringer, Confidant, Handling
from shared.messages import Command, Recorded
from shared.values import Checkpoint, Pseudonym
from shared.vault.store import Vault
from shared.views import Views
from shared.web.asking import Askers
from shared.web.commands import PROBLEM_SCHEMA, command_schemas
from shared.web.examples import add_examples
from shared.web.pages import Pages
from shared.web.problems import ShowPage, answer_problems
from shared.web.queries import Questions, StrictRoute


class Chore(NamedTuple):
    """A paper that one service awaits from a person: its number and label, the day and cents of its entry, the page where it is brought."""

    number: str
    label: str
    on: date
    amount: int
    href: str


# From the records 1…n of a register and the tree over them: files to keep with the archive of a year, by their names.
MinuteBooks = Callable[[Sequence[Recorded[Any]], Checkpoint], Iterable[tuple[str, bytes]]]
Chores = Callable[[str, Pseudonym, date], Sequence[Chore]]  # of a register, for a person, on a day


@dataclass(frozen=True, slots=True)
class Means:
    """The doors of one process: the log to append to and to read, the vault, the keys, the clock."""

    codec: Codec
    log: Appending
    reader: RegisterReader
    fingerprint_key: bytes
    confidant: Confidant
    askers: Askers
    clock: Clock = system_clock
    bringer: Bringer | None = None
    vault: Vault | None = None  # of a process with pages: names are filled in when a page is made
    pages: Pages | None = None
    chores: Chores | None = None  # of a process that serves the ledger too: what it awaits stands on governance's list of what to do
    minute_books: MinuteBooks | None = None  # of the councils: governance tells them, the ledger archives them

    def handling(self, rulebook: Rulebook) -> Handling:
        """Return the command handling of one service."""
        key, doors = self.fingerprint_key, (self.log, self.reader)
        return Handling(rulebook, self.codec, *doors, key, self.confidant, clock=self.clock, bringer=self.bringer)


def questions_of(means: Means, standing: Fold[Any]) -> Questions:
    """Return the questions of one service, answered from the log itself."""
    return Questions(Views(means.codec, means.reader, standing), means.askers, means.clock)


def new_app(title: str, version: str, show_page: ShowPage) -> FastAPI:
    """Return an app without routes that answers every no with its sentence."""
    app = FastAPI(title=title, version=version, docs_url=None, redoc_url=None, openapi_url="/openapi.json", telemetry={"logs": False})
    app.router.route_class = StrictRoute
    answer_problems(app, show_page)
    return app


def describe(app: FastAPI, commands: list[type[Command]], answers: Mapping[str, Any]) -> None:
    """Complete the OpenAPI description with the schemas of commands and problems and with examples, whenever it is asked for.

    `answers` are examples of what views answer, by operation id.
    """
    of_routes = app.openapi

    def description() -> dict[str, Any]:
        schema = of_routes()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(command_schemas(commands), Problem=PROBLEM_SCHEMA)
        add_examples(schema, answers)
        return schema

    app.openapi = description  # type: ignore[method-assign]  # the documented way to extend it
