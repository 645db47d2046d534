"""What stands on the agenda of a meeting: the decisions to follow come first, then the points that were asked for."""

from collections.abc import Iterator, Sequence

from services.governance.chamber.whole import Chamber
from services.governance.commands.bodies import AgendaPoint
from services.governance.events.bodies import AgendaItem, ItemKind
from shared.messages import Circumstances
from shared.refusals import Refused
from shared.values import Code, Id

FIRST_ITEM = 1  # of the fresh ids of a command; the one before it names the meeting


class SubjectOfAnotherBody(Refused):
    """Ce point renvoie à quelque chose qui n'est pas dans cette instance : vérifie ce qu'il désigne.
    This point refers to something that is not in this body: check what it stands for."""


class SubjectTwice(Refused):
    """Deux points de l'ordre du jour portent sur la même chose : garde un seul des deux.
    Two points of the agenda are about the same thing: keep one of them."""


class NoSuchItem(Refused):
    """Ce point n'est pas à l'ordre du jour : relis-le et choisis un de ses points.
    This point is not on the agenda: read it again and choose one of its points."""


def agenda_of(
    chamber: Chamber, body: Code, points: Sequence[AgendaPoint], given: Circumstances, before: Sequence[AgendaItem] = ()
) -> tuple[AgendaItem, ...]:
    """Return an agenda: each open decision of the body, by title, then the points; what stood on it `before` keeps its id.

    A point about a decision that comes first anyway is not written twice. Raises NoSuchItem, SubjectOfAnotherBody, SubjectTwice.
    """
    known = {item.item: item for item in before}
    followed = {item.subject: item for item in before if item.kind is ItemKind.FOLLOW_UP and item.subject}
    fresh = (given.id(index) for index in range(FIRST_ITEM, FIRST_ITEM + len(points) + len(chamber.proposals.decisions)))
    agenda: list[AgendaItem] = []
    for decision, title in _to_follow(chamber, body):
        item = followed.get(decision)
        agenda.append(item or AgendaItem(item=next(fresh), kind=ItemKind.FOLLOW_UP, title=title, subject=decision))
    placed = {item.item for item in agenda}
    subjects = {item.subject for item in agenda}
    for point in points:
        if point.item and point.item not in known:
            raise NoSuchItem(item=point.item)
        if point.item in placed or (point.kind is ItemKind.FOLLOW_UP and point.subject in subjects - {None}):
            continue
        _judge_subject(chamber, body, point)
        if point.subject and point.subject in subjects:
            raise SubjectTwice(subject=point.subject)
        item = AgendaItem(item=point.item or next(fresh), kind=point.kind, title=point.title, subject=point.subject)
        agenda.append(item)
        placed.add(item.item)
        subjects.add(item.subject)
    return tuple(agenda)


def _to_follow(chamber: Chamber, body: Code) -> Iterator[tuple[Id, str]]:
    """Iterate over the open decisions of a body, by title."""
    decisions = ((one.title, key) for key, one in chamber.proposals.decisions.items() if one.body == body and one.open)
    return ((key, title) for title, key in sorted(decisions))


def _judge_subject(chamber: Chamber, body: Code, point: AgendaPoint) -> None:
    if point.subject is None:
        return
    match point.kind:
        case ItemKind.FOLLOW_UP:
            decision = chamber.proposals.decisions.get(point.subject)
            own = decision is not None and decision.body == body
        case ItemKind.IDEA:
            idea = chamber.proposals.ideas.get(point.subject)
            own = idea is not None and idea.body == body
        case ItemKind.PROPOSAL:
            proposal = chamber.proposals.by_id.get(point.subject)
            own = proposal is not None and proposal.body == body
        case ItemKind.BALLOT:
            ballot = chamber.ballots.by_id.get(point.subject)
            own = ballot is not None and ballot.opened.body == body
        case ItemKind.ACCOUNTS | ItemKind.INFORMATION:  # may point at what other services keep
            own = True
    if not own:
        raise SubjectOfAnotherBody(subject=point.subject, kind=point.kind)
