"""What an outgoing mandate holder answers for: the books at the last fact before the handover, unchanged by whatever follows."""

from typing import Any

from services.ledger.books import Books
from services.ledger.double_entry import HELD, OWED
from services.ledger.events.legs import BETWEEN_POTS
from services.ledger.projections.journal import Journal
from services.ledger.responsibility import Handed
from services.ledger.rules.year_end import missing_vouchers
from services.ledger.telling.blocks import Block, coded, euros, heading, signatures, table, text

Told = dict[str, Any]


def handed_shown(books: Books, journal: Journal, handed: Handed) -> Told:
    """Return the state of the books at a handover, amounts in cents: where the money is, whose it is, what was open."""
    places = [code for code in sorted(books.accounts) if code[0] in {HELD, OWED} and code != BETWEEN_POTS]
    labels = {one.code: one.label for chart in books.closing.charts for one in chart.content} | dict(books.closing.treasuries)
    still_open = [(name, one) for name, one in sorted(books.advances.items()) if not one.undone and not one.settled]
    years = sorted(set(books.closing.days) - set(books.closing.closed))
    return {
        "seq": handed.seq,
        "through_seq": handed.through_seq,
        "accounts": [{"account": code, "label": labels.get(code, code), "balance": books.accounts[code]} for code in places],
        "pots": [{"pot": pot, "held": held} for pot, held in sorted(books.held.items())],
        "entries": sum(1 for line in journal.lines.values() if line.voucher is not None),
        "open_advances": [{"advance": name, "pot": one.pot, "left": one.left} for name, one in still_open],
        "missing_vouchers": [entry for year in years for entry in missing_vouchers(books, year)],
    }


def handed_blocks(told: Told) -> list[Block]:
    """Return the statement as blocks to print."""
    amount = ("Montant", "Amount", "right")
    accounts = [[*coded(one["account"], one["label"], verified=True), euros(one["balance"])] for one in told["accounts"]]
    return [
        text(f"Les comptes aux faits 1 à {told['through_seq']}.", f"The books at facts 1 to {told['through_seq']}."),
        heading("Où est l'argent", "Where the money is"),
        table([("Compte", "Account", "left"), ("Intitulé", "Label", "wide"), amount], accounts),
        heading("À qui il est", "Whose it is"),
        table([("Pot", "Pot", "wide"), amount], [[one["pot"], euros(one["held"])] for one in told["pots"]]),
        heading("Ce qui reste ouvert", "What is open"),
        text(f"Écritures : {told['entries']}.", f"Entries: {told['entries']}."),
        text(f"Avances non soldées : {len(told['open_advances'])}.", "Advances not settled."),
        text(f"Pièces qui manquent : {len(told['missing_vouchers'])}.", "Vouchers that are missing."),
        signatures(("Mandataire sortant", "Outgoing holder"), ("Mandataire entrant", "Incoming holder")),
    ]
