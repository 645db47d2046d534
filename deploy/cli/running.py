"""Running: everything on one machine, one part alone, the schemas."""

import signal
import threading
from typing import Annotated

import typer

from deploy.cli.ending import WrongUsage, answering
from deploy.cli.joining import begun, joined
from deploy.cli.speaking import Json, Lang, Quiet, as_json, aside, results, spoken, waiting
from deploy.clock import keep_time
from deploy.here import settings_here
from deploy.installation import Installation, migrated
from deploy.launch import Background, Served, publisher_of, serving
from deploy.urn_process import serve_urn
from shared.observing import configure_logging
from shared.settings import LOOPBACK

PUBLISHER, URN, CLOCK = "publisher", "urn", "clock"
PARTS = ("all", "ledger", "governance", "portal", PUBLISHER, URN, CLOCK)


class NoSuchPart(WrongUsage):
    """Aucune partie de Ruche ne porte ce nom.
    No part of Ruche has this name."""


@answering
def up(
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65_535, help="The HTTP port; the next free one when it is taken.")
    ] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Run everything on this machine until Ctrl-C: PostgreSQL, NATS, every service on one port, publisher and portal."""
    settings, unwatched = settings_here(port=port), quiet or json
    with (
        begun(settings, lang, quiet=unwatched) as installation,
        waiting(services_start(lang), serving(installation), quiet=unwatched) as served,
    ):
        asked = interruption()
        announce(served, json=json, lang=lang, quiet=quiet)
        asked.wait()


def services_start(lang: str) -> str:
    """Return what is said while the services start: the portal brings its views level before it answers."""
    return spoken("Les services démarrent, les vues se mettent à niveau", "The services are starting, views are brought level", lang)


def announce(served: Served, *, json: bool, lang: str, quiet: bool) -> None:
    """Say where Ruche can be reached, and what that address is good for."""
    if json:
        as_json({"http": served.http})
        return
    results.print(served.http)
    if not quiet:
        aside.print(spoken("Ctrl-C arrête tout.", "Ctrl-C stops everything.", lang))
        if served.installation.settings.host in LOOPBACK:
            sentence = (
                "Cette adresse ne marche que sur cette machine ; les tablettes passent par Caddy, avec un certificat (deploy/Caddyfile)."
            )
            aside.print(
                spoken(
                    sentence,
                    "This address works on this machine only; tablets come through Caddy, with a certificate (deploy/Caddyfile).",
                    lang,
                )
            )


def interruption() -> threading.Event:
    """Return what is set when Ctrl-C or SIGTERM comes; asked for before anybody is told that they may stop us."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    return asked


@answering
def serve(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(PARTS)}.")],
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535)] = None,
    to: Annotated[str | None, typer.Option("--to", help="For the clock: where the governance service answers, when not here.")] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Run one part alone, over existing servers: a writing service, the portal, the publisher, the urn, the clock, or all services."""
    if name not in PARTS:
        raise NoSuchPart(name=name, parts=", ".join(PARTS))
    if name in {URN, CLOCK}:
        _alone(name, port, to, json=json, lang=lang, quiet=quiet)
        return
    unwatched = quiet or json
    with joined(lang, quiet=unwatched, port=port) as installation:
        installation.check_safe()  # the servers may have run for long: what was safe at their start may have been changed
        if name == PUBLISHER:
            _publish(installation, json=json, lang=lang, quiet=quiet)
            return
        with waiting(services_start(lang), serving(installation, only=name), quiet=unwatched) as served:
            asked = interruption()
            announce(served, json=json, lang=lang, quiet=quiet)
            asked.wait()


def _alone(name: str, port: int | None, to: str | None, *, json: bool, lang: str, quiet: bool) -> None:
    """Run the urn or the clock until told to stop; neither starts a server."""
    settings, asked = settings_here(), interruption()
    configure_logging(settings.log_level, settings.log_format)
    if json:
        as_json({"serving": name})
    elif not quiet:
        french, english = {URN: ("L'urne", "The urn"), CLOCK: ("L'horloge", "The clock")}[name]
        aside.print(spoken(f"{french} est en marche ; Ctrl-C arrête.", f"{english} runs; Ctrl-C stops.", lang))
    if name == URN:
        serve_urn(settings, asked, port)
    else:
        keep_time(settings, asked, to)


def _publish(installation: Installation, *, json: bool, lang: str, quiet: bool) -> None:
    """Publish until told to stop; while another process leads, wait for its place."""
    background = Background([publisher_of(installation).run])
    background.start()
    asked = interruption()
    log_id = installation.settings.log_id
    if json:
        as_json({"serving": PUBLISHER, "log_id": log_id})
    elif not quiet:
        aside.print(spoken(f"Le journal {log_id} est publié ; Ctrl-C arrête.", f"Log {log_id} is being published; Ctrl-C stops.", lang))
    asked.wait()
    background.stop()


@answering
def migrate(json: Json = False, lang: Lang = "fr") -> None:
    """Bring the schemas of the log, the vault and the portal up to date."""
    with joined(lang, quiet=json) as installation:
        applied = migrated(installation)
    if json:
        as_json({"applied": applied})
    else:
        results.print("\n".join(applied) or spoken("Rien à faire.", "Nothing to do.", lang))
