"""What is behind the seals of a ballot's votes and counts: opened by the vault when the command that counts them is decided.

Nothing is opened, and no access noted, for whoever may not ask or comes too early: the decider's own rules are asked first.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import CloseBallot, EnterHandCount, HoldDraw
from services.governance.deciders.closing import closable, drawable
from services.governance.deciders.hand import countable
from services.governance.rules.polling import OPENINGS, seals_behind
from shared.deciding import State
from shared.messages import Circumstances, Command
from shared.vault.store import Vault

WHY: Final = "ballot.count"  # in the vault's log of accesses


class Unsealing:
    """Opens the seals of a ballot for the commands that count it."""

    commands: frozenset[type[Command]] = frozenset({CloseBallot, EnterHandCount, HoldDraw})

    def __init__(self, vault: Vault) -> None:
        """Take the vault of this installation."""
        self._vault = vault

    def bring(self, register: str, state: State, command: Command, given: Circumstances) -> Mapping[str, Any]:
        """Return salt and value behind each seal of the ballot, as far as the vault still has them. Raises Busy, or why it cannot be
        counted."""
        chamber = next(fold for fold in state.folds if isinstance(fold, Chamber))
        match command:
            case CloseBallot():
                closable(chamber, command, given)
            case HoldDraw():
                drawable(chamber, command, given)
            case EnterHandCount():
                countable(chamber, command, given)
        seals = sorted(seals_behind(chamber, command))
        return {OPENINGS: {sealed: opened for sealed in seals if (opened := self._opened(register, sealed, given))}}

    def recorded(self, register: str, command: Command) -> None:
        """Nothing was held: the vault keeps what it had."""

    def _opened(self, register: str, sealed: str, given: Circumstances) -> dict[str, Any] | None:
        found = self._vault.opening(register, b64decode(sealed), reader=given.actor, why=WHY)
        return {"salt": b64encode(found.salt).decode(), "value": found.value} if found else None
