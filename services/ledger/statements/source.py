"""A file of the bank as text, and the small things that are read in every form of it: days, sums, words.

A file is UTF-8 if it can be, else Windows-1252, which holds what ISO 8859-1 does: what a file declares about itself is often untrue.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.ledger.statements import bad_statements as bad
from services.ledger.statements.statement import REFERENCE_LENGTH_MAX
from shared.refusals import Refused
from shared.text import fault_of
from shared.values import CENTS_MAX, PASSAGE_LENGTH_MAX

FILE_BYTES_MAX: Final = 5_000_000  # ten thousand long lines; a school has a few hundred a year
SHOWN_MAX: Final = 120  # characters of what was found that are quoted
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK: Final = b"\xef\xbb\xbf"
UTF8_LETTER: Final = re.compile(rb"[\xc3\xc5][\x80-\xbf]|\xe2[\x80-\x82][\x80-\xbf]")  # accents, typography and the euro sign

SPACES: Final = " \u00a0\u2009\u202f"  # between thousands
SUM: Final = re.compile(
    rf"(?P<sign>[+\u2212\u2013-]?)[{SPACES}]*(?P<euros>[0-9]{{1,13}}|[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}}){{1,4}})"
    rf"(?:[.,](?P<cents>[0-9]{{0,2}})(?:(?<=[0-9]{{2}})00+)?)?[{SPACES}]*(?:€|EUR)?",  # three decimals may be thousands
    re.IGNORECASE,
)
DAYS: Final = (
    re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
)
YEAR_MIN, YEAR_MAX = 2000, 2099  # two figures mean this century; another year is a figure that went astray


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name and its text, line feeds alone at the ends of lines."""

    file: str
    text: str

    def bad(self, why: type[Refused], line: int, found: str = "", **figures: object) -> Refused:
        """Return a refusal of one line; line 0 is the whole file."""
        return why(file=self.file, line=line, found=found[:SHOWN_MAX], **figures)

    def day(self, text: str, line: int) -> date:
        """Read a day, written 31/08/2025, 31/08/25, 2025-08-31, 20250831 or 250831. Raises UnreadableDay."""
        found = next((found for form in DAYS if (found := form.fullmatch(text.strip()))), None)
        if found:
            year = int(found["year"]) + (YEAR_MIN if len(found["year"]) == 2 else 0)
            try:
                if YEAR_MIN <= year <= YEAR_MAX:
                    return date(year, int(found["month"]), int(found["day"]))
            except ValueError:
                pass
        raise self.bad(bad.UnreadableDay, line, text)

    def cents(self, text: str, line: int) -> int:
        """Read a sum in signed cents, exactly; the decimal mark is a comma or a point. Raises UnreadableAmount."""
        found = SUM.fullmatch(text.strip())
        if found is None:
            raise self.bad(bad.UnreadableAmount, line, text)
        amount = int(re.sub("[^0-9]", "", found["euros"])) * 100 + int((found["cents"] or "").ljust(2, "0"))
        if amount > CENTS_MAX:
            raise self.bad(bad.UnreadableAmount, line, text)
        return -amount if found["sign"] not in {"", "+"} else amount

    def words(self, parts: Iterable[str], line: int) -> str:
        """Join what a bank says about one operation; a part that a longer one begins with is left out. Raises UnreadableText."""
        texts = [text for part in parts if (text := one_line(part))]
        kept = [text for place, text in enumerate(texts) if not _said(text, texts, place)]
        joined = " ".join(kept)
        if not joined or len(joined) > PASSAGE_LENGTH_MAX or fault_of(joined):
            raise self.bad(bad.UnreadableText, line, joined)
        return joined

    def reference(self, text: str, line: int) -> str:
        """Read what an operation is called; the word for having no reference is none. Raises UnreadableText."""
        found = one_line(text)
        if len(found) > REFERENCE_LENGTH_MAX or fault_of(found):
            raise self.bad(bad.UnreadableText, line, found)
        return "" if found.upper() in {"NONREF", "NOTPROVIDED"} else found

    def in_euros(self, currency: str, line: int) -> str:
        """Return EUR, however it is written. Raises OtherCurrency."""
        if currency.strip().upper() not in {"EUR", "EURO", "EUROS", "€"}:
            raise self.bad(bad.OtherCurrency, line, currency)
        return "EUR"


def source_of(file: str, stored: bytes) -> Source:
    """Decode a file. Raises StatementUnread, with the first line that is none."""
    if len(stored) > FILE_BYTES_MAX:
        raise bad.StatementUnread(file=file, line=0, found="")
    encodings = ["utf-16"] if stored.startswith(UTF16) else ["utf-8-sig"]
    # Where letters of UTF-8 are found, a byte that is none of it is damage, not another encoding.
    if not stored.startswith((*UTF16, UTF8_MARK)) and not UTF8_LETTER.search(stored):
        encodings.append("cp1252")
    place = 0
    for encoding in encodings:
        try:
            text = stored.decode(encoding)
        except UnicodeDecodeError as no:
            place = no.start
            continue
        if "\0" in text:
            raise bad.StatementUnread(file=file, line=text[: text.index("\0")].count("\n") + 1, found="")
        return Source(file, text.replace("\r\n", "\n").replace("\r", "\n"))
    raise bad.StatementUnread(file=file, line=stored[:place].count(b"\n") + 1, found="")


def one_line(text: str) -> str:
    """Return a text on one line, in the normal form of our texts, with a space for each control character."""
    if fault_of(text) or "  " in text or text != text.strip():
        shown = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
        return unicodedata.normalize("NFC", " ".join(shown.split()))
    return text


def _said(text: str, texts: list[str], place: int) -> bool:
    """Tell whether another part says this one: a longer one that begins with it, or the same one earlier."""
    others = ((elsewhere, other) for elsewhere, other in enumerate(texts) if elsewhere != place)
    return any(other.startswith(text) and (len(other) > len(text) or elsewhere < place) for elsewhere, other in others)
