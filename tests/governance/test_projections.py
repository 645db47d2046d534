"""What governance knows of its people, its mandates and itself, live and on a cut."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.governance.events.people import (
    ClassClosed,
    ClassOpened,
    EndOfMandate,
    MandateEnded,
    MandateHandedOver,
    MemberLeft,
    MemberMoved,
    Role,
    RoleAssigned,
    RoleEnded,
    RulesAdopted,
)
from services.governance.projections.cooperative import COOPERATIVE, cooperative_shown
from services.governance.projections.mandates import MANDATES
from services.governance.projections.members import MEMBERS
from shared.messages import Event
from shared.projecting import Cut, Projection, fold
from tests.examples_governance import (
    CHRISTMAS,
    EXAMPLES,
    FIRST_MANDATE,
    GARNIER,
    LEFEVRE,
    LOU,
    NINO,
    OFFICER,
    RENTREE,
    ROUSSEAU,
    RULES,
    RULES_ADOPTED,
    RUN_SCHOOL,
    SECOND_MANDATE,
    SUMMER,
    WINTER,
)
from tests.given import PARIS, recorded

A_DAY = timedelta(days=1)
VIEWS: tuple[Projection[Any], ...] = (MEMBERS, MANDATES, COOPERATIVE)


def view(projection: Projection[Any], *facts: Event, cut: Cut | None = None) -> Any:
    return fold(projection, recorded([*RUN_SCHOOL, *facts]), cut)


def test_the_cooperative_is_shown_by_its_headcounts() -> None:
    shown = cooperative_shown(view(COOPERATIVE))
    classes = shown["classes"]["2024-25"]
    assert {code: one["pupils"] for code, one in classes.items()} == {"CM2": 1, "CE1": 1}
    assert shown["headcount"]["all"] == shown["headcount"]["pupils"] + shown["headcount"]["staff"] == view(MEMBERS).counted(CHRISTMAS)
    left = cooperative_shown(view(COOPERATIVE, MemberLeft(member=NINO, on=CHRISTMAS), MemberLeft(member=LEFEVRE, on=CHRISTMAS)))
    assert (left["headcount"]["pupils"], left["headcount"]["staff"]) == (1, shown["headcount"]["staff"] - 1)
    assert not {"places", "staff"} & set(shown)


def test_members_belong_from_their_day_to_their_last() -> None:
    members = view(MEMBERS, MemberLeft(member=NINO, on=CHRISTMAS))
    assert NINO in dict(members.on(CHRISTMAS))
    assert NINO not in dict(members.on(CHRISTMAS + A_DAY))
    assert not dict(members.on(RENTREE - A_DAY))
    assert (members.counted(CHRISTMAS), members.counted(CHRISTMAS + A_DAY)) == (6, 5)


def test_members_hold_their_roles_and_mandates_on_their_days() -> None:
    keeps = RoleAssigned(role=Role.TREASURER, person=LOU, starts=CHRISTMAS, until=SUMMER, class_code="CM2")
    members = view(MEMBERS, keeps, MandateEnded(mandate=FIRST_MANDATE, on=WINTER, reason=EndOfMandate.RESIGNED))
    assert members.people[LOU].roles(CHRISTMAS) == (Role.TREASURER,)
    assert members.people[LOU].roles(CHRISTMAS - A_DAY) == ()
    assert members.people[GARNIER].roles(WINTER) == (Role.MANDATE_HOLDER,)
    assert members.people[GARNIER].roles(WINTER + A_DAY) == ()
    assert members.people[LEFEVRE].roles(CHRISTMAS) == (Role.CLASS_TUTOR,)
    ended = view(MEMBERS, keeps, RoleEnded(role=Role.TREASURER, person=LOU, on=WINTER))
    assert ended.people[LOU].roles(WINTER + A_DAY) == ()


def test_a_role_given_again_with_another_end_replaces_the_first() -> None:
    short = RoleAssigned(role=Role.TELLER, person=LOU, starts=RENTREE, until=CHRISTMAS)
    longer = RoleAssigned(role=Role.TELLER, person=LOU, starts=RENTREE, until=SUMMER)
    assert len(view(MEMBERS, short, longer).people[LOU].holdings) == 1
    assert view(MEMBERS, short, longer).people[LOU].roles(WINTER) == (Role.TELLER,)


def test_members_as_of_a_date_are_in_the_class_of_that_date() -> None:
    moved = MemberMoved(member=NINO, class_code="CM2", on=CHRISTMAS)
    assert view(MEMBERS, moved).people[NINO].class_code == "CM2"
    assert view(MEMBERS, moved, cut=Cut(au=CHRISTMAS - A_DAY, zone=PARIS)).people[NINO].class_code == "CE1"


def test_mandates_tell_who_holds_one_and_why_one_ended() -> None:
    mandates = view(MANDATES, MandateEnded(mandate=FIRST_MANDATE, on=CHRISTMAS, reason=EndOfMandate.WITHDRAWN))
    assert mandates.holders(CHRISTMAS) == {GARNIER, ROUSSEAU}
    assert mandates.holders(WINTER) == {ROUSSEAU}
    assert mandates.mandates[FIRST_MANDATE].ended is EndOfMandate.WITHDRAWN
    assert mandates.mandates[SECOND_MANDATE].ended is None


def test_mandates_keep_each_handover_with_its_seq() -> None:
    act = next(example for example in EXAMPLES if isinstance(example, MandateHandedOver))
    (handover,) = view(MANDATES, act).handovers
    assert (handover.seq, handover.through_seq) == (len(RUN_SCHOOL) + 1, 212)
    assert handover.balances == act.balances


def test_the_cooperative_counts_the_pupils_of_each_class() -> None:
    moved = MemberMoved(member=NINO, class_code="CM2", on=CHRISTMAS)
    left = MemberLeft(member=LOU, on=WINTER)
    assert view(COOPERATIVE).pupils("2024-25") == {"CM2": 1, "CE1": 1}
    assert view(COOPERATIVE, moved).pupils("2024-25") == {"CM2": 2, "CE1": 0}
    assert view(COOPERATIVE, moved, left).pupils("2024-25") == {"CM2": 1, "CE1": 0}
    assert view(COOPERATIVE).pupils("1999-00") == {}


def test_a_closed_class_keeps_the_headcount_it_closed_with() -> None:
    next_year = (
        ClassClosed(class_code="CM2", year="2024-25"),
        ClassOpened(class_code="CM2", label="CM2", level=("CM2",), cycle=(3,), year="2025-26"),
        MemberMoved(member=NINO, class_code="CM2", on=SUMMER + A_DAY),
    )
    cooperative = view(COOPERATIVE, *next_year)
    assert cooperative.pupils("2024-25")["CM2"] == 1
    assert cooperative.pupils("2025-26") == {"CM2": 2}


def test_adults_are_no_pupils_of_the_class_they_move_to() -> None:
    assert view(COOPERATIVE, MemberMoved(member=OFFICER, class_code="CM2", on=CHRISTMAS)).pupils("2024-25")["CM2"] == 1


def test_the_rules_in_force_are_the_latest_valid_on_a_day() -> None:
    cheaper = RulesAdopted(**dict(RULES_ADOPTED) | {"version": "2025-26", "valid_from": SUMMER + A_DAY})
    cooperative = view(COOPERATIVE, cheaper)
    assert cooperative.rules_on(RENTREE - A_DAY) is None
    assert cooperative.rules_on(SUMMER).version == "2024-25"
    assert cooperative.rules_on(SUMMER + A_DAY).version == "2025-26"
    assert cooperative.rules_on(SUMMER).content == RULES


@pytest.mark.parametrize("projection", VIEWS, ids=lambda projection: projection.name)
def test_a_view_survives_its_storage(projection: Projection[Any]) -> None:
    state = view(projection, *EXAMPLES)
    adapter: TypeAdapter[Any] = TypeAdapter(type(projection.initial))
    assert adapter.validate_json(adapter.dump_json(state)) == state


def test_a_view_on_an_empty_cut_is_its_first_state() -> None:
    for projection in VIEWS:
        assert view(projection, cut=Cut(seq=0)) == projection.initial
