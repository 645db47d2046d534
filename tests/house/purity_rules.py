"""What pure code may not do, read from its syntax tree: ask for the time, draw at random, or count in floats."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch

from tests.house.sources import Source

CLOCKS = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time*",
    "time.localtime",
)
DICE = ("random.*", "secrets.*", "os.urandom", "uuid.uuid1", "uuid.uuid4")


def uses(source: Source, names: tuple[str, ...]) -> list[str]:
    """Return the dotted names of these shapes that a file uses, whatever it imported them as."""
    tree = source.tree()
    meant = _imported(tree)
    dotted = (_dotted(node, meant) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name))
    return sorted({name for name in dotted if any(fnmatch(name, shape) for shape in names)})


def floats(source: Source) -> Iterator[str]:
    """Find fractional constants, true division and conversions to float."""
    for node in ast.walk(source.tree()):
        match node:
            case ast.Constant(value=float() | complex()):
                yield f"{source.path}:{node.lineno}: {node.value!r}"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield f"{source.path}:{node.lineno}: a true division"
            case ast.Name(id="float" | "round", ctx=ast.Load()):
                yield f"{source.path}:{node.lineno}: {node.id}"


def _imported(tree: ast.Module) -> dict[str, str]:
    meant: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                meant |= {
                    alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0] for alias in names
                }
            case ast.ImportFrom(module=str() as module, names=names):
                meant |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in names}
    return meant


def _dotted(node: ast.expr, meant: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return meant.get(name, "")
        case ast.Attribute(value=value, attr=attribute):
            inner = _dotted(value, meant)
            return f"{inner}.{attribute}" if inner else ""
        case _:
            return ""
