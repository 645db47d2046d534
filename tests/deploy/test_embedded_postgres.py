"""The embedded server: private, resumable, and never a reason to open somebody's home."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from deploy.postmaster import is_alive
from deploy.server_account import Account, Unusable, check_reachable, closed_parent, installed_programs, reachable_programs
from shared.eventlog.safety import settings_found
from tests.postgres_fixture import temporary_folder


def one(server: EmbeddedPostgres, statement: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def test_it_starts_stops_soon_and_resumes() -> None:
    with temporary_folder() as folder:
        with EmbeddedPostgres(folder) as server:
            first_pid = server.pid or 0
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute("create table kept as select 17 as x")
            started = time.monotonic()
        assert time.monotonic() - started < 3
        assert server.pid is None
        assert not is_alive(first_pid)
        with EmbeddedPostgres(folder) as server:
            assert one(server, "select x from kept") == 17


def test_the_database_is_ours_in_utf8_and_tuned(postgres: EmbeddedPostgres) -> None:
    locale = "select concat_ws(' ', datcollate, datlocale, pg_encoding_to_char(encoding)) from pg_database where datname = 'ruche'"
    assert one(postgres, "select current_database()") == "ruche"
    assert one(postgres, locale) == "C C.UTF-8 UTF8"
    assert one(postgres, "show shared_buffers") == "256MB"
    assert one(postgres, "show listen_addresses") == ""
    with psycopg.connect(postgres.url("ruche_writer")) as connection:
        assert all(setting.ok for setting in settings_found(connection) if setting.name not in ("triggers", "row level security"))


def test_nobody_else_on_the_machine_reaches_it(postgres: EmbeddedPostgres) -> None:
    for folder in (postgres.folder, postgres.data, postgres.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((postgres.sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    rules = (postgres.data / "pg_hba.conf").read_text()
    assert rules == "local all all peer map=ruche\n"


def test_a_killed_server_comes_back_with_everything() -> None:
    with temporary_folder() as folder, EmbeddedPostgres(folder) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("create table kept as select 17 as x")
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        server.start()
        assert server.pid != killed
        assert one(server, "select x from kept") == 17


def test_a_server_left_by_a_killed_program_is_taken_over() -> None:
    program = (
        "import sys, os; from pathlib import Path; from deploy.embedded_postgres import EmbeddedPostgres; "
        "s = EmbeddedPostgres(Path(sys.argv[1])); s.start(); print(s.pid, flush=True); os._exit(9)"
    )
    with temporary_folder() as folder:
        left = int(subprocess.run([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, check=False).stdout)
        assert is_alive(left)
        with EmbeddedPostgres(folder) as server:
            assert server.pid == left
            assert one(server, "select 1") == 1
        assert not is_alive(left)


def test_a_folder_has_one_holder(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(Unusable, match="another program uses"):
        EmbeddedPostgres(postgres.folder).start()
    assert one(postgres, "select 1") == 1


def test_a_long_path_moves_the_socket_to_a_short_private_folder() -> None:
    with temporary_folder() as folder:
        long = folder.parent / ("x" * 90) / "postgres"
        (folder.parent / ("x" * 90)).mkdir()
        (folder.parent / ("x" * 90)).chmod(0o755)
        with EmbeddedPostgres(long) as server:
            assert server.data.is_relative_to(long)
            assert not server.sockets.is_relative_to(long)
            assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
            assert one(server, "select 1") == 1
            sockets = server.sockets
        sockets.rmdir()


def test_a_private_home_stays_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    stranger = Account("stranger", 54321, 54321, is_other=True)
    with pytest.raises(Unusable, match="may not enter") as refused:
        check_reachable(home / "ruche", stranger)
    assert "/var/lib/ruche" in str(refused.value)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    with temporary_folder() as folder:
        assert closed_parent(folder, stranger) is None  # the control: an open path is fine


def test_programs_in_a_private_home_are_copied_and_run(tmp_path: Path) -> None:
    """Whoever cannot reach the package gets a copy that anybody may run; the home keeps its permissions."""
    stranger = Account("stranger", 54321, 54321, is_other=True)
    home = tmp_path / "home"
    shutil.copytree(installed_programs().parent, home / "pginstall")
    home.chmod(0o700)
    copied = reachable_programs(home / "pginstall" / "bin", stranger, tmp_path)
    assert copied.is_relative_to(tmp_path)
    assert not copied.is_relative_to(home)
    assert stat.S_IMODE((copied / "postgres").stat().st_mode) & 0o005 == 0o005
    assert subprocess.run([copied / "postgres", "--version"], capture_output=True, check=True).stdout.startswith(b"postgres")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    ourselves = Account("me", os.geteuid(), os.getegid(), is_other=False)
    assert reachable_programs(home / "pginstall" / "bin", ourselves, tmp_path) == home / "pginstall" / "bin"  # the control


def test_a_start_that_cannot_work_says_why() -> None:
    with temporary_folder() as folder, pytest.raises(Unusable, match="did not start"):
        EmbeddedPostgres(folder, settings={"shared_buffers": "nonsense"}).__enter__()
