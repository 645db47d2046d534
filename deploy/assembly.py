"""Every service on one port, in one process: the app of `ruche up` and of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import FastAPI, Request, Response

from deploy.catalogue import CODEC
from deploy.installation import Installation
from services.governance import main as governance
from services.ledger import main as ledger
from shared.clock import Clock, system_clock
from shared.eventlog.append import LogWriter
from shared.eventlog.reading import RegisterReader
from shared.eventlog.recorder import RegisterRecorder
from shared.serving import Means, describe, new_app
from shared.vault.confiding import VaultConfidant
from shared.vault.store import Vault
from shared.web.asking import Askers
from shared.web.pages import Pages
from shared.web.tokens import Verifier


@dataclass(frozen=True, slots=True)
class Doors:
    """The means of the services, and the vault behind one of them."""

    means: Means
    vault: Vault


@contextmanager
def doors(installation: Installation, clock: Clock = system_clock) -> Iterator[Doors]:
    """Open the log and the vault for the writing services of this process."""
    log_id = installation.settings.log_id
    writer = LogWriter(installation.url("ruche_writer"), log_id)
    recorder = RegisterRecorder(writer, installation.url("ruche_reader"))
    reader = RegisterReader(installation.url("ruche_writer"), log_id)
    vault = Vault(installation.url("ruche_vault"), installation.vault_key())
    askers = Askers(Verifier(installation.token_keys().public))
    means = Means(CODEC, recorder, reader, installation.fingerprint_key(), VaultConfidant(vault), askers, clock)
    try:
        yield Doors(means, vault)
    finally:
        recorder.close()
        writer.close()
        reader.close()
        vault.close()


class ShowError:
    """Draws the page of a refusal or a failure in the shared layout."""

    def __init__(self, pages: Pages) -> None:
        """Take the shared layout."""
        self._pages = pages

    def __call__(self, request: Request, status: int, title: str, detail: str, reference: str) -> Response:
        """Return the page."""
        return self._pages.error(request, status, title, detail, reference=reference if status >= 500 else None)


def writing_app(means: Means, pages: Pages) -> FastAPI:
    """Return an app with the writing services."""
    app = new_app("Ruche", version("ruche"), ShowError(pages))
    governance.build(app, means)
    ledger.build(app, means)
    describe(app, [*governance.GOVERNANCE.commands, *ledger.LEDGER.commands])
    return app
