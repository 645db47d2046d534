"""What every entry must satisfy: an open year, a free voucher number, accounts of the right side, open pots.

Each check raises the refusal that names what is in the way; they are shared by the deciders of this folder.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from services.ledger.books import Books
from services.ledger.commands.bank import ImportStatement, MatchLines, SignReconciliation, UnmatchLine
from services.ledger.commands.books import (
    AttachVoucher,
    ClosePot,
    CloseTreasuryAccount,
    DeclareVoucherLost,
    GrantAdvance,
    LockPeriod,
    PayBackPots,
    RecordExpense,
)
from services.ledger.commands.explaining import ExplainVoucherGap
from services.ledger.commands.goods import CheckInventory, CountCash, DisposeOfAsset, VoidCheque
from services.ledger.commands.orders import DeclineEntry, RefusePayment
from services.ledger.commands.year_end import (
    AnswerFinding,
    CloseYear,
    DrawSample,
    GiveDischarge,
    IssueFinancialReport,
    RecordFinding,
    WithholdDischarge,
)
from services.ledger.commitments import Decision
from services.ledger.events.books import AccountType, Year
from services.ledger.events.entries import Allocation, Leg, Voucher
from shared.messages import Circumstances, Command
from shared.refusals import Refused
from shared.values import Checked, Code, Id, Pseudonym

RESULT = {AccountType.INCOME, AccountType.EXPENSE}
# What remains to be done when a cooperative has left (OCCE 46: whoever leaves closes the accounts).
CLOSING = (
    *(ClosePot, CloseTreasuryAccount, ExplainVoucherGap, LockPeriod, PayBackPots),
    *(RefusePayment, DeclineEntry),
    *(AttachVoucher, DeclareVoucherLost, ImportStatement, MatchLines, UnmatchLine, SignReconciliation),
    *(DisposeOfAsset, CheckInventory, VoidCheque, CountCash),
    *(DrawSample, RecordFinding, AnswerFinding, IssueFinancialReport, GiveDischarge, WithholdDischarge, CloseYear),
)


class OutsideTheYear(Refused):
    """Cette date n'est dans aucun exercice ouvert : ouvre l'exercice ou corrige la date.
    This date is in no open fiscal year: open the year or correct the date."""


class LeftTheAssociation(Refused):
    """La coopérative a quitté l'association : ses comptes ne bougent plus, on peut seulement les fermer.
    The cooperative has left the association: its accounts move no more, they can only be closed."""


class InTheFuture(Refused):
    """Cette date n'est pas encore arrivée : on n'enregistre que ce qui a eu lieu.
    This date has not come yet: only what has happened is recorded."""


class NotHistory(Refused):
    """Une reprise ne concerne que ce qui a eu lieu avant l'ouverture de ce registre : enregistre ce fait comme les autres.
    Only what happened before this register was opened can be taken over: record this fact like any other."""


class YearIsClosed(Refused):
    """Cet exercice est clos : plus rien ne s'y écrit, une correction se date dans l'exercice suivant.
    This fiscal year is closed: nothing more is written in it, a correction is dated in the next one."""


class NoSuchYearHere(Refused):
    """Cet exercice n'est pas ouvert dans ce registre.
    This fiscal year is not open in this register."""


class NoSuchFinding(Refused):
    """Ce constat n'existe pas dans ce registre.
    This finding does not exist in this register."""


class PeriodIsLocked(Refused):
    """Les écritures de cette période sont verrouillées : choisis une date après le verrou, ou fais ramener le verrou.
    Entries of this period are locked: choose a date after the lock, or have the lock moved back."""


class VoucherTaken(Refused):
    """Ce numéro de pièce a déjà servi cette année : prends le suivant.
    This voucher number is already used this year: take the next one."""


class NoSuchAccount(Refused):
    """Ce compte n'est pas dans le plan comptable en vigueur à cette date.
    This account is not in the chart in force on that date."""


class NoSuchTreasury(Refused):
    """Ce compte de trésorerie n'est pas ouvert à cette date.
    This treasury account is not open on that date."""


class WrongSideOfChart(Refused):
    """Ce compte ne va pas là : la trésorerie d'un côté, les comptes de recettes ou de dépenses de l'autre.
    This account does not belong there: treasury on one side, income or expense accounts on the other."""


class NoSuchPot(Refused):
    """Ce pot n'est pas ouvert à cette date.
    This pot is not open on that date."""


class NotBalanced(Refused):
    """La ventilation ne fait pas le compte : il manque ou il y a en trop la somme indiquée.
    The split does not add up: the amount shown is missing or in excess."""


class NothingMoves(Refused):
    """Il faut au moins une somme de chaque côté, et aucune à zéro ou à l'envers.
    There must be at least one amount on each side, and none at zero or the wrong way round."""


class NoMandateThatDay(Refused):
    """Le signataire n'avait pas de mandat ce jour-là : l'opération doit être signée par un mandataire en exercice.
    The signatory held no mandate on that day: the operation must be signed by a mandate holder of that day."""


class NoDecisionNoReason(Refused):
    """Aucune décision ne porte cette dépense : dis pourquoi elle a été faite, elle restera signalée.
    No decision carries this expense: say why it was made, it will stay listed."""


class DecisionDoesNotStand(Refused):
    """Cette décision n'existe pas dans ce registre, ou elle a été annulée.
    This decision does not exist in this register, or it was revoked."""


class DecidedLater(Refused):
    """Cette décision a été prise après le paiement : enregistre-le sans elle, avec sa raison, puis fais-le régulariser.
    This decision was taken after the payment: record it without the decision, with its reason, then have it regularised."""


class BeyondEnvelope(Refused):
    """C'est plus que ce qui reste de l'enveloppe décidée, ou ce n'est pas le bon pot : dis pourquoi, ce sera signalé.
    This is more than what is left of the envelope decided, or not its pot: say why, it will be listed."""


class DecisionDoesNotCover(Refused):
    """Cette décision ne couvre pas cette opération : l'enveloppe est d'un autre pot ou trop petite, ou la décision est venue après.
    This decision does not cover this operation: its envelope is of another pot or too small, or the decision came later."""


def still_affiliated(books: Books, command: Command) -> None:
    """Refuse what moves money once the cooperative has left its association; what closes the books stays possible."""
    if books.standing.left_on is not None and not isinstance(command, CLOSING):
        raise LeftTheAssociation(left=books.standing.left_on.isoformat())


def has_come(on: date, given: Circumstances) -> None:
    """Refuse a date that has not come yet."""
    if on > given.today:
        raise InTheFuture(on=on.isoformat(), today=given.today.isoformat())


def writable(books: Books, on: date, given: Circumstances, *, taken_over: bool | None = None) -> Year:
    """Return the fiscal year of a date in which an entry may be written today; history is older than the register."""
    has_come(on, given)
    if taken_over and (books.since is None or on >= books.since):
        raise NotHistory(on=on.isoformat(), since=books.since.isoformat() if books.since else None)
    year = books.year_of(on)
    if year is None:
        raise OutsideTheYear(on=on.isoformat())
    if year in books.closing.closed:
        raise YearIsClosed(year=year, on=on.isoformat())
    if books.locked_through is not None and on <= books.locked_through:
        raise PeriodIsLocked(on=on.isoformat(), locked_through=books.locked_through.isoformat())
    return year


def standing_decision(books: Books, name: Id) -> Decision:
    """Return a decision that can carry spending."""
    decision = books.commitments.decisions.get(name)
    if decision is None or decision.revoked:
        raise DecisionDoesNotStand(decision=name)
    return decision


def irregular_reason(books: Books, command: RecordExpense | GrantAdvance, drawn: Mapping[Code, int]) -> Checked | None:
    """Return why a spending is irregular, None when a decision carries it and nobody says more; `drawn` is by pot, in cents.

    Refuses a spending that nothing carries and nobody explains, and one that cites what was decided after it.
    """
    if command.decision is None:
        if command.irregular is None and not command.taken_over:
            raise NoDecisionNoReason
        return command.irregular
    decision = standing_decision(books, command.decision)
    if (decided_on := _decided_on(books, decision)) > command.on:
        raise DecidedLater(decided_on=decided_on.isoformat(), on=command.on.isoformat())
    if command.irregular is None and not decision.carries(drawn):
        raise BeyondEnvelope(pot=decision.pot, left=decision.left, asked=dict(drawn))
    return command.irregular


def carried(books: Books, name: Id, drawn: Mapping[Code, int], on: date | None = None) -> Decision:
    """Return the decision that carries these amounts by pot, in cents; with a day, one taken by then. Refuses any other."""
    decision = standing_decision(books, name)
    decided_on = _decided_on(books, decision)
    if not decision.carries(drawn) or (on is not None and decided_on > on):
        raise DecisionDoesNotCover(pot=decision.pot, left=decision.left, asked=dict(drawn), decided_on=decided_on.isoformat())
    return decision


def _decided_on(books: Books, decision: Decision) -> date:
    return decision.adopted_at.astimezone(ZoneInfo(books.standing.zone)).date()


def free_voucher(books: Books, year: Year, voucher: Voucher, replaces: str | None = None) -> None:
    """Refuse a voucher number already used, unless by the reversed entry that this one replaces, or by a reversed step of an advance:
    its paper stays, and no command on advances says what it replaces."""
    holder = books.vouchers.get((year, voucher.series, voucher.number))
    if holder is None:
        return
    entry = books.entries.get(holder)
    if not (entry and entry.reversed_by and (entry.step or holder == replaces)):
        used = [number for (of, series, number) in books.vouchers if of == year and series == voucher.series]
        raise VoucherTaken(series=voucher.series, number=voucher.number, next=max(used) + 1)


def result_accounts(books: Books, on: date, allocations: Iterable[Allocation], pot: Code) -> None:
    """Check that allocations name income or expense accounts in force and open pots, as does the entry itself."""
    open_pot(books, pot, on)
    chart = books.chart_on(on)
    for one in allocations:
        kind = chart.types.get(one.account) if chart else None
        if kind is None:
            raise NoSuchAccount(account=one.account, on=on.isoformat())
        if kind not in RESULT:
            raise WrongSideOfChart(account=one.account)
        open_pot(books, one.pot or pot, on)


def treasury_accounts(books: Books, on: date, accounts: Iterable[Code]) -> None:
    """Check that treasury accounts are open on that day."""
    for account in accounts:
        treasury = books.treasuries.get(account)
        if treasury is None:
            chart = books.chart_on(on)
            if chart and chart.types.get(account) in RESULT:
                raise WrongSideOfChart(account=account)
            raise NoSuchTreasury(account=account, on=on.isoformat())
        if not treasury.span.covers(on):
            raise NoSuchTreasury(account=account, on=on.isoformat())


def open_pot(books: Books, pot: Code, on: date) -> None:
    """Check that a pot is open on that day."""
    known = books.pots.get(pot)
    if known is None or not known.span.covers(on):
        raise NoSuchPot(pot=pot, on=on.isoformat())


def balanced(treasury: tuple[Leg, ...], allocations: tuple[Allocation, ...], sign: int) -> None:
    """Check that one side equals the other; `sign` is 1 for money in, −1 for money out."""
    if not treasury or not allocations or any(leg.amount * sign <= 0 for leg in treasury):
        raise NothingMoves
    paid, split = sign * sum(leg.amount for leg in treasury), sum(one.amount for one in allocations)
    if paid != split:
        raise NotBalanced(paid=paid, split=split, missing=paid - split)


def mandated(books: Books, signatory: Pseudonym | None, on: date, *, actor: Pseudonym, taken_over: bool) -> Pseudonym | None:
    """Return who signed, checked on the business date; history taken over may name nobody."""
    if signatory is None and taken_over:
        return None
    signed = signatory or actor
    if not books.standing.mandated(signed, on):
        raise NoMandateThatDay(signatory=signed, on=on.isoformat())
    return signed
