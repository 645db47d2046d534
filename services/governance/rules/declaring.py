"""How papers become a result: the quorum first, then the count and its steps, then what follows from it, in one append.

The same whichever way the vote was given. A tie that waits for a draw held in class, or for the casting vote, leaves the ballot closed
and shown, without a result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from immutables import Map

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import Chamber
from services.governance.events.ballots import (
    AdvisoryTallied,
    BallotEvent,
    HandCount,
    Paper,
    Publish,
    QuorumMissed,
    ResultDeclared,
    Way,
)
from services.governance.events.papers import Choice, DrawKind, Method, Pile, Step, Tallied
from services.governance.rules.consequences import Decided, following, verdict_of
from services.governance.rules.parts import LINES_BYTES_MAX, in_parts, size_bytes_of
from services.governance.rules.polling import codes_of, weights
from services.governance.rules.quorums import TakingPart, missed
from services.governance.rules.rolls import classes_of, open_classes, voters_of
from services.governance.rules.sums import ONE_MARK, piles_of, tallied_from_sums
from services.governance.tally.counting import DrawNeeded, Options, Ties
from services.governance.tally.digests import papers_digest, roll_digest
from services.governance.tally.draw import drawn_order
from services.governance.tally.methods import counting_of
from services.governance.tally.sorting import sorted_papers, tallied
from services.governance.tally.two_rounds import finalists
from shared.messages import Circumstances
from shared.values import Code, Pseudonym

STEPS_BYTES_MAX: Final = 600_000  # of one count: an append holds a mebibyte, and every part repeats the numbers
LEFT_OUT: Final = (Step(step="steps-left-out"),)  # a count with more to tell than an append holds is told again from its papers
SECRET_MIN: Final = 5  # of fewer voters no secret vote opens, of fewer papers only its outcome is shown (B14)


@dataclass(frozen=True, slots=True)
class Box:
    """What was found at closing. `who` put a paper in, where that is known; `present` are in the room, where they were counted.

    `set_aside` are papers found void before their choice was read, by reason; `advisory` the piles of each college that is only heard;
    `sums` a count of which the papers are not known.
    """

    piles: tuple[Pile, ...] = ()
    set_aside: Mapping[Code, int] = field(default_factory=Map)
    advisory: Mapping[Code, tuple[Pile, ...]] = field(default_factory=Map)
    who: frozenset[Pseudonym] | None = None
    present: int | None = None
    sums: HandCount | None = None
    proxies: int | None = None


def declared(
    chamber: Chamber,
    ballot: Ballot,
    box: Box,
    given: Circumstances,
    *,
    shown: Sequence[BallotEvent] = (),
    drawn: Options | None = None,
    casting: bool | None = None,
) -> list[BallotEvent | Decided]:
    """Return what follows from a box: `shown` (what opens the papers), the result in its parts, and what it brings about.

    Without its quorum a ballot shows nothing: the missed quorum is all. `drawn` is the order of a draw held in class, `casting` what
    the casting vote says (yes: True). Where either is still awaited, only `shown` is returned.
    """
    if ballot.phase is not Phase.DRAW_NEEDED and (missing := _missed_quorum(chamber, ballot, box, given)):
        return [missing]
    order = drawn_order(codes_of(ballot.opened), given.tree.root(), ballot.opened.ballot)
    main = drawn if ballot.opened.tie_policy.draw is DrawKind.CLASS else order
    try:
        result, steps = counted(ballot, box, Ties(ballot.opened.tie_policy, main, casting))
    except DrawNeeded:
        return list(shown)
    if result.ties and casting is None and ballot.opened.casting_vote is not None:
        return list(shown)
    heard = _heard(ballot, box, order)
    verdict = verdict_of(ballot.opened, result, goes_on=finalists(steps) is not None)
    ties = bool(result.ties) or any(one.tallied.ties for one in heard) or ballot.opened.method is Method.SORTITION
    hidden = _only_the_outcome(ballot, result)
    body = ResultDeclared(
        ballot=ballot.opened.ballot,
        verdict=verdict,
        registered=sum(weights(ballot.opened.roll).values()),
        voters=result.voters,
        tallied=result.model_copy(update={"counts": ()}) if hidden else result,
        method=ballot.opened.method,
        method_version=ballot.opened.method_version,
        roll=roll_digest(voters_of(ballot.opened.roll)),
        papers=papers_digest(box.piles) if _published(ballot, box) and not hidden else None,
        part=1,
        parts=1,
        rounds=(),
        advisory=() if hidden else (heard or None),
        proxies=box.proxies or None,
        draw_root=given.tree.root().hex() if ties and (heard or main is order) else None,
    )
    told = () if hidden else steps
    return [*shown, *_in_parts(body, told), *following(chamber, ballot.opened, verdict, result, given)]


def counted(ballot: Ballot, box: Box, ties: Ties) -> tuple[Tallied, tuple[Step, ...]]:
    """Count a box by the rule of its ballot. Raises DrawNeeded."""
    opened, options = ballot.opened, codes_of(ballot.opened)
    if box.sums is not None and opened.method not in ONE_MARK:
        return tallied_from_sums(opened.method, options, box.sums, opened.parameters, ties)
    counting = counting_of(opened.method, opened.method_version)
    return tallied(counting, options, box.piles, opened.parameters, ties, box.set_aside)


def box_of_count(count: HandCount) -> Box:
    """Return the box that two tellers counted."""
    sums = count if count.sums is not None else None
    return Box(
        piles=piles_of(count.sums, count.blank or 0) if count.sums else (count.piles or ()),
        set_aside=Map({one.reason: one.papers for one in count.void or ()}),
        advisory=Map({one.college: one.piles or () for one in count.advisory or ()}),
        present=count.present,
        sums=sums,
    )


def box_of_papers(papers: Sequence[Paper], who: frozenset[Pseudonym]) -> Box:
    """Return the box of the urn: its papers, those void before they were read, and who drew a card."""
    void: dict[Code, int] = {}
    for one in papers:
        if one.void is not None:
            void[one.void] = void.get(one.void, 0) + 1
    piles = tuple(Pile(choice=one.choice or Choice(), papers=1) for one in papers if one.void is None)
    return Box(piles, Map(void), who=who)


def _missed_quorum(chamber: Chamber, ballot: Ballot, box: Box, given: Circumstances) -> QuorumMissed | None:
    opened = ballot.opened
    if opened.quorum is None or opened.method is Method.SORTITION:  # nobody votes in a draw of lots
        return None
    measure = missed(opened.quorum, _taking_part(chamber, ballot, box, ballot.opened_at.astimezone(given.zone).date()), opened.call)
    if measure is None:
        return None
    return QuorumMissed(call=opened.call, needed=measure.needed, counted=measure.counted, ballot=opened.ballot)


def _taking_part(chamber: Chamber, ballot: Ballot, box: Box, day: date) -> TakingPart:
    """Count who took part, in votes: a delegate who counts for three is three of the roll."""
    opened = ballot.opened
    college = opened.quorum.college if opened.quorum else None
    roll = voters_of(opened.roll, college)
    worth = weights(opened.roll)
    sorted_out = sorted_papers(
        counting_of(opened.method, opened.method_version), codes_of(opened), box.piles, opened.parameters, box.set_aside
    )
    there = _there(chamber, ballot, box) & roll
    voters = sum(worth[one] for one in there) if box.who is not None or college is not None else sorted_out.voters
    blank, expressed = sorted_out.blank, sorted_out.expressed
    if box.sums is not None:
        voters, blank, expressed = box.sums.found, box.sums.blank or 0, box.sums.found - (box.sums.blank or 0) - sum(box.set_aside.values())
    meeting = chamber.sittings.meetings.get(opened.meeting) if opened.meeting else None
    formed = chamber.sittings.bodies.get(opened.body)
    own = {formed.class_code} if formed and formed.class_code else open_classes(chamber, day)
    present = box.present if box.present is not None else len((meeting.present if meeting else there) & roll)
    sent = own & set(classes_of(chamber, there, day).values())
    return TakingPart(sum(worth[one] for one in roll), present, voters, blank, expressed, len(sent), len(own))


def _there(chamber: Chamber, ballot: Ballot, box: Box) -> frozenset[Pseudonym]:
    """Return who took part, by name: those who voted, or in a vote by hand those in the room."""
    if box.who is not None:
        return box.who
    meeting = chamber.sittings.meetings.get(ballot.opened.meeting) if ballot.opened.meeting else None
    return meeting.present if meeting else frozenset()


def _heard(ballot: Ballot, box: Box, order: Options) -> tuple[AdvisoryTallied, ...]:
    """Count the colleges that are only heard, each apart; their ties are parted by the register, for nothing depends on them."""
    counting = counting_of(ballot.opened.method, ballot.opened.method_version)
    options, parameters, ties = codes_of(ballot.opened), ballot.opened.parameters, Ties(ballot.opened.tie_policy, order)
    return tuple(
        AdvisoryTallied(college=college, tallied=tallied(counting, options, piles, parameters, ties)[0])
        for college, piles in sorted(box.advisory.items())
        if piles
    )


def _published(ballot: Ballot, box: Box) -> bool:
    """Tell whether the papers themselves are shown: sums are not papers."""
    return ballot.opened.publish is Publish.LIST and (box.sums is None or ballot.opened.method in ONE_MARK)


def _only_the_outcome(ballot: Ballot, result: Tallied) -> bool:
    """Tell whether no count of an option may be shown: it was set so, or a secret vote has too few papers to hide anybody."""
    few = ballot.opened.way is Way.CARDS and result.voters < SECRET_MIN
    return ballot.opened.publish is Publish.OUTCOME or few


def _in_parts(body: ResultDeclared, steps: Sequence[Step]) -> list[ResultDeclared]:
    if sum(size_bytes_of(step) for step in steps) > STEPS_BYTES_MAX or max(map(size_bytes_of, steps), default=0) > LINES_BYTES_MAX:
        steps = LEFT_OUT
    parts = in_parts(steps, size_bytes_of(body))
    return [body.model_copy(update={"rounds": rounds, "part": part, "parts": len(parts)}) for part, rounds in enumerate(parts, start=1)]
