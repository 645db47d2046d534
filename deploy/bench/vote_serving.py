"""The serving process of the vote bench: everything that `ruche up` runs, and two routes that take a vote and keep nothing of it."""

from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from fastapi import Depends, FastAPI, Request, Response

from deploy.assembly import whole_app
from deploy.children import children_of
from deploy.installation import Installation
from deploy.launch import Background, Served, bound, publisher_of
from services.governance.commands.ballots import CastVote
from services.governance.urn.app import Cast
from shared.serving import Means
from shared.settings import LOOPBACK
from shared.web.asking import RegisterPath
from shared.web.commands import IdempotencyKey, Submission, submission
from shared.web.security import Security

NAMED = "/v1/registers/{register}/governance/cast-vote"
CARDS = "/urn/{ballot}/cast"
EMPTY_NAMED = "/v1/registers/{register}/bench/empty"
EMPTY_CARDS = "/bench/{ballot}/empty"


def serve(parent: "Connection[Any, Any]", installation: Installation) -> None:
    """Serve on a free port of loopback, with the urn, the clock, the publisher and the portal; tell the parent the port; end with it."""
    publisher = publisher_of(installation)
    background = Background([publisher.run])
    background.start()
    try:
        with children_of(installation.settings), whole_app(installation) as whole:
            _mount_empty(whole.app, whole.opened.means)
            listening = bound(LOOPBACK[0], 0)
            served = Served(installation, Security(whole.app), listening, publisher)
            served.start()
            try:
                parent.send(listening.getsockname()[1])
                with suppress(EOFError, OSError):
                    parent.recv()
            finally:
                whole.close_streams()
                served.stop()
    finally:
        background.stop()


def _mount_empty(app: FastAPI, means: Means) -> None:
    """Add what to compare with: the same middleware, paths, key, token check and validated bodies; no record, no urn."""
    read: Any = Depends(submission(means.askers))

    @app.post(EMPTY_NAMED, status_code=204)
    def empty_named(register: RegisterPath, key: IdempotencyKey, submitted: Submission = read) -> Response:  # noqa: ARG001 - checked, as there
        CastVote.model_validate_json(submitted.body)
        return Response(status_code=204)

    @app.post(EMPTY_CARDS, status_code=204)
    async def empty_cards(ballot: str, request: Request) -> Response:  # noqa: ARG001 - in the path, as there
        Cast.model_validate_json(await request.body())
        return Response(status_code=204)
