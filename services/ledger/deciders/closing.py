"""The end of a year: the financial report issued, discharge given or withheld by its verifiers, the closing."""

from collections.abc import Sequence
from typing import assert_never

from services.governance.events.people import PersonKind, Role
from services.ledger.books import BOOKS, Books
from services.ledger.closing import Days
from services.ledger.commands.year_end import CloseYear, GiveDischarge, IssueFinancialReport, WithholdDischarge
from services.ledger.deciders.checks import NoSuchFinding, NoSuchYearHere, YearIsClosed, has_come
from services.ledger.events.books import Year
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.closing import Capacity, DischargeGiven, DischargeWithheld, FinancialReportIssued, YearClosed
from services.ledger.events.verification import FindingKind
from services.ledger.rules.financial_report import financial_report, report_digest, result_of
from services.ledger.rules.year_end import carried, steps, year_of_subject
from shared.deciding import Decider
from shared.messages import Circumstances, Recorded
from shared.refusals import Notice, Refused
from shared.values import Id, Pseudonym

ClosingCommand = IssueFinancialReport | GiveDischarge | WithholdDischarge | CloseYear
CAPACITIES = {PersonKind.PARENT: Capacity.PARENT, PersonKind.STAFF: Capacity.TEACHER}


class YearNotOver(Refused):
    """L'exercice n'est pas terminé : cela se fait après son dernier jour.
    The fiscal year is not over: this is done after its last day."""


class NotASignatory(Refused):
    """Un compte rendu est signé par des adultes de la coopérative, une fois chacun, dont celui qui l'établit.
    A report is signed by adults of the cooperative, once each, among them the one who issues it."""


class VerifierKeptTheBooks(Refused):
    """Qui a tenu un mandat pendant cet exercice ne peut pas en être vérificateur.
    Whoever held a mandate in that year cannot be one of its verifiers."""


class NotAReservation(Refused):
    """Ce constat n'est pas une réserve sur cet exercice.
    This finding is not a reservation about this fiscal year."""


class FiguresDiffer(Refused):
    """Le résultat ou les soldes signés ne sont pas ceux des comptes : les montants des comptes sont indiqués.
    The result or the balances signed are not those of the books: the amounts of the books are shown."""


class VerifierHeldAnAdvance(Notice):
    """Ce vérificateur a tenu une avance pendant cet exercice : il vaut mieux qu'un autre la vérifie.
    This verifier held an advance in that year: it is better that another one verifies it."""


def decide(books: Books, command: ClosingCommand, given: Circumstances) -> Sequence[LedgerEvent]:
    """Judge one command on the end of a year."""
    days = books.closing.days.get(command.year)
    if days is None:
        raise NoSuchYearHere(year=command.year)
    if command.year in books.closing.closed:
        raise YearIsClosed(year=command.year, on=days.ends.isoformat())
    if given.today <= days.ends:
        raise YearNotOver(year=command.year, ends=days.ends.isoformat())
    match command:
        case IssueFinancialReport():
            return _issued(books, command, given)
        case GiveDischarge() | WithholdDischarge():
            return _judged(books, command, days, given)
        case CloseYear():
            return [_closed(books, command, days, given)]
        case _:
            assert_never(command)


def warn(books: Books, record: Recorded[LedgerEvent]) -> list[Notice]:
    """Say when a verifier held an advance in the year they discharge (our prudence; no association is known to forbid it)."""
    event = record.event
    if not isinstance(event, DischargeGiven) or event.year not in books.closing.days:
        return []
    theirs = [(name, one) for name, one in books.advances.items() if one.holder == record.actor and not one.undone]
    held = sorted(name for name, one in theirs if books.closing.year_of(one.on) == event.year)
    return [VerifierHeldAnAdvance(advances=held)] if held else []


def _issued(books: Books, command: IssueFinancialReport, given: Circumstances) -> list[LedgerEvent]:
    signatories = command.signatories
    if given.actor not in signatories or len(set(signatories)) < len(signatories):
        raise NotASignatory(signatories=list(signatories))
    for one in signatories:
        if books.standing.kind(one) is not PersonKind.STAFF:
            raise NotASignatory(signatory=one)
    digest, known = report_digest(financial_report(books, command.year)), books.closing.reports.get(command.year)
    if known and (known.digest, known.signatories) == (digest, signatories):
        return []
    checkpoint = given.checkpoint
    return [FinancialReportIssued(through_seq=checkpoint.size, checkpoint=checkpoint, digest=digest, **dict(command))]


def _judged(books: Books, command: GiveDischarge | WithholdDischarge, days: Days, given: Circumstances) -> list[LedgerEvent]:
    _may_verify(books, given.actor, days, command.year)
    for name in command.reservations:
        _is_reservation(books, name, command.year)
    gives, kind = isinstance(command, GiveDischarge), books.standing.kind(given.actor)
    words, sums = books.closing.discharging.words.get(command.year), books.closing.sums.get(command.year)
    known = words.get(given.actor) if words else None
    if known and (known.given, known.reservations) == (gives, command.reservations) and known.through_seq >= (sums.last_seq if sums else 0):
        return []  # nothing of the year is recorded since
    capacity = CAPACITIES.get(kind, Capacity.OTHER) if kind else Capacity.OTHER
    judged = DischargeGiven if gives else DischargeWithheld
    return [judged(through_seq=given.checkpoint.size, checkpoint=given.checkpoint, capacity=capacity, **dict(command))]


def _may_verify(books: Books, actor: Pseudonym, days: Days, year: Year) -> None:
    """Refuse a verifier who held a mandate on any day of the year: whoever signs on an account holds one."""
    for grant in books.standing.grants.of(actor):
        if grant.what == Role.MANDATE_HOLDER and grant.starts <= days.ends and (grant.until is None or grant.until >= days.starts):
            raise VerifierKeptTheBooks(year=year, starts=grant.starts.isoformat(), until=grant.until and grant.until.isoformat())


def _is_reservation(books: Books, name: Id, year: Year) -> None:
    finding = books.verifying.findings.get(name)
    if finding is None:
        raise NoSuchFinding(finding=name)
    if finding.kind is not FindingKind.RESERVATION or year_of_subject(books, finding.subject) != year:
        raise NotAReservation(finding=name)


def _closed(books: Books, command: CloseYear, days: Days, given: Circumstances) -> YearClosed:
    has_come(command.on, given)
    if command.on <= days.ends:
        raise YearNotOver(year=command.year, ends=days.ends.isoformat())
    for step in steps(books, command.year):
        if step.needed and not step.done:
            raise step.why(**step.details)
    result, balances = result_of(books.closing, command.year), carried(books, command.year)
    if command.result != result or sorted(map(tuple, command.carried)) != sorted(map(tuple, balances)):
        raise FiguresDiffer(result=result, carried=[one.model_dump() for one in balances])
    told = dict(command) | {"carried": balances}
    return YearClosed(through_seq=given.checkpoint.size, **told)


CLOSING: Decider[Books] = Decider(ClosingCommand, BOOKS, decide, warn)
