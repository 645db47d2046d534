"""The stored views: folded again from the first record, while everything goes on."""

from collections.abc import Callable
from typing import Annotated

import typer

from deploy.assembly import doors, portal_of
from deploy.cli.speaking import Json, Lang, Quiet, answering, as_json, progress, results, spoken
from deploy.here import settings_here
from deploy.installation import reached
from services.portal.main import STORED
from services.portal.pages import TEMPLATES
from shared.view_store import Progress, Report
from shared.web.pages import Pages

projections_app = typer.Typer(no_args_is_help=True)

NAMES = tuple(projection.name for projection in STORED)


@projections_app.callback()
def projections() -> None:
    """The portal's stored views."""


@projections_app.command()
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
        raise typer.BadParameter(", ".join(NAMES))
    chosen = NAMES if name is None else (name,)
    with reached(settings_here()) as installation, doors(installation) as opened:
        portal = portal_of(installation, opened.means, Pages((TEMPLATES,)))
        for view in chosen:
            with progress(view, None, quiet=quiet or json) as advance:
                portal.rebuild(view, register, steps(advance))
    if json:
        as_json({"rebuilt": list(chosen)})
    else:
        results.print(spoken(f"Refait : {', '.join(chosen)}", f"Rebuilt: {', '.join(chosen)}", lang))


def steps(advance: Callable[[int], None]) -> Report:
    """Return what a rebuild tells its progress to: the bar moves on by the registers done since."""
    done = 0

    def tell(come: Progress) -> None:
        nonlocal done
        advance(come.done - done)
        done = come.done

    return tell
