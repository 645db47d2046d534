"""What the vault forgets just before the register says that it is gone: a person who left, the papers of an archived secret ballot.

First gone, then written: no record ever promises a forgetting that a crash prevented. The rules are asked before anything is deleted, and
deleting again changes nothing, so after a fault the same command finishes what it began.
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, TypeVar

from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import ArchiveBallot
from services.governance.commands.privacy import ErasePerson
from services.governance.deciders.cards import archivable
from services.governance.deciders.erasing import Leavers, erasable
from shared.deciding import State
from shared.messages import Circumstances, Command
from shared.vault.store import Vault

F = TypeVar("F")


class Forgetting:
    """Deletes from the vault what a command is about to record as gone."""

    commands: frozenset[type[Command]] = frozenset({ErasePerson, ArchiveBallot})

    def __init__(self, vault: Vault) -> None:
        """Take the vault of this installation."""
        self._vault = vault

    def bring(self, register: str, state: State, command: Command, given: Circumstances) -> Mapping[str, Any]:
        """Delete what the command may delete; nothing is brought. Raises Busy, or why it may not."""
        match command:
            case ErasePerson(person=person):
                erasable(_fold(state, Leavers), command, given)
                self._vault.erase_person(register, person)
            case ArchiveBallot():
                board = archivable(_fold(state, Chamber), command, given).board
                if board is not None:
                    self._vault.drop_opening(register, b64decode(board), only_unconfirmed=False)
        return {}

    def recorded(self, register: str, command: Command) -> None:
        """Nothing was held."""


def _fold(state: State, kind: type[F]) -> F:
    return next(fold for fold in state.folds if isinstance(fold, kind))
