"""What must be so before an order is given, approved or paid, and before a prepared entry is confirmed.

An order is an intention: it is refused beyond its decision, beyond the envelope or beyond what is available, and no reason lifts that.
A payment that was already made is a fact: it is recorded without its order, with a reason (`domain.md` 4).
"""

from zoneinfo import ZoneInfo

from services.governance.events.people import Role
from services.ledger.books import Books
from services.ledger.commands.books import RecordExpense, RecordReceipt
from services.ledger.commitments import Decision, drawn_by
from services.ledger.events.orders import EntryKind
from services.ledger.orders import Draft, Order
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused
from shared.values import Code, Id

ONE, TWO = 1, 2  # persons who approve: two above the threshold


class NoSuchOrder(Refused):
    """Cet ordre de paiement n'existe pas dans ce registre.
    This payment order does not exist in this register."""


class OrderIsRefused(Refused):
    """Cet ordre de paiement a été refusé : fais-en un autre s'il le faut.
    This payment order was refused: make another one if need be."""


class OrderIsPaid(Refused):
    """Cet ordre est déjà payé : un ordre ne paie qu'une fois.
    This order is already paid: an order pays once."""


class OrderNeedsADecision(Refused):
    """Aucune décision de conseil ne porte cet ordre, ou elle a été annulée : un ordre ne paie que ce qu'un conseil a décidé.
    No decision of a council carries this order, or it was revoked: an order pays only what a council decided."""


class BeyondTheDecision(Refused):
    """C'est plus que ce qui reste de l'enveloppe décidée, ou ce n'est pas son pot : fais un ordre plus petit, ou demande au conseil.
    This is more than what is left of the envelope decided, or not its pot: order less, or ask the council."""


class BeyondAvailable(Refused):
    """Le pot n'a pas assez de disponible pour cet ordre : ce qui est confié, engagé ou déjà demandé ne peut pas servir deux fois.
    The pot does not have enough available for this order: what is entrusted, committed or already ordered cannot serve twice."""


class OwnOrder(Forbidden):
    """Tu as préparé cette dépense : une autre personne doit l'approuver.
    You prepared this expense: another person must approve it."""


class ApprovedOnce(Refused):
    """Tu as déjà approuvé cet ordre : une personne compte une seule fois, même avec plusieurs comptes.
    You have already approved this order: one person counts once, even with several accounts."""


class ApprovedEnough(Refused):
    """Cet ordre a déjà tous ses accords : il peut être payé.
    This order has all its approvals already: it can be paid."""


class VoucherComesFirst(Refused):
    """On approuve sur la pièce : joins d'abord la facture ou le ticket à cet ordre.
    An order is approved on its voucher: attach the invoice or the receipt to this order first."""


class MandateHolderFirst(Forbidden):
    """Le premier accord est celui d'un mandataire de l'école ; l'association peut donner le second.
    The first approval is that of a mandate holder of the school; the association can give the second."""


class NotAnApprover(Forbidden):
    """Aujourd'hui tu n'as ni mandat dans cette coopérative ni place dans son association : tu ne peux pas approuver un ordre.
    Today you have neither a mandate in this cooperative nor a place in its association: you cannot approve an order."""


class NotApprovedYet(Refused):
    """Il manque un accord à cet ordre : au-dessus du seuil de l'association, deux personnes différentes doivent l'approuver.
    This order lacks an approval: above the association's threshold, two different persons must approve it."""


class PaidBeforeApproval(Refused):
    """Ce paiement est daté d'avant les accords : enregistre-le sans son ordre, avec la raison, et le conseil décidera.
    This payment is dated before the approvals: record it without its order, with the reason, and the council will decide."""


class NotWhatWasApproved(Refused):
    """Ce n'est pas la somme, le pot ou la décision qui ont été approuvés : corrige l'écriture, ou fais un nouvel ordre.
    This is not the sum, the pot or the decision that were approved: correct the entry, or make a new order."""


class NoSuchDraft(Refused):
    """Cette écriture préparée n'existe pas dans ce registre.
    This prepared entry does not exist in this register."""


class DraftIsSettled(Refused):
    """Cette écriture préparée est déjà confirmée, ou n'a pas été retenue : prépare-en une autre.
    This prepared entry is already confirmed, or was declined: prepare another one."""


class NotWhatWasPrepared(Refused):
    """Ce n'est pas la somme ou le pot qui ont été préparés : dis pourquoi tu ne retiens pas la préparation, puis saisis la bonne écriture.
    This is not the sum or the pot that were prepared: say why you decline what was prepared, then record the right entry."""


def open_order(books: Books, name: Id) -> Order:
    """Return an order that is neither refused nor paid."""
    order = books.orders.by_id.get(name)
    if order is None:
        raise NoSuchOrder(order=name)
    if order.refused is not None:
        raise OrderIsRefused(order=name, reason=order.refused)
    if order.entry is not None:
        raise OrderIsPaid(order=name, entry=order.entry)
    return order


def open_draft(books: Books, name: Id) -> Draft:
    """Return a prepared entry that still waits for an adult."""
    draft = books.orders.drafts.get(name)
    if draft is None:
        raise NoSuchDraft(draft=name)
    if not draft.open:
        raise DraftIsSettled(draft=name, entry=draft.entry, reason=draft.declined)
    return draft


def orderable(books: Books, name: Id, pot: Code, amount: int) -> None:
    """Check that a sum may be ordered on a decision: what other orders wait for counts as gone. Amounts in cents."""
    decision = _deciding(books, name)
    if decision.pot is not None:
        left = max(0, decision.left - books.orders.waiting(name))
        if decision.pot != pot or amount > left:
            raise BeyondTheDecision(pot=decision.pot, left=left, asked=amount)
    waiting = books.orders.waiting_by_decision(pot)
    promised = sum(cents for one, cents in waiting.items() if one == name or _uncounted(books, one))
    _within_available(books, decision, pot, amount, promised)


def approvals_needed(books: Books, amount: int, given: Circumstances) -> int:
    """Return how many persons must approve a sum today; two where no rules were adopted, since nothing then says what is small."""
    rules = books.content_on(given.today)
    return ONE if rules is not None and amount <= rules.approval_threshold else TWO


def may_approve(books: Books, name: Id, order: Order, given: Circumstances) -> None:
    """Check that whoever asks may approve an order now."""
    actor = given.actor
    if actor in order.drafters:
        raise OwnOrder(order=name)
    if actor in order.approvers:
        raise ApprovedOnce(order=name)
    if order.approved(approvals_needed(books, order.ordered.amount, given)):
        raise ApprovedEnough(order=name)
    roles = books.standing.roles(actor, given.today)  # of the person: what a token adds for an association makes no second person
    if not roles & {Role.MANDATE_HOLDER, Role.ASSOCIATION}:
        raise NotAnApprover(order=name)
    if not order.approvals and Role.MANDATE_HOLDER not in roles:
        raise MandateHolderFirst(order=name)
    if not books.paper_of(name).files:
        raise VoucherComesFirst(order=name)


def ordered(books: Books, command: RecordExpense, given: Circumstances) -> RecordExpense:
    """Return an expense with the decision of the order that it pays; refuse it unless it is exactly what was approved."""
    if command.order is None:
        return command
    order = open_order(books, command.order)
    what, needed = order.ordered, approvals_needed(books, order.ordered.amount, given)
    if not order.approved(needed):
        raise NotApprovedYet(order=command.order, approvals=len(order.approvers), needed=needed)
    drawn = drawn_by(command.allocations, command.pot)
    if drawn != {what.pot: what.amount} or command.decision not in {None, what.decision}:
        raise NotWhatWasApproved(order=command.order, pot=what.pot, amount=what.amount, asked=drawn)
    zone = ZoneInfo(books.standing.zone)
    approved_on = max(one.at for one in order.approvals).astimezone(zone).date()
    if command.on < approved_on:
        raise PaidBeforeApproval(order=command.order, approved_on=approved_on.isoformat(), on=command.on.isoformat())
    decision = _deciding(books, what.decision)
    if not decision.carries(drawn):
        raise BeyondTheDecision(pot=decision.pot, left=decision.left, asked=what.amount)
    _within_available(books, decision, what.pot, what.amount, 0)
    return command.model_copy(update={"decision": what.decision, "project": command.project or what.project})


def confirmable(books: Books, command: RecordReceipt | RecordExpense) -> None:
    """Refuse to confirm a prepared entry that is settled, or of another kind, sum or pot than it was prepared."""
    if command.draft is None:
        return
    prepared = open_draft(books, command.draft).prepared
    kind = EntryKind.RECEIPT if isinstance(command, RecordReceipt) else EntryKind.EXPENSE
    asked, before = drawn_by(command.allocations, command.pot), drawn_by(prepared.allocations, prepared.pot)
    if kind is not prepared.kind or asked != before:
        raise NotWhatWasPrepared(draft=command.draft, prepared=before, asked=asked)


def _deciding(books: Books, name: Id) -> Decision:
    decision = books.commitments.decisions.get(name)
    if decision is None or decision.revoked:
        raise OrderNeedsADecision(decision=name)
    return decision


def _uncounted(books: Books, name: Id) -> bool:
    """Tell whether a decision has no envelope: what is ordered on it is not held back by any."""
    decision = books.commitments.decisions.get(name)
    return decision is not None and decision.pot is None and not decision.revoked


def _within_available(books: Books, decision: Decision, pot: Code, amount: int, promised: int) -> None:
    own = decision.open if decision.pot == pot else 0
    available = books.available(pot) + own - promised
    if amount > available:
        raise BeyondAvailable(pot=pot, available=available, asked=amount)
