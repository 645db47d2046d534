"""Whether enough people took part: exact, in whole numbers, by each kind of quorum (domain, section 15).

A quorum of the *roll* compares those who took part with those on it; of those *present*, those who took part with those in
the room; of the *expressed* papers, these alone with those on the roll; of the *classes*, those that sent somebody with
those that are open. Blank papers take part unless the quorum says otherwise. Advisory colleges are never counted.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from services.governance.chamber.whole import Chamber
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.rules.rolls import classes_of, open_classes, roll_of, voters_of
from shared.values import Code, Pseudonym

SECOND_CALL = 2


class TakingPart(NamedTuple):
    """Who took part, in numbers: of the voting colleges, or of the one that the quorum names.

    `registered` stand on the roll, `present` are in the room, `voters` put a paper in, `blank` of them say nothing on purpose,
    `expressed` choose. `classes` sent somebody, of `classes_open`.
    """

    registered: int
    present: int
    voters: int
    blank: int = 0
    expressed: int = 0
    classes: int = 0
    classes_open: int = 0


class Measure(NamedTuple):
    """How many were needed and how many counted."""

    needed: int
    counted: int

    @property
    def reached(self) -> bool:
        """Tell whether enough counted."""
        return self.counted >= self.needed


def needed(quorum: Quorum, whole: int) -> int:
    """Return the least number that is the quorum's share of a whole: 75 for one half of 149."""
    return -(-quorum.numerator * whole // quorum.denominator)


def measured(quorum: Quorum, part: TakingPart) -> Measure:
    """Measure who took part against a quorum; `reached` is counted × denominator ≥ numerator × whole."""
    blank = part.blank if quorum.blanks_count is False else 0
    match quorum.of:
        case QuorumOf.ROLL:
            return Measure(needed(quorum, part.registered), part.voters - blank)
        case QuorumOf.PRESENT:
            return Measure(needed(quorum, part.present), part.voters - blank)
        case QuorumOf.EXPRESSED:
            return Measure(needed(quorum, part.registered), part.expressed)
        case QuorumOf.CLASSES:
            return Measure(needed(quorum, part.classes_open), part.classes)


def missed(quorum: Quorum | None, part: TakingPart, call: int) -> Measure | None:
    """Return by how much a quorum was missed; None when it was reached, or waived on a second call, or when there is none."""
    if quorum is None or (call == SECOND_CALL and quorum.waived_on_second_call):
        return None
    measure = measured(quorum, part)
    return None if measure.reached else measure


def sitting(chamber: Chamber, body: Code, day: date, present: Collection[Pseudonym]) -> TakingPart:
    """Count who sits at the opening of a meeting: whoever is present takes part, nothing is expressed yet.

    Guests and advisory colleges are not counted, nor is anybody whose right to vote is suspended. At an opening a quorum of the
    expressed papers has nothing to measure and must be left to the ballots.
    """
    formed = chamber.sittings.bodies.get(body)
    college = formed.quorum.college if formed and formed.quorum else None
    voters = voters_of(roll_of(chamber, body, day), college)
    there = voters & set(present)
    own = {formed.class_code} if formed and formed.class_code else open_classes(chamber, day)
    sent = own & set(classes_of(chamber, there, day).values())
    return TakingPart(len(voters), len(there), len(there), classes=len(sent), classes_open=len(own))
