"""What one cell of a spreadsheet says: money, a day, a voucher number, a split, a code or a label.

Each reader takes the text as it stands in the cell and raises the Refused that says why it cannot be read. Money never
passes through a float.
"""

import re
import unicodedata
from datetime import date
from typing import Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from services.ledger.events.entries import Voucher
from shared.refusals import Refused
from shared.text import fault_of
from shared.values import CENTS_MAX, LABEL_LENGTH_MAX, Code

SPACES: Final = " \u00a0\u2009\u202f"  # what French typography and spreadsheets put between thousands
MINUSES: Final = "\u2212\u2013-"  # minus sign, the dash that word processors make of it, and hyphen: last, as it stands in a pattern
PLAIN_SERIES: Final = "P"  # a scheme without letters (« 12 ») numbers its pieces in one series

# One to three digits, then groups of three; the decimal mark is never the mark between thousands. Three digits after a
# lone comma or point are refused: nobody can tell 1,234 euros from 1 234.
AMOUNT: Final = re.compile(
    rf"(?P<sign>[+{MINUSES}]?)[{SPACES}]*"
    rf"(?:(?P<plain>[0-9]+|[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+)(?:[.,](?P<cents>[0-9]{{1,2}}))?"
    r"|(?P<pointed>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<after_comma>[0-9]{1,2})"
    r"|(?P<commaed>[0-9]{1,3}(?:,[0-9]{3})+)\.(?P<after_point>[0-9]{1,2}))"
    rf"[{SPACES}]*€?"
)
DIGITS_MAX: Final = 20  # more is no sum of money, and would only cost time
FRENCH_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
VOUCHER: Final = re.compile(r"([A-Za-z]{0,3})[ -]?0*([1-9][0-9]{0,5})")
CODE: Final = TypeAdapter(Code)


class NotASum(Refused):
    """Ce n'est pas une somme en euros et centimes : écris par exemple 1 806,00 ou -12,50.
    This is not a sum in euros and cents: write for instance 1 806,00 or -12,50."""


class NotADay(Refused):
    """Ce n'est pas une date : écris par exemple 20/09/2024 ou 2024-09-20.
    This is not a date: write for instance 20/09/2024 or 2024-09-20."""


class UnreadableVoucher(Refused):
    """Ce n'est pas un numéro de pièce : une à trois lettres et un nombre, par exemple R01, ou un nombre seul.
    This is not a voucher number: one to three letters and a number, for instance R01, or a number alone."""


class UnreadableSplit(Refused):
    """Ce n'est pas une ventilation : écris chaque compte et sa somme, par exemple 6281:366,60 + 6168:39,00.
    This is not a split: write each account and its sum, for instance 6281:366,60 + 6168:39,00."""


class UnreadableCode(Refused):
    """Ce n'est pas un code : des lettres sans accent, des chiffres, des points ou des tirets, sans espace.
    This is not a code: letters without accents, digits, points or hyphens, without a space."""


class UnreadableLabel(Refused):
    """Ce libellé est vide, trop long ou contient un caractère qui ne peut pas être gardé.
    This label is empty, too long or contains a character that cannot be kept."""


class Share(NamedTuple):
    """One account of a split and its cents."""

    account: str
    amount: int


def cents(text: str) -> int:
    """Return a sum in signed cents, exactly; an empty cell or a lone dash is 0. Raises NotASum."""
    text = text.strip(SPACES)
    if not text or text in MINUSES:
        return 0
    found = AMOUNT.fullmatch(text)
    if found is None:
        raise NotASum
    euros = re.sub(r"[^0-9]", "", found["plain"] or found["pointed"] or found["commaed"])
    parts = (found["cents"] or found["after_comma"] or found["after_point"] or "").ljust(2, "0")
    if len(euros) > DIGITS_MAX or (amount := int(euros) * 100 + int(parts)) > CENTS_MAX:
        raise NotASum
    return -amount if found["sign"] in set(MINUSES) else amount


def day(text: str) -> date:
    """Return a day written 2024-09-20 or 20/09/2024. Raises NotADay."""
    text = text.strip(SPACES)
    if found := ISO_DAY.fullmatch(text):
        year, month, number = found.groups()
    elif found := FRENCH_DAY.fullmatch(text):
        number, month, year = found.groups()
    else:
        raise NotADay
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise NotADay from None


def voucher(text: str) -> Voucher:
    """Return a voucher number; leading zeros do not count. Raises UnreadableVoucher."""
    found = VOUCHER.fullmatch(text.strip(SPACES))
    if found is None:
        raise UnreadableVoucher
    return Voucher(series=found[1].upper() or PLAIN_SERIES, number=int(found[2]))


def split(text: str) -> tuple[Share, ...]:
    """Return the accounts of a split and their cents, all positive; () for an empty cell. Raises UnreadableSplit."""
    if not text.strip(SPACES):
        return ()
    return tuple(_share(part) for part in text.split("+"))


def code(text: str) -> str:
    """Return the code of a pot, project or account. Raises UnreadableCode."""
    try:
        return CODE.validate_python(text.strip(SPACES))
    except ValidationError:
        raise UnreadableCode from None


def label(text: str) -> str:
    """Return a label that a record can hold. Raises UnreadableLabel."""
    text = text.strip(SPACES)
    if not text or len(text) > LABEL_LENGTH_MAX or fault_of(text):
        raise UnreadableLabel
    return text


def folded(text: str) -> str:
    """Return a text in small letters without accents, to compare words."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


def _share(part: str) -> Share:
    account, colon, amount = part.partition(":")
    try:
        share = Share(code(account), cents(amount))
    except Refused:
        raise UnreadableSplit from None
    if not colon or share.amount <= 0:
        raise UnreadableSplit
    return share
