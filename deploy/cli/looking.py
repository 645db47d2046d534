"""Looking at what is there: the records as they come, how far everything is, what is set."""

import asyncio
from typing import Annotated, Any

import typer

from deploy.catalogue import CODEC
from deploy.cli.ending import Exit, answering
from deploy.cli.joining import joined
from deploy.cli.speaking import Json, JsonLines, Lang, as_json, as_table, results, spoken
from deploy.here import settings_here
from deploy.installation import Installation, running
from services.portal.main import PROGRAM
from shared.eventlog import safety
from shared.eventlog.connecting import connect
from shared.eventlog.reading import LogReader, StoredRecord
from shared.eventlog.tail import LogTail
from shared.messages import Event
from shared.messaging import safety as stream_safety
from shared.messaging.by_sequence import last_position
from shared.sentences import SentenceWriter
from shared.settings import Settings
from shared.web import formats


@answering
def tail(
    after: Annotated[int | None, typer.Option("--after", min=0, help="Start after this position; from now on when left out.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Stop after this many records.")] = None,
    json: JsonLines = False,
    lang: Lang = "fr",
) -> None:
    """Print records as they are written, each as one sentence or, with --json, as its very bytes."""
    with joined(lang, quiet=json) as installation:
        settings = installation.settings
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
    with joined(lang, quiet=json) as installation:
        settings, found = installation.settings, _findings(installation)
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
