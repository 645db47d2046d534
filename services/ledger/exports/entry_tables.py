"""The entries as tables: journal, general ledger, trial balance; of one year, with its opening balances, or of all.

No person stands in them, not even by a pseudonym: a file travels.
"""

from collections import Counter
from datetime import date

from services.ledger.exports.entries import OPENING, awaits_a_decision, called, entries_of, reference
from services.ledger.exports.exported import Exported
from services.ledger.exports.tables import Cell, Column, Kind, Table
from services.ledger.projections.balances import YearSpan, is_verified

SEQ = Column("N° de fait", "Record", Kind.NUMBER)
ON = Column("Date", "Date", Kind.DAY)
VOUCHER = Column("Pièce", "Voucher")
LABEL = Column("Libellé", "Label")
ACCOUNT = Column("Compte", "Account")
ACCOUNT_LABEL = Column("Libellé du compte", "Account label")
VERIFIED = Column("Code confirmé", "Verified code", Kind.FLAG)
DEBIT = Column("Débit", "Debit", Kind.CENTS)
CREDIT = Column("Crédit", "Credit", Kind.CENTS)
BALANCE = Column("Solde", "Balance", Kind.CENTS)
POT = Column("Pot", "Pot")
PROJECT = Column("Projet", "Project")


def journal_table(exported: Exported, span: YearSpan | None) -> Table:
    """Return one row for each posting; `Contre-passe` is the record that an entry reverses."""
    columns = (SEQ, ON, Column("Enregistré le", "Recorded on", Kind.DAY), Column("Nature", "Kind"), VOUCHER, LABEL, ACCOUNT, ACCOUNT_LABEL,
               VERIFIED, DEBIT, CREDIT, POT, PROJECT, Column("Décision", "Decision"), Column("Contre-passe", "Reverses", Kind.NUMBER),
               Column("À régulariser", "To regularise", Kind.FLAG), Column("Reprise", "Taken over", Kind.FLAG))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for entry in entries_of(exported, span):
        head = (entry.seq, entry.on, exported.recorded_on(entry), entry.kind, reference(entry), entry.label)
        reverses = exported.journal.seqs.get(entry.reverses or "")
        tail = (entry.decision or entry.regularised_by, reverses, awaits_a_decision(entry), entry.taken_over)
        for one in entry.lines:
            line = (*_account(exported, one.account, entry.on), *_sides(one.amount), one.pot, one.project)
            rows.append((*head, *line, *tail))
    return Table("Journal", "Journal", columns, tuple(rows))


def general_ledger_table(exported: Exported, span: YearSpan | None) -> Table:
    """Return the postings account by account, with the balance after each."""
    pages: dict[str, list[tuple[Cell, ...]]] = {}
    balances: Counter[str] = Counter()
    for entry in entries_of(exported, span):
        for one in entry.lines:
            balances[one.account] += one.amount
            head = (*_account(exported, one.account, entry.on), entry.seq, entry.on, reference(entry), entry.label)
            pages.setdefault(one.account, []).append((*head, *_sides(one.amount), balances[one.account]))
    columns = (ACCOUNT, ACCOUNT_LABEL, VERIFIED, SEQ, ON, VOUCHER, LABEL, DEBIT, CREDIT, BALANCE)
    return Table("Grand livre", "General ledger", columns, tuple(row for account in sorted(pages) for row in pages[account]))


def trial_balance_table(exported: Exported, span: YearSpan | None) -> Table:
    """Return the totals of each account: opening, debit and credit of the year, balance."""
    opening: Counter[str] = Counter()
    debit: Counter[str] = Counter()
    credit: Counter[str] = Counter()
    for entry in entries_of(exported, span):
        for one in entry.lines:
            if entry.kind == OPENING:
                opening[one.account] += one.amount
            else:
                (debit if one.amount > 0 else credit)[one.account] += abs(one.amount)
    columns = (ACCOUNT, ACCOUNT_LABEL, VERIFIED, Column("À nouveau", "Opening", Kind.CENTS), DEBIT, CREDIT, BALANCE)
    rows: list[tuple[Cell, ...]] = []
    last = span.ends if span else None
    for account in sorted({*opening, *debit, *credit}):
        totals = (opening[account], debit[account], credit[account])
        rows.append((*_account(exported, account, last), *totals, totals[0] + totals[1] - totals[2]))
    return Table("Balance", "Trial balance", columns, tuple(rows))


def _account(exported: Exported, account: str, day: date | None) -> tuple[Cell, ...]:
    """Return a code, its label on a day, and whether an association confirmed it."""
    return account, called(exported, account, day), is_verified(exported.funds.balances, account, day)


def _sides(amount: int) -> tuple[int | None, int | None]:
    return (amount, None) if amount > 0 else (None, -amount)
