"""The serving process of the HTTP bench: the real app, and beside its routes one that answers 204 and records nothing."""

import socket
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Response

from deploy.assembly import doors, writing_app
from deploy.installation import Installation
from deploy.launch import GRACE_SECONDS, THREADS_MAX
from services.ledger.commands import RecordReceipt
from shared.serving import Means
from shared.web.asking import RegisterPath
from shared.web.commands import IdempotencyKey, Submission, submission
from shared.web.pages import Pages
from shared.web.security import Security

RECEIPT = "/v1/registers/{register}/ledger/record-receipt"
EMPTY = "/v1/registers/{register}/bench/empty"


def serve(installation: Installation, parent: "Connection[Any, Any]") -> None:
    """Serve on a free port of loopback, tell the parent which, and end when it says so or is gone."""
    with doors(installation) as opened, socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        app = writing_app(opened.means, Pages(()))
        _mount_empty(app, opened.means)
        config = uvicorn.Config(
            Security(app), timeout_graceful_shutdown=GRACE_SECONDS, log_config=None, access_log=False, server_header=False, lifespan="off"
        )
        server = _Wide(config)
        threading.Thread(target=_end_with, args=(server, parent), daemon=True).start()
        parent.send(listening.getsockname()[1])
        server.run(sockets=[listening])


def _mount_empty(app: FastAPI, means: Means) -> None:
    """Add the endpoint to compare with: the same middleware, path, key, token check and validated body."""
    read: Any = Depends(submission(means.askers))

    @app.post(EMPTY, status_code=204)
    def empty(register: RegisterPath, key: IdempotencyKey, submitted: Submission = read) -> Response:  # noqa: ARG001 - read and checked, as there
        RecordReceipt.model_validate_json(submitted.body)
        return Response(status_code=204)


class _Wide(uvicorn.Server):
    """uvicorn with as many threads as in production."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = THREADS_MAX
        await super().startup(sockets)


def _end_with(server: uvicorn.Server, parent: "Connection[Any, Any]") -> None:
    with suppress(EOFError, OSError):
        parent.recv()
    server.should_exit = True
