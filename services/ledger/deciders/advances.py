"""Money entrusted to a class: granted, justified, returned, settled at exactly zero."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from services.governance.events.people import PersonKind, Role
from services.ledger.books import BOOKS, Books
from services.ledger.commands.books import GrantAdvance, JustifyAdvance, ReturnAdvance, SettleAdvance
from services.ledger.deciders.checks import (
    NothingMoves,
    free_voucher,
    irregular_reason,
    mandated,
    open_pot,
    result_accounts,
    still_affiliated,
    treasury_accounts,
    writable,
)
from services.ledger.events.advances import AdvanceGranted, AdvanceJustified, AdvanceReturned, AdvanceSettled
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import Accepted
from services.ledger.kept import Advance
from services.ledger.registers.cheques import free_cheque
from services.ledger.watch import above_ceiling
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Forbidden, Notice, Refused
from shared.values import Id

AdvanceCommand = GrantAdvance | JustifyAdvance | ReturnAdvance | SettleAdvance

CAP_RULE = "advance_cap"


class AboveTheCap(Refused):
    """Cette avance dépasse le plafond des règles : dis pourquoi, la raison sera enregistrée avec elle.
    This advance is above the cap of the rules: say why, the reason will be recorded with it."""


class HolderIsNoMember(Refused):
    """Une avance se confie à quelqu'un de la coopérative.
    An advance is entrusted to somebody of the cooperative."""


class NotAnAdult(Refused):
    """Une avance se confie à un adulte de la coopérative : il en répond jusqu'au dernier centime.
    An advance is entrusted to an adult of the cooperative, who answers for it to the last cent."""


class NoSuchAdvance(Refused):
    """Cette avance n'existe pas dans ce registre.
    This advance does not exist in this register."""


class AdvanceIsSettled(Refused):
    """Cette avance est déjà soldée.
    This advance is already settled."""


class AdvanceIsUndone(Refused):
    """Cette avance a été contre-passée : il n'en reste rien, confie une nouvelle avance s'il en faut une.
    This advance was reversed: nothing is left of it, entrust a new one where one is needed."""


class BeyondAdvance(Refused):
    """C'est plus que ce qui reste de cette avance.
    This is more than what is left of this advance."""


class BeforeTheAdvance(Refused):
    """Cette date vient trop tôt : une avance est d'abord confiée, puis justifiée ou rendue, enfin soldée.
    This date comes too early: an advance is granted first, then justified or returned, and settled last."""


class AdvanceNotZero(Refused):
    """Il reste de l'argent sur cette avance : il faut le justifier ou le rendre avant de la solder.
    There is money left on this advance: justify it or return it before settling."""


class NotYourAdvance(Forbidden):
    """Cette avance est confiée à quelqu'un d'autre : son responsable ou un mandataire la justifie.
    This advance is entrusted to somebody else: its holder or a mandate holder justifies it."""


def decide(books: Books, command: AdvanceCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on advances."""
    still_affiliated(books, command)
    match command:
        case GrantAdvance():
            return [_granted(books, command, given)]
        case JustifyAdvance():
            return [_justified(books, command, given)]
        case ReturnAdvance():
            return [_returned(books, command, given)]
        case SettleAdvance():
            return _settled(books, command, given)
        case _:
            assert_never(command)


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say when an expense paid from an advance is above its ceiling; the rest is said of every entry by the journal."""
    event = record.event
    advance = books.advances.get(event.advance) if isinstance(event, AdvanceJustified) else None
    return above_ceiling(event, advance.ceiling) if advance and isinstance(event, AdvanceJustified) else []


def _granted(books: Books, command: GrantAdvance, given: Circumstances) -> AdvanceGranted:
    taken_over = bool(command.taken_over)
    free_voucher(books, writable(books, command.on, given, taken_over=command.taken_over), command.voucher)
    treasury_accounts(books, command.on, [command.out_of])
    open_pot(books, command.pot, command.on)
    _may_hold(books, command)
    free_cheque(books.registers.cheques, command.cheque, [command.out_of])
    signatory = mandated(books, command.signatory, command.on, actor=given.actor, taken_over=taken_over)
    irregular = irregular_reason(books, command, {command.pot: command.amount})
    return AdvanceGranted(
        advance=given.id(),
        on=command.on,
        voucher=command.voucher,
        pot=command.pot,
        holder=command.holder,
        out_of=command.out_of,
        amount=command.amount,
        signatory=signatory,
        ceiling=command.ceiling,
        cheque=command.cheque,
        decision=command.decision,
        irregular=irregular,
        accepted=_above_cap(books, command),
        taken_over=command.taken_over,
    )


def _may_hold(books: Books, command: GrantAdvance) -> None:
    if command.taken_over:
        return
    if not books.standing.roles(command.holder, command.on):
        raise HolderIsNoMember(holder=command.holder)
    if books.standing.kind(command.holder) in {PersonKind.PUPIL, PersonKind.PROCESS}:
        raise NotAnAdult(holder=command.holder)


def _above_cap(books: Books, command: GrantAdvance) -> tuple[Accepted, ...] | None:
    rules = books.rules_on(command.on)
    if rules is None or command.amount <= rules.content.advance_cap or command.taken_over:
        return None
    if command.cap_reason is None:
        raise AboveTheCap(cap=rules.content.advance_cap, asked=command.amount)
    return (Accepted(rule=CAP_RULE, version=rules.version, reason=command.cap_reason),)


def _justified(books: Books, command: JustifyAdvance, given: Circumstances) -> AdvanceJustified:
    advance = _open_advance(books, command.advance)
    if given.actor != advance.holder and Role.MANDATE_HOLDER not in books.standing.roles(given.actor, given.today):
        raise NotYourAdvance
    free_voucher(books, writable(books, command.on, given, taken_over=command.taken_over), command.voucher)
    _not_before(advance.on, command.on)
    if not command.allocations:
        raise NothingMoves
    result_accounts(books, command.on, command.allocations, advance.pot)
    spent = sum(one.amount for one in command.allocations)
    if spent > advance.left:
        raise BeyondAdvance(left=advance.left, asked=spent)
    return AdvanceJustified(entry=given.id(), **dict(command))


def _returned(books: Books, command: ReturnAdvance, given: Circumstances) -> AdvanceReturned:
    advance = _open_advance(books, command.advance)
    free_voucher(books, writable(books, command.on, given, taken_over=command.taken_over), command.voucher)
    _not_before(advance.on, command.on)
    treasury_accounts(books, command.on, [command.into])
    if command.amount > advance.left:
        raise BeyondAdvance(left=advance.left, asked=command.amount)
    return AdvanceReturned(entry=given.id(), **dict(command))


def _settled(books: Books, command: SettleAdvance, given: Circumstances) -> list[LedgerEvent]:
    advance = books.advances.get(command.advance)
    if advance is None:
        raise NoSuchAdvance(advance=command.advance)
    if advance.settled:
        return []
    _not_undone(command.advance, advance)
    writable(books, command.on, given)
    _not_before(advance.last, command.on)
    if advance.left:
        raise AdvanceNotZero(left=advance.left)
    figures = {"granted": advance.granted, "justified": advance.justified, "returned": advance.returned}
    return [AdvanceSettled(advance=command.advance, on=command.on, **figures)]


def _open_advance(books: Books, advance: Id) -> Advance:
    known = books.advances.get(advance)
    if known is None:
        raise NoSuchAdvance(advance=advance)
    if known.settled:
        raise AdvanceIsSettled(advance=advance)
    _not_undone(advance, known)
    return known


def _not_undone(advance: Id, known: Advance) -> None:
    if known.undone:
        raise AdvanceIsUndone(advance=advance)


def _not_before(earliest: date, on: date) -> None:
    if on < earliest:
        raise BeforeTheAdvance(earliest=earliest.isoformat(), on=on.isoformat())


ADVANCE: Decider[Books] = Decider(AdvanceCommand, BOOKS, decide, warn)
