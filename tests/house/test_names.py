"""Names say something, files hold one idea, and no file is there for nobody."""

from tests.house.name_rules import empty_names, long_files, long_functions, silent_modules, unused_modules
from tests.house.sources import Source, python_files, said

# A size is a signal: each exception says why there is no second idea to find.
LONG_FILES = {
    "services/governance/events/ballots.py": "everything that can have happened to a ballot, in one place",
    "services/governance/events/proposals.py": "everything that can have happened from an idea to a decision, in one place",
    "services/governance/events/people.py": "everything that can have happened to people and rules, in one place",
}
LONG_FUNCTIONS: dict[str, str] = {}
ENTRIES = {
    "deploy.cli.main": "the console script `ruche`",
    "deploy.settings_example": "run by `make pages`",
    "shared.eventlog.record_mapper": "for applications of the eventsourcing library, which are not ours",
}


def test_no_name_would_fit_any_other_file_or_class() -> None:
    assert not (found := list(empty_names(python_files("services", "shared", "deploy", "tests")))), said(found)


def test_every_module_says_what_it_says() -> None:
    assert not (found := list(silent_modules(python_files("services", "shared", "deploy", "tests")))), said(found)


def test_every_file_holds_one_idea() -> None:
    assert not (found := list(long_files(python_files("services", "shared", "deploy", "tests"), LONG_FILES))), said(found)


def test_every_function_fits_a_screen() -> None:
    assert not (found := list(long_functions(python_files("services", "shared", "deploy", "tests"), LONG_FUNCTIONS))), said(found)


def test_every_module_is_imported_by_another() -> None:
    assert not (found := list(unused_modules(python_files("services", "shared", "deploy"), ENTRIES))), said(found)


def test_every_exception_is_needed() -> None:
    sources = python_files("services", "shared", "deploy", "tests")
    long = {line.split(": ")[0] for line in long_files(sources, {})} | {line.rsplit(": ", 1)[0] for line in long_functions(sources, {})}
    assert set(LONG_FILES) | set(LONG_FUNCTIONS) <= long
    unused = {line.split(".py:")[0].replace("/", ".") for line in unused_modules(python_files("services", "shared", "deploy"), {})}
    assert set(ENTRIES) <= unused


def test_a_planted_fault_is_found() -> None:
    drawer = Source("shared/web_utils.py", '"""Things."""\nclass MoneyHandler: ...\n')
    assert len(list(empty_names([drawer]))) == 2
    silent = Source("shared/__init__.py", '"""Mechanisms"""\nimport os\n')
    assert len(list(silent_modules([silent, Source("shared/mute.py", "x = 1\n")]))) == 3
    long = Source("shared/long.py", "def f():\n" + "    x = 1\n" * 300)
    assert list(long_files([long], {})) == ["shared/long.py: 301 lines"]
    assert list(long_functions([long], {})) == ["shared/long.py:f: 301 lines"]
    assert not list(long_files([long], {"shared/long.py": "because"}))
    alone, used = Source("shared/alone.py", "import shared.used"), Source("shared/used.py", "from shared import used")
    assert list(unused_modules([alone, used], {})) == ["shared/alone.py: nobody imports it"]
