"""A class that votes: people, a body, and a room where commands are decided one after the other with what the vault keeps behind seals."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.governance.api.ballots import poll_of
from services.governance.chamber.whole import CHAMBER, Chamber
from services.governance.commands.ballots import CastVote, CloseBallot, EnterHandCount, HoldDraw, OpenBallot
from services.governance.deciders.ballots import BALLOTS
from services.governance.deciders.closing import CLOSING
from services.governance.deciders.hand import HAND
from services.governance.deciders.named import NAMED
from services.governance.events.ballots import BallotOption, HandCount, OptionSum, Publish, ResultDeclared, Way
from services.governance.events.bodies import BodyFormed, BodyKind, College, Members, Quorum
from services.governance.events.papers import Choice, DrawKind, Method, Parameters, Pile, TiePolicy
from services.governance.events.people import (
    ClassOpened,
    CooperativeAffiliated,
    MandateGiven,
    MemberEnrolled,
    PersonKind,
    Role,
    RoleAssigned,
)
from services.governance.projections.ballots import BALLOTS as BALLOTS_VIEW
from services.governance.projections.ballots import Poll, Polls
from services.governance.rules.polling import seals_behind
from services.ledger.events.books import PotKind, PotOpened
from shared.deciding import Decider, members
from shared.merkle import Frontier
from shared.messages import Circumstances, Command, Event, Recorded, id_from
from shared.projecting import Cut, fold
from shared.refusals import Unanswered
from shared.values import Sealed, TextClass, Value
from shared.vault.sealing import seal
from tests.examples_governance import AFFILIATED, RENTREE, SUMMER
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, pseudonym

TEACHER, TUTOR = pseudonym("g"), pseudonym("l")  # a mandate holder, and the tutor of the CM2
PUPILS = tuple(f"p_{letter}{'2' * 25}" for letter in "abcdefghijklmnopqrstuvwxyz2")  # the 27 of the CM2
PARENTS = tuple(f"p_{letter}{'3' * 25}" for letter in "xyz")
ANA, BEN, CLEO, DAN = PUPILS[:4]
STRANGER = pseudonym("x")
COUNCIL = "cm2"
HOUR = NOW + timedelta(hours=6)
DRAW = TiePolicy(draw=DrawKind.REGISTER)
YES_NO = (BallotOption(option="yes"), BallotOption(option="no"), BallotOption(option="abstain"))
PUPILS_VOTE = (College(college="pupils", of=Members.PUPILS),)
DECIDERS: tuple[Decider[Chamber], ...] = (BALLOTS, HAND, NAMED, CLOSING)


def joined(person: str, kind: PersonKind = PersonKind.PUPIL, class_code: str | None = "CM2", on: date = RENTREE) -> MemberEnrolled:
    return MemberEnrolled(member=person, kind=kind, on=on, class_code=class_code)


def school(
    pupils: int = 27, composition: tuple[College, ...] = PUPILS_VOTE, quorum: Quorum | None = None, kind: BodyKind = BodyKind.CLASS_COUNCIL
) -> tuple[Event, ...]:
    """A cooperative with one class and one body of it."""
    affiliated: CooperativeAffiliated = AFFILIATED
    return (
        affiliated,
        ClassOpened(class_code="CM2", label="CM2", level=("CM2",), cycle=(3,), year="2024-25"),
        *(joined(person, PersonKind.STAFF, None) for person in (TEACHER, TUTOR)),
        MandateGiven(mandate="m" * 26, holder=TEACHER, starts=RENTREE, until=SUMMER),
        RoleAssigned(role=Role.CLASS_TUTOR, person=TUTOR, starts=RENTREE, until=SUMMER, class_code="CM2"),
        *(joined(person) for person in PUPILS[:pupils]),
        *(joined(person, PersonKind.PARENT, None) for person in PARENTS),
        *(RoleAssigned(role=Role.ADVISORY_PARENT, person=one, starts=RENTREE, until=SUMMER, class_code="CM2") for one in PARENTS),
        PotOpened(pot="CM2", label="CM2", kind=PotKind.CLASS, on=RENTREE, class_code="CM2"),
        BodyFormed(body=COUNCIL, kind=kind, label="Conseil du CM2", composition=composition, quorum=quorum, class_code="CM2"),
    )


def ballot(**changed: Any) -> OpenBallot:
    """A yes or no by show of hands, with two tellers."""
    settings: dict[str, Any] = {
        "body": COUNCIL,
        "question": "Adopter un hamster ?",
        "options": YES_NO,
        "method": Method.YES_NO,
        "parameters": Parameters(),
        "tie_policy": DRAW,
        "way": Way.HAND,
        "publish": Publish.LIST,
        "tellers": (TEACHER, ANA),
    }
    return OpenBallot(**settings | changed)


def named(**changed: Any) -> OpenBallot:
    """The same in everybody's name."""
    return ballot(**{"way": Way.NAMED, "tellers": ()} | changed)


def options(*codes: str) -> tuple[BallotOption, ...]:
    return tuple(BallotOption(option=code, label=None if code.startswith("p_") else code.capitalize()) for code in codes)


def pile(papers: int, *marks: str) -> Pile:
    return Pile(choice=Choice(marks=marks or None), papers=papers)


def ranked(papers: int, *order: str) -> Pile:
    return Pile(choice=Choice(ranks=tuple((one,) for one in order)), papers=papers)


def hand_count(*piles: Pile, present: int | None = None, **more: Any) -> HandCount:
    found = sum(one.papers for one in piles) + sum(one.papers for one in more.get("void", ()))
    return HandCount(found=found, present=found if present is None else present, piles=piles, **more)


def sums(found: int, blank: int = 0, **points: int) -> HandCount:
    said = tuple(OptionSum(option=option, points=number) for option, number in points.items())
    return HandCount(found=found, present=found, sums=said, blank=blank)


@dataclass
class Room:
    """A register and its vault, in memory; `ask` decides a command on everything before it and records what follows."""

    facts: Sequence[Event] = field(default_factory=school)
    state: Chamber = CHAMBER.initial
    records: list[Recorded[Any]] = field(default_factory=list)
    vault: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: datetime = NOW
    asked: int = 0

    def __post_init__(self) -> None:
        self.record(self.facts, TEACHER)

    def record(self, facts: Sequence[Event], by: str) -> None:
        for fact in facts:
            record = Recorded(REGISTER, len(self.records) + 1, self.now, by, COMMAND_ID, fact)
            self.records.append(record)
            if type(fact) in CHAMBER.types():
                self.state = CHAMBER.evolve(self.state, record)

    def ask(self, command: Command, by: str = TEACHER, badge: str | None = None, tree: Frontier | None = None) -> list[Event]:
        self.asked += 1
        seals = {name: self._seal(getattr(command, name)) for name, one in type(command).model_fields.items() if _sealed(one.metadata)}
        brought: Mapping[str, Any] = {}
        if isinstance(command, CloseBallot | EnterHandCount | HoldDraw):
            brought = {"openings": {key: self.vault[key] for key in seals_behind(self.state, command) if key in self.vault}}
        grown = Frontier().grown([str(seq).encode() for seq in range(len(self.records))])
        given = Circumstances(
            by, REGISTER, COMMAND_ID, self.now, bytes([self.asked % 256] * 32), PARIS, tree or grown, badge, seals, brought
        )
        (decider,) = (one for one in DECIDERS if type(command) in members(one.commands))
        facts = list(decider.decide(self.state, command, given))
        self.record(facts, by)
        return facts

    def open(self, command: OpenBallot, by: str = TEACHER) -> str:
        (opened,) = self.ask(command, by)
        return str(opened.ballot)  # type: ignore[attr-defined]

    def refused(self, why: type[Unanswered], command: Command, by: str = TEACHER, badge: str | None = None) -> Unanswered:
        before = len(self.records)
        with pytest.raises(Unanswered) as no:
            self.ask(command, by, badge)
        assert type(no.value) is why, repr(no.value)
        assert len(self.records) == before
        return no.value

    def both_count(self, ballot: str, count: HandCount) -> list[Event]:
        """Both tellers enter the same count; returns what the second one brought about."""
        first, second = self.state.ballots.by_id[ballot].opened.tellers
        self.ask(EnterHandCount(ballot=ballot, count=count), first)
        return self.ask(EnterHandCount(ballot=ballot, count=count), second)

    def at(self, moment: datetime) -> "Room":
        self.now = moment
        return self

    def _seal(self, value: Value) -> Sealed:
        said = value.model_dump(mode="json", exclude_none=True)
        commitment, salt = seal(said)
        key = b64encode(commitment).decode()
        self.vault[key] = {"salt": b64encode(salt).decode(), "value": said}
        return Sealed(sealed=key)


def _sealed(marks: Sequence[Any]) -> bool:
    return TextClass.SEALED in marks


def fresh(number: int) -> str:
    """Return an id that nothing in a room has."""
    return id_from(f"fresh {number}".encode())


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def of_kind(facts: Sequence[Event], kind: type[Event]) -> list[Event]:
    return [fact for fact in facts if isinstance(fact, kind)]


def result_of(facts: Sequence[Event]) -> ResultDeclared:
    (declared,) = of_kind(facts, ResultDeclared)
    assert isinstance(declared, ResultDeclared)
    return declared


def voted(room: Room, command: OpenBallot, **choices: tuple[Choice, int]) -> str:
    """Open a named ballot in which so many pupils vote each choice."""
    name, voters = room.open(command), iter(PUPILS)
    for choice, number in choices.values():
        for _ in range(number):
            room.ask(CastVote(ballot=name, choice=choice), next(voters))
    return name


def poll(room: Room, name: str, seq: int | None = None) -> Poll:
    polls: Polls = fold(BALLOTS_VIEW, room.records, Cut(seq=seq))
    return poll_of(polls, name)


def counted(command: OpenBallot, count: HandCount, facts: Sequence[Any] | None = None) -> Poll:
    room = Room(facts or school())
    name = room.open(command)
    room.both_count(name, count)
    return poll(room, name)
