"""The ten-year archive of a fiscal year, written from the command line."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from deploy.assembly import Doors, doors
from deploy.catalogue import CODEC
from deploy.cli.ending import answering
from deploy.cli.importing import actor_of
from deploy.cli.joining import joined
from deploy.cli.replaying import UpTo
from deploy.cli.speaking import Json, Lang, Quiet, as_json, results, spoken
from deploy.minute_books import minute_books
from services.governance.standing import STANDING
from services.ledger.archive.archiving import Archive, Archivist
from shared.projecting import Cut
from shared.serving import questions_of
from shared.web.queries import Question
from shared.web.tokens import Claims


@answering
def archive(
    register: Annotated[str, typer.Argument(help="The register.")],
    year: Annotated[str, typer.Option("--year", help="A fiscal year such as 2024-25.")],
    out: Annotated[Path, typer.Option("--out", help="Write here; into a folder, under the archive's own name.")],
    seq: UpTo = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Who opens the vouchers: a pseudonym or a code; the mandate holder when left out.")
    ] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Write the ten-year archive of a year: a zip in open formats with its records, documents and vouchers, and a program that checks it.

    It goes through the closing of the year, or through the last record where the year is not closed.
    """
    with joined(lang, quiet=quiet or json) as installation, doors(installation) as opened:
        question = _asked(opened, register, by, seq)
        made = Archivist(CODEC, opened.means.reader, opened.vault, minute_books).archive(question, year)
        path = out / made.name if out.is_dir() else out
        size, digest = _written(made, path)
    if json:
        told = {"register": register, "year": year, "file": str(path), "bytes": size, "sha256": digest}
        as_json(told | {"size": made.checkpoint.size, "root": made.checkpoint.root})
    elif not quiet:
        about = f"{path}, 1…{made.checkpoint.size}, {made.checkpoint.root}"
        results.print(spoken(f"Archive écrite : {about}", f"Archive written: {about}", lang), markup=False, soft_wrap=True)


def _asked(opened: Doors, register: str, by: str | None, seq: int | None) -> Question:
    """Return the question of whoever is said to open the vouchers, with the roles they have today."""
    actor = actor_of(opened, register, by)
    return questions_of(opened.means, STANDING).admitted(Claims(actor, register, None, 0), Cut(seq=seq))


def _written(made: Archive, path: Path) -> tuple[int, str]:
    """Write an archive whole or not at all; return its size in bytes and its digest."""
    size, digest, beside = 0, sha256(), path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # vouchers name people
            for piece in made.pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return size, digest.hexdigest()
