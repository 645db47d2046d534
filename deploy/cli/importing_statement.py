"""A statement of the bank, taken in from the command line."""

import hashlib
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from deploy.assembly import Doors, doors
from deploy.catalogue import CODEC
from deploy.cli.ending import answering
from deploy.cli.importing import actor_of
from deploy.cli.joining import joined
from deploy.cli.speaking import Json, Lang, Quiet, as_json, results, spoken
from services.governance.standing import STANDING
from services.ledger.commands.bank import ImportStatement
from services.ledger.importing import Given, Importing
from services.ledger.main import LEDGER
from services.ledger.projections.reconciliation import RECONCILIATION
from services.ledger.statements.source import Source
from shared.handling import Asked
from shared.messages import id_from
from shared.values import Code
from shared.views import Views
from shared.web.formats import money

BANK_ACCOUNT = "512"  # of the chart shipped


@answering
def import_statement(
    register: Annotated[str, typer.Argument(help="The register.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="OFX, CSV of a bank, CAMT.053 or MT940.")],
    account: Annotated[str, typer.Option("--account", help="The treasury account of the books.")] = BANK_ACCOUNT,
    opening: Annotated[str | None, typer.Option("--opening", help="The opening balance (2846,37) where the file says none.")] = None,
    closing: Annotated[str | None, typer.Option("--closing", help="The closing balance where the file says none.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who imports: a pseudonym or a code; the mandate holder when left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded; record nothing.")] = False,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Import a statement of the bank; operations that are known already are not recorded again."""
    cents = [None if text is None else Source(option, text).cents(text, 0) for option, text in _said(opening, closing)]
    given = Given(account, file.name, file.read_bytes(), *cents)
    with joined(lang, quiet=quiet or json) as installation, doors(installation) as opened:
        importing = Importing(opened.means.handling(LEDGER).handle, opened.means.fingerprint_key)
        read = importing.read(register, given)
        known = Views(CODEC, opened.means.reader, STANDING).of(RECONCILIATION, register)[0].bank.marks
        told = _told(read, sum(one.mark not in known for one in read.lines), recorded=False)
        if not dry_run:
            told |= _taken(opened, importing, register, given, by)
    if json:
        as_json({"register": register, **told})
    elif not quiet:
        results.print(spoken(*_sentences(told), lang), markup=False, soft_wrap=True)


def _said(opening: str | None, closing: str | None) -> tuple[tuple[str, str | None], ...]:
    return (("--opening", opening), ("--closing", closing))


def _taken(opened: Doors, importing: Importing, register: str, given: Given, by: str | None) -> dict[str, Any]:
    """Import the file; the same one by the same person is the same command."""
    actor = actor_of(opened, register, by)
    asked = f"{register} {actor} {given.account} {given.opening} {given.closing} {hashlib.sha256(given.content).hexdigest()}"
    answer = importing.take(Asked(register, actor, id_from(f"import-statement {asked}".encode())), given)
    statements = {orjson.loads(record)["data"]["statement"] for record in answer.records}
    return {"recorded": bool(answer.records) and not answer.repeated, "statement": next(iter(statements), None)}


def _told(read: ImportStatement, fresh: int, *, recorded: bool) -> dict[str, Any]:
    balances: dict[Code, Any] = {name: getattr(read, name) for name in ("account", "opening", "closing")}
    days = {"starts": read.starts.isoformat(), "ends": read.ends.isoformat()}
    return {**balances, **days, "lines": len(read.lines), "new": fresh, "recorded": recorded, "statement": None}


def _sentences(told: dict[str, Any]) -> tuple[str, str]:
    done = told["recorded"]
    french = f"Relevé du {told['starts']} au {told['ends']}, solde {money(told['closing'])} : {told['new']} opérations nouvelles sur "
    english = f"Statement from {told['starts']} to {told['ends']}, balance {money(told['closing'], 'en')}: {told['new']} new operations of "
    ends = ("enregistré", "recorded") if done else ("rien d'enregistré", "nothing recorded")
    return f"{french}{told['lines']} ; {ends[0]}.", f"{english}{told['lines']}; {ends[1]}."
