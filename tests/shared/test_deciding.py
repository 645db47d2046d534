"""Who may ask, who judges, what follows: the rulebook over a small invented register of doors and keys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from shared.deciding import Decider, Fold, combined, members
from shared.messages import Circumstances, Command, Event, Recorded
from shared.refusals import Forbidden, Notice, Refused
from tests.given import COMMAND_ID, NOW, PARIS, REGISTER, SEED, pseudonym, recorded

KEEPER, VISITOR = pseudonym("k"), pseudonym("v")


class Opened(Event, name="test.opened.v1", fr="Ouvert", en="Opened"):
    """La porte s'est ouverte.
    The door opened."""


class Rung(Event, name="test.rung.v1", fr="Sonné", en="Rung"):
    """On a sonné.
    Somebody rang."""


class Open(Command, may={"keeper"}):
    """Ouvrir.
    Open."""


class Ring(Command, may={"keeper", "guest"}):
    """Sonner.
    Ring."""


class AlreadyOpen(Refused):
    """La porte est ouverte.
    The door is open."""


class OpenedUnrung(Notice):
    """La porte s'est ouverte sans qu'on ait sonné.
    The door opened though nobody rang."""


@dataclass(frozen=True, slots=True)
class House:
    """Who holds which role."""

    zone: str = "Europe/Paris"
    sandbox: bool = False
    rung: int = 0

    def roles(self, actor: str, day: date) -> frozenset[str]:
        assert day == NOW.astimezone(PARIS).date()
        return frozenset({"keeper"}) if actor == KEEPER else frozenset()

    def invited(self, badge: str | None) -> frozenset[str]:
        return frozenset({"guest"}) if badge == "friend" else frozenset()


def heard(house: House, _record: Recorded[Rung]) -> House:
    return replace(house, rung=house.rung + 1)


def door_decides(opened: int, _command: Open, _given: Circumstances) -> Sequence[Event]:
    if opened:
        raise AlreadyOpen(times=opened)
    return [Opened()]


def bell_decides(_rung: int, _command: Ring, _given: Circumstances) -> Sequence[Event]:
    return [Rung()]


def unrung(rung: int, record: Recorded[Any]) -> Sequence[Notice]:
    return [OpenedUnrung(rung=rung)] if isinstance(record.event, Opened) and not rung else []


HOUSE: Fold[House] = Fold(Rung, House(), heard)
OPENINGS: Fold[int] = Fold(Opened, 0, lambda opened, _record: opened + 1)
RINGS: Fold[int] = Fold(Rung | Opened, 0, lambda rung, record: rung + isinstance(record.event, Rung))
DOOR: Decider[int] = Decider(Open, OPENINGS, door_decides)
BELL: Decider[int] = Decider(Ring, RINGS, bell_decides, unrung)
RULEBOOK = combined(DOOR, BELL, standing=HOUSE)


def circumstances(actor: str, badge: str | None = None) -> Circumstances:
    return Circumstances(actor, REGISTER, COMMAND_ID, NOW, SEED, PARIS, badge=badge)


def test_members_of_a_union_or_of_one_class() -> None:
    assert members(Open | Ring) == {Open, Ring}
    assert members(Open) == {Open}


def test_a_rulebook_knows_its_commands_in_order_and_all_it_listens_to() -> None:
    assert RULEBOOK.commands == (Open, Ring)
    assert RULEBOOK.events == {Opened, Rung}


def test_one_command_has_one_decider() -> None:
    with pytest.raises(TypeError, match="Open has two deciders"):
        combined(DOOR, Decider(Open, OPENINGS, door_decides), standing=HOUSE)


def test_who_may_is_asked_before_the_rules() -> None:
    state = RULEBOOK.initial
    assert list(RULEBOOK.answer(state, Open(), circumstances(KEEPER))) == [Opened()]
    with pytest.raises(Forbidden) as no:
        RULEBOOK.answer(state, Open(), circumstances(VISITOR))
    assert no.value.details == {"asked": "open", "needs": ["keeper"]}


def test_a_badge_gives_its_own_roles_and_no_others() -> None:
    assert list(RULEBOOK.answer(RULEBOOK.initial, Ring(), circumstances(VISITOR, "friend"))) == [Rung()]
    for command, badge in ((Ring(), "stranger"), (Ring(), None), (Open(), "friend")):
        with pytest.raises(Forbidden):
            RULEBOOK.answer(RULEBOOK.initial, command, circumstances(VISITOR, badge))


def test_each_decider_sees_its_own_fold() -> None:
    opened, rung = recorded([Opened(), Rung()])
    state = RULEBOOK.evolve(RULEBOOK.evolve(RULEBOOK.initial, opened), rung)
    assert state.folds == (1, 1)
    assert state.standing.rung == 1
    with pytest.raises(AlreadyOpen) as no:
        RULEBOOK.answer(state, Open(), circumstances(KEEPER))
    assert no.value.details == {"times": 1}


def test_a_fact_nobody_listens_to_changes_nothing() -> None:
    only_the_door = combined(DOOR, standing=HOUSE)
    (opened,) = recorded([Opened()])
    assert only_the_door.evolve(only_the_door.initial, opened).standing == House()


def test_deciders_of_one_fold_share_one_state() -> None:
    shared = combined(DOOR, Decider(Ring, OPENINGS, bell_decides), standing=HOUSE)
    assert shared.initial.folds == (0,)


def test_a_warning_is_said_of_the_state_before_each_record() -> None:
    (notice,) = RULEBOOK.warnings(RULEBOOK.initial, recorded([Opened()]))
    assert notice.code() == "opened-unrung"
    assert notice.details == {"rung": 0}
    assert notice.sentences() == ("La porte s'est ouverte sans qu'on ait sonné.", "The door opened though nobody rang.")
    assert RULEBOOK.warnings(RULEBOOK.initial, recorded([Rung(), Opened()])) == []


def test_a_no_is_told_in_two_languages_by_its_class() -> None:
    assert AlreadyOpen.code() == "already-open"
    assert AlreadyOpen.sentences() == ("La porte est ouverte.", "The door is open.")
