"""A class that votes with cards: a room where cards are printed, drawn and marked, with a urn in memory."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.governance.commands.ballots import CloseBallot, CloseRoll, HoldDraw, IssueCards, MarkVoter, OpenBallot, StartVoting
from services.governance.deciders.cards import CARDS
from services.governance.events.ballots import BallotOpened, Publish, Way
from services.governance.events.papers import Choice
from services.governance.rules.polling import seals_behind
from services.governance.rules.unboxing import BOX, Batch, Board, cancelled, is_published, read
from services.governance.urn.box import Opening, Urn
from services.governance.urn.cards import code_of, key_of, paper_bytes, paper_length
from shared.deciding import members
from shared.merkle import Frontier
from shared.messages import Circumstances, Command, Event
from tests.given import COMMAND_ID, PARIS, REGISTER
from tests.governance.polls import ANA, DECIDERS, PUPILS, TEACHER, Room, ballot


def token(number: int) -> str:
    """Return the token of a card, the same for the same number."""
    return f"{number:032x}"


def carded(**changed: Any) -> OpenBallot:
    """A secret yes or no with cards."""
    return ballot(**{"way": Way.CARDS, "publish": Publish.LIST} | changed)


def padded(opened: BallotOpened, choice: Choice) -> bytes:
    """Write a paper as a voter's page does."""
    return paper_bytes(choice).ljust(paper_length(opened))


@dataclass
class CardRoom(Room):
    """A room with a urn; `cast` puts in the paper of a card."""

    urn: Urn = field(default_factory=lambda: Urn(Ed25519PrivateKey.generate(), time.time, lambda: secrets.token_hex(8)))

    def ask(self, command: Command, by: str = TEACHER, badge: str | None = None, tree: Frontier | None = None) -> list[Event]:
        self.asked += 1
        given = Circumstances(
            by, REGISTER, COMMAND_ID, self.now, bytes([self.asked % 256] * 32), PARIS, tree or Frontier(), badge, {}, self._brought(command)
        )
        (decider,) = (one for one in (*DECIDERS, CARDS) if type(command) in members(one.commands))
        facts = list(decider.decide(self.state, command, given))
        self.record(facts, by)
        return facts

    def printed(self, cards: int, command: OpenBallot | None = None) -> str:
        """Open a ballot and print its cards, numbered from 0."""
        name = self.open(command or carded())
        self.ask(IssueCards(ballot=name, keys=tuple(sorted(key_of(name, token(one)) for one in range(cards)))))
        return name

    def voting(self, voters: int, cards: int = 0, command: OpenBallot | None = None) -> str:
        """Go on to the vote: so many voters drew the first cards, those left are void."""
        cards = max(cards, voters, 5)
        name = self.printed(cards, command)
        for voter in PUPILS[:voters]:
            self.ask(MarkVoter(ballot=name, voter=voter))
        keys = self.state.ballots.by_id[name].keys
        left = tuple(code_of(key_of(name, token(one)), len(keys)) for one in range(voters, cards))
        self.ask(CloseRoll(ballot=name, void=left, other_teller=ANA))
        self.ask(StartVoting(ballot=name))
        opened = self.opened(name)
        drawn = tuple(key_of(name, token(one)) for one in range(voters))
        self.urn.open(name, Opening(keys=drawn, length=paper_length(opened), shown={}))
        return name

    def opened(self, name: str) -> BallotOpened:
        return self.state.ballots.by_id[name].opened

    def cast(self, name: str, number: int, *marks: str) -> None:
        self.urn.cast(name, token(number), padded(self.opened(name), Choice(marks=marks or None)))

    def _brought(self, command: Command) -> Mapping[str, Any]:
        brought: dict[str, Any] = {"openings": {key: self.vault[key] for key in seals_behind(self.state, command) if key in self.vault}}
        if (
            isinstance(command, CloseBallot | HoldDraw)
            and (found := self.state.ballots.by_id.get(command.ballot))
            and self._in_urn(command.ballot)
        ):
            papers, again = self.urn.close(command.ballot)
            batch = Batch(tuple(papers), again)
            counted = command.counted or 0 if isinstance(command, CloseBallot) else 0
            if not is_published(found, len(papers)) and not cancelled(found, batch, counted):
                batch = batch._replace(board=self._seal(Board(papers=read(found, batch))))
            brought[BOX] = batch
        return brought

    def _in_urn(self, name: str) -> bool:
        return name in self.urn._boxes
