"""Who may import whom: the contracts of pyproject.toml, and for each a planted import that breaks it."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT

# For each contract, a line that breaks it, and the file it is planted at the end of.
PLANTED = {
    "one-way": ("shared/clock.py", "import services.ledger.events.legs"),
    "same-shape": ("services/ledger/events/legs.py", "import services.ledger.commands"),
    "known-by-events": ("services/governance/deciders/role.py", "import services.ledger.books"),
    "facts-alone": ("services/ledger/events/legs.py", "import services.governance.events.people"),
    "nobody-asks-another": ("services/ledger/deciders/pots.py", "import services.ledger.deciders.entries"),
    "pure-core": ("services/governance/deciders/member.py", "import time"),
    "views-run-no-rule": ("services/ledger/projections/journal.py", "import services.ledger.commands"),
    "eventsourcing-door": ("shared/handling.py", "import eventsourcing.persistence"),
    "nats-door": ("services/governance/api/routes.py", "import nats"),
    "portal-reads-the-stream": ("services/portal/views.py", "import shared.eventlog.reading"),
    "portal-decides-nothing": ("services/portal/api.py", "import shared.handling"),
}


def contracts() -> list[str]:
    """The identifiers of the contracts."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
    return [contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]]


def linted(folder: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    """Check the packages of a folder, whatever is installed."""
    program = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    chosen = [part for name in contract for part in ("--contract", name)]
    command = [sys.executable, "-P", "-c", program, "--no-cache", "--no-logo", *chosen]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def a_copy(tmp_path: Path) -> Iterator[Path]:
    """The sources and the contracts, elsewhere."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=lambda folder, names: [n for n in names if _is_data(folder, n)])
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    yield tmp_path
    shutil.rmtree(tmp_path)


def test_every_contract_is_kept_here_and_in_a_copy(a_copy: Path) -> None:
    for folder in (ROOT, a_copy):
        checked = linted(folder)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_contract_has_a_fault_to_find() -> None:
    assert set(contracts()) == set(PLANTED)


@pytest.mark.parametrize("contract", sorted(PLANTED))
def test_a_planted_import_breaks_its_contract(contract: str, a_copy: Path) -> None:
    path, line = PLANTED[contract]
    with (a_copy / path).open("a", encoding="utf8") as file:
        file.write(f"\n{line}\n")
    after = linted(a_copy, contract)
    assert after.returncode == 1, after.stdout + after.stderr
    assert path.removesuffix(".py").replace("/", ".") in after.stdout, after.stdout


def test_a_module_without_a_place_is_found(a_copy: Path) -> None:
    (a_copy / "services" / "ledger" / "drawer.py").write_text('"""A drawer."""\n')
    checked = linted(a_copy, "same-shape")
    assert checked.returncode == 1
    assert "services.ledger.drawer" in checked.stdout


def _is_data(folder: str, name: str) -> bool:
    path = Path(folder) / name
    return name == "__pycache__" or (path.is_file() and path.suffix != ".py")
