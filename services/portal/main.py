"""The portal, assembled: it follows the stream of one log, keeps its own tables, and answers for them."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from services.governance.projections.cooperative import COOPERATIVE
from services.governance.projections.members import MEMBERS
from services.ledger.available import FUNDS
from services.portal import api, schemas
from services.portal.acts import Acts
from services.portal.arrivals import Arrivals
from services.portal.consumer import Consumer
from services.portal.copy import Copy
from services.portal.database import Database
from services.portal.home import Board
from services.portal.live import Live
from services.portal.pages import PortalPages
from services.portal.surroundings import ALONE, Surroundings
from services.portal.trail import Trail
from services.portal.views import PortalViews, StandingFold
from shared.clock import Clock, system_clock
from shared.eventlog.codec import Codec
from shared.messaging.connecting import Login
from shared.messaging.subscriber import Subscriber, SubscriberStatus
from shared.projecting import Projection
from shared.view_store import Progress, Report, ViewStore
from shared.web.asking import Askers
from shared.web.live import Hub
from shared.web.pages import Pages
from shared.web.queries import Questions

# Kept in the database: what every first question about a register needs.
STORED: tuple[Projection[Any], ...] = (FUNDS, COOPERATIVE, MEMBERS)
SCHEMA = "portal"
PROGRAM = "portal"  # its durable, its key, its row of `positions`


def silent(_progress: Progress) -> None:
    """Tell nobody how far a rebuild has come."""


class Portal:
    """One process's portal. `routes` adds it to an app; `start` follows the stream in a thread of its own until `stop`."""

    def __init__(
        self,
        *,
        database_url: str,
        codec: Codec,
        standing: StandingFold,
        askers: Askers,
        pages: Pages,
        nats: Login,
        log_id: int,
        clock: Clock = system_clock,
        around: Surroundings = ALONE,
    ) -> None:
        """Take the address of the database for role ruche_portal, the key of NATS user `portal` and the log to follow.

        `standing` is governance's fold of who holds what; `pages` must know the folder `services.portal.pages.TEMPLATES`; `around`
        is what the rest of the installation tells it.
        """
        self._database = Database(database_url)
        copy, self._store, self._arrivals = Copy(codec), ViewStore(STORED, SCHEMA), Arrivals()
        self._source = copy.facts
        self.views = PortalViews(self._database, copy, self._store, standing, self._arrivals)
        self._trail = Trail(self.views, pages.wordings, Acts(around.commands))
        board = Board(self.views, self._trail, pages, clock)
        self._live = Live(Hub(), board)
        # It asks for `of`, `standing` and `wait_for`, which are answered here from the portal's own tables.
        self._questions = Questions(self.views, askers, clock)
        self._pages = PortalPages(self._trail, self._questions, askers, pages, board, self._live, around)
        self._clock, self._codec = clock, codec
        consumer = Consumer(self._database, copy, self._store, log_id, self._moved, PROGRAM)
        self._subscriber = Subscriber(log_id, PROGRAM, nats, position=consumer.position, apply=consumer.apply)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._follow_alone, name="portal-stream", daemon=True)

    @property
    def status(self) -> SubscriberStatus:
        """How far the stream was followed, and what stands in the way."""
        return self._subscriber.status.snapshot()

    def routes(self, app: FastAPI) -> None:
        """Add the portal's questions and pages to an app."""
        api.routes(app, self.views, self._trail, self._questions, self._clock)
        schemas.routes(app, self._codec)
        self._pages.routes(app)

    def start(self, report: Report = silent) -> None:
        """Bring the stored views level with what was kept, then follow the stream and redraw open pages, in threads."""
        self._store.level(self._database.every, self._source, report)
        self._live.start()
        self._thread.start()

    def close_streams(self) -> None:
        """End the streams of open pages: browsers come back by themselves, and a stopping server does not wait for them."""
        self._live.hub.close()

    def stop(self) -> None:
        """End the streams of open pages, stop following, close the database. The portal cannot be started again."""
        self._live.stop()
        if self._thread.ident is None:  # the start was refused
            self._loop.close()
        else:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        self._database.close()

    def rebuild(self, name: str, register: str | None = None, report: Report = silent) -> None:
        """Fold a stored view again from the first record, of one register or of all, while everything goes on. KeyError: no such view."""
        self._store.rebuild(self._database.every, self._source, name, register, report)
        self.views.drop()

    def undo_switch(self, name: str, report: Report = silent) -> int:
        """Make the version of a stored view that was live before live again. KeyError: no such view; LookupError: none before."""
        version = self._store.undo_switch(self._database.every, self._source, name, report)
        self.views.drop()
        return version

    def _moved(self, seqs: Mapping[str, int]) -> None:
        self._arrivals.tell(seqs)
        self._live.moved(seqs)

    def _follow_alone(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._subscriber.run(self._stop))
