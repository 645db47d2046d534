"""What stands at one moment as tables: balances, pots, advances, anomalies, commitments.

No person stands in them, not even by a pseudonym: a file travels.
"""

from services.ledger.available import pot_shown
from services.ledger.exports.entry_tables import ACCOUNT, ACCOUNT_LABEL, BALANCE, ON, POT, PROJECT, SEQ, VERIFIED
from services.ledger.exports.exported import Exported
from services.ledger.exports.tables import Cell, Column, Kind, Table
from services.ledger.projections.balances import balances_shown, is_verified
from services.ledger.projections.commitments import commitments_shown


def balances_table(exported: Exported) -> Table:
    """Return the balance of each place where money lies."""
    known = exported.funds.balances
    rows = [(one["account"], one["label"], is_verified(known, one["account"]), one["balance"]) for one in balances_shown(known)["accounts"]]
    return Table("Soldes", "Balances", (ACCOUNT, ACCOUNT_LABEL, VERIFIED, BALANCE), tuple(rows))


def pots_table(exported: Exported) -> Table:
    """Return what each pot holds, what of it is entrusted and committed, what is available."""
    columns = (POT, Column("Libellé", "Label"), _cents("Solde", "Held"), _cents("Confié", "Entrusted"), _cents("Engagé", "Committed"),
               _cents("Disponible", "Available"))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for pot, held in sorted(exported.funds.balances.pots.items()):
        shown = pot_shown(exported.funds, pot)
        label = exported.funds.balances.labels.get(pot, pot)
        rows.append((pot, label, held, shown["entrusted"], shown["committed"], shown["available"]))
    return Table("Pots", "Pots", columns, tuple(rows))


def advances_table(exported: Exported) -> Table:
    """Return every advance: granted, justified, returned, left; when it was settled or reversed."""
    columns = (ON, Column("Avance", "Advance"), POT, _cents("Confiée", "Granted"), _cents("Justifié", "Justified"),
               _cents("Rendu", "Returned"), _cents("Reste", "Left"), Column("Soldée le", "Settled on", Kind.DAY),
               Column("Contre-passée le", "Reversed on", Kind.DAY))  # fmt: skip
    rows = [
        (one.on, name, one.pot, one.granted, one.justified, one.returned, one.left, one.settled_on, one.reversed_on)
        for name, one in sorted(exported.funds.advances.by_id.items(), key=lambda item: (item[1].on, item[1].pot, item[0]))
    ]
    return Table("Avances", "Advances", columns, tuple(rows))


def anomalies_table(exported: Exported) -> Table:
    """Return what somebody must look at, what is settled since, and the voucher numbers that were never used."""
    columns = (SEQ, Column("Code", "Code"), Column("Ce qui est à voir", "What to look at (French)"),
               Column("Ce qui est à voir (anglais)", "What to look at"), Column("Réglé par le fait", "Settled by record", Kind.NUMBER),
               Column("Pièce manquante", "Missing voucher"), Column("Raison", "Reason"))  # fmt: skip
    chase = exported.chase
    rows: list[tuple[Cell, ...]] = [(one.seq, one.code, one.fr, one.en, None, None, None) for one in chase.anomalies]
    rows += [(one.anomaly.seq, one.anomaly.code, one.anomaly.fr, one.anomaly.en, one.settled_by, None, None) for one in chase.settled]
    for gap in chase.gaps():
        missing = f"{gap.series}{gap.number:02d} {gap.year}"
        sentences = ("Ce numéro de pièce n'a jamais servi.", "This voucher number was never used.")
        rows.append((None, "voucher-gap", *sentences, None, missing, gap.reason))
    return Table("Anomalies", "Anomalies", columns, tuple(rows))


def commitments_table(exported: Exported) -> Table:
    """Return each decision with an envelope, what was used and released, what is left and what of it is held back."""
    columns = (SEQ, Column("Décision", "Decision"), Column("Titre", "Title"), POT, PROJECT, _cents("Enveloppe", "Envelope"),
               _cents("Utilisé", "Used"), _cents("Libéré", "Released"), _cents("Reste", "Left"), _cents("Engagé", "Held back"),
               Column("Révoquée", "Revoked", Kind.FLAG))  # fmt: skip
    names = ("seq", "decision", "title", "pot", "project", "envelope", "used", "released", "left", "open", "revoked")
    shown = commitments_shown(exported.funds.commitments)["commitments"]
    return Table("Engagements", "Commitments", columns, tuple(tuple(one[name] for name in names) for one in shown))


def _cents(french: str, english: str) -> Column:
    return Column(french, english, Kind.CENTS)
