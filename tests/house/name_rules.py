"""Names that say nothing, files that grew a second idea, and files that nobody uses: each rule returns what it found."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.house.sources import Source

EMPTY_WORDS = frozenset({"util", "utils", "common", "misc", "base", "core", "manager", "processor", "impl"})
EMPTY_CLASSES = EMPTY_WORDS | {"service", "handler", "helper", "helpers"}
LINES_MAX = 300  # past about 250 one looks for the second idea; fifty more for the last sentence of the first
FUNCTION_LINES_MAX = 60  # past forty one looks for the second idea; twenty more for a `match` with a case per fact


def empty_names(sources: Iterable[Source]) -> Iterator[str]:
    """Modules, folders and classes whose name would fit any other."""
    for source in sources:
        for part in source.module.split("."):
            if EMPTY_WORDS & set(part.split("_")):
                yield f"{source.path}: {part} says nothing"
        for node in ast.walk(source.tree()):
            if isinstance(node, ast.ClassDef) and words(node.name)[-1] in EMPTY_CLASSES:
                yield f"{source.path}: {node.name} says nothing"


def silent_modules(sources: Iterable[Source]) -> Iterator[str]:
    """Every module begins by saying what it says; an `__init__` says it and nothing else."""
    for source in sources:
        tree = source.tree()
        line = (ast.get_docstring(tree) or "").split("\n", 1)[0]
        if not line.rstrip().endswith((".", ":")):
            yield f"{source.path}: its first line completes “This file says …”"
        if source.stem == "__init__" and len(tree.body) > 1:
            yield f"{source.path}: holds more than its docstring"


def long_files(sources: Iterable[Source], allowed: Mapping[str, str]) -> Iterator[str]:
    """Files past the size at which one looks for a second idea."""
    for source in sources:
        lines = source.text.count("\n")
        if lines > LINES_MAX and source.path not in allowed:
            yield f"{source.path}: {lines} lines"


def long_functions(sources: Iterable[Source], allowed: Mapping[str, str]) -> Iterator[str]:
    """Functions past one screen."""
    for source in sources:
        for node in ast.walk(source.tree()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX and f"{source.path}:{node.name}" not in allowed:
                    yield f"{source.path}:{node.name}: {lines} lines"


def unused_modules(sources: Iterable[Source], entries: Mapping[str, str]) -> Iterator[str]:
    """Modules that no other module imports, by absolute name, and that are no entry."""
    sources = list(sources)
    used: set[str] = set()
    for source in sources:
        used |= {name for name in imports_of(source.tree()) if name != source.module}
    for source in sources:
        if source.stem != "__init__" and source.module not in used and source.module not in entries:
            yield f"{source.path}: nobody imports it"


def words(name: str) -> list[str]:
    """Return the words of a name, in lower case, whichever way it is written."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)] or [name]


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Iterate over the dotted names a module imports; `from a import b` may mean a, or the module a.b."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str() as module, names=names):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names)
