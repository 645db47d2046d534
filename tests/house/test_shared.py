"""What may live in shared/: mechanisms without a word of the cooperative, each with a reason and two customers."""

import ast
from collections.abc import Iterator, Mapping

from tests.house.name_rules import imports_of, words
from tests.house.shared_catalogue import ALSO_A_MECHANISM, CATALOGUE, FOR_PROGRAMS_OUTSIDE, ONE_CUSTOMER
from tests.house.sources import Source, events, python_files, said


def nouns(wires: list[str]) -> set[str]:
    """Return the nouns of wire names: every word but the last, which is the participle."""
    return {word for wire in wires for word in wire.split(".")[1].split("-")[:-1]}


def borrowed(source: Source, forbidden: set[str]) -> Iterator[str]:
    """Find names of a file, its classes and its functions that hold a word of the cooperative."""
    defined = (node for node in ast.walk(source.tree()) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef))
    for name in (source.stem, *(node.name for node in defined)):
        found = {word.removesuffix("s") for word in words(name)} | set(words(name))
        if mine := found & forbidden:
            yield f"{source.path}: {name} ({', '.join(sorted(mine))})"


def customers(module: str, importers: Mapping[str, set[str]], seen: frozenset[str] = frozenset()) -> set[str]:
    """Return the services that use a module, straight or through others of shared/, and `deploy`, which serves them all."""
    found: set[str] = set()
    for importer in importers.get(module, set()) - seen:
        top, _, rest = importer.partition(".")
        seen |= {importer}
        found |= {"deploy"} if top == "deploy" else {rest.split(".")[0]} if top == "services" else customers(importer, importers, seen)
    return found


def importers_of(sources: tuple[Source, ...]) -> dict[str, set[str]]:
    """Return who imports each module."""
    importers: dict[str, set[str]] = {}
    for source in sources:
        for name in imports_of(source.tree()):
            importers.setdefault(name, set()).add(source.module)
    return importers


def lonely(modules: Mapping[str, str], importers: Mapping[str, set[str]]) -> list[str]:
    """Return the modules that a single service uses."""
    return [module for module in modules if not (found := customers(module, importers)) & {"deploy"} and len(found) < 2]


def test_every_module_has_its_line_and_every_line_its_module() -> None:
    modules = {source.module for source in python_files("shared") if source.stem != "__init__"}
    assert modules == set(CATALOGUE)


def test_every_module_has_two_customers() -> None:
    found = lonely(CATALOGUE, importers_of(python_files("services", "shared", "deploy")))
    allowed = ONE_CUSTOMER | FOR_PROGRAMS_OUTSIDE
    assert set(found) <= set(allowed), said(sorted(set(found) - set(allowed)))


def test_no_name_holds_a_word_of_the_cooperative() -> None:
    forbidden = nouns([event.wire for event in events()]) - set(ALSO_A_MECHANISM)
    assert {"treasury", "mandate", "pot"} <= forbidden
    assert not (found := [line for source in python_files("shared") for line in borrowed(source, forbidden)]), said(found)


def test_a_planted_word_is_found() -> None:
    planted = Source("shared/pot_drawing.py", "class TreasuryView: ...\ndef sums(): ...\n")
    assert len(list(borrowed(planted, nouns(["ledger.pot-opened.v1", "ledger.treasury-account-opened.v1"])))) == 2


def test_a_planted_single_customer_is_found() -> None:
    sources = (
        Source("services/ledger/api.py", "from shared import lines\nimport shared.inner\n"),
        Source("services/ledger/main.py", "import shared.lines\n"),
        Source("shared/outer.py", "import shared.inner\n"),
        Source("services/portal/api.py", "import shared.outer\n"),
    )
    assert lonely({"shared.lines": "", "shared.inner": ""}, importers_of(sources)) == ["shared.lines"]
