"""Running: everything on one machine, one part alone, the schemas."""

import signal
import threading
from typing import Annotated

import typer

from deploy.cli.speaking import Json, Lang, Quiet, answering, as_json, aside, results, spoken
from deploy.here import settings_here
from deploy.installation import NotReachable, migrated, reached, running, started
from deploy.launch import Background, Loop, Served, publisher_of, serving
from shared.settings import LOOPBACK

PARTS = ("all", "ledger", "governance", "portal", "publisher")


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
    settings = settings_here(port=port)
    if already := running(settings):
        raise NotReachable(spoken(f"Ruche tourne déjà ici : {already.http}", f"Ruche already runs here: {already.http}", lang))
    with started(settings) as installation, serving(installation) as served:
        announce(served, json=json, lang=lang, quiet=quiet)
        wait_for_interrupt()


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


def wait_for_interrupt() -> None:
    """Return when Ctrl-C or SIGTERM comes."""
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    asked.wait()


@answering
def serve(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(PARTS)}.")],
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535)] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Run one part alone, over existing servers: a writing service, the portal, the publisher, or all of them."""
    if name not in PARTS:
        raise typer.BadParameter(", ".join(PARTS))
    settings = settings_here(port=port)
    with reached(settings) as installation:
        if name == "publisher":
            _loop_alone([publisher_of(installation).run])
            return
        with serving(installation, only=name) as served:
            announce(served, json=json, lang=lang, quiet=quiet)
            wait_for_interrupt()


def _loop_alone(loops: list[Loop]) -> None:
    background = Background(loops)
    background.start()
    wait_for_interrupt()
    background.stop()


@answering
def migrate(json: Json = False, lang: Lang = "fr") -> None:
    """Bring the schemas of the log, the vault and the portal up to date."""
    with reached(settings_here()) as installation:
        applied = migrated(installation)
    if json:
        as_json({"applied": applied})
    else:
        results.print("\n".join(applied) or spoken("Rien à faire.", "Nothing to do.", lang))
