"""How French banks lay out the tables that they let one download, as data: headings, and what stands around the table.

Headings are compared in small letters without accents, anything but letters and digits as one space. Sources: files that account
holders and authors of importers have described in public; no bank publishes its layout.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TableShape:
    """The headings of one bank's table: the day, the texts in the order they are read, and a signed sum or two columns.

    `may` names columns that can lack. Sums in a debit column are written with a minus or without, but one way in a file.
    """

    bank: str
    on: str
    texts: tuple[str, ...]
    amount: str = ""
    debit: str = ""
    credit: str = ""
    reference: str = ""
    mark: str = ""  # a number that the bank gives once
    balance: str = ""
    currency: str = ""
    may: frozenset[str] = frozenset()

    @property
    def required(self) -> frozenset[str]:
        """Return the headings that have to be there."""
        named = {self.on, *self.texts, self.amount, self.debit, self.credit, self.reference, self.mark, self.balance, self.currency}
        return frozenset(named - self.may - {""})


OFTEN_LACK: Final = frozenset({"solde", "reference"})
# Where the headings of several fit, the one with the most is taken.
SHAPES: Final = (
    TableShape("Crédit Agricole", "date", ("libelle",), debit="debit euros", credit="credit euros"),
    TableShape("La Banque Postale", "date", ("libelle",), amount="montant euros"),
    TableShape("Crédit Mutuel, CIC", "date", ("libelle",), debit="debit", credit="credit", balance="solde"),
    TableShape("Crédit Mutuel, CIC", "date", ("libelle",), amount="montant", balance="solde"),
    TableShape("Crédit Mutuel, CIC", "date d operation", ("libelle",), amount="montant", balance="solde"),
    TableShape(
        "Société Générale", "date de l operation", ("libelle", "detail de l ecriture"), amount="montant de l operation", currency="devise"
    ),
    TableShape("Société Générale", "date comptabilisation", ("libelle complet operation",), amount="montant operation", currency="devise"),
    TableShape(
        "BNP Paribas", "date operation", ("libelle operation", "libelle court", "type operation"), amount="montant operation en euro"
    ),
    TableShape("BNP Paribas", "date operation", ("libelle operation", "libelle court", "type operation"), amount="montant operation"),
    TableShape(
        "Caisse d'Épargne, Banque Populaire",
        "date de comptabilisation",
        ("libelle operation", "informations complementaires"),
        debit="debit",
        credit="credit",
        reference="reference",
    ),
    TableShape("Caisse d'Épargne", "date", ("libelle", "detail"), debit="debit", credit="credit", mark="numero d operation"),
    TableShape("another bank", "date", ("libelle",), amount="montant", balance="solde", reference="reference", may=OFTEN_LACK),
    TableShape(
        "another bank", "date", ("libelle",), debit="debit", credit="credit", balance="solde", reference="reference", may=OFTEN_LACK
    ),
)

_DAY = r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SUM = r"[+−-]?[0-9][0-9 \u00a0\u202f]*(?:[.,][0-9]{2})?"

# What the rows around a table say, in small letters without accents, `;` between cells. The names of groups are those of what is found:
# account, currency, starts, ends, opening, closing, dated (the day of `closing`), announced (how many operations).
AROUND: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bnumero (?:de )?compte\s*[:;]+\s*(?P<account>[0-9a-z][0-9a-z ]{2,33})",
        r"\b(?:compte|cchq)\b[^;]*?\bn(?:°|o)\s*(?P<account>[0-9a-z]{5,34})",  # Crédit Agricole
        rf"\bsolde au (?P<dated>{_DAY})\s*[:;]*\s*(?P<closing>{_SUM})",  # Crédit Agricole
        rf"\bentre le (?P<starts>{_DAY}) et le (?P<ends>{_DAY})",
        r"\b(?:compte tenu en|devise)\s*[:;]+\s*(?P<currency>[a-z]{3,6})",
        rf"^solde \(euros\)\s*;+\s*(?P<closing>{_SUM})",  # La Banque Postale, below the day
        rf"^date\s*;+\s*(?P<dated>{_DAY})",
        rf"debut de telechargement : (?P<starts>{_DAY}).*fin de telechargement : (?P<ends>{_DAY})",  # Caisse d'Épargne
        rf"^solde en fin de periode;+(?P<closing>{_SUM})",
        rf"^solde en debut de periode;+(?P<opening>{_SUM})",
        rf"^(?P<account>[0-9a-z]{{8,34}});(?P<starts>{_DAY});(?P<ends>{_DAY})",  # Société Générale
        rf"^[0-9a-z]{{8,34}};[^;]*;[^;]*;(?P<announced>[0-9]+);(?P<dated>{_DAY});(?P<closing>{_SUM}) eur",
        rf"^compte [^;]*;[^;]*;(?P<account>[^;]+);(?P<dated>{_DAY});[^;]*;(?P<closing>{_SUM})$",  # BNP Paribas
    )
)
