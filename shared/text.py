"""Which texts may stand in a record: NFC, of code points that Unicode 14.0 assigns, without control characters.

One committed table (`unicode14.txt`) decides what is assigned, so that a newer Python does not accept a text that an
older verifier cannot normalise (the normalisation of assigned code points is stable, UAX #15).
"""

import re
import unicodedata
from pathlib import Path


def _allowed() -> re.Pattern[str]:
    ranges = [line.split("-") for line in Path(__file__).with_name("unicode14.txt").read_text("ascii").splitlines() if line[0] != "#"]
    inside = "".join(f"\\U{int(first, 16):08x}-\\U{int(last, 16):08x}" for first, last in ranges)
    return re.compile(f"[{inside}]*")


_ALLOWED = _allowed()
# What French and English labels are made of: assigned, without control characters, and alone or together always in NFC.
_USUAL = re.compile("[ -~\u00a0-\u017f\u2010-\u2015\u2018-\u201d\u2026\u202f\u20ac\u2212]*")


def fault_of(text: str) -> str | None:
    """Say why a text may not stand in a record, or None when it may."""
    if _USUAL.fullmatch(text):
        return None
    if (found := _ALLOWED.match(text)) and found.end() < len(text):
        return f"the character U+{ord(text[found.end()]):04X} is a control character or not assigned in Unicode 14.0"
    if not unicodedata.is_normalized("NFC", text):
        return "the text is not in Unicode normal form NFC"
    return None


def one_line(text: str) -> str:
    """Return the text, or raise ValueError saying why it cannot be recorded as one line of words."""
    if fault := fault_of(text):
        raise ValueError(fault)
    if not text.strip():
        raise ValueError("the text is empty")
    return text
