"""The papers of entries: which file may be attached to what, and when one may say that a paper is lost."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.events.people import Role
from services.ledger.books import BOOKS, Books
from services.ledger.commands.books import AttachVoucher, DeclareVoucherLost
from services.ledger.deciders.checks import has_come
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.vouchers import VoucherAttached, VoucherDeclaredLost
from services.ledger.kept import Entry
from services.ledger.orders import Order
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused
from shared.values import Id, Pseudonym

VoucherCommand = AttachVoucher | DeclareVoucherLost

FILES_MAX = 20  # pages of one voucher: a long invoice photographed page by page
DOCUMENT = "document"  # the name under which whoever kept the file hands its seal in


class NoEntryToAttachTo(Refused):
    """Cette écriture n'existe pas dans ce registre : on ne peut rien y joindre.
    This entry does not exist in this register: nothing can be attached to it."""


class NeedsNoVoucher(Refused):
    """Cette écriture n'a pas de pièce : une contre-passation ou un partage entre pots n'en demande pas.
    This entry has no voucher: a reversal or a transfer between pots needs none."""


class FileNotKept(Refused):
    """Aucun fichier n'est venu avec cette demande : envoie la photo ou le PDF de la pièce.
    No file came with this request: send the photograph or the PDF of the voucher."""


class TooManyFiles(Refused):
    """Cette écriture a déjà vingt fichiers : rassemble les pages qui restent dans un seul PDF.
    This entry has twenty files already: put the pages that are left together in one PDF."""


class VoucherIsThere(Refused):
    """La pièce de cette écriture est jointe : elle n'est pas perdue.
    The voucher of this entry is attached: it is not lost."""


class BeforeItsEntry(Refused):
    """Une pièce ne peut pas être déclarée perdue avant la date de son écriture.
    A voucher cannot be declared lost before the date of its entry."""


class ApprovedOnItsVoucher(Refused):
    """Cet ordre est approuvé, payé ou refusé sur la pièce qu'il a : une autre pièce se joint à l'écriture, une fois qu'il est payé.
    This order was approved, paid or refused on the voucher it has: another one is attached to the entry, once it is paid."""


class NotYourVoucher(Forbidden):
    """Cette pièce n'est pas celle de ton avance : un mandataire peut la joindre.
    This voucher is not one of your advance: a mandate holder can attach it."""


def decide(books: Books, command: VoucherCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on papers. They move no money: neither a lock nor the cooperative's leaving is in their way."""
    match command:
        case AttachVoucher():
            return [_attached(books, command, given)]
        case DeclareVoucherLost():
            return _lost(books, command, _entry(books, command.entry), given)
        case _:
            assert_never(command)


def _entry(books: Books, name: Id) -> Entry:
    entry = books.entries.get(name)
    if entry is None:
        raise NoEntryToAttachTo(entry=name)
    if entry.voucher is None:
        raise NeedsNoVoucher(entry=name)
    return entry


def _attached(books: Books, command: AttachVoucher, given: Circumstances) -> VoucherAttached:
    order = books.orders.by_id.get(command.entry)
    if not _may_attach(books, order or _entry(books, command.entry), given.actor, given):
        raise NotYourVoucher(entry=command.entry)
    if order is not None and (order.approvals or not order.open):
        raise ApprovedOnItsVoucher(order=command.entry)
    if command.on is not None:
        has_come(command.on, given)
    document = given.seals.get(DOCUMENT)
    if document is None:
        raise FileNotKept(entry=command.entry)
    if books.paper_of(command.entry).files >= FILES_MAX:
        raise TooManyFiles(entry=command.entry)
    return VoucherAttached(entry=command.entry, document=document, media_type=command.media_type, size=command.size, on=command.on)


def _may_attach(books: Books, entry: Entry | Order, actor: Pseudonym, given: Circumstances) -> bool:
    if Role.MANDATE_HOLDER in books.standing.roles(actor, given.today):
        return True
    if isinstance(entry, Order):
        return actor in entry.drafters
    advance = books.advances.get(entry.step.advance) if entry.step else None
    return advance is not None and advance.holder == actor


def _lost(books: Books, command: DeclareVoucherLost, entry: Entry, given: Circumstances) -> list[LedgerEvent]:
    papers = books.paper_of(command.entry)
    if papers.files:
        raise VoucherIsThere(entry=command.entry)
    if papers.lost:
        return []
    has_come(command.on, given)
    if command.on < entry.on:
        raise BeforeItsEntry(entry_on=entry.on.isoformat(), on=command.on.isoformat())
    return [VoucherDeclaredLost(**dict(command))]


VOUCHERS: Decider[Books] = Decider(VoucherCommand, BOOKS, decide)
