"""One secret election from the first card to the result, with a truth that only the experimenter knows: who drew which card.

Everything is in the worst order for us: cards are drawn in the order of printing, and voters come to the tablet in the order in which
they were marked. So any order that the system keeps of its papers is the order of the marks, and is found.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from random import Random

from services.governance.events.papers import Choice
from services.governance.urn.cards import TOKEN_BYTES, code_of, key_of, paper_bytes
from tests.secrecy.house import School

OPTIONS = ("bleu", "rouge", "vert")
CARDS_LEFT = 2  # printed, drawn by nobody, void
QUESTION = "De quelle couleur peindre le préau ?"
RULE = {
    "question": QUESTION,
    "options": [{"option": one, "label": one.capitalize()} for one in OPTIONS],
    "method": "plurality",
    "parameters": {},
    "tie_policy": {"draw": "register"},
}


@dataclass(frozen=True, slots=True)
class Election:
    """An election that was held. `drew` is the truth: the token of the card that each voter drew; `votes` counts the options."""

    ballot: str
    drew: dict[str, str]
    votes: Counter[str]


@dataclass(frozen=True, slots=True)
class Started:
    """A ballot in which voting has started: the token that each voter drew, those left in the hat, the length of a paper."""

    ballot: str
    drew: dict[str, str]
    left: tuple[str, ...]
    length: int


def hold(school: School, rng: Random) -> Election:
    """Hold one election in a school. What is random of it comes from `rng`, so the same seed gives the same fortune to each guess."""
    voters = rng.sample(school.pupils, len(school.pupils))
    started = start(school, voters, rng)
    votes: Counter[str] = Counter()
    for token in started.drew.values():
        choice = rng.choice(OPTIONS)
        votes[choice] += 1
        answer = school.cast(started.ballot, token, paper(choice, started.length))
        assert answer.status == 200, answer
    school.ask("close-ballot", {"ballot": started.ballot, "counted": len(voters)})
    return Election(started.ballot, started.drew, votes)


def start(school: School, voters: list[str], rng: Random) -> Started:
    """Open a ballot, print cards, let the voters draw them one after the other, close the roll and open the urn."""
    ballot = school.opened(**RULE, way="cards", publish="list", tellers=[school.teacher, school.pupils[0]])
    tokens = drawn_from_hat(ballot, len(voters) + CARDS_LEFT, rng)
    keys = {token: key_of(ballot, token) for token in tokens}
    school.ask("issue-cards", {"ballot": ballot, "keys": sorted(keys.values())})
    for voter in voters:
        school.ask("mark-voter", {"ballot": ballot, "voter": voter})
    left = tuple(tokens[len(voters) :])
    void = [code_of(keys[token], len(tokens)) for token in left]
    school.ask("close-roll", {"ballot": ballot, "void": void, "other_teller": school.pupils[0]})
    school.ask("start-voting", {"ballot": ballot})
    length: int = school.line.send("GET", f"/urn/{ballot}").body["ballot"]["length"]
    return Started(ballot, dict(zip(voters, tokens, strict=False)), left, length)


def drawn_from_hat(ballot: str, cards: int, rng: Random) -> list[str]:
    """Return tokens in the order in which cards are printed and drawn.

    The id of the ballot is random, so the keys of given tokens cannot be foreseen; the rank that each card has among the sorted keys is
    what matters to an order, so that is what is drawn from `rng`. To anybody else this is the same as tokens drawn one after the other.
    """
    by_code: dict[str, str] = {}
    printer = Random(rng.getrandbits(64))  # apart, for how many tokens it draws depends on the id of the ballot
    while len(by_code) < cards:  # a token whose code is taken is drawn again (trust, B5)
        token = printer.randbytes(TOKEN_BYTES).hex()
        by_code.setdefault(code_of(key_of(ballot, token), cards), token)
    by_key = sorted(by_code.values(), key=lambda token: key_of(ballot, token))
    return rng.sample(by_key, len(by_key))


def paper(choice: str | None, length: int) -> str:
    """Write a paper as the page does: canonical JSON padded with spaces."""
    return paper_bytes(Choice(marks=(choice,) if choice else None)).ljust(length).decode()


def aliases(ballot: str, token: str) -> tuple[str, ...]:
    """Return every name under which somebody who has the published board can look for a card: token, what is hashed from it, key."""
    auth = hashlib.sha256(b"ruche/card-auth/v1\x00" + ballot.encode() + bytes.fromhex(token)).hexdigest()
    return token, auth, key_of(ballot, token)
