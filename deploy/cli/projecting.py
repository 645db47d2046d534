"""The stored views: folded again from the first record, while everything goes on."""

from typing import Annotated

import typer

from deploy.assembly import doors, portal_of
from deploy.cli.ending import WrongUsage, answering, codes
from deploy.cli.joining import joined
from deploy.cli.speaking import Json, Lang, Quiet, as_json, meter, results, spoken
from services.portal.main import STORED, Portal
from services.portal.pages import TEMPLATES
from shared.refusals import Refused
from shared.web.pages import Pages

projections_app = typer.Typer(no_args_is_help=True)

NAMES = tuple(projection.name for projection in STORED)


@projections_app.callback()
def projections() -> None:
    """The portal's stored views."""


class NoSuchView(WrongUsage):
    """Aucune vue gardée ne porte ce nom.
    No stored view has this name."""


class NothingBefore(Refused):
    """Ce programme ne connaît de cette vue aucune version d'avant celle qui sert.
    This program knows no version of this view before the one that is live."""


@projections_app.command(epilog=codes())
@answering
def rebuild(
    name: Annotated[str | None, typer.Argument(help=f"One of: {', '.join(NAMES)}; all of them when left out.")] = None,
    register: Annotated[str | None, typer.Option("--register", help="One register; all of them when left out.")] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Fold stored views again from the portal's own copy; readers keep the old rows until the new ones are level."""
    if name is not None and name not in NAMES:
        raise NoSuchView(view=name, views=", ".join(NAMES))
    chosen = NAMES if name is None else (name,)
    quiet = quiet or json
    with joined(lang, quiet=quiet) as installation, doors(installation) as opened:
        portal = portal_of(installation, opened.means, Pages((TEMPLATES,)))
        for view in chosen:
            _rebuild(portal, view, register, quiet=quiet)
    if json:
        as_json({"rebuilt": list(chosen)})
    else:
        results.print(spoken(f"Refait : {', '.join(chosen)}", f"Rebuilt: {', '.join(chosen)}", lang))


@projections_app.command(epilog=codes(refuses=True))
@answering
def undo(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(NAMES)}.")],
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Make the version of a stored view that was live before live again, once it is level with the records."""
    if name not in NAMES:
        raise NoSuchView(view=name, views=", ".join(NAMES))
    with joined(lang, quiet=quiet or json) as installation, doors(installation) as opened:
        portal = portal_of(installation, opened.means, Pages((TEMPLATES,)))
        try:
            with meter(name, quiet=quiet or json) as tell:
                version = portal.undo_switch(name, lambda come: tell(come.done, come.total))
        except LookupError:
            raise NothingBefore(view=name) from None
    if json:
        as_json({"view": name, "version": version})
    else:
        results.print(spoken(f"{name} : version {version} de nouveau en service", f"{name}: version {version} is live again", lang))


def _rebuild(portal: Portal, view: str, register: str | None, *, quiet: bool) -> None:
    with meter(view, quiet=quiet) as tell:
        portal.rebuild(view, register, lambda come: tell(come.done, come.total))
