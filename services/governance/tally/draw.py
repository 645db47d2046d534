"""The draw that anybody can repeat: who comes first among equals, from the root of the register's tree and the ballot's id.

1. seed = SHA-256(`ruche/draw/v1` ‖ 0x00 ‖ root ‖ ballot): the 32 bytes of the root just before the closing append, the id in UTF-8.
2. words: SHA-256(seed ‖ counter) for the counters 0, 1, 2 … (32 bits, big-endian), each cut into four 64-bit big-endian words.
3. The names, sorted by their bytes, are shuffled from the end (Ronald Fisher and Frank Yates, *Statistical Tables*, 1938; Richard
   Durstenfeld, Algorithm 235, CACM 7, 1964): for i = n − 1 down to 1, the name at i changes places with the one at j, where j = word
   mod (i + 1). A word at or above the largest multiple of i + 1 that 64 bits hold is thrown away and the next one taken: so every
   order is as likely.
4. The first k of the shuffled names win.

Nobody knows the root before the register reaches it; but whoever runs the server could choose the instant of closing, so that a draw
held in class is to be preferred where it matters (`domain.md`, section 15).
"""

from collections.abc import Collection, Iterator
from hashlib import sha256
from itertools import count as counted
from typing import Final

from services.governance.events.papers import Choice, Parameters, Step
from services.governance.tally.counting import Count, Counting, DrawNeeded, Options, Papers, Ties
from shared.values import Code

DOMAIN: Final = b"ruche/draw/v1\x00"
ROOT_BYTES: Final = 32
WORD_BYTES: Final = 8
WORDS_SPAN: Final = 2 ** (8 * WORD_BYTES)  # how many different words there are


def drawn_order(names: Collection[Code], root: bytes, ballot: str) -> Options:
    """Return options, or members of a roll, in the order of the draw. `root` is 32 bytes; raises ValueError when it is not."""
    if len(root) != ROOT_BYTES:
        raise ValueError(f"a root has {ROOT_BYTES} bytes, this one {len(root)}")
    return shuffled(names, words_from(sha256(DOMAIN + root + ballot.encode()).digest()))


def words_from(seed: bytes) -> Iterator[int]:
    """Iterate over the 64-bit words that follow from a seed."""
    for counter in counted():
        block = sha256(seed + counter.to_bytes(4, "big")).digest()
        for start in range(0, len(block), WORD_BYTES):
            yield int.from_bytes(block[start : start + WORD_BYTES], "big")


def shuffled(names: Collection[Code], words: Iterator[int], span: int = WORDS_SPAN) -> Options:
    """Sort names and shuffle them with words from 0 to span − 1."""
    order = sorted(names, key=str.encode)
    for last in range(len(order) - 1, 0, -1):
        other = below(last + 1, words, span)
        order[last], order[other] = order[other], order[last]
    return tuple(order)


def below(bound: int, words: Iterator[int], span: int = WORDS_SPAN) -> int:
    """Return a number from 0 to bound − 1, each as likely as any other, from the first word that does not bias it."""
    fair = span - span % bound
    return next(word for word in words if word < fair) % bound


def fault(_options: Options, _choice: Choice, _parameters: Parameters) -> Code | None:
    """Nobody votes: whatever a paper says, it is of the wrong kind."""
    return "wrong-kind"


def count(options: Options, _: Papers, parameters: Parameters, ties: Ties) -> Count:
    """Take the first `seats` names of the roll (1 unless it says otherwise) in the order drawn. Raises DrawNeeded before the draw.

    Told in one step, `drawn`: options, who was drawn, in order. Nobody is equal to anybody here, so no tie is listed.
    """
    if ties.drawn is None:
        raise DrawNeeded(options)
    roll = set(options)
    elected = tuple(name for name in ties.drawn if name in roll)[: parameters.seats or 1]
    return Count((), elected, (Step(step="drawn", options=elected),))


SORTITION_1 = Counting(version=1, fault=fault, count=count, takes=frozenset({"seats"}))
