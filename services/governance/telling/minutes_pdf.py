"""Minutes and the minute book as PDF: the same content as the page at the same fact, French first, English second.

Same history, same bytes: no clock, no locale of the machine and no font of the system goes in; the fonts are those that come
inside typst (Libertinus Serif, DejaVu Sans Mono), its version is pinned, and the moment of the file is that of its last fact.
The checkpoint at the foot, size and root of the register's tree, is printed as text and not signed.
"""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import typst

from services.governance.telling.deliberated import Told
from shared.values import Checkpoint

SOURCE: Final = Path(__file__).with_name("documents") / "minutes.typ"
WORDS: Final = SOURCE.with_name("minutes_words.json")  # what codes are called; one that is not there is printed as it is
MEDIA_TYPE: Final = "application/pdf"


class Origin(NamedTuple):
    """Where a document comes from: the cooperative, the register, its last fact and that fact's moment, the tree at that fact."""

    cooperative: str
    register: str
    checkpoint: Checkpoint
    at: datetime
    zone: tzinfo
    cut: str = ""


def minutes_pdf(minutes: Told, origin: Origin) -> bytes:
    """Return the minutes of one meeting as PDF."""
    return _printed("minutes", "Procès-verbal", minutes, origin)


def minute_book_pdf(book: Told, origin: Origin) -> bytes:
    """Return the minute book of a body as PDF."""
    return _printed("book", f"Registre des délibérations — {book['label']}", book, origin)


def _printed(kind: str, title: str, document: Told, origin: Origin) -> bytes:
    compiler = typst.Compiler(SOURCE.read_bytes(), ignore_system_fonts=True, sys_inputs=inputs_of(kind, title, document, origin))
    # PDF/A-3a and PDF/UA-1: kept for years, and read aloud.
    printed = compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=int(origin.at.timestamp()))
    if not isinstance(printed, bytes):
        raise TypeError("typst gave no single file")
    return printed


def inputs_of(kind: str, title: str, document: Told, origin: Origin) -> dict[str, str]:
    """Return what the source prints, as texts of JSON: the document, where it comes from, and what codes are called."""
    given = {
        "kind": kind,
        "title": title,
        "document": document,
        "hours": _hours(document, origin.zone),
        "cooperative": origin.cooperative,
        "register": origin.register,
        "seq": origin.checkpoint.size,
        "checkpoint": origin.checkpoint.model_dump(),
        "cut": origin.cut,
    }
    return {"given": orjson.dumps(given).decode(), "words": WORDS.read_text("utf-8")}


def _hours(document: Any, zone: tzinfo) -> dict[str, str]:
    """Return how each moment of a document is read on the clock of the school."""
    moments: dict[str, str] = {}
    inner = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    for value in inner:
        moments |= _hours(value, zone)
    if isinstance(document, dict):
        for name in {"at", "opened_at", "closed_at"} & set(document):
            local = datetime.fromisoformat(document[name]).astimezone(zone)
            moments[document[name]] = f"{local.hour} h {local.minute:02}"
    return moments
