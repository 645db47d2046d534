"""Two runs made comparable: what is a moment or drawn at random is replaced by its kind and by the rank of its first appearance.

So two runs that did the same differ in nothing that is left, and a value that stands where it stood before still shows that it is the
same. What is not masked is compared byte for byte, lengths included.
"""

import re
from typing import Final

MASKED: Final = (
    ("time", rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"),
    ("spoken", rb"\d{1,2}(?:er)? [a-z\xc3\xa9\xbb]{3,12} \d{4}(?: \xc3\xa0 \d\d:\d\d)?|\b\d\d:\d\d\b"),  # how a page says a moment
    ("uuid", rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("name", rb"Pr\xc3\xa9nom\d\d"),
    ("short", rb"(?<=\()[a-z2-7]{4}(?=\))"),  # how a page writes a pseudonym
    ("id", rb"\b(?:p_)?[a-z2-7]{26}\b"),
    ("hex", rb"\b[0-9a-f]{12,}\b"),
    ("base64", rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{22,}={0,2}"),
)
KINDS: Final = re.compile(b"|".join(b"(?P<%s>%s)" % (name.encode(), pattern) for name, pattern in MASKED))

TIMES: Final = frozenset({b"<time>", b"<spoken>"})


class Mask:
    """The names given so far in one run."""

    def __init__(self) -> None:
        self._names: dict[bytes, bytes] = {}

    def __call__(self, text: bytes) -> bytes:
        """Return a text masked; the length of what is replaced stays in the name it gets."""
        return KINDS.sub(self._named, text)

    def known(self, text: bytes) -> bytes:
        """Return a text masked with the names given before; what is new keeps its kind and length alone, for it may come in any order."""
        return KINDS.sub(lambda found: self._names.get(found.group(), _kind(found)), text)

    def _named(self, found: re.Match[bytes]) -> bytes:
        kind = _kind(found)
        return kind if kind in TIMES else self._names.setdefault(found.group(), b"<%d %s" % (len(self._names), kind[1:]))


def _kind(found: re.Match[bytes]) -> bytes:
    kind = b"<%s>" % (found.lastgroup or "").encode()
    return kind if kind in TIMES else b"%s of %d>" % (kind[:-1], len(found.group()))
