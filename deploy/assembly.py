"""Every service on one port, in one process: the app of `ruche up` and of the tests."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import orjson
from fastapi import FastAPI, Request, Response

from deploy.catalogue import CODEC
from deploy.chores import voucher_chores
from deploy.failpoints import AFTER_COMMIT, KilledAfterCommit
from deploy.figures import of_subscriber, of_writer
from deploy.installation import Installation
from deploy.minute_books import minute_books
from deploy.urn_process import urn_address, urn_secret
from services.governance import main as governance
from services.governance import sign_in
from services.governance.bringing.boxes import Names, UrnBringer
from services.governance.bringing.client import UrnClient
from services.governance.bringing.forgetting import Forgetting
from services.governance.bringing.proxy import routes_urn
from services.governance.bringing.together import GovernanceBringer
from services.governance.bringing.unsealing import Unsealing
from services.governance.pages.cards import STATIC as GOVERNANCE_STATIC
from services.governance.pages.cards import CardPages
from services.governance.pages.names import Names as NamesOnPages
from services.governance.projections.members import Members
from services.governance.sign_in import Persona
from services.governance.standing import STANDING
from services.ledger import main as ledger
from services.portal.main import Portal
from services.portal.pages import TEMPLATES as PORTAL_TEMPLATES
from services.portal.surroundings import NamesFor, Reading, Surroundings, nobody_named
from shared.clock import Clock, system_clock
from shared.eventlog.append import LogWriter
from shared.eventlog.connecting import Unavailable
from shared.eventlog.reading import RegisterReader
from shared.eventlog.recorder import RegisterRecorder
from shared.observing import GATHERED
from shared.serving import Means, describe, new_app, questions_of
from shared.values import Pseudonym
from shared.vault.confiding import VaultConfidant
from shared.vault.store import Vault
from shared.web import health
from shared.web.asking import Askers
from shared.web.pages import Pages
from shared.web.static_files import StaticFiles
from shared.web.tokens import Verifier, issue

ALL = "all"
WRITING = {"governance": (governance, governance.GOVERNANCE), "ledger": (ledger, ledger.LEDGER)}
GOVERNANCE_TEMPLATES = Path(sign_in.__file__).parent / "templates"
LEDGER_TEMPLATES = Path(ledger.__file__).parent / "templates"
ANSWERS = Path(__file__).parent / "samples" / "answers.json"  # what each view answers of the sample, shortened, by operation id


@dataclass(frozen=True, slots=True)
class Doors:
    """The means of the services, and the vault behind one of them."""

    means: Means
    vault: Vault
    writer: LogWriter
    urn: UrnClient


@contextmanager
def doors(installation: Installation, clock: Clock = system_clock) -> Iterator[Doors]:
    """Open the log and the vault for the writing services of this process."""
    log_id = installation.settings.log_id
    writer = LogWriter(installation.url("ruche_writer"), log_id)
    recorder = RegisterRecorder(writer, installation.url("ruche_reader"))
    reader = RegisterReader(installation.url("ruche_writer"), log_id)
    vault = Vault(installation.url("ruche_vault"), installation.vault_key())
    askers = Askers(Verifier(installation.token_keys().public))
    log = KilledAfterCommit(recorder) if installation.settings.failpoint == AFTER_COMMIT else recorder
    confidant, urn = VaultConfidant(vault), UrnClient(urn_address(installation.settings), urn_secret(installation.settings))
    bringer = GovernanceBringer(Unsealing(vault), Forgetting(vault), UrnBringer(urn, confidant, names_in(vault)))
    means = Means(CODEC, log, reader, installation.fingerprint_key(), confidant, askers, clock, bringer, vault)
    try:
        yield Doors(means, vault, writer, urn)
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


def writing_app(means: Means, pages: Pages, only: str = ALL) -> FastAPI:
    """Return an app with the writing services, or with one of them; only those that are served are described."""
    app = new_app("Ruche", version("ruche"), ShowError(pages))
    served = [one for name, one in WRITING.items() if only in {ALL, name}]
    chores = voucher_chores(means) if only in {ALL, "ledger"} else None
    for service, _ in served:
        service.build(app, replace(means, pages=pages, chores=chores, minute_books=minute_books))
    describe(app, [command for _, rulebook in served for command in rulebook.commands], orjson.loads(ANSWERS.read_bytes()))
    return app


class Whole:
    """Every service in one app, with the portal that follows the stream beside them."""

    def __init__(self, installation: Installation, opened: Doors, personas: Sequence[Persona], only: str) -> None:
        """Build everything; nothing runs yet."""
        self.opened = opened
        self.pages = Pages((GOVERNANCE_TEMPLATES, LEDGER_TEMPLATES, PORTAL_TEMPLATES), StaticFiles(GOVERNANCE_STATIC))
        self.app = writing_app(opened.means, self.pages, only)
        self.portal = portal_of(installation, opened.means, self.pages) if only in {ALL, "portal"} else None
        if self.portal is not None:
            self.portal.routes(self.app)
        if only in {ALL, "governance"}:
            origin, questions = installation.settings.public_origin, questions_of(opened.means, STANDING)
            CardPages(self.pages, questions, opened.means.askers, names_in(opened.vault), origin).routes(self.app)
            routes_urn(self.app, opened.urn)
        private = installation.token_keys().private
        secure = (installation.settings.public_origin or "").startswith("https://")
        sign_in.routes(self.app, self.pages, opened.means.askers, lambda claims: issue(private, claims), personas, secure=secure)
        health.routes(self.app, version("ruche"), lambda: {"database": _answers(opened.means)})
        self.pages.static.routes(self.app)

    def close_streams(self) -> None:
        """Let open pages go before the server stops."""
        if self.portal is not None:
            self.portal.close_streams()


@contextmanager
def whole_app(installation: Installation, personas: Sequence[Persona] = (), only: str = ALL) -> Iterator[Whole]:
    """Open the doors and run the portal; everything is closed at the end."""
    with doors(installation) as opened:
        whole = Whole(installation, opened, personas, only)
        try:
            GATHERED.ask("writer", of_writer(opened.writer))
            if (portal := whole.portal) is not None:
                portal.start()
                GATHERED.ask("portal", lambda: of_subscriber(portal.status))
            yield whole
        finally:
            if whole.portal is not None:
                whole.portal.stop()


def names_in(vault: Vault) -> Names:
    """Return what opens the names of people for the pages of a ballot; each opening is noted."""

    def names(register: str, people: Collection[Pseudonym], reader: Pseudonym) -> dict[Pseudonym, str]:
        found = vault.names(register, people, reader=reader, why="page.ballot")
        return {person: f"{name.first_name} {name.last_name}" for person, name in found.items()}

    return names


def trail_names(vault: Vault) -> NamesFor:
    """Return what opens the names of those who acted, for readers entitled to them by governance's own rule; each opening is noted."""

    def names(reading: Reading, members: Members, people: Collection[Pseudonym]) -> Mapping[Pseudonym, str]:
        return NamesOnPages.for_reader(vault, members, reading, people, "page.trail", str).named

    return names


def portal_of(installation: Installation, means: Means, pages: Pages) -> Portal:
    """Return the portal of an installation: its own database role, its own key of the stream."""
    return Portal(
        database_url=installation.url("ruche_portal"),
        codec=means.codec,
        standing=STANDING,
        askers=means.askers,
        pages=pages,
        nats=installation.login("portal"),
        log_id=installation.settings.log_id,
        clock=means.clock,
        around=Surroundings(
            commands=[command for _, rulebook in WRITING.values() for command in rulebook.commands],
            names=trail_names(means.vault) if means.vault else nobody_named,
        ),
    )


def _answers(means: Means) -> bool:
    try:
        means.reader.assignment("-")
    except Unavailable:
        return False
    return True
