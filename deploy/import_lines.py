"""Which command each line of a spreadsheet stands for: the signs of its columns say it, never its voucher's letters.

| treasury | advances (467) | accounts | what it is |
|---|---|---|---|
| in | | yes | receipt |
| out | | yes | expense |
| one out, one in | | | internal transfer |
| one out | in | | advance granted to the pot's class |
| | out | yes | justification of an advance |
| one in | out | | what is left of an advance, returned |

A justification or a return falls on the pot's oldest advance that holds enough. A sheet names no holder: an advance is
entrusted to the tutor of the pot's class on that day, else to whoever imports. Everything is marked as taken over, without
a signatory. Rules stay with the deciders: here is only what they cannot see, columns that do not cancel out.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from deploy.cells import folded
from deploy.spreadsheet import Move, Operation
from services.governance.events.people import Role
from services.ledger.books import Books
from services.ledger.commands.books import (
    GrantAdvance,
    JustifyAdvance,
    RecordExpense,
    RecordReceipt,
    RecordTransfer,
    ReturnAdvance,
    TransferBetweenPots,
)
from services.ledger.deciders.checks import NotBalanced, NothingMoves
from services.ledger.events.books import TreasuryKind
from services.ledger.events.entries import Allocation, Leg, Means
from services.ledger.events.legs import ADVANCES
from services.ledger.events.pots import Purpose
from shared.messages import Command
from shared.refusals import Refused
from shared.values import Code, Id, Pseudonym

# How a label says the way the money went, without accents; cash is known by its column. What no word says is `other`.
MEANS: Final = {
    "cheque": Means.CHEQUE,
    "virement": Means.TRANSFER,
    "carte bancaire": Means.CARD,
    "prelevement": Means.DIRECT_DEBIT,
}
PURPOSES: Final = {"repartition": Purpose.SHARE, "complement": Purpose.COMPLEMENT, "reversement": Purpose.PAYBACK}


class UnknownShape(Refused):
    """Les signes de cette ligne ne disent ni recette, ni dépense, ni virement, ni avance : sépare-la en plusieurs lignes.
    The signs of this line say neither receipt, expense, transfer nor advance: part it into several lines."""


class ColumnsDisagree(Refused):
    """Les colonnes de cette ligne ne se compensent pas : il y a l'écart indiqué.
    The columns of this line do not cancel out: they differ by the amount shown."""


class PotMissing(Refused):
    """Cette ligne doit dire de quel pot il s'agit.
    This line must say which pot it is about."""


class NoOpenAdvance(Refused):
    """Aucune avance n'est ouverte pour ce pot : l'avance doit venir avant sa justification et son reliquat.
    No advance is open for this pot: the advance must come before its justification and its remainder."""


class Scene(NamedTuple):
    """What a line is read against: the books so far, advances in the order they were granted, and each pot's class."""

    books: Books
    granted: tuple[Id, ...]
    class_of: Mapping[Code, Code]
    actor: Pseudonym


def command_of(line: Operation | Move, scene: Scene) -> Command:
    """Return the command that a line stands for. Raises the Refused that says why there is none."""
    if isinstance(line, Move):
        return _between_pots(line)
    advances = dict(line.amounts).get(ADVANCES, 0)
    treasury = [(account, amount) for account, amount in line.amounts if account != ADVANCES]
    into = [account for account, amount in treasury if amount > 0]
    out_of = [account for account, amount in treasury if amount < 0]
    if not treasury and not advances:
        raise NothingMoves
    match (len(into), len(out_of), (advances > 0) - (advances < 0), bool(line.split)):
        case (_, 0, 0, True):
            return _receipt(line, treasury, scene)
        case (0, _, 0, True):
            return _expense(line, treasury, scene)
        case (1, 1, 0, False):
            return _transfer(line, out_of[0], into[0])
        case (0, 1, 1, False):
            return _grant(line, out_of[0], advances, scene)
        case (0, 0, -1, True):
            return _justification(line, -advances, scene)
        case (1, 0, -1, False):
            return _return(line, into[0], -advances, scene)
        case _:
            raise UnknownShape


def _receipt(line: Operation, treasury: Iterable[tuple[Code, int]], scene: Scene) -> RecordReceipt:
    legs = tuple(Leg(account=account, amount=amount) for account, amount in treasury)
    return RecordReceipt(
        on=line.on,
        voucher=line.voucher,
        label=line.label,
        treasury=legs,
        allocations=_allocations(line),
        pot=_pot(line),
        means=_means(line, legs, scene.books),
        project=line.project,
        taken_over=True,
    )


def _expense(line: Operation, treasury: Iterable[tuple[Code, int]], scene: Scene) -> RecordExpense:
    legs = tuple(Leg(account=account, amount=amount) for account, amount in treasury)
    return RecordExpense(
        on=line.on,
        voucher=line.voucher,
        label=line.label,
        treasury=legs,
        allocations=_allocations(line),
        pot=_pot(line),
        means=_means(line, legs, scene.books),
        project=line.project,
        taken_over=True,
    )


def _transfer(line: Operation, out_of: Code, into: Code) -> RecordTransfer:
    amount = _cancelled(line)
    return RecordTransfer(on=line.on, voucher=line.voucher, label=line.label, out_of=out_of, into=into, amount=amount, taken_over=True)


def _grant(line: Operation, out_of: Code, amount: int, scene: Scene) -> GrantAdvance:
    _cancelled(line)
    holder = holder_on(scene, _pot(line), line.on)
    return GrantAdvance(on=line.on, voucher=line.voucher, pot=_pot(line), holder=holder, out_of=out_of, amount=amount, taken_over=True)


def _justification(line: Operation, amount: int, scene: Scene) -> JustifyAdvance:
    split = sum(one.amount for one in line.split)
    if split != amount:
        raise NotBalanced(paid=amount, split=split, missing=amount - split)
    advance = _advance(line, amount, scene)
    allocations = _allocations(line, line.project)
    return JustifyAdvance(advance=advance, on=line.on, voucher=line.voucher, label=line.label, allocations=allocations, taken_over=True)


def _return(line: Operation, into: Code, amount: int, scene: Scene) -> ReturnAdvance:
    _cancelled(line)
    return ReturnAdvance(advance=_advance(line, amount, scene), on=line.on, voucher=line.voucher, into=into, amount=amount, taken_over=True)


def _between_pots(move: Move) -> TransferBetweenPots:
    label = folded(move.label)
    purpose = next((purpose for word, purpose in PURPOSES.items() if word in label), Purpose.OTHER)
    return TransferBetweenPots(
        on=move.on, label=move.label, out_of=move.out_of, into=move.into, amount=move.amount, purpose=purpose, taken_over=True
    )


def _cancelled(line: Operation) -> int:
    """Return what moved, where the columns must cancel out."""
    if difference := sum(amount for _, amount in line.amounts):
        raise ColumnsDisagree(missing=difference)
    return max(amount for _, amount in line.amounts)


def _pot(line: Operation) -> Code:
    if line.pot is None:
        raise PotMissing
    return line.pot


def _allocations(line: Operation, project: Code | None = None) -> tuple[Allocation, ...]:
    return tuple(Allocation(account=one.account, amount=one.amount, project=project) for one in line.split)


def _means(line: Operation, legs: Iterable[Leg], books: Books) -> Means:
    kinds = {treasury.kind for leg in legs if (treasury := books.treasuries.get(leg.account))}
    if kinds == {TreasuryKind.CASH}:
        return Means.CASH
    label = folded(line.label)
    return next((means for word, means in MEANS.items() if word in label), Means.OTHER)


def _advance(line: Operation, amount: int, scene: Scene) -> Id:
    pot, advances = _pot(line), scene.books.advances
    open_ones = [name for name in scene.granted if advances[name].pot == pot and advances[name].left and not advances[name].settled]
    if not open_ones:
        raise NoOpenAdvance(pot=pot)
    return next((name for name in open_ones if advances[name].left >= amount), open_ones[0])


def holder_on(scene: Scene, pot: Code, on: date) -> Pseudonym:
    """Return the tutor of a pot's class on a day, else whoever imports."""
    class_code = scene.class_of.get(pot, pot)
    grants = scene.books.standing.grants.by_key.values()
    tutors = [one.holder for one in grants if one.what == Role.CLASS_TUTOR and one.scope == class_code and one.holds_on(on)]
    return min(tutors, default=scene.actor)
