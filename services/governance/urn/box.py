"""The urn: a process apart that keeps each paper under its card's key, in memory alone, until it hands all of them over sorted.

It keeps no time, no order, no address and no log; it reads no cookie and knows no person. A paper is accepted once for a card
that was issued and not void; the same paper again gets the same answer, another one is refused.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.governance.urn.cards import key_of
from shared.refusals import NotFound, Refused
from shared.values import Digest, Id, Value

TURNOUT_SECONDS: Final = 2.0  # how often what everybody may see, the number of papers, moves (trust, B1)
TOKEN: Final = re.compile(r"[0-9a-f]{32}")


class CardUnknown(Refused):
    """Cette carte n'est pas de ce scrutin, ou les scrutateurs l'ont annulée : montre-la à un scrutateur.
    This card is not of this ballot, or the tellers voided it: show it to a teller."""


class CardUsed(Refused):
    """Carte déjà utilisée : un autre bulletin est dans l'urne avec elle. Préviens un scrutateur.
    Card already used: another paper is in the box with it. Tell a teller."""


class PaperMisshapen(Refused):
    """Ce bulletin n'a pas la bonne longueur : recharge la page et recommence.
    This paper does not have the right length: load the page again and start over."""


class BoxClosed(Refused):
    """L'urne est close : ce scrutin ne reçoit plus de bulletins.
    The box is closed: this ballot takes no more papers."""


class NoSuchBox(NotFound):
    """L'urne n'attend pas de bulletins pour ce scrutin : préviens un scrutateur, ta carte reste bonne.
    The box expects no papers for this ballot: tell a teller, your card stays good."""


class StillVoting(Refused):
    """Des cartes tirées n'ont pas encore voté : l'urne reste ouverte jusqu'à l'heure annoncée.
    Some cards drawn have not voted yet: the box stays open until the announced time."""


class Opening(Value):
    """What the urn is told of a ballot: keys of the cards drawn, the one length in bytes of a paper, the closing time in seconds since
    1970, and what a voter's page says of it. `again` when voting had started before: papers that it held then may be missing."""

    keys: tuple[Digest, ...]
    length: int
    closes_at: float | None = None
    shown: dict[str, Any]
    again: bool = False


@dataclass(slots=True)
class Box:
    """The papers of one ballot: for each used card the token and the paper. `mark` is new each time a box is made, so that a device
    sees that the papers it gave before are gone."""

    opening: Opening
    keys: frozenset[Digest]
    closes_at: float | None
    mark: str
    papers: dict[Digest, tuple[str, bytes]] = field(default_factory=dict)
    closed: bool = False
    shown: int = 0
    shown_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What everybody may know of a box: how many papers at the last tick, whether and when it closes, its mark, what is voted on."""

    papers: int
    closed: bool
    closes_at: float | None
    mark: str
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter's own device may keep: the card's key, the paper's SHA-256, and the urn's signature over both (base64)."""

    key: Digest
    paper: Digest
    signature: str


class Urn:
    """The boxes of this process. Not shared between threads: one event loop serves it."""

    def __init__(self, signs: Ed25519PrivateKey, clock: Callable[[], float], mark: Callable[[], str]) -> None:
        """Take the key that signs receipts, a clock in seconds since 1970, and what makes a mark that no box had before."""
        self._signs, self._clock, self._mark = signs, clock, mark
        self._boxes: dict[Id, Box] = {}
        self._done: set[Id] = set()

    def open(self, ballot: Id, opening: Opening) -> None:
        """Expect papers for a ballot; again, or once it is over, changes nothing."""
        if ballot not in self._done and ballot not in self._boxes:
            self._boxes[ballot] = Box(opening, frozenset(opening.keys), opening.closes_at, self._mark())

    def move(self, ballot: Id, closes_at: float) -> None:
        """Take papers until another hour; a box that is not there yet is opened with it."""
        if box := self._boxes.get(ballot):
            box.closes_at = closes_at

    def cast(self, ballot: Id, token: str, paper: bytes) -> Receipt:
        """Take one paper. Raises NoSuchBox, BoxClosed, CardUnknown, PaperMisshapen or CardUsed; nothing changes then."""
        if ballot in self._done:
            raise BoxClosed
        box = self._box(ballot)
        key = key_of(ballot, token) if TOKEN.fullmatch(token) else ""
        if key not in box.keys:
            raise CardUnknown
        known = box.papers.get(key)
        if known is not None and known[1] == paper:
            return self._receipt(ballot, key, paper)
        if self._over(box):
            raise BoxClosed
        if len(paper) != box.opening.length:
            raise PaperMisshapen
        if known is not None:
            raise CardUsed
        box.papers[key] = (token, paper)
        return self._receipt(ballot, key, paper)

    def seen(self, ballot: Id) -> Seen:
        """Return what everybody may know of a box; of one that is over only that it is. Raises NoSuchBox."""
        if ballot in self._done:
            return Seen(0, closed=True, closes_at=None, mark="", shown={})
        box, now = self._box(ballot), self._clock()
        if now - box.shown_at >= TURNOUT_SECONDS:
            box.shown, box.shown_at = len(box.papers), now
        return Seen(box.shown, self._over(box), box.closes_at, box.mark, box.opening.shown)

    def close(self, ballot: Id, at_least: int = 0) -> tuple[list[tuple[Digest, str, bytes]], bool]:
        """Take no more papers; return (key, token, paper) of each, sorted by key, the same every time until they are forgotten, and
        whether the box was opened again. Raises StillVoting, and stays open, when it holds fewer papers than `at_least`; NoSuchBox."""
        box = self._box(ballot)
        if not box.closed and len(box.papers) < at_least:
            raise StillVoting
        box.closed = True
        return [(key, *box.papers[key]) for key in sorted(box.papers)], box.opening.again

    def forget(self, ballot: Id) -> None:
        """Drop a box whose papers are in the register, or whose ballot was cancelled; it never opens again in this process."""
        self._boxes.pop(ballot, None)
        self._done.add(ballot)

    def _over(self, box: Box) -> bool:
        return box.closed or (box.closes_at is not None and self._clock() >= box.closes_at)

    def _box(self, ballot: Id) -> Box:
        box = self._boxes.get(ballot)
        if box is None:
            raise NoSuchBox
        return box

    def _receipt(self, ballot: Id, key: Digest, paper: bytes) -> Receipt:
        digest = hashlib.sha256(paper).digest()
        signed = self._signs.sign(b"ruche/urn-receipt/v1\x00" + ballot.encode() + bytes.fromhex(key) + digest)
        return Receipt(key, digest.hex(), b64encode(signed).decode())
