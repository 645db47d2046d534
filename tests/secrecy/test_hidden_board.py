"""Where papers are not published, what is published of them lets nobody work them out by trying."""

from itertools import product

from services.governance.commands.ballots import CloseBallot
from services.governance.events.ballots import BallotOpened, BoxOpened, BoxSealed, Publish
from services.governance.events.papers import Choice
from services.governance.urn.cards import key_of, paper_bytes, paper_length
from shared.merkle import leaf_hash, tree_root
from tests.governance.card_room import CardRoom, carded, token
from tests.governance.polls import of_kind

VOTERS = 5  # the fewest that cards are for: 1,024 boxes are possible
VOTES = ("yes", "no", None, "yes", "abstain")


def guessed(opened: BallotOpened, keys: list[str], root: str) -> list[tuple[str | None, ...]]:
    """Return every way to fill the box that has this root, from what the register shows: the keys drawn and the options."""
    options, length = [*(one.option for one in opened.options), None], paper_length(opened)
    leaves = {
        (key, choice): leaf_hash(bytes.fromhex(key) + paper_bytes(Choice(marks=(choice,) if choice else None)).ljust(length))
        for key in keys
        for choice in options
    }
    boxes = product(options, repeat=len(keys))
    return [box for box in boxes if tree_root([leaves[one] for one in zip(keys, box, strict=True)]).hex() == root]


def test_the_root_of_a_hidden_box_tells_nothing_to_who_tries_all_papers() -> None:
    room = CardRoom()
    name = room.voting(voters=VOTERS, command=carded(publish=Publish.OUTCOME))
    for number, vote in enumerate(VOTES):
        room.cast(name, number, *([vote] if vote else []))
    facts = room.ask(CloseBallot(ballot=name, counted=VOTERS))
    (sealed,), (board,) = of_kind(facts, BoxSealed), of_kind(facts, BoxOpened)
    assert isinstance(sealed, BoxSealed) and isinstance(board, BoxOpened) and board.papers is None
    keys = sorted(key_of(name, token(number)) for number in range(VOTERS))
    assert guessed(room.opened(name), keys, sealed.root) == []


def test_without_the_tokens_the_same_root_would_tell_every_paper() -> None:
    room = CardRoom()
    name = room.voting(voters=VOTERS)
    votes, opened = dict(zip((key_of(name, token(one)) for one in range(VOTERS)), VOTES, strict=True)), room.opened(name)
    papers = [
        bytes.fromhex(key) + paper_bytes(Choice(marks=(votes[key],) if votes[key] else None)).ljust(paper_length(opened))  # type: ignore[arg-type]
        for key in sorted(votes)
    ]
    root = tree_root([leaf_hash(one) for one in papers]).hex()
    assert guessed(opened, sorted(votes), root) == [tuple(votes[key] for key in sorted(votes))]
