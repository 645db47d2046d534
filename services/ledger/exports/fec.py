"""The file of accounting entries that French tax law describes: eighteen columns, one line for each posting.

Article A47 A-1 of the Livre des procédures fiscales (arrêté of 29 July 2013): the first line names the columns; they are separated by
tabs and the lines by CR LF; dates are AAAAMMJJ; amounts have a decimal comma and no thousands separator; characters are those of
ISO 8859-15. Entries stand in the order of their validation, which is that of the register, after the balances carried forward, and
their numbers run on without gap. The file is named SIREN, FEC and the last day of the year; a school cooperative is a section of its
association and has no SIREN: its association's code and its own number stand there.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date

from services.ledger.events.legs import Posting
from services.ledger.exports.amounts import euros
from services.ledger.exports.entries import OPENING, called, entries_of, reference
from services.ledger.exports.exported import Exported
from services.ledger.projections.balances import YearSpan, is_verified
from services.ledger.projections.journal import JournalLine

# Name of each column, with its nature and what it holds here: the description that the law wants beside the file.
COLUMNS = {
    "JournalCode": ("alphanumérique", "code du journal : AN, à-nouveaux ; JG, journal général"),
    "JournalLib": ("alphanumérique", "libellé du journal"),
    "EcritureNum": ("alphanumérique", "numéro de l'écriture, sur une séquence continue depuis 1"),
    "EcritureDate": ("date", "date de comptabilisation : celle de l'opération"),
    "CompteNum": ("alphanumérique", "numéro de compte, au plan comptable des coopératives"),
    "CompteLib": ("alphanumérique", "libellé du compte"),
    "CompAuxNum": ("alphanumérique", "compte auxiliaire : non utilisé"),
    "CompAuxLib": ("alphanumérique", "libellé du compte auxiliaire : non utilisé"),
    "PieceRef": ("alphanumérique", "numéro de la pièce justificative ; FAIT-n, fait n du registre, pour une écriture sans pièce propre"),
    "PieceDate": ("date", "date de la pièce justificative"),
    "EcritureLib": ("alphanumérique", "libellé de l'écriture"),
    "Debit": ("numérique", "montant au débit, en euros"),
    "Credit": ("numérique", "montant au crédit, en euros"),
    "EcritureLet": ("alphanumérique", "lettrage : non utilisé"),
    "DateLet": ("date", "date de lettrage : non utilisé"),
    "ValidDate": ("date", "date de validation : celle de l'enregistrement, après laquelle rien ne change"),
    "Montantdevise": ("numérique", "montant en devise : non utilisé"),
    "Idevise": ("alphanumérique", "devise : non utilisé"),
}
CHARACTERS = "iso8859_15"
# What French typography has and ISO 8859-15 has not: quotation marks, apostrophes, dashes, the true minus.
NEAREST = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-"),
        "\u2026": "...",
    }
)


def fec(exported: Exported, span: YearSpan) -> bytes:
    """Return the entries of a year, with its opening balances."""
    entries = sorted(entries_of(exported, span), key=lambda entry: (entry.kind != OPENING, entry.seq))
    lines = ["\t".join(COLUMNS)]
    for number, entry in enumerate(entries, start=1):
        lines.extend("\t".join(row) for row in _rows(exported, number, entry, span.ends))
    return "".join(f"{line}\r\n" for line in lines).encode(CHARACTERS)


def fec_name(exported: Exported, span: YearSpan) -> str:
    """Return the name of the file."""
    return f"{exported.code}FEC{_day(span.ends)}.txt"


def fec_description(exported: Exported, span: YearSpan) -> bytes:
    """Return the description that goes with the file: name, nature and meaning of each column, codes, characters, separators."""
    told = [
        f"Description du fichier {fec_name(exported, span)} (article A47 A-1 du Livre des procédures fiscales)",
        f"{exported.name}, exercice {span.year}, du {_day(span.starts)} au {_day(span.ends)}",
        "",
        "Nom du fichier : code de l'association et numéro de la coopérative, à la place du SIREN qu'une section locale n'a pas ; FEC ;",
        "date de clôture.",
        "Fichier à plat, une écriture sur plusieurs lignes, première ligne : le nom des zones. Longueur variable.",
        "Caractères : ISO 8859-15. Séparateur de zone : tabulation. Séparateur d'enregistrement : retour chariot et fin de ligne.",
        "Dates : AAAAMMJJ. Montants : virgule décimale, sans séparateur de milliers.",
        "",
        *(f"{place}. {name} ({nature}) : {meaning}" for place, (name, (nature, meaning)) in enumerate(COLUMNS.items(), start=1)),
    ]
    return "".join(f"{one_line(line)}\r\n" for line in told).encode(CHARACTERS)


def one_line(text: str) -> str:
    """Return a text in the characters of the file, on one line: a near one, or a question mark, for one that it has not."""
    return "".join(_near(letter) for letter in " ".join(text.translate(NEAREST).split()))


def _rows(exported: Exported, number: int, entry: JournalLine, last: date) -> Iterator[tuple[str, ...]]:
    journal = ("AN", "À-nouveaux") if entry.kind == OPENING else ("JG", "Journal général")
    suffix = " (bac à sable)" if exported.sandbox else ""
    day, valid = _day(entry.on), _day(exported.recorded_on(entry))
    for posting in entry.lines:
        unconfirmed = "" if is_verified(exported.funds.balances, posting.account, last) else " (code non confirmé)"
        account = (posting.account, one_line(called(exported, posting.account, last) + unconfirmed))
        piece = (reference(entry), day, one_line(entry.label))
        yield (journal[0], journal[1] + suffix, str(number), day, *account, "", "", *piece, *_sides(posting), "", "", valid, "", "")


def _sides(posting: Posting) -> tuple[str, str]:
    """Return debit and credit; the side that the posting is not on is zero."""
    amount = euros(abs(posting.amount), ",")
    return (amount, "0,00") if posting.amount > 0 else ("0,00", amount)


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _near(letter: str) -> str:
    if _has(letter):
        return letter
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain and _has(plain) else "?"


def _has(text: str) -> bool:
    try:
        return text.encode(CHARACTERS).decode(CHARACTERS).isprintable() or text.isspace()
    except UnicodeEncodeError:
        return False
