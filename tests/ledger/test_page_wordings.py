"""Every French sentence of the ledger's pages is in the English catalogue, and nothing else is."""

from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

import services.ledger
from services.ledger.pages.words import KINDS, MEANS, PLAIN, SUMS, TYPES

FOLDER = Path(services.ledger.__file__).parent
LINKS = {"Accueil", "Conseil", "Comptes", "Vérifier"}


def said_by_templates() -> set[str]:
    found: set[str] = set()
    for path in (FOLDER / "templates").rglob("*.html"):
        with path.open("rb") as file:
            for _, message, *_ in extract("jinja2.ext:babel_extract", file, options={"trimmed": "true"}):
                found.update([message] if isinstance(message, str) else [one for one in message if one])
    return found


def in_catalogue() -> set[str]:
    with (FOLDER / "i18n" / "en.po").open("rb") as file:
        entries = [entry for entry in read_po(file, abort_invalid=True) if entry.id]
    assert all(all(entry.string if isinstance(entry.string, tuple) else (entry.string,)) for entry in entries)
    return {one for entry in entries for one in ((entry.id,) if isinstance(entry.id, str) else entry.id)}


def test_the_english_catalogue_is_complete_and_has_nothing_too_many() -> None:
    words = {word for named in (MEANS, KINDS, TYPES, SUMS, PLAIN) for word in named.values()}
    assert said_by_templates() | words | LINKS == in_catalogue()


def test_the_extraction_sees_a_sentence_that_is_missing() -> None:
    assert "Pièces qui manquent" in said_by_templates()
    assert "Pièces qui manquent, peut-être" not in in_catalogue()
