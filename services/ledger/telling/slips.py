"""A deposit slip as it is printed to go to the bank: the same lines and totals as its JSON."""

from typing import Any

from services.ledger.telling.blocks import Block, day, euros, signatures, table, text

TITLE = "Bordereau de remise"
KINDS = {"cheque": "chèque", "cash": "espèces"}


def slip_blocks(slip: dict[str, Any]) -> list[Block]:
    """Return what is printed of a slip, as `slip_shown` gives it."""
    cheques = sum(1 for line in slip["lines"] if line["kind"] == "cheque")
    return [
        text(f"Compte {slip['account']}, le {day(slip['on'])}", f"Account {slip['account']}"),
        text(f"Bordereau {slip['slip']}", "Deposit slip"),
        table(
            [
                *(("Pièce", "Voucher", "left"), ("Date", "Date", "left"), ("Libellé", "Label", "wide")),
                *(("Nature", "Kind", "left"), ("Montant", "Amount", "right")),
            ],
            [[line["voucher"], day(line["on"]), _label(line), KINDS[line["kind"]], euros(line["amount"])] for line in slip["lines"]],
            ["", "", "Total", "", euros(slip["amount"])],
        ),
        text(f"Chèques : {cheques}, {euros(slip['cheques'])}", "Cheques"),
        text(f"Espèces : {euros(slip['cash'])}", "Cash"),
        signatures(("Mandataire", "Mandate holder"), ("Cachet de la banque", "Stamp of the bank")),
    ]


def _label(line: dict[str, Any]) -> str:
    return f"{line['label']} (annulée depuis)" if line["undone"] else str(line["label"])
