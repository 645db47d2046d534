"""What must be right before a ballot opens, for nothing of it can change afterwards: its rule, its roll, its people, its money.

Each check lets pass or raises the refusal that says what to change.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.governance.chamber.balloting import Ballot, Phase
from services.governance.chamber.whole import Chamber
from services.governance.commands.ballots import OpenBallot
from services.governance.events.ballots import Publish, RollCollege, RollLine, Way
from services.governance.events.bodies import Quorum, QuorumOf
from services.governance.events.papers import Method
from services.governance.events.people import PersonKind
from services.governance.rules.consequences import must_fit
from services.governance.rules.declaring import SECRET_MIN
from services.governance.rules.polling import is_staff
from services.governance.rules.rolls import voters_of
from services.governance.rules.small_groups import LIST_MIN, RANKED, listable, too_few
from services.governance.tally.opening import fault_of_parameters
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code

RANKED_MAX: Final = 50  # options of a ranking: the table of pairs of more would not fit in one append
SHOWN_BYTES_MAX: Final = 700_000  # of named votes in one append, with room for the result
VOTE_BYTES: Final = 220  # who, the salt, and what surrounds a choice


class RuleNotRight(Refused):
    """La règle du scrutin n'est pas complète ou se contredit : le détail dit quoi, corrige-le avant d'ouvrir.
    The rule of the ballot is not complete or contradicts itself: the detail says what, correct it before opening."""


class NobodyToVote(Refused):
    """Personne ne vote aujourd'hui dans cette instance : vérifie sa composition et la liste de ses membres.
    Nobody votes in this body today: check how it is made up and who its members are."""


class NotOnTheRoll(Refused):
    """Cette personne n'est pas sur la liste électorale de ce scrutin.
    This person is not on the roll of this ballot."""


class OnTheRollTwice(Refused):
    """Un délégué est cité deux fois : donne-lui un seul poids.
    A delegate is named twice: give them one weight."""


class WeightsNeedNames(Refused):
    """Des voix qui comptent pour plusieurs demandent un vote nominatif : un bulletin sans nom compte pour un.
    Votes that count for several need a named vote: a paper without a name counts for one."""


class TwoTellersNeeded(Refused):
    """Il faut deux scrutateurs différents, de la liste ou de l'équipe ; un vote nominatif n'en a pas.
    Two different tellers are needed, from the roll or the staff; a named vote has none."""


class OneTellerIsAPupil(Refused):
    """Quand des élèves votent, l'un des deux scrutateurs est un élève.
    Where pupils vote, one of the two tellers is a pupil."""


class TooFewForCards(Refused):
    """Moins de cinq votants : personne ne peut promettre le secret, votez avec de vrais bulletins ou à main levée.
    Fewer than five voters: nobody can promise secrecy, vote with real paper or by show of hands."""


class ListWouldTell(Refused):
    """Si peu de bulletins, ou des classements de cinq options ou plus, montreraient qui a voté quoi : publie les totaux ou l'issue seule.
    So few papers, or rankings of five options or more, would show who voted what: publish the counts or the outcome only."""


class NamedVotesAreShown(Refused):
    """Les votes nominatifs sont montrés à la clôture : pour un vote secret, choisis une autre façon de voter.
    Named votes are shown at closing: for a secret vote choose another way of voting."""


class TooMuchToShow(Refused):
    """Tant de votes et d'options ne peuvent pas être montrés d'un coup : prends moins d'options ou une autre façon de voter.
    So many votes and options cannot be shown at once: take fewer options or another way of voting."""


class ClosingNotInFuture(Refused):
    """L'heure de clôture doit être à venir.
    The closing time must be in the future."""


class HandsHaveNoHour(Refused):
    """Un vote compté par deux scrutateurs se termine quand leurs comptages sont égaux : il n'a pas d'heure de clôture.
    A vote that two tellers count ends when their counts are equal: it has no closing time."""


class CastingVoteMisplaced(Refused):
    """La voix prépondérante départage un oui ou non, et revient à une personne de la liste.
    A casting vote parts a yes or no, and belongs to somebody on the roll."""


class OptionsAreNotPeople(Refused):
    """Une élection a pour options les personnes elles-mêmes, sans autre nom.
    The options of an election are the people themselves, without another name."""


class QuorumNotMeasurable(Refused):
    """Ce quorum demande de savoir qui vote : ouvre le scrutin pendant une réunion, ou vote autrement.
    This quorum asks who votes: open the ballot during a meeting, or vote another way."""


def check_rule(command: OpenBallot) -> None:
    """Let pass a method whose options, parameters and tie policy agree. Raises RuleNotRight."""
    options = tuple(one.option for one in command.options)
    if fault := fault_of_parameters(command.method, options, command.parameters, command.tie_policy):
        raise RuleNotRight(fault=fault, method=command.method)
    if command.method in RANKED and len(options) > RANKED_MAX:
        raise RuleNotRight(fault="too-many-options", options_max=RANKED_MAX)


def weighted(roll: tuple[RollCollege, ...], delegates: Sequence[RollLine], way: Way) -> tuple[RollCollege, ...]:
    """Return the roll with the weights and mandates of delegates. Raises NotOnTheRoll, OnTheRollTwice or WeightsNeedNames."""
    told = {one.voter: one for one in delegates}
    if len(told) < len(delegates):
        raise OnTheRollTwice
    if strangers := sorted(set(told) - voters_of(roll)):
        raise NotOnTheRoll(person=strangers[0])
    if way is not Way.NAMED and any((one.weight or 1) > 1 for one in delegates):
        raise WeightsNeedNames
    return tuple(
        one if one.advisory else one.model_copy(update={"voters": tuple(told.get(line.voter, line) for line in one.voters)}) for one in roll
    )


def check_tellers(chamber: Chamber, command: OpenBallot, roll: tuple[RollCollege, ...], given: Circumstances) -> None:
    """Let pass two tellers for hands and cards, none for names. Raises TwoTellersNeeded, NotOnTheRoll or OneTellerIsAPupil."""
    tellers = set(command.tellers)
    if len(command.tellers) != (0 if command.way is Way.NAMED else 2) or len(tellers) < len(command.tellers):
        raise TwoTellersNeeded(tellers=len(command.tellers))
    listed = {line.voter for one in roll for line in one.voters}
    for teller in command.tellers:
        if teller not in listed and not is_staff(chamber, teller, given):
            raise NotOnTheRoll(person=teller)
    pupils = {one for one in {*voters_of(roll), *tellers} if chamber.standing.kind(one) is PersonKind.PUPIL}
    if tellers and pupils & voters_of(roll) and not pupils & tellers:
        raise OneTellerIsAPupil


def check_secrecy(command: OpenBallot, roll: tuple[RollCollege, ...]) -> None:
    """Let pass what the way of voting can keep, or must show. Raises TooFewForCards, ListWouldTell, NamedVotesAreShown, TooMuchToShow."""
    voters = len(voters_of(roll))
    if command.way is Way.CARDS:
        if too_few(command.way, voters):
            raise TooFewForCards(voters=voters, voters_min=SECRET_MIN)
        if command.publish is Publish.LIST and not listable(command.method, voters, len(command.options)):
            raise ListWouldTell(voters=voters, voters_min=LIST_MIN)
    if command.way is Way.NAMED:
        if command.publish is not Publish.LIST:
            raise NamedVotesAreShown
        longest = sum(len(one.option) + len('{"option":"","points":100},') for one in command.options)
        if sum(len(one.voters) for one in roll) * (VOTE_BYTES + longest) > SHOWN_BYTES_MAX:
            raise TooMuchToShow


def check_hour(command: OpenBallot, given: Circumstances) -> None:
    """Let pass a closing time to come, where there can be one. Raises HandsHaveNoHour or ClosingNotInFuture."""
    if command.closes_at is None:
        return
    if command.way is Way.HAND:
        raise HandsHaveNoHour
    if command.closes_at <= given.now:
        raise ClosingNotInFuture(closes_at=command.closes_at.isoformat())


def check_casting_vote(command: OpenBallot, roll: tuple[RollCollege, ...]) -> None:
    """Let pass a casting vote of somebody on the roll, in a yes or no. Raises CastingVoteMisplaced."""
    person = command.casting_vote
    if person is not None and (command.method is not Method.YES_NO or person not in voters_of(roll)):
        raise CastingVoteMisplaced


def check_candidates(chamber: Chamber, command: OpenBallot) -> None:
    """Let pass people who fit the role that the ballot confers. Raises OptionsAreNotPeople, or what assigning the role would."""
    if command.confers is None:
        return
    for one in command.options:
        if one.label is not None or one.proposal is not None or one.option not in chamber.standing.people:
            raise OptionsAreNotPeople(option=one.option)
        must_fit(chamber, one.option, command.confers)


def check_quorum(quorum: Quorum | None, command: OpenBallot) -> None:
    """Let pass a quorum that can be measured in this way of voting. Raises QuorumNotMeasurable."""
    if quorum is None:
        return
    asks_who = quorum.college is not None or quorum.of is QuorumOf.CLASSES
    if command.way is Way.HAND and asks_who and command.meeting is None:
        raise QuorumNotMeasurable(of=quorum.of)
    if quorum.college is not None and (quorum.of is QuorumOf.EXPRESSED or quorum.blanks_count is False):
        raise QuorumNotMeasurable(of=quorum.of, college=quorum.college)  # whose paper is blank is not known


def allowed_proxies(chamber: Chamber, day: date) -> int:
    """Return how many proxies a person may hold by the rules in force."""
    rules = chamber.rules_on(day)
    return (rules.proxies_max or 0) if rules else 0


def call_of(chamber: Chamber, command: OpenBallot, before: Ballot | None) -> int:
    """Return the call: the second one after a ballot that missed its quorum, or in a meeting of a second call."""
    meeting = chamber.sittings.meetings.get(command.meeting) if command.meeting else None
    again = before is not None and before.phase is Phase.NO_QUORUM
    return 2 if again or (meeting is not None and meeting.call == 2) else 1


def goes_on(before: Ballot) -> tuple[Code, ...] | None:
    """Return the options that a ballot after this one must have: its finalists, or all of its own after a missed quorum."""
    if before.phase is Phase.NO_QUORUM:
        return tuple(one.option for one in before.opened.options)
    return before.going_on or None
