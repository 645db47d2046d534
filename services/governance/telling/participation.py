"""How many took part in a ballot, class by class, silent about small groups: never who, and nothing before closing but the total."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from services.governance.events.ballots import Way
from services.governance.projections.ballots import Poll, Stage
from shared.values import Code, Pseudonym

GROUP_MIN: Final = 5  # voters: of fewer, the group's own number would say who (domain, section 11)


class Group(NamedTuple):
    """The voters of one class, or those without one (None); the numbers of a small group are not told (None)."""

    class_code: Code | None
    registered: int | None
    voted: int | None


class Participation(NamedTuple):
    """How many may vote and how many did; `by_class` once it is over, where it is known who took part."""

    registered: int
    voted: int | None
    by_class: tuple[Group, ...]


def participation(poll: Poll, classes: Mapping[Pseudonym, Code | None]) -> Participation:
    """Return who took part in numbers; advisory colleges are not counted. `classes` says in which class each person is."""
    roll = [line.voter for one in poll.opened.roll if not one.advisory for line in one.voters]
    over = poll.stage in {Stage.DECLARED, Stage.NO_QUORUM}
    known = poll.opened.way is not Way.HAND
    by_class = _by_class(roll, poll.voted, classes) if over and known else ()
    voted = len(poll.voted & set(roll)) if known else poll.turnout
    return Participation(len(roll), voted, by_class)


def _by_class(roll: list[Pseudonym], voted: frozenset[Pseudonym], classes: Mapping[Pseudonym, Code | None]) -> tuple[Group, ...]:
    registered = Counter(classes.get(one) for one in roll)
    took_part = Counter(classes.get(one) for one in roll if one in voted)
    smallest_first = sorted(registered, key=lambda one: (registered[one], one or ""))
    hidden = {one for one in smallest_first if registered[one] < GROUP_MIN}
    if len(hidden) == 1:  # what is missing from the total would tell: the next group hides it
        hidden.update(smallest_first[1:2])
    return tuple(
        Group(one, None, None) if one in hidden else Group(one, registered[one], took_part[one])
        for one in sorted(registered, key=lambda one: one or "")
    )
