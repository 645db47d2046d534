"""Two pure functions make a decision: `decide` judges a command once, `evolve` applies what happened for ever.

A `Fold` is what must be known; a `Decider` judges some commands against one fold; deciders of a service that need the
same facts share the fold. `combined` makes of a service's deciders the one thing that command handling asks.
"""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, get_args

from shared.messages import Circumstances, Command, Event, Recorded
from shared.refusals import Forbidden, Notice
from shared.values import Pseudonym

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Fold(Generic[S]):
    """What is known of a register: a first state and how each fact changes it. `events` is the union it listens to."""

    events: Any
    initial: S
    evolve: Callable[[S, Recorded[Any]], S]

    def types(self) -> frozenset[type[Event]]:
        """Return the event classes the fold listens to."""
        return members(self.events)

    def listening(self) -> Callable[[S, Recorded[Any]], S]:
        """Return the fold as a view: deaf to every event it does not name."""
        types, evolve = self.types(), self.evolve
        return lambda state, record: evolve(state, record) if type(record.event) in types else state


def silent(_before: Any, _record: Recorded[Any]) -> Sequence[Notice]:
    """Warn of nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Decider(Generic[S]):
    """Judges the commands of a union against one fold; raises Refused or Forbidden, or returns what then happened.

    `warn` looks at one accepted record and the state before it.
    """

    commands: Any
    fold: Fold[S]
    decide: Callable[[S, Any, Circumstances], Sequence[Event]]
    warn: Callable[[S, Recorded[Any]], Sequence[Notice]] = silent


class Standing(Protocol):
    """What command handling must know of a register whoever it belongs to."""

    @property
    def zone(self) -> str:
        """The time zone of the cooperative, by its IANA name."""

    @property
    def sandbox(self) -> bool:
        """Whether the register was opened for exercise, for ever."""

    @property
    def people(self) -> Sized:
        """Everybody who ever belonged: it only grows."""

    def roles(self, actor: Pseudonym, day: date) -> frozenset[str]:
        """Return the roles a person holds on that day."""

    def invited(self, badge: str | None) -> frozenset[str]:
        """Return the roles that a token's badge alone gives here, before the person belongs."""


class State(NamedTuple):
    """Where one register stands for one service: the standing, then one state per distinct fold."""

    standing: Any
    folds: tuple[Any, ...]


AcceptNames = Callable[[Any, str, Circumstances], Event]  # the standing, the reason given, the circumstances


class Rulebook:
    """All that one service may be asked: who may, what the rules say, what follows."""

    def __init__(self, standing: Fold[Any], deciders: Sequence[Decider[Any]], names: AcceptNames | None = None) -> None:
        """Order the deciders by command and by event; raises TypeError when two answer for one command."""
        self._standing, self._names = standing, names
        self._folds: list[Fold[Any]] = []
        self._decider_of: dict[type[Command], tuple[int, Decider[Any]]] = {}
        for decider in deciders:
            if decider.fold not in self._folds:
                self._folds.append(decider.fold)
            for command in members(decider.commands):
                if command in self._decider_of:
                    raise TypeError(f"{command.__name__} has two deciders")
                self._decider_of[command] = (self._folds.index(decider.fold), decider)
        self._deciders = tuple(deciders)
        self._warning = [(self._folds.index(one.fold), one.fold.types(), one.warn) for one in deciders if one.warn is not silent]
        self._listening = [(index, fold.types(), fold.evolve) for index, fold in enumerate(self._folds)]
        self._standing_types = standing.types()
        self.initial = State(standing.initial, tuple(fold.initial for fold in self._folds))

    @property
    def commands(self) -> Sequence[type[Command]]:
        """Return every command class, in the order of the deciders' unions."""
        return tuple(self._decider_of)

    @property
    def events(self) -> frozenset[type[Event]]:
        """Return every event class that some fold listens to."""
        return self._standing_types.union(*(types for _, types, _ in self._listening))

    def must_be_let_in(self, state: State, command: Command, given: Circumstances) -> None:
        """Let pass whoever has one of the roles that may ask. Raises Forbidden."""
        held = state.standing.roles(given.actor, given.today) | state.standing.invited(given.badge)
        if not held & command.may:
            raise Forbidden(asked=command.slug(), needs=sorted(command.may))

    def answer(self, state: State, command: Command, given: Circumstances) -> Sequence[Event]:
        """Judge a command: who may, then what the rules say."""
        self.must_be_let_in(state, command, given)
        index, decider = self._decider_of[type(command)]
        return decider.decide(state.folds[index], command, given)

    def accepted_names(self, state: State, reason: str, given: Circumstances) -> Event | None:
        """Return the fact that a text which names somebody is let stand; None where nothing ever is. Raises Refused for who may not."""
        return self._names(state.standing, reason, given) if self._names else None

    def evolve(self, state: State, record: Recorded[Any]) -> State:
        """Apply one fact."""
        kind = type(record.event)
        standing = self._standing.evolve(state.standing, record) if kind in self._standing_types else state.standing
        folds = tuple(
            evolve(state.folds[index], record) if kind in types else state.folds[index] for index, types, evolve in self._listening
        )
        return State(standing, folds)

    def warnings(self, before: State, records: Sequence[Recorded[Any]]) -> list[Notice]:
        """Say what looks wrong in records just accepted, given the state before them."""
        said: list[Notice] = []
        for number, record in enumerate(records):
            if number:
                before = self.evolve(before, records[number - 1])
            for index, types, warn in self._warning:
                if type(record.event) in types:
                    said.extend(warn(before.folds[index], record))
        return said


def combined(*deciders: Decider[Any], standing: Fold[Any], names: AcceptNames | None = None) -> Rulebook:
    """Make one rulebook of a service's deciders and the fold of roles; `names` says who may let a text stand that names somebody."""
    return Rulebook(standing, deciders, names)


def members(union: Any) -> frozenset[Any]:
    """Return the classes of a union, or of a single class."""
    return frozenset(get_args(union) or (union,))
