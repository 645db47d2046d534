"""What an installation does by itself while it runs: bring PostgreSQL back, clear the vault of names that nothing records."""

import asyncio
import logging
from base64 import b64encode

from deploy.embedded_postgres import EmbeddedPostgres, is_alive
from deploy.server_account import Unusable
from shared.eventlog.connecting import Unavailable
from shared.eventlog.reading import RegisterReader
from shared.refusals import Busy
from shared.vault.store import Leftover, Vault

WATCH_SECONDS = 0.5  # between two looks at the server: a class waits about a second for its recovery anyway
PURGE_SECONDS = 3600.0  # a name without a record is kept an hour at most, and the hour it takes to come round

log = logging.getLogger(__name__)


async def keep_postgres(server: EmbeddedPostgres, stop: asyncio.Event) -> None:
    """Start the embedded server again whenever it died, until `stop`; committed records are there after its recovery."""
    while not await stopped(stop, WATCH_SECONDS):
        if server.pid is not None and not is_alive(server.pid):
            try:
                await asyncio.to_thread(server.start)
                log.warning("PostgreSQL was restarted")
            except Unusable:
                log.exception("PostgreSQL could not be restarted")


async def purge_vault(vault: Vault, records: RegisterReader, stop: asyncio.Event) -> None:
    """Forget, hour after hour, the names and the sealed texts that no record holds: their command was refused or never finished."""

    def recorded(leftover: Leftover) -> bool:
        held = leftover.person.encode() if leftover.person else b64encode(leftover.commitment or b"")
        return any(held in one.record for one in records.through(leftover.register))

    while not await stopped(stop, PURGE_SECONDS):
        try:
            await asyncio.to_thread(vault.purge_unconfirmed, recorded)
        except (Busy, Unavailable):
            log.warning("the vault or the log is away, the purge waits for the next hour")


async def stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Wait; tell whether it is time to end."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
