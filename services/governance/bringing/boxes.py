"""What the governance service tells the urn and takes from it: a box opens when voting starts, and is emptied into the closing record.

The urn stops taking papers before the decision that closes the ballot, so whatever can be judged without them is judged first.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import structlog

from services.governance.bringing.client import UrnClient
from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import ArchiveBallot, CancelBallot, CloseBallot, MoveClosing, StartVoting
from services.governance.events.ballots import Way
from services.governance.rules.unboxing import BOX, Board, VotingGoesOn, awaited, cancelled, is_published, must_be_closable, read
from services.governance.urn.box import Opening, StillVoting
from services.governance.urn.cards import paper_length
from shared.deciding import State
from shared.handling import Confidant
from shared.messages import Circumstances, Command, nobody_of
from shared.refusals import Busy
from shared.values import Id, Pseudonym, Sealed

Names = Callable[[str, Collection[Pseudonym], Pseudonym], Mapping[Pseudonym, str]]  # register, whose, for whom
EMPTIES: Final = (CloseBallot, CancelBallot, ArchiveBallot)

log = structlog.get_logger("ruche.urn")


class UrnBringer:
    """Brings the papers of the urn to the decision that closes their ballot, and tells the urn what was recorded."""

    commands: frozenset[type[Command]] = frozenset({StartVoting, MoveClosing, *EMPTIES})

    def __init__(self, urn: UrnClient, confidant: Confidant, names: Names) -> None:
        """`names` gives what a voter's page calls the people who can be chosen."""
        self._urn, self._confidant, self._names = urn, confidant, names
        self._lock = threading.Lock()
        self._asked: set[Id] = set()  # ballots with cards whose command is between its decision and its record
        self._openings: dict[Id, Opening] = {}
        self._seals: dict[Id, Sealed] = {}

    def bring(self, register: str, state: State, command: Command, given: Circumstances) -> Mapping[str, Any]:
        """Return the batch for a ballot that can be closed. Raises Busy, or why it cannot be closed."""
        ballot = _with_cards(state, command)
        if ballot is None:
            return {}
        name, opens = ballot.opened.ballot, isinstance(command, StartVoting) and given.actor in ballot.opened.tellers
        with self._lock:
            self._asked.add(name)
        if opens and ballot.phase is Phase.VOTING:  # the urn restarted: nothing is recorded, and its box is made again
            self._urn.open(name, self._opening(register, ballot, given))
        elif opens and ballot.phase is Phase.ROLL_CLOSED:
            opening = self._opening(register, ballot, given)
            with self._lock:
                self._openings[name] = opening
        elif isinstance(command, CloseBallot) and ballot.phase is Phase.VOTING and command.casting is None:
            return {BOX: self._batch(register, ballot, command, given)}
        return {}

    def recorded(self, register: str, command: Command) -> None:
        """Tell the urn. When it is away the tellers' page says so, and voting is started again from there."""
        name = getattr(command, "ballot", "")
        with self._lock:
            if name not in self._asked:
                return
            self._asked.discard(name)
            opening, sealed = self._openings.pop(name, None), self._seals.pop(name, None)
        if sealed is not None:
            self._confidant.settle(register, None, [sealed], recorded=True)
        try:
            if isinstance(command, EMPTIES):
                self._urn.forget(name)
            elif isinstance(command, MoveClosing):
                self._urn.move(name, command.closes_at.timestamp())
            elif opening is not None:
                self._urn.open(name, opening)
        except Busy:
            log.warning("the urn is away", register=register)

    def _batch(self, register: str, ballot: Ballot, command: CloseBallot, given: Circumstances) -> Any:
        must_be_closable(ballot, command, given)
        name = ballot.opened.ballot
        try:
            batch = self._urn.close(name, awaited(ballot, given))
        except StillVoting as no:
            raise VotingGoesOn(closes_at=ballot.closes_at and ballot.closes_at.isoformat()) from no
        if batch is None or is_published(ballot, len(batch.papers)) or cancelled(ballot, batch, command.counted or 0):
            return batch
        board = Board(papers=read(ballot, batch))
        sealed = self._confidant.seal(register, {"board": board}, (), nobody_of(register))["board"]
        with self._lock:
            self._seals[name] = sealed
        return batch._replace(board=sealed)

    def _opening(self, register: str, ballot: Ballot, given: Circumstances) -> Opening:
        opened = ballot.opened
        return Opening(
            keys=tuple(sorted(ballot.keys - ballot.void)),
            length=paper_length(opened),
            closes_at=ballot.closes_at.timestamp() if ballot.closes_at else None,
            shown=self._shown(register, ballot, given),
            again=ballot.phase is Phase.VOTING,
        )

    def _shown(self, register: str, ballot: Ballot, given: Circumstances) -> dict[str, Any]:
        """Return what a voter's page says of a ballot: people by their names, everything else as it was opened."""
        opened = ballot.opened
        people = [one.option for one in opened.options if one.label is None and one.option.startswith("p_")]
        names = self._names(register, people, given.actor) if people else {}
        options = [{"option": one.option, "label": names.get(one.option) or one.label} for one in opened.options]
        parameters = opened.parameters.model_dump(mode="json", exclude_none=True)
        return {
            "question": opened.question,
            "options": options,
            "method": opened.method,
            "parameters": parameters,
            "length": paper_length(opened),
        }


def _with_cards(state: State, command: Command) -> Ballot | None:
    chamber = next((fold for fold in state.folds if isinstance(fold, Chamber)), None)
    name = getattr(command, "ballot", None)
    ballot = chamber.ballots.by_id.get(name) if chamber and name else None
    return ballot if ballot is not None and ballot.opened.way is Way.CARDS else None
