"""How a command ends: an exit code that means something, and a sentence, or one JSON object where JSON was asked for."""

import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar
from urllib.error import URLError

import psycopg
import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from deploy.cli.speaking import as_json, aside, spoken
from deploy.embedded_nats import NatsNotStarted
from deploy.installation import NotReachable
from deploy.server_account import Unusable
from shared.eventlog import reading
from shared.eventlog import safety as log_safety
from shared.eventlog.connecting import Unavailable
from shared.eventlog.migrating import CannotMigrate
from shared.messaging import arrivals
from shared.messaging import safety as stream_safety
from shared.refusals import Busy, Corrupt, Unanswered, kebab
from shared.secret_files import UnsafeSecretFile
from shared.settings import UnknownSetting

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """What the exit code says; README.md has the same table."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    UNSAFE = 5
    INTERRUPTED = 130


MEANINGS = {
    Exit.USAGE: "wrong usage or an unknown setting",
    Exit.REFUSED: "refused by a rule, or not there",
    Exit.UNREACHABLE: "PostgreSQL or NATS cannot be reached, or another program holds them",
    Exit.UNSAFE: "a setting or a key file is unsafe",
    Exit.INTERRUPTED: "interrupted",
}


class WrongUsage(Unanswered):
    """La commande ne s'emploie pas ainsi.
    The command is not used in this way."""


class AlreadyRuns(Unanswered):
    """Ruche tourne déjà sur ces données : arrête-la d'abord (Ctrl-C là où elle tourne), ou choisis un autre dossier avec RUCHE_DATA.
    Ruche already runs on these data: stop it first (Ctrl-C where it runs), or choose another folder with RUCHE_DATA."""


class CheckFailed(Exception):
    """What the command checked does not hold; the message says what."""


# The first family that an error belongs to decides; an error of none is our mistake and shows where it happened.
FAMILIES: tuple[tuple[Exit, tuple[type[Exception], ...]], ...] = (
    (Exit.USAGE, (WrongUsage, UnknownSetting, ValidationError, FileNotFoundError, IsADirectoryError, PermissionError)),
    (Exit.UNSAFE, (log_safety.Unsafe, stream_safety.Unsafe, UnsafeSecretFile)),
    (Exit.FOUND, (CheckFailed, Corrupt, reading.Hole, arrivals.Hole, arrivals.Foreign)),
    (Exit.UNREACHABLE, (Busy, AlreadyRuns, Unavailable, psycopg.OperationalError, NatsNotStarted, Unusable, NotReachable, CannotMigrate)),
    (Exit.UNREACHABLE, (ConnectionError, TimeoutError, URLError)),
    (Exit.REFUSED, (Unanswered,)),
)


class Stopped(NamedTuple):
    """Why a command stopped: its exit code, a stable name, a sentence in the language asked for, the figures beside it."""

    exit: Exit
    code: str
    sentence: str
    details: dict[str, Any]

    def leave(self, *, json: bool) -> typer.Exit:
        """Say it, and return what ends the command: `raise stopped.leave(json=…)`."""
        if json:
            told = {"code": self.code, "sentence": self.sentence, "details": self.details, "exit": int(self.exit)}
            as_json({"error": told}, in_one_line=True)
        else:
            details = ", ".join(f"{name} = {value}" for name, value in self.details.items())
            aside.print(f"{self.sentence} ({details})" if details else self.sentence, style="bold", markup=False, soft_wrap=True)
        return typer.Exit(self.exit)


def answering(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what stops a command into its sentence and its exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Exception as error:
            stopped = stopped_by(error, str(kwargs.get("lang") or "fr"))
            if stopped is None:
                raise
            raise stopped.leave(json=bool(kwargs.get("json"))) from error

    return run


def stopped_by(error: Exception, lang: str) -> Stopped | None:
    """Say what an error means to somebody at a terminal; None for one that nobody foresaw."""
    code = next((exit_ for exit_, family in FAMILIES if isinstance(error, family)), None)
    if code is None:
        return None
    match error:
        case Unanswered():
            return Stopped(code, error.code(), spoken(*error.sentences(), lang), error.details)
        case UnknownSetting():
            sentence = spoken(f"réglage inconnu : {error}", f"unknown setting: {error}", lang)
        case ValidationError():
            sentence = "\n".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
        case _:
            sentence = str(error)
    return Stopped(code, kebab(type(error).__name__), sentence, {})


def codes(*, found: str | None = None, refuses: bool = False) -> str:
    """Return the last lines of a command's help: its exit codes. `found` says what code 1 means, of a command that has it."""
    told = ["0 done", *([f"1 {found}"] if found else [])]
    told += [f"{int(code)} {meaning}" for code, meaning in MEANINGS.items() if refuses or code is not Exit.REFUSED]
    return f"Exit codes: {'; '.join(told)}."


class Commands(TyperGroup):
    """The commands, where one that was typed wrongly is told in JSON as well when JSON was asked for."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command that was typed."""
        words = sys.argv[1:] if args is None else args
        if not standalone_mode or "--json" not in words:
            return super().main(args, prog_name, complete_var, standalone_mode, windows_expand_args, **extra)
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)  # noqa: FBT003
        except typer.TyperException as wrong:
            sentence = wrong.format_message() if isinstance(wrong, typer.BadParameter) else str(wrong)  # its option is named there
            sys.exit(Stopped(Exit.USAGE, "wrong-usage", sentence, {}).leave(json=True).exit_code)
        sys.exit(code if isinstance(code, int) else Exit.DONE)
