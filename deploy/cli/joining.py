"""Joining the installation that runs here, or starting its servers for one command, with a bar while they start."""

from contextlib import AbstractContextManager

from deploy.cli.ending import AlreadyRuns
from deploy.cli.speaking import spoken, waiting
from deploy.here import settings_here
from deploy.installation import Installation, reached, running, started
from shared.settings import Settings


def joined(lang: str, *, quiet: bool, port: int | None = None) -> AbstractContextManager[Installation]:
    """Join what runs on the data folder of the settings, or start its servers; raises what `started` raises."""
    settings = settings_here(port=port)
    return waiting(servers_start(lang), reached(settings), quiet=quiet or running(settings) is not None)


def begun(settings: Settings, lang: str, *, quiet: bool) -> AbstractContextManager[Installation]:
    """Start the servers of a data folder for a whole session; raises AlreadyRuns when somebody runs on it."""
    if already := running(settings):
        raise AlreadyRuns(http=already.http)
    return waiting(servers_start(lang), started(settings), quiet=quiet)


def servers_start(lang: str) -> str:
    """Return what is said while PostgreSQL and NATS start."""
    return spoken("PostgreSQL et NATS démarrent", "PostgreSQL and NATS are starting", lang)
