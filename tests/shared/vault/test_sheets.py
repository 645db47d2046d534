"""Sheets in the vault: written over the version that was read, one per person and binder, noted, unreadable in a row, gone with anybody."""

from typing import Any

import psycopg
import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.refusals import Corrupt
from shared.vault import sheets
from shared.vault.sheets import ChangedMeanwhile, NobodyKept, OnAnotherSheet, Sheet
from shared.vault.store import Vault
from tests.shared.vault.conftest import PRUNE, READER, as_superuser, fresh_id, fresh_person, kept

VALUE: dict[str, Any] = {"given": 73137, "note": "Famille Quintefeuille"}
NOTED = {"who": READER, "why": "test.sheet"}


def put(vault: Vault, register: str, sheet: Sheet) -> Sheet:
    with vault.keyring(register) as keys:
        return sheets.put(keys, sheet, **NOTED)


def found(vault: Vault, register: str, sheet: str) -> Sheet | None:
    with vault.keyring(register) as keys:
        return sheets.found(keys, sheet, **NOTED)


def every(vault: Vault, register: str, binder: str | None = None) -> list[str]:
    with vault.keyring(register) as keys:
        return [one.sheet for one in sheets.in_binder(keys, binder, **NOTED)]


def a_sheet(vault: Vault, register: str, binder: str = "2025-26") -> Sheet:
    """A sheet about two people, written once."""
    two = (kept(vault, register), kept(vault, register, PRUNE))
    return put(vault, register, Sheet(fresh_id(), binder, two, VALUE))


def test_a_sheet_comes_back_in_its_register_and_its_binder(vault: Vault, register: str) -> None:
    first, later = a_sheet(vault, register), a_sheet(vault, register, "2026-27")
    assert found(vault, register, first.sheet) == first and (first.version, first.value) == (1, VALUE)
    assert every(vault, register) == sorted([first.sheet, later.sheet])
    assert every(vault, register, "2026-27") == [later.sheet]
    assert found(vault, fresh_id(), first.sheet) is None and every(vault, fresh_id()) == []


def test_a_correction_names_the_version_that_was_read_and_the_same_again_changes_nothing(vault: Vault, register: str) -> None:
    first = a_sheet(vault, register)
    assert put(vault, register, first._replace(version=0)) == first
    second = put(vault, register, first._replace(value={"given": 1}))
    assert second.version == 2
    for version in (0, 1, 3):
        with pytest.raises(ChangedMeanwhile):
            put(vault, register, first._replace(value={"given": 2}, version=version))
    assert found(vault, register, first.sheet) == second
    with pytest.raises(ChangedMeanwhile):
        put(vault, register, first._replace(sheet=fresh_id()))  # there is no version 1 to correct


def test_a_person_is_on_one_sheet_of_a_binder(vault: Vault, register: str) -> None:
    first = a_sheet(vault, register)
    other = Sheet(fresh_id(), first.binder, (kept(vault, register), first.subjects[0]), VALUE)
    with pytest.raises(OnAnotherSheet):
        put(vault, register, other)
    assert put(vault, register, other._replace(binder="2026-27")).version == 1


def test_nobody_who_has_no_key_is_on_a_sheet(vault: Vault, register: str) -> None:
    with pytest.raises(NobodyKept):
        put(vault, register, Sheet(fresh_id(), "2025-26", (kept(vault, register), fresh_person()), VALUE))


def test_erasing_one_of_its_people_takes_the_sheet_away_and_no_other(vault: Vault, register: str) -> None:
    gone, stays = a_sheet(vault, register), a_sheet(vault, register)
    assert vault.erase_person(register, gone.subjects[1])
    assert found(vault, register, gone.sheet) is None and every(vault, register) == [stays.sheet]
    with pytest.raises(NobodyKept):
        put(vault, register, gone._replace(version=0))


def test_each_opening_each_writing_and_each_deletion_is_noted_for_everybody_on_it(vault: Vault, register: str) -> None:
    sheet = a_sheet(vault, register)
    found(vault, register, sheet.sheet)
    every(vault, register)
    with vault.keyring(register) as keys:
        assert sheets.drop(keys, sheet.sheet, **NOTED)
        assert not sheets.drop(keys, sheet.sheet, **NOTED)
    for person in sheet.subjects:
        assert [(one.who, one.what) for one in vault.accesses(register, person)] == [(READER, "test.sheet")] * 4
    assert every(vault, register) == []


def test_a_row_holds_nothing_readable_and_tells_no_length(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    first = a_sheet(vault, register)
    put(vault, register, first._replace(value={"given": 5, "note": "x"}, sheet=fresh_id(), version=0, binder="2026-27"))
    with psycopg.connect(vault_server.url("postgres")) as connection:
        query = "SELECT sealed FROM vault.sheets WHERE register_id = %s"
        rows = [row[0] for row in connection.execute(query, (register,))]
    assert len(rows) == 2 and len({len(row) for row in rows}) == 1
    assert not any(b"Quintefeuille" in row or b"73137" in row for row in rows)


def test_a_row_changed_or_moved_to_another_binder_is_found(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    sheet = a_sheet(vault, register)
    flip = "UPDATE vault.sheets SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1) WHERE sheet = %s"
    for change, undo in ((flip, flip), (move("2030-31"), move(sheet.binder))):
        assert as_superuser(vault_server, change, sheet.sheet) == 1
        with pytest.raises(Corrupt):
            found(vault, register, sheet.sheet)
        as_superuser(vault_server, undo, sheet.sheet)
    assert found(vault, register, sheet.sheet) == sheet


def move(binder: str) -> str:
    return f"UPDATE vault.sheets SET binder = '{binder}' WHERE sheet = %s"
