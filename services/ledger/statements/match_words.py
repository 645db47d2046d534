"""What the words of a bank and those of the books have in common: names of things, numbers of vouchers and cheques."""

import re
import unicodedata
from typing import Final

from services.ledger.statements.statement import StatementLine

WORD_LENGTH_MIN: Final = 4  # letters: shorter ones join sentences; with a figure (CE1, D31) any length says something
NUMBER_LENGTH_MIN: Final = 3  # figures of a cheque's number, beside the days and months of a date
# Ways of paying, which half of all lines name.
SAYS_NOTHING: Final = frozenset(
    {
        "achat", "banque", "bancaire", "carte", "cheque", "depot", "emis", "euro", "facture", "faveur", "paiement", "prelevement", "recu",
        "remise", "sepa", "versement", "virement", "votre", "avec", "dans", "pour",
    }
)  # fmt: skip
CHEQUE: Final = re.compile(r"\b(?:cheques?|chq)\b|\bcheq")


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, in small letters without accents, in the singular."""
    words = re.findall(r"[a-z0-9]+", _folded(text))
    singular = (word.removesuffix("s") for word in words if not word.isdigit() and (len(word) >= WORD_LENGTH_MIN or not word.isalpha()))
    return frozenset(singular) - SAYS_NOTHING


def names_a_cheque(line: StatementLine) -> bool:
    """Tell whether the bank says that an operation is a cheque."""
    return bool(CHEQUE.search(_folded(line.text)))


def cheque_numbers(line: StatementLine) -> frozenset[str]:
    """Return what may be the number of a cheque, without leading zeros: in the reference, and in the text of a cheque."""
    text = f"{line.reference} {line.text}" if names_a_cheque(line) else line.reference
    return frozenset(one.lstrip("0") for one in re.findall("[0-9]+", text) if len(one) >= NUMBER_LENGTH_MIN)


def _folded(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
