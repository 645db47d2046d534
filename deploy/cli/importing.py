"""A year kept in a spreadsheet, taken over from the command line."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.assembly import Doors, doors
from deploy.catalogue import CODEC
from deploy.cli.ending import Exit, answering
from deploy.cli.joining import joined
from deploy.cli.people import only_register, person_of
from deploy.cli.speaking import Json, Lang, Quiet, as_json, meter, results, spoken
from deploy.import_plan import Who
from deploy.importer import Importer
from services.governance.standing import STANDING
from services.ledger.main import LEDGER
from shared.clock import system_clock
from shared.refusals import Refused
from shared.views import Views


class NobodyKeepsTheBooks(Refused):
    """Personne n'a de mandat aujourd'hui dans cette coopérative : l'association doit d'abord en donner un.
    Nobody holds a mandate today in this cooperative: the association has to give one first."""


@answering
def import_year(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder with journal.csv and, if any, transferts.csv.")],
    register: Annotated[str | None, typer.Option("--register", help="The register; the only one here when left out.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who imports: a pseudonym or a code; the mandate holder when left out.")] = None,
    opening: Annotated[Path | None, typer.Option("--opening", exists=True, dir_okay=False, help="A file of opening balances.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded; record nothing.")] = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Leave bad lines out instead of recording nothing.")] = False,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Take over a past year kept in a spreadsheet; entries are marked as taken over, and the same file twice adds nothing."""
    quiet = quiet or json
    with joined(lang, quiet=quiet) as installation, doors(installation) as opened:
        chosen = register or only_register(installation)
        actor = actor_of(opened, chosen, by)
        names = opened.vault.name_index(chosen).found_in
        importer = Importer(opened.means.handling(LEDGER), opened.means.reader, CODEC, Who(chosen, actor), names)
        with meter(spoken("L'année est reprise", "Taking the year over", lang), quiet=quiet) as tell:
            report = importer.run(folder, opening=opening, dry_run=dry_run, keep_going=keep_going, tell=tell)
    if json:
        as_json(report.as_json())
    else:
        results.print(report.as_text("en" if lang.startswith("en") else "fr"), markup=False, soft_wrap=True)
    if report.bad_lines:
        raise typer.Exit(Exit.FOUND)


def actor_of(opened: Doors, register: str, by: str | None) -> str:
    """Return who acts: the person named, or else somebody who holds a mandate today. Raises NobodyKeepsTheBooks."""
    if by is None:
        standing = Views(CODEC, opened.means.reader, STANDING).standing(register)
        holder = next((person for person in standing.people if standing.mandated(person, system_clock().date())), None)
        if holder is None:
            raise NobodyKeepsTheBooks
        return str(holder)
    return person_of(opened, register, by)
