"""The end of a year as its readers see it: what is left to do, the report with what was issued, discharge, samples, findings."""

from typing import Any

from immutables import Map

from services.ledger.books import BOOKS, Books
from services.ledger.rules.financial_report import financial_report, report_digest, result_of
from services.ledger.rules.sampling import candidates
from services.ledger.rules.year_end import (
    AdvanceStillOpen,
    ClassPotNotEmpty,
    EarlierYearOpen,
    FindingsUnanswered,
    InventoryNotChecked,
    NextYearNotOpen,
    NoDischargeYet,
    NotReconciled,
    ReportNotIssued,
    VouchersStillMissing,
    carried,
    reservations_of,
    steps,
    year_of_subject,
)
from services.ledger.verifying import drawn
from shared.projecting import Projection
from shared.refusals import NotFound
from shared.values import Code, Id

Told = dict[str, Any]

# What somebody looks at for each entry of a sample (OCCE 41: vouchers, decisions, accounts, the statement, the cash box).
CHECKLIST = (
    ("voucher", "La pièce est là et se lit", "The voucher is there and can be read"),
    ("addressee", "La facture est au nom de la coopérative", "The invoice is made out to the cooperative"),
    ("amount", "Le montant, la date et l'objet sont ceux de l'écriture", "Amount, date and purpose are those of the entry"),
    ("decision", "Un conseil a décidé la dépense", "A council decided the spending"),
    ("account", "Le compte est le bon", "The account is the right one"),
    ("bank", "La banque, ou la caisse, a la même somme", "The bank, or the cash box, has the same sum"),
)
CASH_CHECK = ("cash", "Les espèces ont été comptées à deux, puis déposées", "The cash was counted by two, then deposited")

TITLES = {
    EarlierYearOpen: ("Les exercices d'avant sont clos", "The years before are closed"),
    AdvanceStillOpen: ("Les avances sont à zéro", "Advances are at zero"),
    ClassPotNotEmpty: ("Les restes des classes sont revenus à l'école", "What the classes had left is back at the school"),
    NotReconciled: ("Le rapprochement bancaire est signé", "The bank reconciliation is signed"),
    InventoryNotChecked: ("L'inventaire est vérifié", "The inventory is checked"),
    VouchersStillMissing: ("Chaque pièce est là, ou on sait pourquoi elle manque", "Each voucher is there, or one knows why it is not"),
    ReportNotIssued: ("Le compte rendu financier est établi", "The financial report is issued"),
    FindingsUnanswered: ("Les vérificateurs ont leurs réponses", "The verifiers have their answers"),
    NoDischargeYet: ("Le quitus est donné", "Discharge is given"),
    NextYearNotOpen: ("L'exercice suivant est ouvert", "The next fiscal year is open"),
}


class NoSuchFiscalYear(NotFound):
    """Cet exercice n'est pas ouvert dans ce registre, ou ne l'était pas encore à la date demandée.
    This fiscal year is not open in this register, or was not yet at the date asked for."""


class NoSampleDrawn(NotFound):
    """Cet échantillon n'est pas connu dans ce registre, ou ne l'était pas encore à la date demandée.
    This sample is not known in this register, or was not yet at the date asked for."""


def known_year(books: Books, year: Code) -> Code:
    """Return a year that is open or closed here. Raises NoSuchFiscalYear."""
    if year not in books.closing.days:
        raise NoSuchFiscalYear(year=year)
    return year


def report_shown(books: Books, year: Code) -> Told:
    """Return the financial report of a year, its digest, and whether what was issued reads the same. Raises NoSuchFiscalYear."""
    report = financial_report(books, known_year(books, year))
    digest, issued = report_digest(report), books.closing.reports.get(year)
    told = {**issued._asdict(), "reads_the_same": issued.digest == digest} if issued else None
    return {"report": report, "digest": digest, "issued": told}


def discharge_shown(books: Books, year: Code) -> Told:
    """Return what each verifier said of a year, up to which fact the quitus is in effect, and its reservations with their answers."""
    discharging = books.closing.discharging
    asked, through = discharging.mix(known_year(books, year)), discharging.through(year)
    words = sorted(discharging.words.get(year, Map()).items(), key=lambda item: item[1].seq)
    return {
        "year": year,
        "asked": {"verifiers": asked.minimum, "parents": asked.parents},
        "in_effect": through is not None,
        "through_seq": through,
        "verifiers": [{"verifier": person, **word._asdict()} for person, word in words],
        "reservations": [finding_shown(books, name) for name in reservations_of(books, year)],
    }


def finding_shown(books: Books, name: Id) -> Told:
    """Return one finding with its answers and, where it is about an entry, that entry's voucher."""
    one = books.verifying.findings[name]
    entry = books.entries.get(one.subject)
    voucher = f"{entry.voucher.series}{entry.voucher.number:02d}" if entry and entry.voucher else None
    told = {**one._asdict(), "answers": [answer._asdict() for answer in one.answers]}
    return {"finding": name, "year": year_of_subject(books, one.subject), "voucher": voucher, **told}


def findings_shown(books: Books) -> Told:
    """Return every finding in the order of the register."""
    return {"findings": [finding_shown(books, name) for name, _ in sorted(books.verifying.findings.items(), key=lambda item: item[1].seq)]}


def samples_shown(books: Books) -> Told:
    """Return every sample in the order of the register, each entry with its checklist."""
    records = sorted(books.verifying.samples.values(), key=lambda record: record.seq)
    return {"samples": [sample_shown(books, record.event.sample) for record in records]}


def sample_shown(books: Books, name: Id) -> Told:
    """Return one sample and, for each entry, what is to be looked at, with what the register itself knows. Raises NoSampleDrawn."""
    record = books.verifying.samples.get(name)
    if record is None:
        raise NoSampleDrawn(sample=name)
    event = record.event
    entries = [entry_to_check(books, entry) for entry in event.entries]
    told = {"seq": record.seq, "drawn_by": record.actor, "seed": event.seed, "through_seq": event.through_seq}
    return {"sample": name, "year": event.year, "method": event.method, "size": event.parameters.size, **told, "entries": entries}


def drawn_again(then: Books, books: Books, name: Id) -> Told:
    """Return the draw of a sample made again from the books as they were at its fact, and whether it gives the same entries."""
    event = books.verifying.samples[name].event
    again = drawn(candidates(then, event.year), event.method, event.parameters.size, event.seed)
    return {"entries": list(again), "same": again == event.entries}


def entry_to_check(books: Books, entry: Id) -> Told:
    """Return what is to be looked at for an entry; what the register knows: its paper, its decision, its line on a statement."""
    known, lines = books.entries.get(entry), books.posted.entries.get(entry, ())
    paper, spending = books.paper_of(entry), books.commitments.spendings.get(entry)
    cash = any(one.entry == entry and one.cash for one in candidates(books, books.closing.year_of(known.on) or "")) if known else False
    checks = [*CHECKLIST, *([CASH_CHECK] if cash else [])]
    return {
        "entry": entry,
        "on": known.on if known else None,
        "voucher": f"{known.voucher.series}{known.voucher.number:02d}" if known and known.voucher else None,
        "amount": sum(line.amount for line in lines if line.amount > 0),
        "paper": "lost" if paper.lost else "attached" if paper.files else "missing" if entry in books.closing.due else "not_needed",
        "decisions": [use.decision for use in spending.uses] if spending else [],
        "awaits_decision": bool(spending and spending.awaits),
        "on_statement": any(name == entry for _, name in books.bank.lines_of),
        "checks": [{"check": code, "fr": french, "en": english} for code, french, english in checks],
        "findings": books.verifying.about(entry),
    }


def guide_shown(books: Books, year: Code) -> Told:
    """Return each step before a year is closed, with what is missing in a sentence, and the figures that whoever closes signs."""
    days = books.closing.days[known_year(books, year)]
    closed = books.closing.closed.get(year)
    shown = []
    for step in steps(books, year):
        french, english = step.why.sentences()
        title = dict(zip(("fr", "en"), TITLES[step.why], strict=True))
        missing = None if step.done else {"fr": french, "en": english, "details": step.details}
        shown.append({"step": step.why.code(), **title, "done": step.done, "needed": step.needed, "missing": missing})
    return {
        "year": year,
        "starts": days.starts,
        "ends": days.ends,
        "steps": shown,
        "ready": closed is None and all(one["done"] for one in shown if one["needed"]),
        "closed": closed,
        "result": result_of(books.closing, year),
        "carried": carried(books, year),
        "next_year": books.closing.year_after(year),
    }


YEAR_END: Projection[Books] = Projection(name="ledger.year-end", version=1, initial=BOOKS.initial, evolve=BOOKS.listening())
