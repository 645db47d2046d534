"""Which test shows which feature from the outside: each named test exists and would run."""

import csv
import re
import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOT

FEATURES = ROOT / "tests" / "features.csv"
LAST_NUMBER = {"F": 110, "X": 20, "G": 25}  # the numbered checklist; numbers never change and are never reused
OUTSIDE = (
    "tests/stories/",
    "tests/faults/",
    "tests/browser/",
    "tests/portal/",
    "tests/deploy/",
    "tests/shared/",
    "tests/audit/",
    "tests/secrecy/",
    "tests/house/test_purity.py",  # what the code may not hold is seen in the code alone
    "tests/ledger/test_golden.py",  # bytes that were written once, as any later program meets them
    "tests/governance/test_golden.py",
)


def rows(path: Path) -> list[tuple[str, list[str]]]:
    """Return each feature with the tests that show it."""
    with path.open(encoding="utf8", newline="") as file:
        return [(row["feature"], row["tests"].split()) for row in csv.DictReader(file)]


def faults(listed: list[tuple[str, list[str]]]) -> list[str]:
    """Return what is wrong with the list itself."""
    found: list[str] = []
    numbers = [feature for feature, _ in listed]
    found += [f"{feature} stands twice" for feature in set(numbers) if numbers.count(feature) > 1]
    for feature, tests in listed:
        if not re.fullmatch(r"[FXG][1-9][0-9]*", feature) or int(feature[1:]) > LAST_NUMBER[feature[0]]:
            found.append(f"{feature} is no number of the checklist")
        if not tests:
            found.append(f"{feature} names no test")
        found += [f"{feature}: {test} does not look from the outside" for test in tests if not test.startswith(OUTSIDE)]
    return found


def collected(tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Ask pytest to find these tests without running them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_list_is_sound() -> None:
    assert not (found := faults(rows(FEATURES))), found


def test_every_test_that_is_named_exists() -> None:
    asked = collected(sorted({test for _, tests in rows(FEATURES) for test in tests}))
    assert asked.returncode == 0, asked.stdout[-2000:]


def test_a_test_that_does_not_exist_is_found() -> None:
    assert collected(["tests/house/test_features.py::test_that_nobody_wrote"]).returncode != 0


def test_a_bad_row_is_found() -> None:
    wrong = [("F111", ["tests/stories/a.py::test"]), ("G1", []), ("G1", ["tests/ledger/a.py::test"])]
    assert faults(wrong) == [
        "G1 stands twice",
        "F111 is no number of the checklist",
        "G1 names no test",
        "G1: tests/ledger/a.py::test does not look from the outside",
    ]
