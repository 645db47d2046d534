"""What a fiscal year needs before it is closed: each step with what is still missing, and the balances that the next year carries.

A decider refuses with the first step that is missing; the guide lists them all.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from immutables import Map

from services.ledger.books import Books
from services.ledger.double_entry import OWED
from services.ledger.events.books import OpeningBalance, PotKind, TreasuryKind
from services.ledger.reconciling import reconciled
from services.ledger.rules.financial_report import financial_report, places_at_end, report_digest
from shared.refusals import Refused
from shared.values import Code, Id


class AdvanceStillOpen(Refused):
    """Des avances ne sont pas à zéro à la fin de l'exercice : justifie ou fais rendre ce qui reste, puis solde-les.
    Some advances are not at zero at the end of the year: justify or have returned what is left, then settle them."""


class ClassPotNotEmpty(Refused):
    """Des pots de classe ne sont pas à zéro à la fin de l'exercice : reverse leur reste à l'école.
    Some class pots are not at zero at the end of the year: pay their remainder back to the school."""


class NotReconciled(Refused):
    """Le rapprochement d'un compte bancaire au dernier jour n'est pas signé, ou ne tient plus : signe-le.
    The reconciliation of a bank account on the last day is not signed, or no longer holds: sign it."""


class InventoryNotChecked(Refused):
    """L'inventaire n'a pas été vérifié pour cet exercice : pointe les biens présents et ceux qui manquent.
    The inventory was not checked for this year: tick the goods that are there and those that are missing."""


class VouchersStillMissing(Refused):
    """Des pièces manquent : joins-les, déclare-les perdues, ou fais-en un constat de vérification.
    Some vouchers are missing: attach them, declare them lost, or have a verifier record a finding."""


class ReportNotIssued(Refused):
    """Le compte rendu financier n'est pas établi, ou les comptes ont changé depuis : établis-le.
    The financial report is not issued, or the accounts have changed since: issue it."""


class FindingsUnanswered(Refused):
    """Des questions des vérificateurs attendent une réponse.
    Some questions of the verifiers await an answer."""


class NoDischargeYet(Refused):
    """Le quitus n'est pas donné par assez de vérificateurs, parents compris, sur toutes les écritures de l'exercice.
    Discharge is not given by enough verifiers, parents included, on all the entries of the year."""


class NextYearNotOpen(Refused):
    """L'exercice suivant n'est pas ouvert : il reprend les soldes que la clôture confirme.
    The next fiscal year is not open: it carries the balances that the closing confirms."""


class EarlierYearOpen(Refused):
    """Un exercice plus ancien n'est pas clos : commence par lui.
    An earlier fiscal year is not closed: begin with it."""


class Step(NamedTuple):
    """One step: what is in its way, with the figures; done when `details` is empty. One that is not `needed` is only shown."""

    why: type[Refused]
    details: dict[str, Any]
    needed: bool = True

    @property
    def done(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.details


def steps(books: Books, year: Code) -> Iterator[Step]:
    """Give the steps of a year that was opened, in the order in which a school takes them."""
    yield Step(EarlierYearOpen, _listed("years", _earlier(books, year)))
    yield Step(AdvanceStillOpen, _advances(books, year))
    yield Step(ClassPotNotEmpty, _listed("pots", _class_pots(books, year)))
    yield Step(NotReconciled, _listed("accounts", _unreconciled(books, year)))
    yield Step(InventoryNotChecked, _unchecked(books, year))
    yield Step(VouchersStillMissing, _listed("entries", missing_vouchers(books, year)))
    yield Step(ReportNotIssued, _report(books, year))
    yield Step(FindingsUnanswered, _listed("findings", _unanswered(books, year)), needed=False)
    yield Step(NoDischargeYet, _discharge(books, year))
    if books.standing.left_on is None:
        yield Step(NextYearNotOpen, {} if books.closing.year_after(year) else {"year": year})


def carried(books: Books, year: Code) -> tuple[OpeningBalance, ...]:
    """Return what the next year carries, in cents: each account's money for the pot that it belongs to.

    Accounts and pots say the same sum in two ways. Once the class pots are empty it is all the school's; what other pots hold is said
    to lie on the account that has most.
    """
    places = {code: amount for code, amount in places_at_end(books.closing, year).items() if amount}
    pots = {pot: held for pot, held in books.closing.through(year).pots.items() if held}
    if not places or not pots:
        return ()
    main = min(pots, key=lambda pot: (not _is_school(books, pot), -pots[pot], pot))
    fullest = min(places, key=lambda code: (-places[code], code))
    others = {pot: held for pot, held in pots.items() if pot != main}
    amounts = {(code, main): amount for code, amount in places.items()}
    amounts[fullest, main] -= sum(others.values())
    amounts |= {(fullest, pot): held for pot, held in others.items()}
    return tuple(OpeningBalance(account=code, pot=pot, amount=amount) for (code, pot), amount in sorted(amounts.items()) if amount)


def missing_vouchers(books: Books, year: Code) -> list[Id]:
    """Return the entries of a year behind which no paper stands: neither attached, nor declared lost, nor judged by a verifier."""
    return [
        entry
        for entry in books.closing.due
        if (known := books.entries.get(entry)) is not None
        and known.reversed_by is None
        and books.closing.year_of(known.on) == year
        and not (books.paper_of(entry).files or books.paper_of(entry).lost or books.verifying.about(entry))
    ]


def reservations_of(books: Books, year: Code) -> list[Id]:
    """Return the reservations that the verifiers of a year gave with their discharge, each once."""
    words = books.closing.discharging.words.get(year, Map()).values()
    return list(dict.fromkeys(name for word in words if word.given for name in word.reservations))


def _earlier(books: Books, year: Code) -> list[Code]:
    starts = books.closing.days[year].starts
    return sorted(one for one, days in books.closing.days.items() if days.starts < starts and one not in books.closing.closed)


def _advances(books: Books, year: Code) -> dict[str, Any]:
    ends = books.closing.days[year].ends
    still = [name for name, one in books.advances.items() if one.on <= ends and not one.undone and not one.settled]
    owed = sum(amount for code, amount in places_at_end(books.closing, year).items() if code[0] == OWED)
    return {"advances": sorted(still), "left": owed} if still or owed else {}


def _class_pots(books: Books, year: Code) -> list[dict[str, Any]]:
    held = books.closing.through(year).pots
    return [{"pot": pot, "held": amount} for pot, amount in sorted(held.items()) if amount and not _is_school(books, pot)]


def _is_school(books: Books, pot: Code) -> bool:
    known = books.closing.pots.get(pot)
    return known is None or known.kind is PotKind.SCHOOL


def _unreconciled(books: Books, year: Code) -> list[Code]:
    return [
        account
        for account, one in sorted(books.treasuries.items())
        if one.kind is not TreasuryKind.CASH and not _holds(books, account, year)
    ]


def _holds(books: Books, account: Code, year: Code) -> bool:
    """Tell whether the last day of an account is signed and still gives what was signed; nothing is asked of one that nothing moved."""
    ends = books.closing.days[year].ends
    found = reconciled(books.bank, account, ends)
    if not found.book and found.statement is None and not found.outstanding:
        return True
    rests = tuple((one.entry, one.amount) for one in found.outstanding)
    signed = [one for one in books.bank.signed if (one.account, one.on) == (account, ends)]
    return not found.difference and any(
        (one.statement, one.book, tuple((rest.entry, rest.amount) for rest in one.outstanding)) == (found.statement, found.book, rests)
        for one in signed
    )


def _unchecked(books: Books, year: Code) -> dict[str, Any]:
    """Tell how many goods wait for a check dated in the year or later; nothing is asked of a register without durable goods."""
    inventory, days = books.registers.inventory, books.closing.days[year]
    there = [one for one in inventory.assets.values() if one.counted and one.on <= days.ends]
    goods = [one for one in there if one.gone is None or one.gone.on > days.ends]
    if not goods or any(one.on >= days.starts for one in inventory.checks):
        return {}
    return {"goods": len(goods)}


def _report(books: Books, year: Code) -> dict[str, Any]:
    issued = books.closing.reports.get(year)
    digest = report_digest(financial_report(books, year))
    return {} if issued and issued.digest == digest else {"issued": issued.digest if issued else None, "now": digest}


def _unanswered(books: Books, year: Code) -> list[Id]:
    return [name for name, one in books.verifying.findings.items() if not one.answers and year_of_subject(books, one.subject) == year]


def year_of_subject(books: Books, subject: Code) -> Code | None:
    """Return the year that a finding is about: its own name, or the year of an entry; None for what is neither."""
    if subject in books.closing.days:
        return subject
    entry = books.entries.get(subject)
    return books.closing.year_of(entry.on) if entry else None


def _discharge(books: Books, year: Code) -> dict[str, Any]:
    """Tell how many verifiers are missing, or which facts of the year no discharge reaches."""
    discharging, sums = books.closing.discharging, books.closing.sums.get(year)
    asked, through = discharging.mix(year), discharging.through(year)
    if through is None:
        given = [word for word in discharging.words.get(year, Map()).values() if word.given]
        return {"verifiers": asked.minimum, "parents": asked.parents, "given": len(given)}
    last = sums.last_seq if sums else 0
    return {"through_seq": through, "last_seq": last} if last > through else {}


def _listed(name: str, found: Iterable[Any]) -> dict[str, Any]:
    there = list(found)
    return {name: there} if there else {}
