"""What holds whatever is asked, in whichever order, and whatever a cut hides."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.governance.commands.people import (
    AdoptRules,
    AffiliateCooperative,
    AssignRole,
    CloseClass,
    EndMandate,
    EndRole,
    EnrolMember,
    GiveMandate,
    HandOverMandate,
    MoveMember,
    OpenClass,
    RecordDeparture,
)
from services.governance.deciders.cooperative import COOPERATIVE
from services.governance.deciders.handover import HANDOVER
from services.governance.deciders.mandate import HOLDERS_MAX, MANDATE
from services.governance.deciders.member import MEMBER
from services.governance.deciders.role import ROLE
from services.governance.events.people import (
    EndOfMandate,
    MandateEnded,
    MandateGiven,
    MandateHandedOver,
    MemberLeft,
    PersonKind,
    Role,
    RoleAssigned,
    RoleEnded,
)
from services.governance.main import GOVERNANCE
from services.governance.projections.cooperative import COOPERATIVE as COOPERATIVE_VIEW
from services.governance.projections.mandates import MANDATES
from services.governance.projections.members import MEMBERS
from services.governance.standing import STANDING, Standing
from services.ledger.events.catalogue import LedgerEvent
from services.ledger.events.entries import EntryReversed
from shared.deciding import Fold, State
from shared.merkle import Frontier
from shared.messages import Circumstances, Command, Event, Recorded, id_from
from shared.projecting import Cut, Projection, fold
from shared.refusals import Unanswered
from tests.examples_governance import (
    AFFILIATED,
    CE1_OPENED,
    CHECKLIST,
    CM2_OPENED,
    DA_SILVA,
    EXAMPLES,
    GARNIER,
    HADDAD,
    LEFEVRE,
    LEFEVRE_TUTORS_CM2,
    LOU,
    NINO,
    OFFICER,
    RENTREE,
    ROUSSEAU,
    RULES,
    RUN_SCHOOL,
    SCHOOL,
)
from tests.given import COMMAND_ID, PARIS, REGISTER
from tests.governance.test_handover import MONEY, receipt

VIEWS: tuple[Projection[Any], ...] = (MEMBERS, MANDATES, COOPERATIVE_VIEW)
FOLDS: tuple[Fold[Any], ...] = (STANDING, *(decider.fold for decider in (COOPERATIVE, MEMBER, ROLE, MANDATE, HANDOVER)))
UNDONE: LedgerEvent = EntryReversed(entry="u" * 26, reverses="e" * 26, reason="Saisie deux fois", on=RENTREE)
START: tuple[Event, ...] = (*SCHOOL, LEFEVRE_TUTORS_CM2)
FACTS: tuple[Event, ...] = (*RUN_SCHOOL, *EXAMPLES, *MONEY, receipt("e", 12_00), UNDONE)
EVERYBODY = (GARNIER, ROUSSEAU, DA_SILVA, LEFEVRE, HADDAD, LOU, NINO, OFFICER)
DAYS = [RENTREE + timedelta(days=60 * step) for step in range(-1, 7)]  # a school year, with the eve and the morrow

people, staff = st.sampled_from(EVERYBODY), st.sampled_from([GARNIER, ROUSSEAU, DA_SILVA])
days, some_day = st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS)
spans = st.tuples(days, days).map(sorted)
classes, years = st.sampled_from(["CM2", "CE1", "CP"]), st.sampled_from(["2024-25", "2025-26"])
GIVEN_FIRST = 5  # mandates: the ids of the first seeds are then known to later commands
SEEDS = [number.to_bytes(32, "big") for number in range(40)]
mandates = st.sampled_from([id_from(seed + bytes(4)) for seed in SEEDS[:GIVEN_FIRST]])
RIGHT = [(Role.VERIFIER, HADDAD), (Role.VERIFIER, GARNIER), (Role.VERIFIER, DA_SILVA), (Role.TREASURER, LOU), (Role.CLASS_TUTOR, GARNIER)]


def mandate(span: list[date], holder: str, *, ends: bool) -> GiveMandate:
    return GiveMandate(holder=holder, starts=span[0], until=span[1] if ends else None)


def role(span: list[date], what: tuple[Role, str], class_code: str | None) -> AssignRole:
    return AssignRole(role=what[0], person=what[1], starts=span[0], until=span[1], class_code=class_code)


def end_of_role(on: date, what: tuple[Role, str]) -> EndRole:
    return EndRole(role=what[0], person=what[1], on=on)


def handover(on: date, hands: Sequence[str]) -> HandOverMandate:
    return HandOverMandate(outgoing=hands[0], incoming=hands[1], on=on, balances=(), checklist=CHECKLIST)


commands: st.SearchStrategy[Command] = st.one_of(
    st.just(AffiliateCooperative(**dict(AFFILIATED))),
    st.builds(AdoptRules, rule_set=st.just("AD99"), version=years, valid_from=days, content=st.just(RULES)),
    st.sampled_from([OpenClass(**dict(CM2_OPENED)), OpenClass(**dict(CE1_OPENED))]),
    st.builds(CloseClass, class_code=classes, year=years),
    st.builds(EnrolMember, first_name=st.just("A"), last_name=st.just("B"), kind=st.sampled_from(PersonKind), on=days, class_code=classes),
    st.builds(MoveMember, member=people, class_code=classes, on=days),
    st.builds(RecordDeparture, member=people, on=days),
    st.builds(role, spans, st.sampled_from(RIGHT) | st.tuples(st.sampled_from(Role), people), st.none() | classes),
    st.builds(end_of_role, days, st.sampled_from(RIGHT) | st.tuples(st.sampled_from(Role), people)),
    st.builds(mandate, spans, staff, ends=st.booleans()),
    st.builds(EndMandate, mandate=mandates, on=days, reason=st.just(EndOfMandate.RESIGNED)),
    st.builds(handover, days, st.permutations([GARNIER, ROUSSEAU, DA_SILVA])),
    st.builds(handover, days, st.permutations([GARNIER, ROUSSEAU, DA_SILVA])),
)
actors = st.sampled_from([OFFICER] * 6 + [GARNIER, ROUSSEAU, DA_SILVA, LEFEVRE, LOU])
long_spans = st.tuples(st.sampled_from(DAYS[1:3]), st.sampled_from(DAYS[4:])).map(list)  # so that later commands find something to end
given_first = st.lists(st.builds(mandate, long_spans, staff, ends=st.booleans()), min_size=3, max_size=GIVEN_FIRST)
assigned_next = st.lists(st.builds(role, long_spans, st.sampled_from(RIGHT), st.just("CM2")), min_size=3, max_size=5)
start = st.tuples(given_first, assigned_next).map(lambda parts: [(command, OFFICER, RENTREE) for part in parts for command in part])
afterwards = st.lists(st.tuples(commands, actors, st.sampled_from(DAYS[3:])), min_size=15, max_size=30)
asked = st.tuples(start, afterwards).map(lambda parts: [*parts[0], *parts[1]])
cuts = st.builds(Cut, au=some_day, connu_au=some_day, seq=st.none() | st.integers(0, 20), zone=st.just(PARIS))


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded[Any]]:
    """Draw facts in any order, on any days: more than any decider would ever record."""
    facts = draw(st.lists(st.sampled_from(FACTS), max_size=40))
    moments = sorted(draw(st.lists(days, min_size=len(facts), max_size=len(facts))))
    return [
        Recorded(REGISTER, seq, at_eight(day), OFFICER, COMMAND_ID, fact)
        for seq, (fact, day) in enumerate(zip(facts, moments, strict=True), 1)
    ]


def at_eight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


class School:
    """A register of commands asked one after the other, each of them twice."""

    def __init__(self, questions: Sequence[tuple[Command, str, date]] = ()) -> None:
        self.state: State = GOVERNANCE.initial
        self.records: list[Recorded[Any]] = []
        self.asked_again = 0  # facts that a second asking recorded
        for fact in START:
            self.record(fact, RENTREE)
        for seed, (command, actor, day) in zip(SEEDS, questions, strict=False):
            self.ask(command, actor, day, seed)
            self.asked_again += self.ask(command, actor, day, seed)

    @property
    def standing(self) -> Standing:
        standing: Standing = self.state.standing
        return standing

    def record(self, event: Event, day: date) -> None:
        record = Recorded(REGISTER, len(self.records) + 1, at_eight(day), OFFICER, COMMAND_ID, event)
        self.records.append(record)
        self.state = GOVERNANCE.evolve(self.state, record)

    def ask(self, command: Command, actor: str, day: date, seed: bytes) -> int:
        """Record what follows from a command; return how many facts, none when it is refused."""
        badge = AFFILIATED.association if actor == OFFICER else None  # so the officer's word counts even after a departure
        given = Circumstances(actor, REGISTER, COMMAND_ID, at_eight(day), seed, PARIS, Frontier(), badge)
        try:
            events = GOVERNANCE.answer(self.state, command, given)
        except Unanswered:
            return 0
        for event in events:
            self.record(event, day)
        return len(events)


@forall(asked)
def test_asking_twice_records_once(questions: list[tuple[Command, str, date]]) -> None:
    assert School(questions).asked_again == 0


@forall(asked)
def test_the_rules_of_mandates_and_roles_hold_on_every_day(questions: list[tuple[Command, str, date]]) -> None:
    school = School(questions)
    for day in DAYS:
        holding = {person: school.standing.grants.held(person, day) for person in school.standing.people}
        assert sum(Role.MANDATE_HOLDER in held for held in holding.values()) <= HOLDERS_MAX
        for person, held in holding.items():
            kind = school.standing.kind(person)
            assert not {Role.MANDATE_HOLDER, Role.VERIFIER} <= held
            assert Role.MANDATE_HOLDER not in held or (kind is PersonKind.STAFF and school.standing.people[person].belongs_on(day))
            assert not held & {Role.TREASURER, Role.PRESIDENT, Role.SECRETARY, Role.DELEGATE} or kind is PersonKind.PUPIL
            assert not held & {Role.ASSOCIATION, Role.MEMBER}


@forall(asked)
def test_only_the_association_makes_anybody_the_association(questions: list[tuple[Command, str, date]]) -> None:
    """The officer asks nothing here: whoever else asks, the people of the association stay who they were."""
    school = School([question for question in questions if question[1] != OFFICER])
    assert [person for person, one in school.standing.people.items() if one.kind is PersonKind.ASSOCIATION] == [OFFICER]
    assert school.standing.people[OFFICER].left is None


@forall(asked)
def test_the_view_of_members_agrees_with_what_deciders_know(questions: list[tuple[Command, str, date]]) -> None:
    school = School(questions)
    members, mandates = fold(MEMBERS, school.records), fold(MANDATES, school.records)
    assert set(members.people) == set(school.standing.people)
    for day in DAYS:
        assert members.counted(day) == school.standing.counted(day)
        assert mandates.holders(day) == {person for person in members.people if school.standing.mandated(person, day)}
        for person, member in members.people.items():
            assert set(member.roles(day)) == school.standing.roles(person, day) - {Role.MEMBER, Role.ASSOCIATION}


@forall(histories(), cuts)
def test_no_fold_stumbles_over_what_a_cut_hides(records: list[Recorded[Any]], cut: Cut) -> None:
    for projection in VIEWS:
        fold(projection, records, cut)
    for known in FOLDS:
        state = known.initial
        for record in cut.over(records):
            if type(record.event) in known.types():
                state = known.evolve(state, record)


@forall(histories(), st.integers(0, 40))
def test_folding_in_two_parts_with_storage_between_is_folding_at_once(records: list[Recorded[Any]], at: int) -> None:
    for projection in VIEWS:
        adapter: TypeAdapter[Any] = TypeAdapter(type(projection.initial))
        state = adapter.validate_json(adapter.dump_json(fold(projection, records[:at])))
        for record in records[at:]:
            state = projection.evolve(state, record)
        assert state == fold(projection, records)


def test_these_questions_are_not_all_refused() -> None:
    """A control: every command is answered with facts somewhere, mandates and roles many times."""
    answered = Counter[type[Event]]()

    @settings(database=None, derandomize=True)
    @forall(asked)
    def count(questions: list[tuple[Command, str, date]]) -> None:
        answered.update(type(record.event) for record in School(questions).records[len(START) :])

    count()
    assert min(answered[kind] for kind in (MandateGiven, MandateEnded, RoleAssigned, RoleEnded, MemberLeft, MandateHandedOver))
