"""The urn over HTTP: anybody may put in a paper and see how many there are; the governance service alone opens, closes and empties a box.

No cookie is read, nothing is logged, an answer is never kept by a cache. `shared_secret` is the password between the two processes.
"""

import hmac
from typing import Annotated, Final

import orjson
from fastapi import Depends, FastAPI, Header, Path, Request, Response
from pydantic import Field

from services.governance.urn.box import Opening, Urn
from shared.refusals import Refused
from shared.serving import new_app
from shared.values import Value

BODY_BYTES_MAX: Final = 65_536  # of a paper: a ranking of fifty options takes two thousand
BALLOT: Final = r"^[a-z2-7]{26}$"

Ballot = Annotated[str, Path(pattern=BALLOT)]


class NotTheUrnsKeeper(Refused):
    """Seul le service qui tient le registre ouvre et clôt l'urne.
    Only the service that keeps the register opens and closes the box."""


class PaperTooLong(Refused):
    """Ce bulletin est trop long.
    This paper is too long."""


class Cast(Value):
    """What a voter's page sends: the card's token and the paper, a text of the one length of the ballot."""

    t: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    paper: Annotated[str, Field(max_length=BODY_BYTES_MAX)]


class Moving(Value):
    """Until when papers are taken, in seconds since 1970."""

    closes_at: float


class Closing(Value):
    """How many papers must be there for the box to close."""

    at_least: Annotated[int, Field(ge=0)] = 0


def urn_app(urn: Urn, shared_secret: str) -> FastAPI:
    """Return the app of the urn's own process."""
    app = new_app("Ruche, urn", "1", lambda _request, status, _title, detail, _reference: Response(detail, status, media_type="text/plain"))

    def keeper(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {shared_secret}".encode()):
            raise NotTheUrnsKeeper

    @app.get("/urn/{ballot}")
    async def seen(ballot: Ballot) -> Response:
        found = urn.seen(ballot)
        return _answer(
            {"papers": found.papers, "closed": found.closed, "closes_at": found.closes_at, "mark": found.mark, "ballot": found.shown}
        )

    @app.post("/urn/{ballot}/cast")
    async def cast(ballot: Ballot, request: Request) -> Response:
        given = Cast.model_validate_json(await _body(request, BODY_BYTES_MAX))
        receipt = urn.cast(ballot, given.t, given.paper.encode())
        mark = urn.seen(ballot).mark
        return _answer({"key": receipt.key, "paper": receipt.paper, "signature": receipt.signature, "mark": mark})

    @app.post("/urn/{ballot}/open", dependencies=[Depends(keeper)])
    async def open_box(ballot: Ballot, request: Request) -> Response:
        urn.open(ballot, Opening.model_validate_json(await request.body()))
        return _answer({})

    @app.post("/urn/{ballot}/move", dependencies=[Depends(keeper)])
    async def move(ballot: Ballot, request: Request) -> Response:
        urn.move(ballot, Moving.model_validate_json(await request.body()).closes_at)
        return _answer({})

    @app.post("/urn/{ballot}/close", dependencies=[Depends(keeper)])
    async def close(ballot: Ballot, request: Request) -> Response:
        papers, again = urn.close(ballot, Closing.model_validate_json(await request.body()).at_least)
        return _answer({"papers": [(key, token, paper.decode()) for key, token, paper in papers], "again": again})

    @app.post("/urn/{ballot}/forget", dependencies=[Depends(keeper)])
    async def forget(ballot: Ballot) -> Response:
        urn.forget(ballot)
        return _answer({})

    return app


async def _body(request: Request, bytes_max: int) -> bytes:
    """Read a body without ever holding more than the limit. Raises PaperTooLong."""
    read = b""
    async for part in request.stream():
        read += part
        if len(read) > bytes_max:
            raise PaperTooLong
    return read


def _answer(said: object) -> Response:
    return Response(orjson.dumps(said), headers={"Cache-Control": "no-store"}, media_type="application/json")
