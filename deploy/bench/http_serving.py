"""The serving process of the HTTP bench: the real app, and beside its routes one that answers 204 and records nothing."""

from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from fastapi import Depends, FastAPI, Response

from deploy.assembly import doors, writing_app
from deploy.installation import Installation
from deploy.launch import Served, bound, publisher_of
from services.ledger.commands.books import RecordReceipt
from shared.serving import Means
from shared.web.asking import RegisterPath
from shared.web.commands import IdempotencyKey, Submission, submission
from shared.web.pages import Pages
from shared.web.security import Security

RECEIPT = "/v1/registers/{register}/ledger/record-receipt"
EMPTY = "/v1/registers/{register}/bench/empty"


def serve(parent: "Connection[Any, Any]", installation: Installation) -> None:
    """Serve on a free port of loopback as `ruche up` does, tell the parent which, and end when it says so or is gone."""
    with doors(installation) as opened:
        app = writing_app(opened.means, Pages(()))
        _mount_empty(app, opened.means)
        listening = bound("127.0.0.1", 0)
        served = Served(installation, Security(app), listening, publisher_of(installation))
        served.start()
        try:
            parent.send(listening.getsockname()[1])
            with suppress(EOFError, OSError):
                parent.recv()
        finally:
            served.stop()


def _mount_empty(app: FastAPI, means: Means) -> None:
    """Add the endpoint to compare with: the same middleware, path, key, token check and validated body."""
    read: Any = Depends(submission(means.askers))

    @app.post(EMPTY, status_code=204)
    def empty(register: RegisterPath, key: IdempotencyKey, submitted: Submission = read) -> Response:  # noqa: ARG001 - checked, as there
        RecordReceipt.model_validate_json(submitted.body)
        return Response(status_code=204)
