"""What is known of a register from the portal's copy alone: now from warm states, as of another moment from a fresh fold."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import TupleRow

from services.portal.arrivals import Arrivals
from services.portal.copy import Copy, Head, Kept, Parking
from services.portal.database import Database
from shared.messages import Event, Recorded
from shared.projecting import Cut, Projection, Viewed
from shared.refusals import NotFound
from shared.values import Pseudonym
from shared.view_rows import Stored
from shared.view_store import Fact, Unreadable, ViewStore, folded_on

S = TypeVar("S")
STATES_MAX = 4_000  # (view, register) pairs kept warm in one process
RECORDS_MAX = 20_000  # decoded records kept for as-of questions: about 80 MB, ten years of one school


class Standing(Protocol):
    """What the portal must know of the people of a register."""

    @property
    def zone(self) -> str:
        """The time zone of the cooperative, by its IANA name."""

    @property
    def sandbox(self) -> bool:
        """Whether the register was opened for exercise."""

    def roles(self, actor: Pseudonym, day: date) -> frozenset[str]:
        """Return the roles a person holds on that day."""

    def invited(self, badge: str | None) -> frozenset[str]:
        """Return the roles that a token's badge alone gives here."""


class StandingFold(Protocol):
    """The fold of who holds what, which governance owns; whoever assembles the portal hands it in."""

    @property
    def initial(self) -> Any:
        """The standing before the first record."""

    @property
    def evolve(self) -> Callable[[Any, Recorded[Any]], Any]:
        """Apply one fact of the types it listens to."""

    def types(self) -> frozenset[type[Event]]:
        """Return the event classes it listens to."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Several views of one register at one and the same `seq`, and the head of the copy when they were taken."""

    states: tuple[Any, ...]
    seq: int
    head: Head
    parked: tuple[Parking, ...]


class PortalViews:
    """Folds projections over the portal's copy. For any thread.

    `of`, `standing` and `wait_for` are what shared.web.queries.Questions asks of a service's views.
    """

    def __init__(self, database: Database, copy: Copy, store: ViewStore, standing: StandingFold, arrivals: Arrivals) -> None:
        self.copy = copy
        self._database, self._store, self._arrivals = database, store, arrivals
        self._standing = Projection("portal.standing", 1, standing.initial, _listening(standing))
        self._lock = threading.Lock()
        self._warm: OrderedDict[tuple[str, int, str], Stored] = OrderedDict()
        self._decoded: OrderedDict[str, tuple[Fact, ...]] = OrderedDict()

    def of(self, projection: Projection[S], register: str, cut: Cut | None = None) -> Viewed:
        """Return a view of one register; raises NotFound when nothing of the register has arrived."""
        seen = self.together((projection,), register, cut)
        return Viewed(seen.states[0], seen.seq)

    def together(self, projections: Sequence[Projection[Any]], register: str, cut: Cut | None = None) -> Seen:
        """Return several views of one register, all of the same records; raises NotFound as `of`.

        A view that cannot take a record stands still before it; `seq` is then the least of all.
        """
        with self._database.one(register) as connection:
            head = self.copy.head(connection, register)
            if head is None:
                raise NotFound(register=register)
            parked = tuple(self.copy.parked(connection, register))
            if cut is None or cut.whole:
                found = self._now(connection, projections, register)
            else:
                zone = ZoneInfo(self._now(connection, (self._standing,), register)[0].state.zone)
                found = _as_of(projections, self._all_facts(connection, register), replace(cut, zone=zone))
        return Seen(tuple(one.state for one in found), min(one.seq for one in found), head, parked)

    def standing(self, register: str) -> Standing:
        """Return who holds what in a register, as it stands now; raises NotFound as `of`."""
        standing: Standing = self.of(self._standing, register).state
        return standing

    def wait_for(self, register: str, after: int, seconds: float) -> None:
        """Return once the register has reached `after`; raises Busy when it has not in time."""
        self._arrivals.wait_for(register, after, seconds, lambda: self.head(register).seq)

    def head(self, register: str) -> Head:
        """Return where the copy stands; seq 0 when nothing has arrived."""
        with self._database.one(register) as connection:
            return self.copy.head(connection, register) or Head(0, None)

    def up_from(self, register: str, after: int, limit: int, *, upto: int, types: Sequence[str] | None = None) -> list[Kept]:
        """Return records of the copy in order, as `Copy.up_from`."""
        with self._database.one(register) as connection:
            return self.copy.up_from(connection, register, after, limit, upto=upto, types=types)

    def down_from(self, register: str, before: int, limit: int, types: Sequence[str] | None = None) -> list[Kept]:
        """Return records of the copy, the last first, as `Copy.down_from`."""
        with self._database.one(register) as connection:
            return self.copy.down_from(connection, register, before, limit, types)

    def drop(self) -> None:
        """Forget everything that is warm: the next question reads the tables again."""
        with self._lock:
            self._warm.clear()
            self._decoded.clear()

    def _now(self, connection: Connection[TupleRow], projections: Sequence[Projection[Any]], register: str) -> list[Stored]:
        """Bring warm or stored states up to the head with one reading of the records after the most backward one."""
        starts = [self._start(connection, projection, register) for projection in projections]
        tail = list(self.copy.facts(connection, register, min(start.seq for start in starts)))
        found = []
        for projection, start in zip(projections, starts, strict=True):
            now, _ = folded_on(projection, start, (fact for fact in tail if fact.seq > start.seq))
            self._remember(projection, register, now)
            found.append(now)
        return found

    def _start(self, connection: Connection[TupleRow], projection: Projection[Any], register: str) -> Stored:
        with self._lock:
            warm = self._warm.get((projection.name, projection.version, register))
        if warm is not None:
            return warm
        return self._store.load(connection, projection, register) or Stored(projection.initial, 0)

    def _remember(self, projection: Projection[Any], register: str, now: Stored) -> None:
        key = (projection.name, projection.version, register)
        with self._lock:
            if key not in self._warm or self._warm[key].seq < now.seq:
                self._warm[key] = now
            self._warm.move_to_end(key)
            while len(self._warm) > STATES_MAX:
                self._warm.popitem(last=False)

    def _all_facts(self, connection: Connection[TupleRow], register: str) -> tuple[Fact, ...]:
        """Every record of a register, decoded; what was decoded before is kept, for its bytes never change."""
        with self._lock:
            known = self._decoded.pop(register, ())
        facts = (*known, *self.copy.facts(connection, register, known[-1].seq if known else 0))
        with self._lock:
            self._decoded[register] = facts
            while len(self._decoded) > 1 and sum(map(len, self._decoded.values())) > RECORDS_MAX:
                self._decoded.popitem(last=False)
        return facts


def _as_of(projections: Sequence[Projection[Any]], facts: Sequence[Fact], cut: Cut) -> list[Stored]:
    """Fold the records the cut shows; `seq` is the last record read, shown or not."""
    unread = next((fact.seq for fact in facts if isinstance(fact, Unreadable)), None)
    readable = [fact for fact in facts if isinstance(fact, Recorded) and (unread is None or fact.seq < unread)]
    read = readable[-1].seq if readable else 0
    shown = list(cut.over(readable))
    folded = [folded_on(projection, Stored(projection.initial, 0), shown) for projection in projections]
    return [now if why is not None else Stored(now.state, read) for now, why in folded]


def _listening(standing: StandingFold) -> Callable[[Any, Recorded[Any]], Any]:
    """The fold is written for its own events; every other one leaves it as it is."""
    types = standing.types()

    def evolve(before: Any, record: Recorded[Any]) -> Any:
        return standing.evolve(before, record) if type(record.event) in types else before

    return evolve
