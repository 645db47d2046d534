"""Questions over HTTP: whoever belongs may ask, now or as of another moment; the answer says up to which record.

Every GET accepts `au`, `connu_au` and `seq` (they intersect), `Ruche-After` and `Prefer: wait=2` (read your writes), and no parameter
that it does not know. `Ruche-Seq` is the last record that the register had when it was read; `Ruche-Cut` is the part of it that was
shown, as the parameters would say it, absent for the whole. In an answer, what says nothing is null; in a record it is absent.
"""

import base64
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import date, datetime, tzinfo
from typing import Annotated, Any, NamedTuple, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from fastapi import Header, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.clock import Clock, system_clock
from shared.projecting import Cut, Projection
from shared.refusals import NotFound, Unanswered
from shared.values import Pseudonym
from shared.web.asking import Askers, RegisterPath
from shared.web.reader import LANGUAGE_NAME, LEVEL_NAME
from shared.web.tokens import Claims

WAIT_SECONDS_MAX = 5.0  # a reader that waits longer should ask again
WAIT_SECONDS = 2.0  # when `Ruche-After` comes without a preference
NAMED_MAX, NAME_LENGTH_MAX = 5, 40  # of what a stranger wrote, enough to find one's own mistake in the answer
EVERYWHERE = frozenset({LANGUAGE_NAME, LEVEL_NAME})  # the reader's own: they choose words, also those of a refusal
PREFERRED = re.compile(r"\bwait=([0-9]+(?:\.[0-9]+)?)")

Au = Annotated[date | None, Query(description="As of this business date (a selection).")]
ConnuAu = Annotated[date | None, Query(description="As known on this date (a prefix, by the time of recording).")]
UpTo = Annotated[int | None, Query(ge=0, le=2**53 - 1, description="Up to this record (a prefix).")]
After = Annotated[int | None, Header(alias="Ruche-After", ge=1, le=2**53 - 1, description="Wait until this record is seen.")]
Prefer = Annotated[str | None, Header(description="`wait=2`: for at most two seconds.", max_length=100)]


class NoSuchCursor(NotFound):
    """Cette page de la liste n'existe pas : reprends la liste au début.
    This page of the list does not exist: start again at the beginning of the list."""


class UnknownParameter(Unanswered):
    """Cette adresse n'a pas ce paramètre, et l'ignorer répondrait à une autre question : corrige-le ou retire-le.
    This address has no such parameter, and ignoring it would answer another question: correct it or take it out."""


class Question(NamedTuple):
    """Who asks about which register, and which records they want to look at."""

    register: str
    actor: Pseudonym
    roles: frozenset[str]
    cut: Cut


class Viewing(Protocol):
    """The views of one service, wherever it has its records from: the log itself, or the portal's copy."""

    def of(self, projection: Projection[Any], register: str, cut: Cut | None = None) -> tuple[Any, int]:
        """Return a view of one register and the last `seq` that it had; raises NotFound."""

    def standing(self, register: str) -> Any:
        """Return who holds what in a register, as it stands now."""

    def wait_for(self, register: str, after: int, seconds: float) -> None:
        """Return once the register has reached `after`; raises Busy when it has not in time."""


class Questions:
    """Checks who asks, waits for their own writes, and answers from the views of one service."""

    def __init__(self, views: Viewing, askers: Askers, clock: Clock = system_clock) -> None:
        """Take the service's views and the reader of tokens."""
        self.views, self._askers, self._clock = views, askers, clock

    def asked(
        self,
        request: Request,
        register: RegisterPath,
        au: Au = None,
        connu_au: ConnuAu = None,
        seq: UpTo = None,
        after: After = None,
        prefer: Prefer = None,
    ) -> Question:
        """Read a question; the dependency of every GET. Raises NotFound to whoever does not belong."""
        claims = self._askers.of(request, register)
        if after is not None:
            self.views.wait_for(register, after, waited(prefer))
        return self.admitted(claims, Cut(au, connu_au, seq))

    def admitted(self, claims: Claims, cut: Cut) -> Question:
        """Return the question of somebody who belongs today."""
        standing = self.views.standing(claims.register)
        today = self._clock().astimezone(ZoneInfo(standing.zone)).date()
        roles = standing.roles(claims.actor, today) | standing.invited(claims.association)
        if not roles:
            raise NotFound(register=claims.register)
        return Question(claims.register, claims.actor, roles, cut)

    def answer(self, projection: Projection[Any], question: Question, show: Callable[[Any], Any]) -> Response:
        """Answer with a view, shown as JSON."""
        state, seq = self.views.of(projection, question.register, question.cut)
        return shown(show(state), seq, question.cut)


class StrictRoute(APIRoute):
    """A route whose GET refuses a parameter that it does not know; an app is given it as its router's `route_class`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()
        if "GET" not in (self.methods or ()):
            return answer
        known = parameters_of(self.dependant)

        async def checked(request: Request) -> Response:
            if unknown := [name[:NAME_LENGTH_MAX] for name in request.query_params if name not in known | EVERYWHERE]:
                raise UnknownParameter(unknown=unknown[:NAMED_MAX], known=sorted(known))
            return await answer(request)

        return checked


def parameters_of(route: Dependant) -> frozenset[str]:
    """Return the names of the query parameters of a route and of what it depends on."""
    own = frozenset(parameter.alias for parameter in route.query_params)
    return own.union(*(parameters_of(inner) for inner in route.dependencies))


def waited(prefer: str | None) -> float:
    """Return how many seconds a reader is willing to wait."""
    found = PREFERRED.search(prefer or "")
    return min(float(found.group(1)), WAIT_SECONDS_MAX) if found else WAIT_SECONDS


def shown(body: Any, seq: int, cut: Cut) -> Response:
    """Write a view as JSON, with the last record of the register and what a cut showed of it."""
    return Response(orjson.dumps(plain(body)), headers=read_at(seq, cut), media_type="application/json")


def read_at(seq: int, cut: Cut) -> dict[str, str]:
    """Return the headers that say what an answer was made from."""
    headers = {"Ruche-Seq": str(seq), "Cache-Control": "no-store"}
    return headers if cut.whole else headers | {"Ruche-Cut": urlencode(cut.asked())}


def plain(value: Any) -> Any:
    """Turn frozen states into JSON values: named tuples and maps into objects, sets into lists; what says nothing is null."""
    match value:
        case str() | int() | None:
            return value
        case datetime() | date():
            return value.isoformat()
        case tuple() if hasattr(value, "_asdict"):
            return {name: plain(inner) for name, inner in value._asdict().items()}
        case tuple() | list() | frozenset():
            return [plain(inner) for inner in value]
        case Mapping():
            return {str(key): plain(inner) for key, inner in sorted(value.items())}
        case tzinfo():
            return str(value)
        case _ if hasattr(value, "model_dump"):
            return value.model_dump(mode="json")
        case _:
            return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}


def paged(name: str, lines: list[Any], cursor: str | None, limit: int) -> dict[str, Any]:
    """Return one page of lines under a name, and the opaque cursor of the next one; raises NoSuchCursor for a foreign one."""
    start = decoded_cursor(cursor)
    end = start + limit
    return {name: lines[start:end], "next": encoded_cursor(end) if end < len(lines) else None}


def encoded_cursor(place: int) -> str:
    """Return a place in a list as a text nobody computes with."""
    return base64.urlsafe_b64encode(f"p{place}".encode()).decode().rstrip("=")


def decoded_cursor(cursor: str | None) -> int:
    """Read a cursor back; 0 for none. Raises NoSuchCursor for anything else."""
    if cursor is None:
        return 0
    try:
        read = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        raise NoSuchCursor from error
    if not (read.startswith("p") and read[1:].isdecimal()):
        raise NoSuchCursor
    return int(read[1:])
