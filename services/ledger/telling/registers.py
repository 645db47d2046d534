"""The journal and the general ledger of a year as blocks to print, of the same lines that the pages show."""

from services.ledger.closing import Days
from services.ledger.projections.journal import Journal, JournalLine, account_shown
from services.ledger.telling.blocks import Block, day, euros, heading, table, text

DATE, LABEL = ("Date", "Date", "left"), ("Libellé", "Label", "wide")
NUMBER, VOUCHER = ("N°", "No.", "right"), ("Pièce", "Voucher", "left")


def journal_blocks(journal: Journal, days: Days) -> list[Block]:
    """Return the entries of a year in order, its accounts with their debit or credit below one another."""
    columns = [NUMBER, DATE, VOUCHER, LABEL, ("Compte", "Account", "left"), ("Débit", "Debit", "right"), ("Crédit", "Credit", "right")]
    lines = [line for line in journal.ordered() if days.starts <= line.on <= days.ends]
    rows = [_row(journal, line) for line in lines]
    debit = sum(posting.amount for line in lines for posting in line.lines if posting.amount > 0)
    total = ["", "", "", "Total", "", euros(debit), euros(debit)]  # the lines of each entry sum to zero
    told = text(f"Exercice du {day(days.starts)} au {day(days.ends)}.", f"Fiscal year from {days.starts} to {days.ends}.")
    return [told, table(columns, rows, total)]


def ledger_blocks(journal: Journal, days: Days) -> list[Block]:
    """Return one table an account, with the balance after each line; accounts of the result start the year at zero."""
    columns = [("Écriture", "Entry", "wide"), ("Montant", "Amount", "right"), ("Solde", "Balance", "right")]  # few cells, as in the journal
    accounts = sorted({posting.account for line in journal.lines.values() for posting in line.lines if line.on <= days.ends})
    blocks: list[Block] = []
    for account in accounts:
        shown = account_shown(journal, account, days.starts, days.ends)
        if shown:
            rows = [
                [f"{one['on']:%d/%m/%Y} — n° {one['seq']} — {one['label']}", euros(one["amount"]), euros(one["balance"])] for one in shown
            ]
            blocks += [heading(f"Compte {account}", f"Account {account}"), table(columns, rows)]
    return blocks


def _row(journal: Journal, line: JournalLine) -> list[str]:
    """Return one entry as one row, its accounts below one another: half as many cells, which are what a long table costs."""
    number = f"{line.voucher.series}{line.voucher.number:02d}" if line.voucher else ""
    outside = " (hors quitus)" if journal.responsibility.outside(line.seq, line.on) else ""
    accounts = "\n".join(posting.account for posting in line.lines)
    sides = ("\n".join(euros(sign * one.amount) if sign * one.amount > 0 else "" for one in line.lines) for sign in (1, -1))
    return [f"{line.seq}", f"{line.on:%d/%m/%Y}", number, f"{line.label}{outside}", accounts, *sides]
