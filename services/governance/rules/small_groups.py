"""What a vote of few people may show afterwards, and when two votes of nearly the same people tell what one of them voted (B14).

Pure. The decider refuses by these rules; the page that opens a ballot proposes by them, and warns.
"""

from collections.abc import Mapping
from typing import Final

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.events.ballots import Publish, Way
from services.governance.events.papers import Method
from services.governance.rules.declaring import SECRET_MIN
from services.governance.rules.rolls import voters_of
from shared.values import Id, Pseudonym

RANKED: Final = frozenset({Method.BORDA, Method.SCHULZE, Method.IRV, Method.STV})
SIGNATURE_MIN: Final = 5  # options of a ranking that two people can agree on as a signature
LIST_MIN: Final = 8  # voters below which papers are not listed
DIFFERS_MAX: Final = 2  # people by which two rolls differ when the difference of two results is the vote of one or two
NOTHING_SHOWN: Final = frozenset({Phase.CANCELLED, Phase.NO_QUORUM})  # of such a ballot no number is ever told


def listable(method: Method, voters: int, options: int) -> bool:
    """Tell whether the papers of a secret vote may be listed one by one."""
    return voters >= LIST_MIN and not (method in RANKED and options >= SIGNATURE_MIN)


def offered(way: Way, method: Method, voters: int, *, on_people: bool = False) -> tuple[Publish, ...]:
    """Return what may be shown after a vote, what is proposed first.

    By cards, up to seven voters: the outcome, never the list. A ranking by cards: the totals, because five options are soon written.
    On paper about persons the room keeps the secret, so the list stays possible there; up to seven voters the outcome is proposed.
    """
    if way is Way.NAMED:
        return (Publish.LIST,)
    if way is Way.CARDS and voters < LIST_MIN:
        return (Publish.OUTCOME, Publish.COUNTS)
    if way is Way.CARDS and method in RANKED:
        return (Publish.COUNTS, Publish.OUTCOME, Publish.LIST)
    if way is Way.HAND and on_people and voters < LIST_MIN:
        return (Publish.OUTCOME, Publish.COUNTS, Publish.LIST)
    return tuple(Publish)


def too_few(way: Way, voters: int) -> bool:
    """Tell whether nobody could promise a secret by cards: real paper is offered instead."""
    return way is Way.CARDS and voters < SECRET_MIN


def isolates(voters: frozenset[Pseudonym], before: frozenset[Pseudonym]) -> bool:
    """Tell whether two rolls differ by one or two people: added, left, or one in the place of another."""
    return 0 < max(len(voters - before), len(before - voters)) <= DIFFERS_MAX


def nearly_the_same(
    ballots: Mapping[Id, Ballot], voters: frozenset[Pseudonym], question: str, proposal: Id | None, way: Way
) -> tuple[Id, ...]:
    """Return the ballots on the same question, or the same proposal, whose roll differs by one or two from that of a secret vote."""
    if way is Way.NAMED:
        return ()
    asked = _plain(question)
    return tuple(
        name
        for name, one in ballots.items()
        if one.opened.way is not Way.NAMED
        and one.phase not in NOTHING_SHOWN
        and ((asked and asked == _plain(one.opened.question)) or (proposal is not None and proposal == one.opened.proposal))
        and isolates(voters, voters_of(one.opened.roll))
    )


def _plain(question: str) -> str:
    """Return a question as two people who mean the same would write it: its letters and digits."""
    return "".join(one for one in question.casefold() if one.isalnum())
