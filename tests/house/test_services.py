"""Each service answers for all it declares: every command has its decider, every event somebody who listens."""

import importlib
from collections.abc import Iterable, Iterator
from typing import get_args

import pytest

from deploy.catalogue import CODEC
from shared.deciding import Rulebook
from shared.messages import Command, Event
from tests.house.sources import WRITING_SERVICES, commands, events, said


def rulebook_of(service: str) -> Rulebook:
    """Return what a service is assembled with."""
    module = importlib.import_module(f"services.{service}.main")
    return next(value for value in vars(module).values() if isinstance(value, Rulebook))


def unheard(declared: Iterable[type[Event]], heard: Iterable[type[Event]]) -> Iterator[str]:
    """Find events that no decider listens to."""
    return (event.__name__ for event in declared if event not in set(heard))


def unanswered(declared: Iterable[type[Command]], answered: Iterable[type[Command]]) -> Iterator[str]:
    """Find commands that no decider judges."""
    return (command.__name__ for command in declared if command not in set(answered))


@pytest.mark.parametrize("service", WRITING_SERVICES)
def test_a_decider_of_the_service_listens_to_each_of_its_events(service: str) -> None:
    mine = [event for event in events() if event.__module__.startswith(f"services.{service}.events")]
    assert mine
    assert not (found := list(unheard(mine, rulebook_of(service).events))), said(found)


@pytest.mark.parametrize("service", WRITING_SERVICES)
def test_a_decider_of_the_service_judges_each_of_its_commands(service: str) -> None:
    mine = [command for command in commands() if command.__module__.startswith(f"services.{service}.commands")]
    assert mine
    assert not (found := list(unanswered(mine, rulebook_of(service).commands))), said(found)


@pytest.mark.parametrize("service", WRITING_SERVICES)
def test_the_service_s_union_names_each_of_its_events(service: str) -> None:
    catalogue = importlib.import_module(f"services.{service}.events.catalogue")
    union = getattr(catalogue, f"{service.capitalize()}Event")
    assert set(get_args(union)) == {event for event in events() if event.__module__.startswith(f"services.{service}.events.")}


def test_the_codec_reads_each_event() -> None:
    assert {event.wire for event in events()} <= set(CODEC.types)


class PotSeen(Event, name="house.pot-seen.v1", fr="Un pot a été vu", en="A pot was seen"):
    """Un pot a été vu.
    A pot was seen."""


class SeePot(Command, may={"member"}):
    """Voir un pot.
    See a pot."""


def test_a_planted_event_or_command_is_missed() -> None:
    book = rulebook_of(WRITING_SERVICES[0])
    assert list(unheard([PotSeen], book.events)) == ["PotSeen"]
    assert list(unanswered([SeePot], book.commands)) == ["SeePot"]
