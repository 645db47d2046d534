"""How long to wait before trying again."""

import asyncio
from dataclasses import dataclass

FIRST_SECONDS = 0.1
LAST_SECONDS = 5.0


@dataclass(slots=True)
class Backoff:
    """Waits that double from FIRST_SECONDS to LAST_SECONDS, until something succeeds."""

    seconds: float = FIRST_SECONDS

    def succeeded(self) -> None:
        """The next wait is the shortest again."""
        self.seconds = FIRST_SECONDS

    async def wait(self, stop: asyncio.Event) -> None:
        """Waits, unless `stop` comes first; the next wait is twice as long."""
        await pause(stop, self.seconds)
        self.seconds = min(self.seconds * 2, LAST_SECONDS)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Waits this long, or until `stop`."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
