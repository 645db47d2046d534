"""The papers of ballots with cards as closing published them: each under the code of its card, so that a voter finds their own."""

from dataclasses import dataclass, replace

from immutables import Map

from services.governance.events.ballots import BoxOpened, CardCode, CardsIssued, Paper
from services.governance.events.catalogue import GovernanceEvent
from services.governance.urn.cards import code_of, key_of
from shared.messages import Recorded
from shared.projecting import Projection
from shared.values import Id, Table


@dataclass(frozen=True, slots=True)
class Board:
    """One ballot: how many cards were printed, and the papers where they are published."""

    cards: int = 0
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Boards:
    """Every ballot with cards by its id."""

    boards: Table[Id, Board] = Map()


def evolve(known: Boards, record: Recorded[GovernanceEvent]) -> Boards:
    """Apply one fact; a cut may hide that the cards were printed, then codes have as many digits as the papers ask for."""
    match record.event:
        case CardsIssued(ballot=ballot, keys=keys):
            board = known.boards.get(ballot, Board())
            return Boards(known.boards.set(ballot, replace(board, cards=board.cards + len(keys))))
        case BoxOpened(ballot=ballot, papers=papers) if papers:
            board = known.boards.get(ballot, Board())
            return Boards(known.boards.set(ballot, replace(board, papers=board.papers + papers)))
        case _:
            return known


BOARDS: Projection[Boards] = Projection("governance.boards", 1, Boards(), evolve)


def by_code(ballot: Id, board: Board) -> list[tuple[CardCode, Paper]]:
    """Return the published papers in the alphabetical order of their cards' codes."""
    cards = max(board.cards, len(board.papers))
    return sorted(((code_of(key_of(ballot, one.tracker), cards), one) for one in board.papers), key=lambda line: line[0])
