"""What an auditor's checks find in a register, and what other rules would have flagged."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter, ValidationError

from deploy.catalogue import CODEC
from deploy.cli.ending import Exit, WrongUsage, answering
from deploy.cli.joining import joined
from deploy.cli.people import only_register
from deploy.cli.replaying import Au, ConnuAu, RegisterArgument, UpTo
from deploy.cli.speaking import Json, Lang, Quiet, as_json, as_table, results, spoken
from services.governance.events.people import Rules
from services.ledger.checking.examining import examination_shown, examined
from services.ledger.checking.facts import FACTS, Facts
from services.ledger.checking.found import Severity
from services.ledger.checking.ruled import under
from shared.clock import system_clock
from shared.eventlog.reading import LogReader
from shared.projecting import Cut, fold
from shared.refusals import NotFound
from shared.web.queries import plain


class NotRules(WrongUsage):
    """Ce fichier n'est pas un jeu de règles : il a la forme du contenu de adopt-rules.
    This file is no rule set: it has the shape of the content of adopt-rules."""


@answering
def check(
    register: RegisterArgument = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="What this rule set would have flagged (JSON, as adopt-rules).")] = None,
    au: Au = None,
    connu_au: ConnuAu = None,
    seq: UpTo = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """List what an auditor looks at: numbers missing, duplicates, cash kept, late entries, spending without a decision."""
    content = None if rules is None else _rules(rules)
    with joined(lang, quiet=quiet or json) as installation:
        chosen = register or only_register(installation)
        reader = LogReader(installation.url("ruche_reader"))
        try:
            facts, cut = _facts(reader, chosen, Cut(au and au.date(), connu_au and connu_au.date(), seq))
        finally:
            reader.close()
    found = examined(facts, facts.vouchers.day_of(cut, system_clock())) if content is None else list(under(facts, content, str(rules)))
    told = plain(examination_shown(facts, found))
    if json:
        as_json({"register": chosen} | told)
    else:
        _show(told, lang)
    if any(one.severity is Severity.ALERT for one in found):
        raise typer.Exit(Exit.FOUND)


def _facts(reader: LogReader, register: str, cut: Cut) -> tuple[Facts, Cut]:
    records = [CODEC.decode(stored.type, stored.record) for stored in reader.by_register(register)]
    if not records:
        raise NotFound(register=register)
    cut = replace(cut, zone=ZoneInfo(FACTS.evolve(FACTS.initial, records[0]).zone))
    return fold(FACTS, records, cut), cut


def _rules(path: Path) -> Rules:
    try:
        return TypeAdapter(Rules).validate_json(path.read_bytes())
    except (OSError, ValidationError) as wrong:
        raise NotRules(file=str(path)) from wrong


def _show(told: dict[str, Any], lang: str) -> None:
    lines = [
        (one["seq"], one["voucher"] or "", _severity(one["severity"], lang), one[lang], one["explained"] or "") for one in told["found"]
    ]
    if not lines:
        results.print(spoken("Rien à signaler.", "Nothing found.", lang))
        return
    columns = (("seq", "seq"), ("pièce", "voucher"), ("gravité", "severity"), ("ce qui est vu", "what is seen"), ("expliqué", "explained"))
    title = spoken("Contrôles", "Checks", lang)
    as_table(title, [spoken(french, english, lang) for french, english in columns], lines)


def _severity(severity: str, lang: str) -> str:
    french = {"alert": "alerte", "warning": "à regarder", "note": "pour mémoire"}
    return french[severity] if lang == "fr" else severity
