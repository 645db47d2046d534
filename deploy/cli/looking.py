"""Looking at what is there: a replay, the records as they come, how far everything is, what is set."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from deploy.catalogue import CODEC
from deploy.cli.people import only_register
from deploy.cli.speaking import Exit, Json, Lang, Quiet, answering, as_json, as_table, progress, results, spoken
from deploy.here import settings_here
from deploy.installation import Installation, reached, running
from services.governance.events import CooperativeAffiliated
from services.ledger.projections.balances import BALANCES, balances_shown
from services.portal.main import PROGRAM
from shared.eventlog import safety
from shared.eventlog.connecting import connect
from shared.eventlog.reading import LogReader, StoredRecord
from shared.eventlog.tail import LogTail
from shared.merkle import Frontier
from shared.messages import Event, Recorded
from shared.messaging import safety as stream_safety
from shared.messaging.by_sequence import last_position
from shared.projecting import Cut, fold
from shared.refusals import NotFound
from shared.sentences import SentenceWriter
from shared.settings import Settings
from shared.web import formats
from shared.web.queries import plain

RegisterArgument = Annotated[str | None, typer.Argument(help="The register; the only one here when left out.")]
Au = Annotated[datetime | None, typer.Option("--au", formats=["%Y-%m-%d"], help="As of this business date.")]
ConnuAu = Annotated[datetime | None, typer.Option("--connu-au", formats=["%Y-%m-%d"], help="As known on this date.")]
UpTo = Annotated[int | None, typer.Option("--seq", min=0, help="Up to this record.")]


@answering
def replay(
    register: RegisterArgument = None,
    au: Au = None,
    connu_au: ConnuAu = None,
    seq: UpTo = None,
    json: Json = False,
    lang: Lang = "fr",
    quiet: Quiet = False,
) -> None:
    """Fold a register from its first record and show its balances, today or as of another moment."""
    with reached(settings_here()) as installation:
        chosen = register or only_register(installation)
        reader = LogReader(installation.url("ruche_reader"))
        try:
            told = _replayed(reader, chosen, _day(au), _day(connu_au), seq, quiet=quiet or json)
        finally:
            reader.close()
    if json:
        as_json(told)
        return
    results.print(spoken(f"Registre {chosen}, {told['records']} faits relus", f"Register {chosen}, {told['records']} facts replayed", lang))
    money = "fr" if not lang.startswith("en") else "en"
    rows = [(one["label"], formats.money(one["balance"], money)) for one in told["balances"]["accounts"]]
    rows += [(one["label"], formats.money(one["held"], money)) for one in told["balances"]["pots"]]
    as_table(spoken("Soldes", "Balances", lang), (spoken("Où", "Where", lang), spoken("Montant", "Amount", lang)), rows)
    results.print(
        spoken(f"Racine de ces faits (RFC 6962) : {told['root']}", f"Root over these facts (RFC 6962): {told['root']}", lang),
        soft_wrap=True,
    )


def _replayed(reader: LogReader, register: str, au: date | None, connu_au: date | None, seq: int | None, *, quiet: bool) -> dict[str, Any]:
    head = next((head for _, name, head in reader.registers() if name == register), None)
    if head is None:
        raise NotFound(register=register)
    with progress(register, min(head, seq) if seq else head, quiet=quiet or head < PROGRESS_RECORDS_MIN) as advance:
        frontier = Frontier()
        zone = ZoneInfo("UTC")
        seen = 0

        def records() -> Iterator[Recorded[Any]]:
            nonlocal frontier, zone, seen
            for stored in reader.by_register(register, upto=seq):
                frontier = frontier.grown([stored.record])
                seen += 1
                advance(1)
                yield CODEC.decode(stored.type, stored.record)

        first = next(iter(reader.by_register(register, upto=1)), None)
        if first is not None and isinstance(event := CODEC.decode(first.type, first.record).event, CooperativeAffiliated):
            zone = ZoneInfo(event.zone)
        balances = fold(BALANCES, Cut(au, connu_au, None, zone).over(records()))
    told = {"register": register, "records": seen, "root": frontier.root().hex(), "balances": plain(balances_shown(balances))}
    return told | {name: value.isoformat() for name, value in (("au", au), ("connu_au", connu_au)) if value}


PROGRESS_RECORDS_MIN = 50_000  # fewer are folded in under two seconds


@answering
def tail(
    after: Annotated[int | None, typer.Option("--after", min=0, help="Start after this position; from now on when left out.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Stop after this many records.")] = None,
    json: Json = False,
    lang: Lang = "fr",
) -> None:
    """Print records as they are written, one sentence or one JSON document a line."""
    settings = settings_here()
    with reached(settings) as installation:
        reader = LogReader(installation.url("ruche_reader"))
        position = reader.head(settings.log_id) if after is None else after
        reader.close()
        line = LogTail(installation.url("ruche_reader"), settings.log_id)
        seen = 0
        try:
            while limit is None or seen < limit:
                for stored in line.more(position):
                    position, seen = stored.position or position, seen + 1
                    results.out(stored.record.decode() if json else _sentence(stored, lang), highlight=False)
                    if seen == limit:
                        return
        finally:
            line.close()


def _sentence(stored: StoredRecord, lang: str) -> str:
    record = CODEC.decode(stored.type, stored.record)
    return f"{stored.register[:6]}… {record.seq:>6}  {record.time:%Y-%m-%d %H:%M} UTC  {sentence_of(record.event, lang)}"


def sentence_of(event: Event, lang: str) -> str:
    """Write an event for a terminal, where people keep their pseudonyms, shortened."""
    language: formats.Language = "en" if lang.startswith("en") else "fr"
    writer = SentenceWriter(
        language,
        lambda cents: formats.money(cents, language),
        lambda day: formats.short_date(day, language),
        lambda person: person[:8] + "…",
    )
    return writer.sentence(event)


@answering
def status(json: Json = False, lang: Lang = "fr") -> None:
    """Say what is running and how far everything is: registers, log, stream, portal."""
    settings = settings_here()
    installation = running(settings)
    if installation is None:
        as_json({"running": False}) if json else results.print(spoken("Ruche ne tourne pas ici.", "Ruche is not running here.", lang))
        return
    told = _reach(installation)
    if json:
        as_json(told)
        return
    results.print(spoken(f"Adresse : {told['http']}", f"Address: {told['http']}", lang))
    rows = [
        (spoken("Journal", "Log", lang), told["head"]),
        (spoken("Flux", "Stream", lang), told["stream"]),
        (spoken("Portail", "Portal", lang), told["portal"]),
    ]
    as_table(spoken("Derniers faits", "Last facts", lang), ("", "n°"), rows)
    as_table(spoken("Registres", "Registers", lang), ("", "seq"), [(one["register"], one["seq"]) for one in told["registers"]])


def _reach(installation: Installation) -> dict[str, Any]:
    """Return the last position of the log, of the stream and of the portal, and the head of every register."""
    log_id = installation.settings.log_id
    reader = LogReader(installation.url("ruche_reader"))
    try:
        registers = [{"log_id": log, "register": register, "seq": seq} for log, register, seq in reader.registers()]
        head = reader.head(log_id)
    finally:
        reader.close()
    with connect(installation.url("ruche_portal"), "ruche-status") as connection:
        row = connection.execute("select position from portal.positions where log_id = %s and program = %s", (log_id, PROGRAM)).fetchone()
    return {
        "running": True,
        "http": installation.http,
        "log_id": log_id,
        "head": head,
        "stream": asyncio.run(last_position(installation.login("portal"), log_id)),
        "portal": row[0] if row else 0,
        "registers": registers,
    }


@answering
def doctor(json: Json = False, lang: Lang = "fr") -> None:
    """Show each effective setting, where it comes from, and what is unsafe, with its remedy."""
    settings = settings_here()
    with reached(settings) as installation:
        found = _findings(installation)
    known, safe = effective(settings), all(one["ok"] for one in found)
    if json:
        as_json({"settings": known, "server": found, "ok": safe})
    else:
        as_table(
            spoken("Réglages", "Settings", lang),
            (spoken("Nom", "Name", lang), spoken("Valeur", "Value", lang), spoken("D'où", "From", lang)),
            [(one["name"], one["value"], one["from"]) for one in known],
        )
        rows = [(one["name"], one["value"], "✓" if one["ok"] else one["remedy"]) for one in found]
        as_table(spoken("Serveurs", "Servers", lang), (spoken("Nom", "Name", lang), spoken("Valeur", "Value", lang), ""), rows)
    if not safe:
        raise typer.Exit(Exit.UNSAFE)


def effective(settings: Settings) -> list[dict[str, str]]:
    """Return every setting with its value (secrets masked) and where it comes from."""
    return [
        {
            "name": f"RUCHE_{name.upper()}",
            "value": "" if (value := getattr(settings, name)) is None else str(value),
            "from": "environment" if name in settings.model_fields_set else "default",
        }
        for name in Settings.model_fields
    ]


def _findings(installation: Installation) -> list[dict[str, Any]]:
    with connect(installation.url("ruche_writer"), "ruche-doctor") as connection:
        found = [one._asdict() for one in safety.settings_found(connection)]
    return [*found, _stream_finding(installation)]


def _stream_finding(installation: Installation) -> dict[str, Any]:
    """Say whether the stream server flushes before it acknowledges."""
    try:
        stream_safety.refuse_unsafe(installation.nats_monitor_url)
    except stream_safety.Unsafe as unsafe:
        return {"name": "nats sync_interval", "value": "?", "wanted": "always", "ok": False, "remedy": str(unsafe)}
    return {"name": "nats sync_interval", "value": "always", "wanted": "always", "ok": True, "remedy": ""}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
