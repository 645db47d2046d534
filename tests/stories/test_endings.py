"""How commands end: exit codes that the help and README.md tell alike, sentences for people, one JSON object for programs."""

import json
import re
import subprocess
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.ending import MEANINGS, CheckFailed, Exit, stopped_by
from deploy.cli.main import app
from tests.house.sources import ROOT
from tests.running import RUCHE, Running, installation
from tests.stories.asking import Asker

COMMANDS = (
    ("up",),
    ("demo",),
    ("import-year",),
    ("export",),
    ("serve",),
    ("migrate",),
    ("token",),
    ("replay",),
    ("tail",),
    ("status",),
    ("doctor",),
    ("tally",),
    ("projections", "rebuild"),
    ("projections", "undo"),
    ("check",),
    ("recount",),
    ("archive",),
    ("erase-person",),
    *(("bench", name) for name in ("append", "replay", "publish", "http", "tally", "vote", "documents")),
)
ENDS_WRONG = [
    (("serve", "foo"), Exit.USAGE, "no-such-part"),
    (("serve",), Exit.USAGE, "wrong-usage"),
    (("up", "--nope"), Exit.USAGE, "wrong-usage"),
    (("foo",), Exit.USAGE, "wrong-usage"),
    (("projections", "rebuild", "foo"), Exit.USAGE, "no-such-view"),
    (("projections", "undo", "ledger.funds"), Exit.REFUSED, "nothing-before"),
    (("check", "a" * 26), Exit.REFUSED, "not-found"),
    (("import-year", "/nowhere"), Exit.USAGE, "wrong-usage"),
    (("replay", "a" * 26), Exit.REFUSED, "not-found"),
    (("token", "Z99"), Exit.REFUSED, "no-such-member"),
    (("up",), Exit.UNREACHABLE, "already-runs"),
    (("demo",), Exit.UNREACHABLE, "already-runs"),
]


def ran(running: Running, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [RUCHE, *command], env=running.environment(**environment), capture_output=True, text=True, timeout=60, check=False
    )


def described(command: tuple[str, ...]) -> dict[int, str]:
    """Return the exit codes that the help of a command tells."""
    told = CliRunner().invoke(app, [*command, "--help"]).stdout
    _, _, codes = " ".join(told.split()).partition("Exit codes: ")
    return {int(code): meaning for code, meaning in re.findall(r"(\d+) (.*?)[;.](?= \d|$)", codes)}


def in_readme() -> dict[int, str]:
    """Return the rows of the table of README.md."""
    rows = re.findall(r"^\| `(\d+)` \| (.*?) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    return {int(code): meaning for code, meaning in rows}


@pytest.mark.parametrize(("command", "code", "name"), ENDS_WRONG, ids=[" ".join(command) for command, _, _ in ENDS_WRONG])
def test_a_program_gets_one_json_object(teacher: Asker, command: tuple[str, ...], code: int, name: str) -> None:
    for_a_program = ran(teacher.running, *command, "--json")
    error: dict[str, Any] = json.loads(for_a_program.stdout)["error"]
    assert (for_a_program.returncode, error["exit"], error["code"], for_a_program.stderr) == (code, code, name, "")


@pytest.mark.parametrize(("command", "code"), [(("serve", "foo"), 2), (("token", "Z99"), 3), (("up",), 4)], ids=["usage", "rule", "held"])
def test_a_person_gets_a_sentence_beside_the_results(teacher: Asker, command: tuple[str, ...], code: int) -> None:
    told = ran(teacher.running, *command)
    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr.strip() and "Traceback" not in told.stderr and "{" not in told.stderr


def test_an_unknown_part_is_answered_with_the_names_of_those_there_are(teacher: Asker) -> None:
    told = ran(teacher.running, "serve", "foo").stderr
    assert all(name in told for name in ("all", "ledger", "governance", "portal", "publisher"))


def test_the_demo_beside_a_running_ruche_says_where_it_runs_and_what_to_do(teacher: Asker) -> None:
    told = ran(teacher.running, "demo", "--lang", "en").stderr
    assert teacher.running.http in told
    assert "RUCHE_DATA" in told and "Ctrl-C" in told


def test_an_unknown_setting_is_told_in_json_too(teacher: Asker) -> None:
    wrong = ran(teacher.running, "status", "--json", RUCHE_PROT="8000")
    assert (wrong.returncode, json.loads(wrong.stdout)["error"]["code"]) == (Exit.USAGE, "unknown-setting")


def test_a_setting_that_cannot_be_is_told_in_json_too(teacher: Asker) -> None:
    wrong = ran(teacher.running, "status", "--json", RUCHE_PORT="many")
    assert (wrong.returncode, json.loads(wrong.stdout)["error"]["code"]) == (Exit.USAGE, "validation-error")


def test_a_tail_that_fails_ends_with_its_one_json_line() -> None:
    with installation() as running:
        running.data.mkdir()
        away = ran(running, "tail", "--json", "--limit", "1", RUCHE_READER_URL="postgresql://nobody@127.0.0.1:9/none")
    (line,) = away.stdout.splitlines()
    assert (away.returncode, json.loads(line)["error"]["exit"]) == (Exit.UNREACHABLE, Exit.UNREACHABLE)


def test_what_nobody_foresaw_is_not_dressed_up_as_an_answer() -> None:
    assert stopped_by(ZeroDivisionError("our mistake"), "fr") is None
    assert stopped_by(CheckFailed("two figures differ"), "fr") == (Exit.FOUND, "check-failed", "two figures differ", {})


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_tells_its_exit_codes_as_the_readme_does(command: tuple[str, ...]) -> None:
    told = described(command)
    assert {0, 2, 4, 5, 130} <= told.keys() <= in_readme().keys()
    assert all(meaning == in_readme()[code] for code, meaning in told.items() if code != Exit.FOUND)


def test_the_table_of_the_readme_is_whole() -> None:
    table = in_readme()
    assert table.keys() == {int(code) for code in Exit}
    assert {code: table[code] for code in MEANINGS} == dict(MEANINGS)


def test_the_json_of_tail_is_told_as_lines() -> None:
    told = subprocess.run([RUCHE, "tail", "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
    assert "one JSON document a line" in " ".join(re.sub(r"[│\n]", " ", told).split())
