"""The clock: it follows the log, and asks for what is due in its own name: ballots to close at their hour, ballots to archive.

It holds no right that a person has and no place in the log: a command has one id whoever gives it, so two clocks, or one that starts
again, do everything once. What came due while no clock ran is done when one starts.
"""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.catalogue import CODEC
from deploy.installation import Installation, running
from deploy.urn_process import until_eof
from services.governance.chamber.balloting import BALLOTING, Ballots
from services.governance.rules.due import due, next_hour
from services.governance.standing import CLOCK_BADGE
from shared.eventlog.reading import TAIL_MAX
from shared.eventlog.tail import LogTail
from shared.messages import Command, id_from
from shared.observing import configure_logging
from shared.settings import Settings, read_settings
from shared.web.tokens import Claims, issue

CLOCK: Final = "p_" + id_from(b"ruche/clock/v1")  # in whose name it asks: nobody's pseudonym, the same everywhere
TOKEN_SECONDS: Final = 60
ASK_SECONDS_MAX: Final = 10.0
AGAIN_SECONDS: Final = 30.0  # after a refusal: what stands in the way may be gone
WAIT_SECONDS: Final = 0.2  # between two looks for an installation that is starting
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)

Ask = Callable[[str, Command, str], bool]  # register, command, its id; whether it was carried out

log = structlog.get_logger("ruche.clock")


class Clock:
    """Knows every ballot of one log, from the log itself."""

    def __init__(self, tail: LogTail, ask: Ask, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the end of the log, and the way to ask the governance service."""
        self._tail, self._ask, self._now = tail, ask, now
        self._types = {kind.wire for kind in BALLOTING.types()}
        self._ballots: dict[str, Ballots] = {}
        self._first: dict[str, datetime | None] = {}  # hour of each register: most have nothing due for months
        self._refused: dict[str, datetime] = {}

    def run(self) -> None:
        """Follow the log until its end is told to stop."""
        position = 0
        while not self._tail.stopped:
            records = self._tail.more(position)
            for stored in records:
                position = stored.position or position
                if stored.type in self._types:
                    record = CODEC.decode(stored.type, stored.record)
                    known = self._ballots.get(stored.register, BALLOTING.initial)
                    changed = BALLOTING.evolve(known, record)
                    self._ballots[stored.register] = changed
                    self._first[stored.register] = next_hour(changed, BEGINNING)
            if len(records) < TAIL_MAX:
                self.ask_what_is_due()
        self._tail.close()

    def ask_what_is_due(self) -> None:
        """Give every command that is due; one that was refused is given again after a while."""
        now = self._now()
        for register in [name for name, hour in self._first.items() if hour is not None and hour <= now]:
            for command, command_id in due(self._ballots[register], now):
                before = self._refused.get(command_id)
                if before is not None and (now - before).total_seconds() < AGAIN_SECONDS:
                    continue
                if not self._ask(register, command, command_id):
                    self._refused[command_id] = now


class Asking:
    """Asks the governance service over HTTP with a token of the clock's badge."""

    def __init__(self, http: Callable[[], str | None], key: Ed25519PrivateKey) -> None:
        """`http` gives the address of the service at this moment."""
        self._http, self._key = http, key

    def __call__(self, register: str, command: Command, command_id: str) -> bool:
        """Tell whether the command was carried out; why not is logged."""
        if (http := self._http()) is None:
            return False
        now = int(time.time())
        token = issue(self._key, Claims(CLOCK, register, CLOCK_BADGE, now + TOKEN_SECONDS, now))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": command_id, "Content-Type": "application/json"}
        address = f"{http}/v1/registers/{register}/governance/{command.slug()}"
        request = urllib.request.Request(address, command.model_dump_json(exclude_none=True).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=ASK_SECONDS_MAX):
                return True
        except urllib.error.HTTPError as no:
            no.close()
            log.warning("the clock was refused", register=register, command=command.slug(), status=no.code)
        except OSError as error:
            log.warning("the service is away", register=register, error=type(error).__name__)
        return False


def keep_time(settings: Settings, asked: threading.Event, to: str | None = None) -> None:
    """Run the clock of an installation until `asked` is set: beside what runs on its folder, or asking the service at `to`."""
    here = _here(settings, asked, to)
    if here is None:
        return
    tail = LogTail(here.url("ruche_reader"), settings.log_id)
    clock = Clock(tail, Asking(lambda: to or _http(settings), here.token_keys().private))
    thread = threading.Thread(target=clock.run, name="ruche-clock")
    thread.start()
    while thread.is_alive() and not asked.wait(WAIT_SECONDS):
        pass
    tail.stop()
    thread.join()


def _here(settings: Settings, asked: threading.Event, to: str | None) -> Installation | None:
    """Wait for the installation; one whose database is somebody else's is there without running here."""
    while not asked.is_set():
        if found := running(settings):
            return found
        if to is not None and settings.reader_url is not None:
            return Installation(settings, None, "", "", to)
        asked.wait(WAIT_SECONDS)
    return None


def _http(settings: Settings) -> str | None:
    found = running(settings)
    return found.http if found else None


if __name__ == "__main__":
    chosen, ended = read_settings(), threading.Event()
    configure_logging(chosen.log_level, chosen.log_format)
    until_eof(ended)
    keep_time(chosen, ended)
