"""Every process of one machine: the services on one port, the publisher and the portal's consumer beside them."""

import asyncio
import gc
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from deploy.assembly import ALL, Whole, whole_app
from deploy.children import Children
from deploy.embedded_nats import supervise
from deploy.figures import of_publisher
from deploy.installation import Installation
from deploy.upkeep import keep_postgres, purge_vault
from services.governance.sign_in import Persona
from services.ledger.attaching import TAKES_FILES
from services.ledger.importing import TAKES_STATEMENTS
from shared.messaging.publisher import Publisher
from shared.observing import GATHERED, configure_logging
from shared.web.security import Security

GRACE_SECONDS = 3  # with a stream open uvicorn would wait for ever; browsers come back by themselves
THREADS_MAX = 100  # endpoints that write wait for a shared commit: forty would cap the batch
GC_THRESHOLDS = (20_000, 20, 20)  # a request makes thousands of objects that die at once; measured: 7 % less processor a receipt
PORTS_TRIED = 50  # above the port asked for, before any free one is taken
DURABLES = ("portal", "analyst")
LARGER = (*TAKES_FILES, *TAKES_STATEMENTS)

Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class Background:
    """Runs endless coroutines on an event loop of their own, in one thread, until told to stop."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        """Take functions that run until their event is set."""
        self._loops = loops
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="ruche-background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Ask every loop to end, and wait for it."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(GRACE_SECONDS)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await asyncio.gather(self._stop.wait(), *(loop(self._stop) for loop in self._loops))  # with nothing to run it waits all the same


def publisher_of(installation: Installation) -> Publisher:
    """Return the publisher of the installation's log."""
    log_id, url = installation.settings.log_id, installation.url("ruche_publisher")
    return Publisher(log_id, url, installation.login("publisher"), installation.login("admin"), durables=DURABLES)


@contextmanager
def serving(installation: Installation, personas: Sequence[Persona] = (), only: str = ALL) -> Iterator["Served"]:
    """Serve everything, or one service, in a thread: ready inside the block, gone after it."""
    configure_logging(installation.settings.log_level, installation.settings.log_format)
    publisher = publisher_of(installation)
    GATHERED.ask("publisher", of_publisher(publisher))
    loops: list[Loop] = [publisher.run] if only == ALL else []
    if (nats := installation.nats) is not None:
        loops.append(lambda stop: supervise(nats, stop))
    if (postgres := installation.postgres) is not None:
        loops.append(lambda stop: keep_postgres(postgres, stop))
    children = Children(installation.settings)
    if only == ALL:
        children.start()
        loops.append(children.keep)
    background = Background(loops)
    background.start()
    try:
        with whole_app(installation, personas, only) as whole, purging(whole):
            listening = bound(installation.settings.host, installation.settings.port)
            served = Served(installation, Security(whole.app, installation.settings.public_origin, larger=LARGER), listening, publisher)
            served.start()
            if installation.http is None:  # beside one that runs already, the other commands go on asking that one
                installation.announced(served.http)
            try:
                yield served
            finally:
                whole.close_streams()
                served.stop()
    finally:
        background.stop()
        children.stop()


@contextmanager
def purging(whole: Whole) -> Iterator[None]:
    """Clear the vault from time to time, beside the services."""
    doors = whole.opened
    purge = Background([lambda stop: purge_vault(doors.vault, doors.means.reader, stop)])
    purge.start()
    try:
        yield
    finally:
        purge.stop()


class Served:
    """A uvicorn server in a thread, on a socket that is already bound."""

    def __init__(self, installation: Installation, app: Any, listening: socket.socket, publisher: Publisher) -> None:
        """Take what to serve and where."""
        self.installation, self.publisher = installation, publisher
        host, port = listening.getsockname()[:2]
        self.http = f"http://{host}:{port}"
        self._listening = listening
        config = uvicorn.Config(
            app, timeout_graceful_shutdown=GRACE_SECONDS, log_config=None, access_log=False, server_header=False, lifespan="off"
        )
        self._server = _Quiet(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, name="ruche-http", daemon=True)

    def start(self) -> None:
        """Return once requests are answered. What was built by then lives as long as the process: the collector leaves it alone."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)

    def stop(self) -> None:
        """End within the grace that open streams are given."""
        self._server.should_exit = True
        self._thread.join(GRACE_SECONDS + 1)
        self._listening.close()


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers, which belong to the main thread, and with a wider pool of threads."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = THREADS_MAX
        await super().startup(sockets)


def bound(host: str, port: int) -> socket.socket:
    """Return a listening socket on the port asked for, else on the next free one: never on one already taken."""
    for candidate in [*range(port, min(port + PORTS_TRIED, 65_536)), 0] if port else [0]:
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left may be taken again
            if not _answers(host, candidate):
                listening.bind((host, candidate))
                listening.listen(2048)
                return listening
        except OSError:
            pass
        listening.close()
    raise OSError(f"no free port on {host}")


def _answers(host: str, port: int) -> bool:
    """Tell whether somebody listens there, perhaps on every address, where binding to one could still succeed."""
    if port == 0:
        return False
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False
