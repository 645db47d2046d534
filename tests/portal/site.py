"""A whole portal as it is installed: the log, its publisher, NATS, the portal's tables and its pages on a port of this machine."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Request, Response

from deploy.catalogue import CODEC
from deploy.embedded_nats import EmbeddedNats
from deploy.embedded_postgres import EmbeddedPostgres
from services.governance.standing import STANDING
from services.portal.main import Portal
from services.portal.pages import TEMPLATES
from shared.eventlog.append import Append, Appended, LogWriter
from shared.messages import Recorded
from shared.messaging.publisher import Publisher
from shared.serving import new_app
from shared.web.asking import COOKIE, Askers
from shared.web.pages import Pages
from shared.web.security import Security
from shared.web.tokens import Claims, Verifier, issue
from tests.examples_governance import GARNIER
from tests.web_server import served

TODAY = datetime(2024, 10, 14, 8, 0, tzinfo=UTC)
TOKEN_SECONDS = 3_600
SOON_SECONDS = 10.0  # a bound for a slow machine: what is written arrives in some milliseconds


class Site:
    """One log and the portal that follows it. `write` appends records as the writing services would."""

    def __init__(self, postgres: EmbeddedPostgres, nats: EmbeddedNats, log_id: int) -> None:
        self.postgres, self.nats, self.log_id = postgres, nats, log_id
        self._key = Ed25519PrivateKey.generate()
        self.pages = Pages([TEMPLATES])
        self.askers = Askers(Verifier(self._key.public_key()))
        self.writer = LogWriter(postgres.url("ruche_writer"), log_id)
        self.portal = Portal(
            database_url=postgres.url("ruche_portal"),
            codec=CODEC,
            standing=STANDING,
            askers=self.askers,
            pages=self.pages,
            nats=nats.login("portal"),
            log_id=log_id,
            clock=lambda: TODAY,
        )
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._publish, daemon=True)

    def _publish(self) -> None:
        logins = (self.nats.login("publisher"), self.nats.login("admin"))
        publisher = Publisher(self.log_id, self.postgres.url("ruche_publisher"), *logins, durables=["portal"])
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(publisher.run(self._stop))

    def app(self) -> Any:
        """The portal's routes on an app that answers problems as the assembled one does."""
        app = new_app("Ruche", "0", self._error)
        self.pages.static.routes(app)
        self.portal.routes(app)
        return Security(app)

    def _error(self, request: Request, status: int, title: str, detail: str, reference: str) -> Response:
        return self.pages.error(request, status, title, detail, reference=reference if status >= 500 else None)

    @contextmanager
    def running(self) -> Iterator["Site"]:
        """Everything runs until the end of the block."""
        self._thread.start()
        self.portal.start()
        try:
            with served(self.app()) as address:
                self.address = address
                yield self
        finally:
            self.portal.stop()
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self.writer.close()

    def write(self, records: Sequence[Recorded[Any]]) -> None:
        """Append records of one register in one command."""
        pairs = tuple((one.event.wire, CODEC.encode(*one)) for one in records)
        answer = self.writer.submit(Append(records[0].register, records[0].seq - 1, pairs))
        assert isinstance(answer, Appended), answer

    def token(self, register: str, actor: str = GARNIER, *, association: str | None = None) -> str:
        """A token of this installation, for one person and register."""
        now = int(time.time())
        return issue(self._key, Claims(actor, register, association, now + TOKEN_SECONDS, now))

    def headers(self, register: str, actor: str = GARNIER) -> dict[str, str]:
        """What a program sends to ask about a register."""
        return {"Authorization": f"Bearer {self.token(register, actor)}"}

    def cookie(self, register: str, actor: str = GARNIER) -> dict[str, str]:
        """The cookie of a browser that has signed in."""
        return {"name": COOKIE, "value": self.token(register, actor), "url": self.address}
