"""No committed file says where packages were fetched from or where a machine keeps things; nothing is left unfinished."""

from functools import cache

import pytest

from tests.house.clean_rules import ADDRESSES, MACHINE_PATHS, UNFINISHED, WEAK, matches
from tests.house.sources import Source, python_files, read, said, tracked

NOT_OURS_TO_FINISH = {
    "tests/shared/eventlog/test_library_contract.py": "raises what the library's own test expects of a class that does not exist",
}


@cache
def texts() -> tuple[Source, ...]:
    """Every committed text."""
    return tuple(Source(path, read(path)) for path in tracked())


def test_no_file_says_where_packages_were_fetched_from() -> None:
    assert not (found := list(matches(ADDRESSES, texts()))), said(found)


def test_no_file_names_a_place_of_one_machine() -> None:
    assert not (found := list(matches(MACHINE_PATHS, texts()))), said(found)


def test_nothing_is_left_unfinished() -> None:
    kinds = (".py", ".sql", ".js", ".css", ".html", ".md", "Makefile")
    ours = [one for one in texts() if "/vendor/" not in one.path and one.path.endswith(kinds) and one.path not in NOT_OURS_TO_FINISH]
    assert not (found := list(matches(UNFINISHED, ours))), said(found)


def test_no_test_looks_away() -> None:
    assert not (found := list(matches(WEAK, python_files("tests")))), said(found)


def test_locks_hold_exact_versions_with_hashes() -> None:
    for path in ("requirements.lock", "requirements-dev.lock"):
        pinned = [line for line in read(path).splitlines() if line and not line.startswith((" ", "#"))]
        assert pinned, path
        assert all("==" in line and line.endswith("\\") for line in pinned), path


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (ADDRESSES, "see https://example.net/simp" + "le/pytest"),
        (ADDRESSES, "--index-" + "url elsewhere"),
        (MACHINE_PATHS, "cd /ho" + "me/somebody"),
        (MACHINE_PATHS, "open('/wor" + "k/main')"),
        (UNFINISHED, "# TO" + "DO later"),
        (WEAK, "@pytest.mark.ski" + "p"),
        (WEAK, "    assert Tr" + "ue"),
    ],
)
def test_a_planted_fault_is_found(pattern: object, line: str) -> None:
    assert list(matches(pattern, [Source("planted.py", f"x = 1\n{line}\n")])) == [f"planted.py:2: {line.strip()}"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line", ["GET /v1/registers/{register}/wor" + "k/x", "a relative ho" + "me/page", "https://www.rfc-editor.org/rfc/rfc8785"]
)
def test_addresses_of_ours_are_none_of_these(line: str) -> None:
    source = [Source("planted.py", line)]
    assert not [*matches(ADDRESSES, source), *matches(MACHINE_PATHS, source)]
