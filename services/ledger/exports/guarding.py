"""Words that a spreadsheet would take for a formula, made words again: an apostrophe before them."""

# What formulas begin with, also as full-width letters; and the apostrophe itself, so that taking it off gives back every text.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet computes; numbers are not texts and stay as they are."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return text.removeprefix("'")
