"""What two tellers counted: each under seal, until both say the same. The second of two equal counts closes the ballot.

A first count that could be read would be a result before closing, so the register holds its salted commitment only, and the second
count is compared with what the vault keeps behind it. Two counts that differ stay sealed, and both tellers count again.
"""

from collections.abc import Sequence

from services.governance.chamber.balloting import Ballot
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.ballots import EnterHandCount
from services.governance.events.ballots import (
    AdvisoryCount,
    HandCount,
    HandCountEntered,
    HandCountsAgreed,
    HandCountsDiffered,
    Publish,
    Way,
)
from services.governance.events.catalogue import GovernanceEvent
from services.governance.events.papers import Pile
from services.governance.rules.declaring import box_of_count, declared
from services.governance.rules.parts import in_parts, size_bytes_of
from services.governance.rules.polling import GivenAnotherWay, codes_of, opening_of, running, weights
from services.governance.rules.sums import fault_of_sums
from shared.deciding import Decider
from shared.messages import Circumstances
from shared.refusals import Forbidden, Refused

COUNT_BYTES_MAX = 500_000  # of one count, which is shown in one append with its result


class DoesNotAddUp(Refused):
    """Le compte n'est pas juste : les papiers de chaque sorte, ensemble, doivent faire les papiers trouvés ; recompte.
    The count does not add up: the papers of each kind, together, must make the papers found; count again."""


class MorePapersThanPeople(Refused):
    """Il y a plus de papiers que de présents, ou plus de présents que d'inscrits : recompte.
    There are more papers than people present, or more present than on the roll: count again."""


class NoSuchAdvisoryCollege(Refused):
    """Ce groupe n'a pas de voix consultative à ce scrutin.
    This group has no advisory voice in this ballot."""


class CountTooLong(Refused):
    """Ce comptage est trop long pour être montré d'un coup : mets ensemble les papiers qui disent la même chose.
    This count is too long to be shown at once: put together the papers that say the same."""


def decide(chamber: Chamber, command: EnterHandCount, given: Circumstances) -> Sequence[GovernanceEvent]:
    """Judge a teller's count; compare it with the other one's, if that was entered since the last difference."""
    ballot = countable(chamber, command, given)
    entered = HandCountEntered(ballot=command.ballot, count=given.seals["count"])
    other = next((teller for teller in ballot.counts if teller != given.actor), None)
    found = opening_of(given, ballot.counts[other]) if other else None
    if other is None or found is None:  # nobody's count waits, or it was erased with its teller
        return [entered]
    if found.as_a(HandCount) != command.count:
        return [entered, HandCountsDiffered(ballot=command.ballot)]
    shown = _agreed(ballot, command.count, found.salt)
    return [entered, *declared(chamber, ballot, box_of_count(command.count), given, shown=shown)]


HAND: Decider[Chamber] = Decider(EnterHandCount, CHAMBER, decide)


def countable(chamber: Chamber, command: EnterHandCount, given: Circumstances) -> Ballot:
    """Return a ballot that takes this count from the asker, before the other teller's is read. Raises why not."""
    ballot = running(chamber, command.ballot)
    if ballot.opened.way is not Way.HAND:
        raise GivenAnotherWay(way=ballot.opened.way)
    if given.actor not in ballot.opened.tellers:
        raise Forbidden(asked=command.slug(), needs=["teller"])
    _check(ballot, command.count)
    return ballot


def _check(ballot: Ballot, count: HandCount) -> None:
    """Let pass a count that adds up. Raises DoesNotAddUp, MorePapersThanPeople, NoSuchAdvisoryCollege or CountTooLong."""
    registered = sum(weights(ballot.opened.roll).values())
    if not count.found <= count.present <= registered:
        raise MorePapersThanPeople(found=count.found, present=count.present, registered=registered)
    if count.sums is not None or count.blank is not None:
        fault = "piles-and-sums" if count.piles else None
        fault = fault or fault_of_sums(ballot.opened.method, codes_of(ballot.opened), ballot.opened.parameters, count)
        if fault:
            raise DoesNotAddUp(fault=fault, found=count.found)
    elif (counted := _papers(count.piles) + sum(one.papers for one in count.void or ())) != count.found:
        raise DoesNotAddUp(found=count.found, counted=counted)
    for one in count.advisory or ():
        _check_advisory(ballot, one)
    if size_bytes_of(count) > COUNT_BYTES_MAX:
        raise CountTooLong


def _check_advisory(ballot: Ballot, count: AdvisoryCount) -> None:
    size = next((len(one.voters) for one in ballot.opened.roll if one.advisory and one.college == count.college), None)
    if size is None:
        raise NoSuchAdvisoryCollege(college=count.college)
    if count.found > size:
        raise MorePapersThanPeople(found=count.found, registered=size)
    if _papers(count.piles) != count.found:
        raise DoesNotAddUp(found=count.found, counted=_papers(count.piles))


def _agreed(ballot: Ballot, count: HandCount, salt: str) -> list[HandCountsAgreed]:
    """Show the count where papers are published, cut into records, with what opens the first seal; else only that there is agreement."""
    name = ballot.opened.ballot
    if ballot.opened.publish is not Publish.LIST:
        return [HandCountsAgreed(ballot=name, part=1, parts=1)]
    rest = count.model_copy(update={"piles": None})
    first, *others = in_parts(count.piles or (), size_bytes_of(rest))
    said = [rest.model_copy(update={"piles": first or None})]
    said += [HandCount(found=count.found, present=count.present, piles=piles) for piles in others]
    return [
        HandCountsAgreed(ballot=name, part=part, parts=len(said), count=one, salt=salt if part == 1 else None)
        for part, one in enumerate(said, start=1)
    ]


def _papers(piles: tuple[Pile, ...] | None) -> int:
    return sum(one.papers for one in piles or ())
