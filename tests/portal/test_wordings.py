"""Every French sentence of the portal's pages is in the English catalogue, and nothing else is."""

from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

import services.portal
from services.portal.words import KEPT_IN_THE_VAULT, PERSONS, TELLING, WORDS
from shared.web.pages import Pages

FOLDER = Path(services.portal.__file__).parent
LINKS = {"Accueil", "Conseil", "Comptes", "Vérifier"}
FROM_PYTHON = {"gettext": None, "say": None}


def said_by_templates() -> set[str]:
    found: set[str] = set()
    for path in (FOLDER / "templates").rglob("*.html"):
        with path.open("rb") as file:
            for _, message, *_ in extract("jinja2.ext:babel_extract", file, options={"trimmed": "true"}):
                found.update([message] if isinstance(message, str) else [one for one in message if one])
    return found


def said_by_python() -> set[str]:
    with (FOLDER / "home.py").open("rb") as file:
        return (
            {str(message) for _, message, *_ in extract("python", file, keywords=FROM_PYTHON)}
            | set(PERSONS.values())
            | set(WORDS.values())
            | LINKS
            | {KEPT_IN_THE_VAULT}
        )


def in_catalogue() -> set[str]:
    with (FOLDER / "i18n" / "en.po").open("rb") as file:
        entries = [entry for entry in read_po(file, abort_invalid=True) if entry.id]
    assert all(all(entry.string if isinstance(entry.string, tuple) else (entry.string,)) for entry in entries)
    return {one for entry in entries for one in ((entry.id,) if isinstance(entry.id, str) else entry.id)}


def test_the_english_catalogue_is_complete_and_has_nothing_too_many() -> None:
    assert said_by_templates() | said_by_python() == in_catalogue()


def test_the_extraction_sees_a_sentence_that_is_missing() -> None:
    assert "Dans la caisse" in said_by_templates()
    assert "Dans la caisse, peut-être" not in in_catalogue()


def test_every_role_that_tells_something_has_words() -> None:
    assert set(TELLING) <= set(PERSONS)
    assert Pages([FOLDER / "templates"]).wordings.gettext("Accueil") == "Accueil"
