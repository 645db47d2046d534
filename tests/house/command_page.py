"""The page of every command: who may give it, what it records, why it may be refused. Written by `make pages`.

Roles and sentences come from the headers; what is recorded and refused is read from the code that decides: from the
command's own `case`, through every function of the services that it calls.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from shared.deciding import members
from shared.messages import Command, Event
from shared.refusals import Unanswered
from tests.house.sources import ROOT, WRITING_SERVICES
from tests.house.test_services import rulebook_of

PAGE = ROOT / "services" / "README.md"
OPENING = """# What can be asked

Every command of every service, written by `make pages` from the headers and the deciders, and compared by a test: do not
edit it by hand. A command is `POST /v1/registers/{register}/{service}/{command}`, its body the fields of its class. Roles
are those of `services/governance/events/people.py`; *may be refused* names the class whose docstring is the sentence shown.
Besides these, whoever does not hold a role gets `Forbidden`, and a malformed body 422.

Reading order inside a service: `commands` (what may be asked, by whom), `deciders/` (state, decide, evolve, refusals),
`events` (all that can have happened), `projections/` (what is known), `api.py`, `pages.py`, `main.py` (assembled).
"""


def page() -> str:
    """Return the whole page."""
    parts = [OPENING]
    for service in WRITING_SERVICES:
        parts.append(f"\n## {service.capitalize()}\n")
        parts.extend(_section(command, decide) for command, decide in _judged(service))
    return "\n".join(parts)


def outcomes(command: type[Command], decide: Callable[..., Any]) -> tuple[list[str], list[str]]:
    """Return the names of the events that may follow from a command, and of the refusals it may meet."""
    assert isinstance(decide, FunctionType)
    met: set[type] = set()
    for body in _case_of(command, decide):
        met |= _met_in(body, decide.__globals__, frozenset())
    return _names(met, Event), _names(met, Unanswered)


def _judged(service: str) -> Iterator[tuple[type[Command], Callable[..., Any]]]:
    rulebook = rulebook_of(service)
    by_command = {command: decider.decide for decider in rulebook._deciders for command in members(decider.commands)}
    for command in sorted(rulebook.commands, key=lambda one: one.__name__):
        yield command, by_command[command]


def _section(command: type[Command], decide: Callable[..., Any]) -> str:
    french, english = (line.strip() for line in (command.__doc__ or "").strip().splitlines())
    records, refusals = outcomes(command, decide)
    return textwrap.dedent(f"""\
        ### {command.slug()}
        {french}\\
        *{english}*

        - may: {", ".join(sorted(command.may))}
        - records: {", ".join(records) or "nothing"}
        - may be refused: {", ".join(refusals) or "never"}
        """)


def _case_of(command: type[Command], decide: FunctionType) -> Iterator[ast.AST]:
    """Everything `decide` does whatever the command, and its own branch of the `match`."""
    for statement in _body(decide):
        if isinstance(statement, ast.Match) and any(_names_class(case.pattern) for case in statement.cases):
            yield from (part for case in statement.cases if command.__name__ in _names_class(case.pattern) for part in case.body)
        else:
            yield statement


def _names_class(pattern: ast.pattern) -> set[str]:
    return {node.cls.id for node in ast.walk(pattern) if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)}


def _met_in(node: ast.AST, names: dict[str, Any], seen: frozenset[FunctionType]) -> set[type]:
    met: set[type] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            met |= _met(part.func, names, seen, Event | Unanswered)
        elif isinstance(part, ast.Raise) and part.exc is not None:
            met |= _met(part.exc, names, seen, Unanswered)
    return met


def _met(node: ast.expr, names: dict[str, Any], seen: frozenset[FunctionType], kinds: Any) -> set[type]:
    found = names.get(node.id) if isinstance(node, ast.Name) else None
    if inspect.isclass(found) and issubclass(found, kinds):
        return {found}
    if isinstance(found, FunctionType) and found not in seen and found.__module__.startswith("services."):
        called: set[type] = set()
        for statement in _body(found):
            called |= _met_in(statement, found.__globals__, seen | {found})
        return called
    return set()


@cache
def _body(function: FunctionType) -> list[ast.stmt]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    return definition.body


def _names(met: set[type], kind: type) -> list[str]:
    return sorted(one.__name__ for one in met if issubclass(one, kind))


def write(path: Path = PAGE) -> None:
    """Write the page anew."""
    path.write_text(page(), "utf8")


if __name__ == "__main__":
    write()
