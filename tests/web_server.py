"""Serves an application on a free port of this machine, as it is served for real, while a test talks to it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

START_SECONDS_MAX = 10.0
STOP_SECONDS_MAX = 8.0
# The setting every process of ours runs with: with a stream open uvicorn would otherwise never stop.
GRACEFUL_SECONDS = 3


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Gives the address, `http://127.0.0.1:PORT`; the server is stopped at the end, streams or not."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=GRACEFUL_SECONDS))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_SECONDS_MAX
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            message = "the server did not start"
            raise RuntimeError(message)
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS_MAX)
        assert not thread.is_alive(), "the server did not stop"
