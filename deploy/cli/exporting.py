"""The ledger of a register as a file that other programs read: FEC, Beancount, hledger, GnuCash, CSV, XLSX."""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from deploy.catalogue import CODEC
from deploy.cli.ending import WrongUsage, answering
from deploy.cli.joining import joined
from deploy.cli.replaying import Au, ConnuAu, UpTo
from deploy.cli.speaking import Json, Lang, Quiet, as_json, results, spoken
from services.governance.standing import STANDING
from services.ledger.api_exports import file_asked
from services.ledger.exports.by_format import Form
from services.ledger.exports.exported import EXPORTED, Exported
from services.ledger.exports.tables import TableName
from shared.eventlog.reading import LogReader
from shared.projecting import Cut, fold
from shared.refusals import NotFound


class NowhereToWrite(WrongUsage):
    """Avec --json, la sortie décrit le fichier : dis avec --out où l'écrire.
    With --json the output tells about the file: say with --out where to write it."""


@answering
def export(
    register: Annotated[str, typer.Argument(help="The register.")],
    form: Annotated[Form, typer.Argument(metavar="FORMAT", help=f"One of: {', '.join(Form)}.")],
    year: Annotated[str | None, typer.Option("--year", help="A fiscal year such as 2024-25; FEC: the last one when left out.")] = None,
    table: Annotated[TableName | None, typer.Option("--table", help="Of csv: the journal when left out. Of xlsx: all.")] = None,
    au: Au = None,
    connu_au: ConnuAu = None,
    seq: UpTo = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write here; into a folder, under the file's own name.")] = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Write the ledger for another program, today or as of another moment; on standard output without --out."""
    if json and out is None:
        raise NowhereToWrite
    with joined(lang, quiet=quiet or json) as installation:
        reader = LogReader(installation.url("ruche_reader"))
        try:
            exported, read = _read(reader, register, Cut(au and au.date(), connu_au and connu_au.date(), seq))
        finally:
            reader.close()
    file = file_asked(exported, form, year, table)
    if out is None:
        sys.stdout.buffer.write(file.content)
        sys.stdout.flush()
        return
    path = out / file.name if out.is_dir() else out
    path.write_bytes(file.content)
    if json:
        size, digest = len(file.content), hashlib.sha256(file.content).hexdigest()
        as_json({"register": register, "seq": read, "file": str(path), "type": file.media_type, "bytes": size, "sha256": digest})
    elif not quiet:
        results.print(spoken(f"Écrit : {path}", f"Written: {path}", lang), markup=False, soft_wrap=True)


def _read(reader: LogReader, register: str, cut: Cut) -> tuple[Exported, int]:
    """Return what is exported of a register, and the last record that it has. Raises NotFound."""
    records = [CODEC.decode(stored.type, stored.record) for stored in reader.by_register(register)]
    if not records:
        raise NotFound(register=register)
    zone = ZoneInfo(STANDING.evolve(STANDING.initial, records[0]).zone)
    return fold(EXPORTED, records, replace(cut, zone=zone)), records[-1].seq
