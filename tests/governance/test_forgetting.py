"""What the vault forgets before the register says so, and what it is not asked for whoever may not ask: on a real vault."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.embedded_postgres import EmbeddedPostgres
from services.governance.bringing.forgetting import Forgetting
from services.governance.bringing.unsealing import Unsealing
from services.governance.commands.ballots import ArchiveBallot, CastVote, CloseBallot, EnterHandCount
from services.governance.commands.privacy import ErasePerson
from services.governance.events.ballots import Publish
from services.governance.events.papers import Choice
from services.governance.events.people import MemberLeft
from services.governance.events.privacy import ErasureReason, PersonErased
from services.governance.main import GOVERNANCE
from shared.deciding import State
from shared.eventlog.append import Append, Appended, Conflict, Repeated
from shared.eventlog.migrating import migrate
from shared.handling import Appending, Asked
from shared.messages import Circumstances, Command
from shared.refusals import Busy, Forbidden, Unanswered
from shared.vault.confiding import VaultConfidant
from shared.vault.people import Name
from shared.vault.store import Vault
from tests.examples_governance import CHRISTMAS, GARNIER, LOU, NINO, RUN_SCHOOL
from tests.given import COMMAND_ID, PARIS
from tests.governance.card_room import CardRoom, carded
from tests.governance.polls import ANA, BEN, CLEO, TEACHER, Room, ballot, hand_count, named, pile
from tests.postgres_fixture import LogUnderTest
from tests.shared.on_the_register import desks, fresh_id, opened, written

VAULT_SCHEMA = Path(__file__).parents[2] / "shared" / "vault" / "schema"
VERIFIER = "p_" + "v" * 26
ERASE = ErasePerson(person=NINO, reason=ErasureReason.DEPARTURE)
NAME = Name("Ninon", "Quastelbourg")


@pytest.fixture(scope="module")
def vault(postgres: EmbeddedPostgres) -> Iterator[Vault]:
    migrate(postgres.url("ruche_migrator"), VAULT_SCHEMA, "vault")
    with Vault(postgres.url("ruche_vault"), bytes(32)) as opened_vault:
        yield opened_vault


class Lost:
    """A log whose first append never happens: the process was killed just before it."""

    def __init__(self, log: Appending) -> None:
        self._log, self.killed = log, False

    def append(self, command: Append) -> Appended | Repeated | Conflict:
        if not self.killed:
            self.killed = True
            raise Busy
        return self._log.append(command)


def confided(vault: Vault, room: Room, register: str, author: str = TEACHER) -> None:
    """Put what is behind the seals of a room in the vault."""
    for commitment, one in room.vault.items():
        vault.keep_opening(register, b64decode(commitment), b64decode(one["salt"]), one["value"], subjects=(), author=author)
        vault.confirm_opening(register, b64decode(commitment))


def brought(bringer: Forgetting | Unsealing, room: Room, register: str, command: Command, by: str) -> object:
    given = Circumstances(by, register, COMMAND_ID, room.now, bytes(32), PARIS)
    return bringer.bring(register, State(room.state.standing, (room.state,)), command, given)


def hidden(publish: Publish) -> tuple[CardRoom, str]:
    """A closed ballot whose papers are under seal."""
    room = CardRoom()
    name = room.voting(voters=5, command=carded(publish=publish))
    for number in range(5):
        room.cast(name, number, "yes")
    room.ask(CloseBallot(ballot=name, counted=5))
    return room, name


def readable(vault: Vault, register: str, commitment: str) -> bool:
    return vault.opening(register, b64decode(commitment), reader=VERIFIER, why="test.board") is not None


@pytest.mark.parametrize("publish", [Publish.COUNTS, Publish.OUTCOME])
def test_the_papers_under_seal_are_gone_once_the_ballot_is_archived_and_not_before(vault: Vault, publish: Publish) -> None:
    room, name = hidden(publish)
    register, board, archive = fresh_id(), room.state.ballots.by_id[name].board, ArchiveBallot(ballot=name)
    confided(vault, room, register)
    assert board is not None and readable(vault, register, board)
    forgetting = Forgetting(vault)
    for by, later in ((TEACHER, timedelta(hours=47)), (BEN, timedelta(hours=49))):
        with pytest.raises(Unanswered):
            brought(forgetting, room.at(room.records[-1].time + later), register, archive, by)
        assert readable(vault, register, board)
    for _ in range(2):
        assert brought(forgetting, room, register, archive, TEACHER) == {}
        assert not readable(vault, register, board)


def test_published_papers_have_nothing_to_forget(vault: Vault) -> None:
    room, name = hidden(Publish.LIST)
    assert room.state.ballots.by_id[name].board is None
    assert brought(Forgetting(vault), room.at(room.now + timedelta(hours=49)), fresh_id(), ArchiveBallot(ballot=name), TEACHER) == {}


def test_whoever_may_not_close_a_ballot_opens_nothing(vault: Vault) -> None:
    room, register = Room(), fresh_id()
    name = room.open(named())
    for voter in (ANA, BEN):
        room.ask(CastVote(ballot=name, choice=Choice(marks=("yes",))), voter)
    confided(vault, room, register, author=ANA)
    with pytest.raises(Forbidden):
        brought(Unsealing(vault), room, register, CloseBallot(ballot=name), CLEO)
    assert vault.accesses(register, ANA) == ()
    found = brought(Unsealing(vault), room, register, CloseBallot(ballot=name), TEACHER)
    assert isinstance(found, dict) and len(found["openings"]) == 2
    assert [access.who for access in vault.accesses(register, ANA)] == [TEACHER, TEACHER]


def test_whoever_is_no_teller_does_not_see_what_the_other_one_counted(vault: Vault) -> None:
    room, register = Room(), fresh_id()
    name = room.open(ballot())
    count = EnterHandCount(ballot=name, count=hand_count(pile(9, "yes")))
    room.ask(count, TEACHER)
    confided(vault, room, register)
    with pytest.raises(Forbidden):
        brought(Unsealing(vault), room, register, count, BEN)
    assert vault.accesses(register, TEACHER) == ()
    brought(Unsealing(vault), room, register, count, ANA)
    assert [access.who for access in vault.accesses(register, TEACHER)] == [ANA]


def test_killed_between_the_vault_and_the_register_asking_again_finishes(vault: Vault, log: LogUnderTest) -> None:
    register = opened(log, (*RUN_SCHOOL, MemberLeft(member=NINO, on=CHRISTMAS)))
    for person, name in ((NINO, NAME), (LOU, Name("Lou", "Petit"))):
        vault.keep_person(register, person, name, "member")
        vault.confirm(register, person)
    with desks(log, register=register, rulebook=GOVERNANCE, confidant=VaultConfidant(vault)) as (desk,):
        desk.clock.at = desk.clock.at.replace(year=2025, month=2)
        handling, lost, key = desk.handling, Lost(desk.handling._log), fresh_id()
        handling._bringer, handling._log = Forgetting(vault), lost
        with pytest.raises(Forbidden):
            handling.handle(ERASE, Asked(register, LOU, fresh_id()))
        assert NINO in vault.names(register, [NINO], reader=GARNIER, why="test")
        with pytest.raises(Busy):
            handling.handle(ERASE, Asked(register, GARNIER, key))
        assert lost.killed and NINO not in vault.names(register, [NINO], reader=GARNIER, why="test")
        assert not any(isinstance(record.event, PersonErased) for record in written(log, register))
        assert len(handling.handle(ERASE, Asked(register, GARNIER, key)).records) == 1
        assert handling.handle(ERASE, Asked(register, GARNIER, key)).repeated
        assert handling.handle(ERASE, Asked(register, GARNIER, fresh_id())).records == ()
    assert [type(record.event) for record in written(log, register)].count(PersonErased) == 1
    assert set(vault.names(register, [NINO, LOU], reader=GARNIER, why="test")) == {LOU}
