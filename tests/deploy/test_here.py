"""Where the data lies when nobody chose a folder."""

from pathlib import Path

import pytest

from deploy.here import SYSTEM_DATA, open_folder, settings_here
from deploy.server_account import Account

NOBODY = Account("nobody", 65_534, 65_534, is_other=True)
OURSELVES = Account("we", 1_000, 1_000, is_other=False)


def test_data_lies_here_where_the_account_may_enter() -> None:
    assert open_folder(Path("/srv/data"), NOBODY) == Path("/srv/data")
    assert open_folder(Path("data"), OURSELVES) == Path("data")


def test_in_a_closed_folder_it_has_a_folder_of_its_own_the_same_each_time(tmp_path: Path) -> None:
    (closed := tmp_path / "closed").mkdir(mode=0o700)
    (other := tmp_path / "other").mkdir(mode=0o700)
    (other / "closed").mkdir()
    assert open_folder(closed / "data", NOBODY).parent == SYSTEM_DATA
    assert open_folder(closed / "data", NOBODY) == open_folder(closed / "data", NOBODY)
    assert open_folder(closed / "data", NOBODY) != open_folder(other / "closed" / "data", NOBODY)
    assert open_folder(closed / "data", OURSELVES) == closed / "data"


def test_a_chosen_folder_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUCHE_DATA", str(tmp_path))
    assert settings_here().data == tmp_path
