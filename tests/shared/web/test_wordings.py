"""Each reader gets the words of their language and level, and no sentence of the layout lacks its English."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from starlette.requests import Request

from shared.web.pages import SHARED_TEMPLATES, Pages, reading_as
from shared.web.reader import Reader, reader_of
from shared.web.wordings import Wordings

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def asked(query: str = "", cookie: str = "", accepted: str = "") -> Reader:
    headers = [(b"cookie", cookie.encode()), (b"accept-language", accepted.encode())]
    return reader_of(Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": headers}))


def untranslated(templates: Path, catalogue: Path) -> set[str]:
    """The sentences of some templates that an English catalogue does not have."""
    said: set[str] = set()
    for path in templates.glob("*.html"):
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ["gettext", "ngettext", "_"], [], {"trimmed": "true"}):
                sentence = message[0] if isinstance(message, tuple) else message
                if sentence:  # a label the page was passed has no sentence here
                    said.add(sentence)
    with catalogue.open("rb") as file:
        english = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in read_po(file) if entry.string}
    return said - english


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert asked() == Reader("fr", "grands")
    assert asked(accepted="de, en-GB;q=0.8, fr;q=0.5").language == "en"
    assert asked(accepted="fr;q=0.5, en;q=0.2").language == "fr"
    assert asked(accepted="de").language == "fr"
    assert asked(accepted="en;q=x").language == "fr"
    assert asked(cookie="lang=fr; niveau=petits", accepted="en") == Reader("fr", "petits")
    assert asked("lang=en&niveau=grands", "lang=fr; niveau=petits") == Reader("en", "grands")
    assert asked("lang=xx&niveau=xx", "lang=en") == Reader("en", "grands")


def test_the_youngest_get_their_own_wording_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "fr.po").write_text(PO + 'msgctxt "petits"\nmsgid "Le solde"\nmsgstr "Ce qu\'il y a"\n')
    (tmp_path / "en.po").write_text(PO + 'msgid "Le solde"\nmsgstr "The balance"\n')
    words = Wordings([tmp_path])
    said = []
    for language in ("fr", "en"):
        for level in ("grands", "petits"):
            with reading_as(asked(f"lang={language}&niveau={level}")):
                said.append((words.gettext("Le solde"), words.gettext("Autre")))
    assert said == [("Le solde", "Autre"), ("Ce qu'il y a", "Autre"), ("The balance", "Autre"), ("The balance", "Autre")]


def test_plurals_follow_each_language(tmp_path: Path) -> None:
    (tmp_path / "en.po").write_text(PO + 'msgid "voix"\nmsgid_plural "voix."\nmsgstr[0] "vote"\nmsgstr[1] "votes"\n')
    words = Wordings([tmp_path])
    assert [words.ngettext("voix", "voix.", count) for count in (0, 1, 2)] == ["voix", "voix", "voix."]
    with reading_as(Reader("en")):
        assert [words.ngettext("voix", "voix.", count) for count in (0, 1, 2)] == ["votes", "vote", "votes"]


def test_two_catalogues_that_disagree_are_refused(tmp_path: Path) -> None:
    for folder, word in (("a", "Ballot"), ("b", "Vote")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "en.po").write_text(PO + f'msgid "Vote"\nmsgstr "{word}"\n')
    with pytest.raises(ValueError, match="already translated"):
        Wordings([tmp_path / "a", tmp_path / "b"])


def test_the_layout_says_everything_in_english_too() -> None:
    assert untranslated(SHARED_TEMPLATES, SHARED_TEMPLATES.parent / "i18n/en.po") == set()


def test_a_sentence_without_its_english_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% trans %}Une phrase\n nouvelle{% endtrans %}{{ _('Autre') }}")
    assert untranslated(tmp_path, SHARED_TEMPLATES.parent / "i18n/en.po") == {"Une phrase nouvelle", "Autre"}


def test_every_sentence_of_the_layout_is_between_translation_marks() -> None:
    french = re.compile(r"[éèêàçù]|\b(le|la|les|une|de|du|des)\b")
    for path in SHARED_TEMPLATES.glob("*.html"):
        bare = re.sub(r"\{#.*?#\}|\{% trans.*?endtrans %\}|\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", "", path.read_text(), flags=re.DOTALL)
        assert not french.findall(bare.replace("Français", "")), path.name


def test_a_template_that_names_what_it_was_not_given_fails(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% block a %}{{ missing }}{% endblock %}")
    with pytest.raises(Exception, match="missing"):
        Pages([tmp_path]).fragment(Reader(), "page.html", "a")


def test_what_people_write_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% block a %}{{ label }}{% trans label %}Bonjour {{ label }}{% endtrans %}{% endblock %}")
    assert Pages([tmp_path]).fragment(Reader(), "page.html", "a", label="<b>") == "&lt;b&gt;Bonjour &lt;b&gt;"
