"""The way to the urn on the services' own port: method, path and body are passed on, and nothing else of the browser.

No route here opens, closes or empties a box; nothing is logged or counted on the way.
"""

from typing import Annotated

from fastapi import FastAPI, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from services.governance.bringing.client import UrnClient
from services.governance.urn.app import BALLOT, BODY_BYTES_MAX, PaperTooLong

BallotPath = Annotated[str, Path(pattern=BALLOT)]


def routes_urn(app: FastAPI, urn: UrnClient) -> None:
    """Add the two things that a voter's page asks of the urn."""

    @app.get("/urn/{ballot}", include_in_schema=False)
    def seen(ballot: BallotPath) -> Response:
        return _passed_on(urn, "GET", f"/urn/{ballot}", None)

    @app.post("/urn/{ballot}/cast", include_in_schema=False)
    async def cast(ballot: BallotPath, request: Request) -> Response:
        body = await request.body()
        if len(body) > BODY_BYTES_MAX:
            raise PaperTooLong
        return await run_in_threadpool(_passed_on, urn, "POST", f"/urn/{ballot}/cast", body)


def _passed_on(urn: UrnClient, method: str, path: str, body: bytes | None) -> Response:
    answer = urn.passed_on(method, path, body)
    return Response(answer.body, answer.status, {"Cache-Control": "no-store"}, answer.content_type)
