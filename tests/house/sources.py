"""The project's own files, as the rules of the house read them: paths, texts and syntax trees."""

import ast
import importlib
import inspect
import pkgutil
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import services
import shared
from shared.messages import Command, Event
from shared.refusals import Sentence

K = TypeVar("K")

ROOT = Path(__file__).parents[2]
PACKAGES = ("services", "shared", "deploy")
WRITING_SERVICES = tuple(sorted(path.parent.name for path in (ROOT / "services").glob("*/deciders")))


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it stands in the project and what it says."""

    path: str
    text: str

    @property
    def module(self) -> str:
        """The name it is imported by; that of the folder for an `__init__`."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def stem(self) -> str:
        """The file's own name without `.py`."""
        return Path(self.path).stem

    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)


@cache
def tracked() -> tuple[str, ...]:
    """Return every file that is or would be committed, by its path in the project."""
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        [git, "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file()))


@cache
def python_files(*folders: str) -> tuple[Source, ...]:
    """Return the Python files below these folders."""
    return tuple(Source(path, read(path)) for path in tracked() if path.endswith(".py") and path.split("/", 1)[0] in folders)


def read(path: str) -> str:
    """Return the text of a file; a picture or a font reads as nothing."""
    try:
        return (ROOT / path).read_text("utf8")
    except UnicodeDecodeError:
        return ""


def imported(package: ModuleType) -> Iterator[ModuleType]:
    """Import every module of a package."""
    yield package
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


@cache
def events() -> tuple[type[Event], ...]:
    """Return every event class of every service."""
    return tuple(_classes_of(Event, "events"))


@cache
def commands() -> tuple[type[Command], ...]:
    """Return every command class of every service."""
    return tuple(_classes_of(Command, "commands"))


@cache
def sentences() -> tuple[type[Sentence], ...]:
    """Return every class whose docstring is said to a person: refusals and notices."""
    for package in (services, shared):
        for _ in imported(package):
            pass
    own = (kind for kind in below(Sentence) if kind.__module__.split(".", 1)[0] in PACKAGES)
    return tuple(sorted(own, key=lambda kind: (kind.__module__, kind.__qualname__)))


def below(kind: type[K]) -> Iterator[type[K]]:
    """Iterate over every subclass, however deep."""
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def said(findings: Iterable[str]) -> str:
    """Write findings as the message of a failed assertion."""
    return "\n" + "\n".join(findings)


def _classes_of(kind: type[K], module_name: str) -> Iterator[type[K]]:
    for service in WRITING_SERVICES:
        first = importlib.import_module(f"services.{service}.{module_name}")
        for module in imported(first) if hasattr(first, "__path__") else (first,):
            for found in vars(module).values():
                if inspect.isclass(found) and issubclass(found, kind) and found.__module__ == module.__name__:
                    yield found
