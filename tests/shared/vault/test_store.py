"""The vault on a real server: what is kept, who may have it, and how it is forgotten."""

import threading
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from shared.messages import nobody_of
from shared.refusals import Busy
from shared.vault.confiding import VaultConfidant
from shared.vault.people import AlreadyConfirmed
from shared.vault.sealing import seal
from shared.vault.store import Leftover, Vault
from tests.shared.vault.conftest import KEK, PRUNE, READER, ZELIE, as_superuser, fresh_id, fresh_person, kept, names


def test_a_name_comes_back_whole_and_only_under_its_pseudonym(vault: Vault, register: str) -> None:
    zelie, prune = kept(vault, register), kept(vault, register, PRUNE, "adult")
    assert names(vault, register, zelie, prune, fresh_person()) == {zelie: ZELIE, prune: PRUNE}
    assert [(member.person, member.kind, member.confirmed) for member in vault.members(register)] == sorted(
        [(zelie, "pupil", True), (prune, "adult", True)]
    )


def test_another_register_knows_nobody_and_reading_it_makes_no_key(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    zelie, other = kept(vault, register), fresh_id()
    assert names(vault, other, zelie) == {} and vault.members(other) == ()
    assert vault.person_by_code(other, "E030") is None and vault.names_in(other, "Zélie") == ()
    assert vault.opening(other, bytes(32), reader=READER, why="test") is None
    assert as_superuser(vault_server, "SELECT 1 FROM vault.register_keys WHERE register_id = %s", other) == 0


def test_asking_twice_keeps_once_and_a_pseudonym_never_changes_hands(vault: Vault, register: str) -> None:
    person = fresh_person()
    vault.keep_person(register, person, ZELIE, "pupil")
    vault.keep_person(register, person, PRUNE, "pupil")  # corrected before it was confirmed
    vault.keep_person(register, person, PRUNE, "pupil")
    vault.confirm(register, person)
    vault.keep_person(register, person, PRUNE, "pupil")  # the retry of a command
    with pytest.raises(AlreadyConfirmed):
        vault.keep_person(register, person, ZELIE, "pupil")
    assert names(vault, register, person) == {person: PRUNE} and len(vault.members(register)) == 1


def test_only_somebody_unconfirmed_is_dropped(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    confirmed, refused = kept(vault, register), fresh_person()
    vault.keep_person(register, refused, PRUNE, "pupil")
    assert vault.drop_person(register, refused) and not vault.drop_person(register, refused)
    assert not vault.drop_person(register, confirmed)
    assert names(vault, register, confirmed, refused) == {confirmed: ZELIE}
    assert as_superuser(vault_server, "SELECT 1 FROM vault.person_keys WHERE person = %s", refused) == 0


def test_dropping_somebody_keeps_the_key_that_a_sealed_text_needs(vault: Vault, register: str) -> None:
    author = fresh_person()
    vault.keep_person(register, author, PRUNE, "pupil")
    commitment, salt = seal("bonjour")
    vault.keep_opening(register, commitment, salt, "bonjour", subjects=(), author=author)
    assert vault.drop_person(register, author)
    found = vault.opening(register, commitment, reader=READER, why="test")
    assert found and found.value == "bonjour"


def test_an_outside_code_finds_its_person_in_its_register_only(vault: Vault, register: str) -> None:
    zelie, other = kept(vault, register), fresh_id()
    elsewhere = kept(vault, other)
    assert vault.person_by_code(register, "E030") == zelie and vault.person_by_code(other, "E030") == elsewhere
    assert vault.person_by_code(register, "e030") is None and vault.person_by_code(register, "E031") is None
    late = fresh_person()
    vault.keep_person(register, late, ZELIE, "pupil")
    assert vault.person_by_code(register, "E030") == zelie  # whoever was confirmed first


def test_each_reading_is_noted_with_reader_and_reason(vault: Vault, register: str) -> None:
    zelie, prune = kept(vault, register), kept(vault, register, PRUNE)
    assert vault.accesses(register, zelie) == ()
    vault.names(register, [zelie, fresh_person()], reader=READER, why="page.council")
    commitment, salt = seal("absente")
    vault.keep_opening(register, commitment, salt, "absente", subjects=[zelie], author=prune)
    vault.opening(register, commitment, reader=READER, why="page.roll")
    assert [(access.who, access.what) for access in vault.accesses(register, zelie)] == [(READER, "page.roll"), (READER, "page.council")]
    assert [access.what for access in vault.accesses(register, prune)] == ["page.roll"]


def test_text_that_names_a_member_is_found_until_the_member_is_erased(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    assert vault.names_in(register, "Remboursement Quintefeuille") == ()
    person = kept(vault, register)
    assert [tuple(span) for span in vault.names_in(register, "Remboursement Quintefeuille")] == [(14, 27)]
    with Vault(vault_server.url("ruche_vault"), KEK) as elsewhere:  # another process changes the roll
        elsewhere.erase_person(register, person)
    assert vault.names_in(register, "Remboursement Quintefeuille") == ()


def test_a_yes_is_kept_as_long_as_a_no_and_both_come_back(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    author = fresh_person()
    values: tuple[dict[str, Any], ...] = ({"marks": ["yes"]}, {"marks": ["no"]}, {}, {"ranks": [["a" * 60]] * 15})
    for value in values:
        commitment, salt = seal(value)
        vault.keep_opening(register, commitment, salt, value, subjects=(), author=author)
        found = vault.opening(register, commitment, reader=READER, why="test")
        assert found and found.value == value
    lengths = "SELECT 1 FROM vault.openings WHERE register_id = %s GROUP BY octet_length(sealed)"
    assert as_superuser(vault_server, lengths, register) == 1


def test_a_sealed_text_opens_with_its_salt_and_only_under_its_commitment(vault: Vault, register: str) -> None:
    author, value = fresh_person(), {"reason": "malade", "days": 2}
    commitment, salt = seal(value)
    for _ in range(2):  # the retry of a command
        vault.keep_opening(register, commitment, salt, value, subjects=[READER], author=author)
    found = vault.opening(register, commitment, reader=READER, why="test")
    assert found == (salt, value, tuple(sorted({author, READER})))
    assert vault.opening(register, bytes(32), reader=READER, why="test") is None
    with pytest.raises(ValueError, match="do not open"):
        vault.keep_opening(register, seal("autre")[0], salt, value, subjects=(), author=author)


def test_a_replaced_text_is_forgotten_on_request_only(vault: Vault, register: str) -> None:
    commitment, salt = seal("ancien")
    vault.keep_opening(register, commitment, salt, "ancien", subjects=(), author=fresh_person())
    vault.confirm_opening(register, commitment)
    assert not vault.drop_opening(register, commitment)
    assert vault.drop_opening(register, commitment, only_unconfirmed=False)
    assert vault.opening(register, commitment, reader=READER, why="test") is None


def test_an_erased_person_leaves_nothing_and_others_keep_theirs(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    zelie, prune = kept(vault, register), kept(vault, register, PRUNE)
    texts = {"par Zélie": ([], zelie), "sur Zélie": ([zelie, prune], prune), "par Prune": ([], prune)}
    sealed = {value: seal(value) for value in texts}
    for value, (subjects, author) in texts.items():
        vault.keep_opening(register, sealed[value][0], sealed[value][1], value, subjects=subjects, author=author)
    names(vault, register, zelie)
    assert vault.erase_person(register, zelie) and not vault.erase_person(register, zelie)
    assert names(vault, register, zelie, prune) == {prune: PRUNE}
    assert vault.person_by_code(register, "E030") is None and vault.accesses(register, zelie) == ()
    left = {value for value in texts if vault.opening(register, sealed[value][0], reader=READER, why="test")}
    assert left == {"par Prune"}
    for table, column in (("persons", "person"), ("person_keys", "person"), ("access_log", "subject"), ("openings", "author")):
        assert as_superuser(vault_server, f"SELECT 1 FROM vault.{table} WHERE {column} = %s", zelie) == 0
    assert as_superuser(vault_server, "SELECT 1 FROM vault.openings WHERE %s = ANY(subjects)", zelie) == 0


def test_what_is_no_person_s_own_text_stays_when_whoever_had_it_sealed_is_erased(vault: Vault, register: str) -> None:
    """A bank's texts, the papers of a count: kept under the register's own name and not under the importer's or the teller's."""
    teller, confidant = kept(vault, register), VaultConfidant(vault)
    board, own = (
        b64decode(confidant.seal(register, {"papers": "Douze pour"}, (), author)["papers"].sealed)
        for author in (nobody_of(register), teller)
    )
    for commitment in (board, own):
        vault.confirm_opening(register, commitment)
    assert vault.erase_person(register, teller)
    assert vault.opening(register, own, reader=READER, why="test") is None
    left = vault.opening(register, board, reader=READER, why="test")
    assert left is not None and left.value == "Douze pour"


def test_what_nobody_confirmed_is_settled_by_the_log(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    lost, found, young = fresh_person(), fresh_person(), fresh_person()
    for person in (lost, found, young):
        vault.keep_person(register, person, ZELIE, "pupil")
    text, text_found = seal("perdu"), seal("trouvé")
    for (commitment, salt), value in ((text, "perdu"), (text_found, "trouvé")):
        vault.keep_opening(register, commitment, salt, value, subjects=(), author=READER)
    for table in ("persons", "openings"):
        as_superuser(vault_server, f"UPDATE vault.{table} SET created_at = now() - interval '2 h' WHERE register_id = %s", register)
    as_superuser(vault_server, "UPDATE vault.persons SET created_at = now() WHERE person = %s", young)
    in_the_log = {Leftover(register, found, None), Leftover(register, None, text_found[0])}
    asked: list[Leftover] = []

    def still_known(leftover: Leftover) -> bool:
        asked.append(leftover)
        return leftover in in_the_log

    assert vault.purge_unconfirmed(older_than_seconds=3600, still_known=still_known) == 2
    assert {leftover for leftover in asked if leftover.register == register} == in_the_log | {
        Leftover(register, lost, None),
        Leftover(register, None, text[0]),
    }
    assert {member.person: member.confirmed for member in vault.members(register)} == {found: True, young: False}
    assert vault.opening(register, text[0], reader=READER, why="test") is None
    assert vault.opening(register, text_found[0], reader=READER, why="test") is not None
    assert vault.purge_unconfirmed(still_known) == 0  # settled for good


def test_threads_share_a_vault_and_the_first_keys_made_stay(vault: Vault, register: str) -> None:
    people, together = [fresh_person() for _ in range(24)], threading.Barrier(8)

    def keep(person: str) -> None:
        if person in people[:8]:
            together.wait()  # all first to need the register's key
        vault.keep_person(register, person, ZELIE, "pupil")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(keep, people))
        read = list(threads.map(lambda person: names(vault, register, person), people))
    assert read == [{person: ZELIE} for person in people]


def test_texts_kept_while_their_author_is_erased_are_refused_or_gone(vault: Vault, vault_server: EmbeddedPostgres, register: str) -> None:
    for _ in range(12):
        author, sealed = kept(vault, register), [seal(number) for number in range(4)]
        together = threading.Barrier(5)

        def keep(
            number: int, author: str = author, together: threading.Barrier = together, sealed: list[tuple[bytes, bytes]] = sealed
        ) -> None:
            together.wait()
            try:
                vault.keep_opening(register, *sealed[number], number, subjects=(), author=author)
            except Busy:
                return

        def erase(author: str = author, together: threading.Barrier = together) -> None:
            together.wait()
            vault.erase_person(register, author)

        with ThreadPoolExecutor(5) as threads:
            done = [threads.submit(erase), *(threads.submit(keep, number) for number in range(4))]
            for one in done:
                one.result()
        for number, (commitment, _) in enumerate(sealed):  # what came after the erasure has a key of its own and opens
            rows = as_superuser(vault_server, "SELECT 1 FROM vault.openings WHERE commitment = %s", commitment)
            found = vault.opening(register, commitment, reader=READER, why="test")
            assert (rows, found and found.value) in ((0, None), (1, number))


def test_a_server_away_is_said_in_time(vault_server: EmbeddedPostgres) -> None:
    with (
        Vault(vault_server.url("ruche_vault").replace(str(vault_server.sockets).replace("/", "%2F"), "%2Fnowhere"), KEK) as lost,
        pytest.raises(Busy),
    ):
        lost.members(fresh_id())
