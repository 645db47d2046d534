"""Cents written as euros, exactly, for files that programs read."""


def euros(cents: int, mark: str = ".") -> str:
    """Return an amount with two decimals after a mark, without separators: −123456 is `-1234.56`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}{mark}{rest:02d}"
