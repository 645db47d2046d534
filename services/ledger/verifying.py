"""What the verification has left so far, and how a sample is drawn so that anyone draws it again.

A draw depends on three things that all can see: the entries that stand in the year, the method, and the seed, which is the root of
the register's tree just before. The lot of a thing is SHA-256("ruche/sample/v1" ‖ 0x00 ‖ seed ‖ thing in UTF-8), read as a number.
`random` takes the entries with the smallest lots. `cash_heavy` takes those in cash first, then the others, by their lots.
`by_amount` draws one entry after the other, each cent of those left having the same chance: the place of the k-th draw is the lot
of "k" modulo the cents left, counted through the entries in the order of their ids.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from immutables import Map

from services.ledger.events.verification import FindingAnswered, FindingKind, FindingRecorded, SampleDrawn, SampleMethod
from shared.messages import Recorded
from shared.values import Code, Digest, Id, Pseudonym, Seq

DOMAIN: Final = b"ruche/sample/v1\x00"


class Candidate(NamedTuple):
    """An entry that may be drawn: what it moves, in cents, and whether cash is part of it."""

    entry: Id
    amount: int
    cash: bool


class Answer(NamedTuple):
    """One answer to a finding, where it stands and by whom."""

    seq: Seq
    by: Pseudonym
    text: str


class Finding(NamedTuple):
    """One finding, where it stands, by whom, and its answers."""

    seq: Seq
    by: Pseudonym
    subject: Code
    kind: FindingKind
    text: str
    sample: Id | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Verifying:
    """Samples and findings by their ids."""

    samples: Map[Id, Recorded[SampleDrawn]] = Map()
    findings: Map[Id, Finding] = Map()

    def about(self, subject: Code) -> list[Id]:
        """Return the findings about an entry or a year."""
        return [name for name, one in self.findings.items() if one.subject == subject]


def noted(known: Verifying, record: Recorded[Any]) -> Verifying:
    """Apply one fact; the answer to a finding that a cut hides changes nothing."""
    match record.event:
        case SampleDrawn() as event:
            return replace(known, samples=known.samples.set(event.sample, record))
        case FindingRecorded() as event:
            told = Finding(record.seq, record.actor, event.subject, event.kind, event.text, event.sample)
            return replace(known, findings=known.findings.set(event.finding, told))
        case FindingAnswered() as event if (finding := known.findings.get(event.finding)) is not None:
            answered = finding._replace(answers=(*finding.answers, Answer(record.seq, record.actor, event.text)))
            return replace(known, findings=known.findings.set(event.finding, answered))
        case _:
            return known


def drawn(candidates: Sequence[Candidate], method: SampleMethod, size: int, seed: Digest) -> tuple[Id, ...]:
    """Draw at most `size` entries, in the order of the draw."""
    if method is SampleMethod.BY_AMOUNT:
        return _by_amount(candidates, size, seed)
    cash_first = method is SampleMethod.CASH_HEAVY
    ranked = sorted(candidates, key=lambda one: (cash_first and not one.cash, _lot(seed, one.entry)))
    return tuple(one.entry for one in ranked[:size])


def _by_amount(candidates: Sequence[Candidate], size: int, seed: Digest) -> tuple[Id, ...]:
    left, chosen = sorted(one for one in candidates if one.amount > 0), list[Id]()
    for turn in range(min(size, len(left))):
        place = _lot(seed, f"{turn}") % sum(one.amount for one in left)
        for one in left:
            place -= one.amount
            if place < 0:
                chosen.append(one.entry)
                left.remove(one)
                break
    return tuple(chosen)


def _lot(seed: Digest, thing: str) -> int:
    return int.from_bytes(hashlib.sha256(DOMAIN + bytes.fromhex(seed) + thing.encode()).digest())
