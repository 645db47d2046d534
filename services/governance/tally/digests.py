r"""What a result was counted from, as two fingerprints that an outsider can recompute: of the papers and of the roll.

Each is SHA-256 over a prefix, a zero byte, and one line a paper (or a voter), sorted by bytes, each line ended by a line feed (0x0A).
Who voted what cannot be read from the order, and with the lines in a file, one a paper, anybody checks it so:

    (printf 'ruche/papers/v1\0'; LC_ALL=C sort papers.txt) | sha256sum
    (printf 'ruche/roll/v1\0'; LC_ALL=C sort roll.txt) | sha256sum

- A paper's line is its choice in canonical JSON (RFC 8785) exactly as the register holds it, without fields that are absent: `{}` when it
  is blank, `{"marks":["yes"]}`, `{"ranks":[["b"],["a","c"]]}`, `{"points":[{"option":"a","points":2}]}`. Void papers are among them.
- A voter's line is the pseudonym, once.
"""

from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Final

import orjson

from services.governance.events.papers import Choice, Pile
from services.governance.tally.counting import Papers
from services.governance.tally.sorting import merged
from shared.values import Digest, Pseudonym

PAPERS_DOMAIN: Final = b"ruche/papers/v1\x00"
ROLL_DOMAIN: Final = b"ruche/roll/v1\x00"


def papers_digest(piles: Papers | Iterable[Pile]) -> Digest:
    """Return the fingerprint of a box of papers, in hexadecimal; how they are piled does not matter."""
    lines = sorted((canonical_choice(choice), number) for choice, number in merged(piles).items())
    return sha256(PAPERS_DOMAIN + b"".join((line + b"\n") * number for line, number in lines)).hexdigest()


def roll_digest(voters: Collection[Pseudonym]) -> Digest:
    """Return the fingerprint of a roll, in hexadecimal; the order of the voters does not matter."""
    return sha256(ROLL_DOMAIN + b"".join(voter.encode() + b"\n" for voter in sorted(set(voters)))).hexdigest()


def canonical_choice(choice: Choice) -> bytes:
    """Return the bytes of a paper's line, without the line feed. Codes are ASCII and numbers whole, so sorted compact JSON is RFC 8785."""
    return orjson.dumps(choice.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS)
