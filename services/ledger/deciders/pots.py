"""The pots of the school and its classes: opened, closed, and money shared among them by a voted key.

A transfer between pots is an intention, so it is refused beyond what is available of the pot, or beyond the decision it cites; a share
is recorded to the cent, so that a later rule changes nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from services.ledger.books import BOOKS, Books
from services.ledger.commands.books import ClosePot, OpenPot, PayBackPots, SharePot, TransferBetweenPots
from services.ledger.deciders.checks import carried, has_come, open_pot, still_affiliated, writable
from services.ledger.events.books import PotClosed, PotKind, PotOpened
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.pots import KeyKind, PotTransferRecorded, Purpose, SharingKey
from services.ledger.sharing import shares
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code

PotCommand = OpenPot | ClosePot | TransferBetweenPots | SharePot | PayBackPots


class PotExists(Refused):
    """Ce code de pot sert déjà : choisis-en un autre.
    This pot code is already used: choose another."""


class ClassNotOpen(Refused):
    """Aucune classe n'est ouverte sous ce code : ouvre-la d'abord, ou ouvre le pot sans classe.
    No class is open under this code: open it first, or open the pot without a class."""


class PotNotEmpty(Refused):
    """Un pot se ferme à zéro : transfère d'abord ce qu'il contient, et fais rendre ses avances.
    A pot is closed at zero: transfer what it holds first, and have its advances returned."""


class SamePot(Refused):
    """L'argent doit passer d'un pot à un autre : les deux sont les mêmes ici.
    Money must go from one pot to another: here both are the same."""


class BeyondPot(Refused):
    """Ce pot n'a pas assez de disponible pour ce transfert : ce qui est confié en avance ou déjà engagé ne peut pas en sortir.
    This pot does not have enough available for this transfer: what is entrusted as an advance or committed cannot leave it."""


class NotTheSchool(Refused):
    """Ce qui reste dans les pots des classes revient au pot de l'école : celui-ci est celui d'une classe.
    What is left in the class pots goes back to the school's pot: this one is a class's."""


class NoWeight(Refused):
    """Cette clé ne partage rien : il faut au moins un pot avec un poids, et chaque pot une seule fois.
    This key shares nothing: at least one pot needs a weight, and each pot stands once."""


def decide(books: Books, command: PotCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on pots."""
    still_affiliated(books, command)
    match command:
        case OpenPot():
            if command.pot in books.pots:
                raise PotExists(pot=command.pot)
            has_come(command.on, given)
            if command.class_code is not None and not books.is_class(command.class_code):
                raise ClassNotOpen(class_code=command.class_code)
            return [PotOpened(**dict(command))]
        case ClosePot():
            return _closed(books, command, given)
        case TransferBetweenPots():
            return [_transferred(books, command, given)]
        case SharePot():
            return _shared(books, command, given)
        case PayBackPots():
            return _paid_back(books, command, given)
        case _:
            assert_never(command)


def _closed(books: Books, command: ClosePot, given: Circumstances) -> list[LedgerEvent]:
    pot = books.pots.get(command.pot)
    if pot is not None and pot.span.closed is not None:
        return []
    has_come(command.on, given)  # a pot closed ahead of time could still be filled until then
    open_pot(books, command.pot, command.on)
    held, entrusted = books.held.get(command.pot, 0), books.entrusted(command.pot)
    if held or entrusted:
        raise PotNotEmpty(pot=command.pot, held=held, entrusted=entrusted)
    return [PotClosed(pot=command.pot, on=command.on)]


def _transferred(books: Books, command: TransferBetweenPots, given: Circumstances) -> PotTransferRecorded:
    if command.out_of == command.into:
        raise SamePot(pot=command.into)
    _movable(books, command.out_of, command.into, command.on, given, taken_over=command.taken_over)
    available = _payable(books, command)
    if command.amount > available and not command.taken_over:
        raise BeyondPot(pot=command.out_of, available=available, asked=command.amount)
    return PotTransferRecorded(transfer=given.id(), **dict(command))


def _shared(books: Books, command: SharePot, given: Circumstances) -> list[LedgerEvent]:
    pots = [one.pot for one in command.weights]
    weights = [1 if command.kind is KeyKind.EQUAL else one.weight for one in command.weights]
    if not sum(weights) or len(set(pots)) < len(pots):
        raise NoWeight
    if command.out_of in pots:
        raise SamePot(pot=command.out_of)
    for pot in pots:
        _movable(books, command.out_of, pot, command.on, given)
    available = _payable(books, command)
    if command.amount > available:
        raise BeyondPot(pot=command.out_of, available=available, asked=command.amount)
    key = SharingKey(kind=command.kind, weights=command.weights, rounding=command.rounding)
    return [
        PotTransferRecorded(
            transfer=given.id(index),
            on=command.on,
            label=command.label,
            out_of=command.out_of,
            into=pot,
            amount=cents,
            purpose=Purpose.SHARE,
            decision=command.decision,
            key=key,
        )
        for index, (pot, cents) in enumerate(zip(pots, shares(command.amount, weights, command.rounding), strict=True))
        if cents
    ]


def _paid_back(books: Books, command: PayBackPots, given: Circumstances) -> list[LedgerEvent]:
    _movable(books, command.into, command.into, command.on, given)
    if _is_class(books, command.into):
        raise NotTheSchool(pot=command.into)
    open_classes = [code for code, pot in sorted(books.pots.items()) if _is_class(books, code) and pot.span.covers(command.on)]
    remainders = [(pot, books.available(pot)) for pot in open_classes]  # an advance goes back first, and what is decided stays
    return [
        PotTransferRecorded(
            transfer=given.id(index),
            on=command.on,
            label=command.label,
            out_of=pot,
            into=command.into,
            amount=held,
            purpose=Purpose.PAYBACK,
        )
        for index, (pot, held) in enumerate(remainders)
        if held > 0
    ]


def _payable(books: Books, command: TransferBetweenPots | SharePot) -> int:
    """Return what may leave a pot: what is available, and what the decision cited, which must carry the sum, holds back there itself."""
    available = books.available(command.out_of)
    if command.decision is None:
        return available
    decision = carried(books, command.decision, {command.out_of: command.amount}, command.on)
    return available + decision.open if decision.pot == command.out_of else available


def _movable(books: Books, out_of: Code, into: Code, on: date, given: Circumstances, *, taken_over: bool | None = None) -> None:
    writable(books, on, given, taken_over=taken_over)
    open_pot(books, out_of, on)
    open_pot(books, into, on)


def _is_class(books: Books, pot: Code) -> bool:
    known = books.pots.get(pot)
    return known is not None and known.kind is PotKind.CLASS


POTS: Decider[Books] = Decider(PotCommand, BOOKS, decide)
